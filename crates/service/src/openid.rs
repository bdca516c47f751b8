//! What the OpenID provider remembers of a tenant: its clients and the scopes that can be asked for.

use std::sync::Arc;

use musubi_domain::error::Result;
use musubi_domain::id::TenantNo;
use musubi_domain::messages::Locale;
use musubi_domain::scope;
use musubi_domain::system_scope::{SystemScope, call_title};
use musubi_store as store;
use musubi_store::oauth_client::OauthClient;

use crate::cache::Cache;
use crate::context::Service;

/// What is remembered.
#[derive(Debug, Default)]
pub(crate) struct OpenidCaches {
    clients: Cache<(TenantNo, String), Arc<OauthClient>>,
    scopes: Cache<TenantNo, Arc<Scopes>>,
}

/// The scopes of a tenant.
#[derive(Clone, Debug, Default)]
pub struct Scopes {
    /// Those that speak of the person.
    pub system: Vec<SystemScope>,
    /// Those that open calls, and whether each is enabled.
    pub api: Vec<(String, bool)>,
}

impl Scopes {
    /// Whether there is a scope of this name, enabled or not.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.system.iter().any(|scope| scope.name == name) || self.api.iter().any(|(own, _)| own == name)
    }

    /// Whether this is an API scope that is enabled.
    #[must_use]
    pub fn is_call(&self, name: &str) -> bool {
        self.api.iter().any(|(own, enabled)| own == name && *enabled)
    }

    /// The names of those that are enabled: the system scopes, then the API scopes.
    #[must_use]
    pub fn enabled(&self) -> Vec<&str> {
        let system = self.system.iter().filter(|scope| scope.enabled).map(|scope| scope.name.as_str());
        system.chain(self.api.iter().filter(|(_, enabled)| *enabled).map(|(name, _)| name.as_str())).collect()
    }

    /// The enabled ones of those that a client may ask for.
    #[must_use]
    pub fn allowed(&self, of_client: &str) -> Vec<String> {
        let enabled = self.enabled();
        scope::names(of_client).into_iter().filter(|name| enabled.contains(name)).map(str::to_owned).collect()
    }

    /// What a person is told of a scope.
    #[must_use]
    pub fn title(&self, name: &str, locale: Locale) -> String {
        let system = self.system.iter().find(|scope| scope.name == name);
        system.map_or_else(|| call_title(name, locale), |scope| scope.title(locale)).to_owned()
    }
}

impl Service {
    /// The client of an id.
    pub(crate) async fn oauth_client(&self, tenant: TenantNo, client_id: &str) -> Result<Option<Arc<OauthClient>>> {
        let key = (tenant, client_id.to_owned());
        let load = async {
            let id = client_id.to_owned();
            let client =
                self.db().get(tenant, move |keyed| store::oauth_client::oauth_client_by_id(keyed, &id)).await?;
            Ok(client.map(Arc::new))
        };
        self.openid_caches().clients.get(&key, self.epoch(tenant), load).await
    }

    /// The scopes of a tenant.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn scopes(&self, tenant: TenantNo) -> Result<Arc<Scopes>> {
        let load = async {
            let read = |snapshot: &mut store::db::Snapshot<'_>| {
                let system = store::system_scope::system_scope_list(snapshot)?;
                let api = store::api_scope::api_scope_list(snapshot)?;
                Ok(Scopes { system, api: api.into_iter().map(|(name, enabled, _)| (name, enabled)).collect() })
            };
            Ok(Some(Arc::new(self.db().page(tenant, read).await?)))
        };
        Ok(self.openid_caches().scopes.get(&tenant, self.epoch(tenant), load).await?.unwrap_or_default())
    }
}
