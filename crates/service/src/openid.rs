//! What the OpenID provider remembers of a tenant: its clients and the scopes that can be asked for.

use std::sync::Arc;

use musubi_domain::claims::Company;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{OauthClientNo, TenantNo};
use musubi_domain::messages::{Locale, Message};
use musubi_domain::scope;
use musubi_domain::system_scope::{SystemScope, call_title};
use musubi_store as store;
use musubi_store::oauth_client::OauthClient;

use crate::cache::Cache;
use crate::client_authentication::KnownClient;
use crate::context::Service;
use crate::signing_key::SigningKeys;

/// What is remembered.
#[derive(Debug, Default)]
pub(crate) struct OpenidCaches {
    pub(crate) clients: Cache<(TenantNo, String), Arc<KnownClient>>,
    numbered: Cache<(TenantNo, OauthClientNo), Arc<OauthClient>>,
    pub(crate) signing_keys: Cache<TenantNo, Arc<SigningKeys>>,
    /// Held by whoever makes a key.
    pub(crate) making: tokio::sync::Mutex<()>,
    pub(crate) companies: Cache<TenantNo, Arc<Company>>,
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

    /// The claims that the enabled scopes release.
    #[must_use]
    pub fn claims(&self) -> Vec<&str> {
        let mut claims: Vec<&str> = Vec::new();
        for name in self.system.iter().filter(|scope| scope.enabled).flat_map(SystemScope::claims) {
            if !claims.contains(&name) {
                claims.push(name);
            }
        }
        claims
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

    /// Refuses names of scopes that nobody knows.
    pub(crate) async fn check_scopes_known(&self, tenant: TenantNo, path: &str, names: &str) -> Result<()> {
        let scopes = self.scopes(tenant).await?;
        match scope::names(names).into_iter().find(|name| !scopes.has(name)) {
            Some(name) => Err(Error::invalid_at(path, Message::UnknownScope { name: name.to_owned() })),
            None => Ok(()),
        }
    }

    /// The client of a number.
    pub(crate) async fn client_of_number(
        &self,
        tenant: TenantNo,
        number: OauthClientNo,
    ) -> Result<Option<Arc<OauthClient>>> {
        let load = async {
            let read =
                move |keyed: &mut store::db::Keyed<'_>| store::oauth_client::oauth_client_by_number(keyed, number);
            Ok(self.db().get(tenant, read).await?.map(Arc::new))
        };
        self.openid_caches().numbered.get(&(tenant, number), self.epoch(tenant), load).await
    }

    /// What clients are told of the tenant.
    pub(crate) async fn company(&self, tenant: TenantNo) -> Result<Arc<Company>> {
        let load = async { Ok(Some(Arc::new(self.db().get(tenant, store::tenant::tenant_company).await?))) };
        let company = self.openid_caches().companies.get(&tenant, self.epoch(tenant), load).await?;
        company.ok_or_else(|| Error::internal("a tenant that is none"))
    }
}
