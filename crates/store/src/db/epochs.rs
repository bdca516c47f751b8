//! The epochs of tenants, as this process knows them.
//!
//! A transaction that changes something that is cached (rights, tokens, templates, people) raises the tenant's epoch. What
//! is cached is cached under the epoch; a raised epoch makes it worthless. The engines learn of other processes' commits
//! and publish here.

use std::collections::HashMap;
use std::sync::PoisonError;
use std::sync::RwLock;

use musubi_domain::id::TenantNo;

/// The epochs that have been published.
#[derive(Debug, Default)]
pub struct Epochs {
    by_tenant: RwLock<HashMap<TenantNo, i64>>,
}

impl Epochs {
    /// The epoch of a tenant; 0 where none was published.
    #[must_use]
    pub fn of(&self, tenant: TenantNo) -> i64 {
        self.by_tenant.read().unwrap_or_else(PoisonError::into_inner).get(&tenant).copied().unwrap_or(0)
    }

    /// The sum of all epochs: changes whenever one is raised, for what belongs to no tenant.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.by_tenant.read().unwrap_or_else(PoisonError::into_inner).values().sum()
    }

    /// Takes note of epochs. They never go back.
    pub(super) fn publish(&self, epochs: impl IntoIterator<Item = (TenantNo, i64)>) {
        let mut by_tenant = self.by_tenant.write().unwrap_or_else(PoisonError::into_inner);
        for (tenant, epoch) in epochs {
            let known = by_tenant.entry(tenant).or_insert(0);
            *known = epoch.max(*known);
        }
    }
}
