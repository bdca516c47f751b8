//! Who calls, and whether he may: tenant from the host, caller from the token, permission from the scope.

use std::sync::Arc;

use aws_lc_rs::digest;
use musubi_domain::actor::{Actor, Door};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{TenantNo, UserNo};
use musubi_domain::messages::Locale;
use musubi_domain::tenant::{TenantSettings, host_name, is_loopback};
use musubi_domain::token::{Standing, Token};
use musubi_domain::user::User;
use musubi_store as store;
use uuid::Uuid;

use crate::cache::Cache;
use crate::context::{Reach, Service};
use crate::request::Peer;

/// What is remembered of tenants and tokens.
#[derive(Debug, Default)]
pub(crate) struct AccessCaches {
    hosts: Cache<String, TenantNo>,
    tokens: Cache<[u8; 32], Arc<Token>>,
    scopes: Cache<(TenantNo, String), Arc<Vec<String>>>,
    users: Cache<(TenantNo, UserNo), Arc<User>>,
    settings: Cache<TenantNo, Arc<TenantSettings>>,
}

/// Why a caller is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The host names no tenant.
    NoTenant,
    /// There is no token.
    NoToken,
    /// The token is unknown, malformed, taken back, or its user has left.
    UnknownToken,
    /// The token's time has passed.
    ExpiredToken,
    /// The token belongs to another tenant than the host.
    OtherTenant,
    /// The token lacks the scope of the call.
    MissingScope,
    /// The caller comes from an address from which he may not.
    Address,
    /// The token has made as many requests in a minute as it may.
    TooManyRequests {
        /// After how many seconds there is room for one more.
        seconds: i64,
    },
}

/// A caller turned away, or an error on the way to know.
#[derive(Debug)]
pub enum Denied {
    /// Turned away.
    Refused(Refusal),
    /// It cannot be known at the moment.
    Failed(Error),
}

impl From<Error> for Denied {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What a call says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Where it comes from.
    pub peer: &'a Peer,
    /// The bearer token.
    pub bearer: Option<&'a str>,
    /// The path.
    pub path: &'a str,
    /// The language asked for.
    pub locale: Locale,
    /// The id of the request.
    pub request_id: Uuid,
}

/// The hash under which the store knows a token.
pub(crate) fn token_hash(text: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    hash
}

/// The beginning of links by the public URL, where one is set.
fn link_base(reach: &Reach, peer: &Peer) -> Option<String> {
    let url = reach.public_url.as_deref()?;
    let (scheme, authority) = url.split_once("://")?;
    let name = peer.host.as_deref().and_then(host_name)?;
    if is_loopback(&name) || reach.own_names.contains(&name) || host_name(authority).as_ref() == Some(&name) {
        return Some(url.to_owned());
    }
    let port = authority.rsplit_once(':').map(|(_, port)| port).filter(|port| port.parse::<u16>().is_ok());
    let name = if name.contains(':') { format!("[{name}]") } else { name };
    Some(port.map_or_else(|| format!("{scheme}://{name}"), |port| format!("{scheme}://{name}:{port}")))
}

impl Service {
    /// The tenant that a `Host` header names.
    ///
    /// # Errors
    /// Refused without a tenant; Failed where the database does not answer.
    pub async fn tenant_of_host(&self, host: Option<&str>) -> std::result::Result<TenantNo, Denied> {
        let name = host.and_then(host_name).ok_or(Refusal::NoTenant)?;
        let epoch = self.db().epochs().total();
        let load = self.load_tenant(name.clone());
        let tenant = self.access_caches().hosts.get(&name, epoch, load).await?;
        tenant.ok_or(Denied::Refused(Refusal::NoTenant))
    }

    /// The URL under which the tenant of a request is reached, without a slash at its end: the public URL where the request was sent to
    /// its host, else the host that it was sent to. The host is one of the tenant's, or there would be no tenant.
    #[must_use]
    pub fn base_url(&self, peer: &Peer) -> String {
        let host = peer.host.as_deref().unwrap_or_default();
        let public_url = self.reach().public_url.as_deref();
        let authority = public_url.and_then(|url| url.split_once("://")).map(|(_, authority)| authority);
        match public_url {
            Some(url) if authority.and_then(host_name) == host_name(host) => url.to_owned(),
            _ => format!("{}://{}", if peer.secure { "https" } else { "http" }, host.to_ascii_lowercase()),
        }
    }

    /// What links in mails begin with. Where a public URL is set, a request gives nothing but the name of a host of the tenant: neither a
    /// port nor a name of this machine, by which whoever asks for a mail to somebody else could lead him elsewhere. Without one it is
    /// [`Service::base_url`].
    #[must_use]
    pub fn link_base(&self, peer: &Peer) -> String {
        link_base(self.reach(), peer).unwrap_or_else(|| self.base_url(peer))
    }

    async fn load_tenant(&self, name: String) -> Result<Option<TenantNo>> {
        let is_own = is_loopback(&name) || self.reach().own_names.contains(&name);
        self.db()
            .get_unscoped(move |unscoped| {
                if let Some(tenant) = store::tenant::tenant_by_host(unscoped, &name)? {
                    return Ok(Some(tenant));
                }
                // With one tenant alone, whoever reaches this machine means it.
                if is_own { Ok(store::tenant::tenant_alone(unscoped)?.ok()) } else { Ok(None) }
            })
            .await
    }

    /// What the tenant has decided.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn tenant_settings(&self, tenant: TenantNo) -> Result<Arc<TenantSettings>> {
        let load = async {
            self.db().get(tenant, store::tenant::tenant_settings).await.map(|settings| Some(Arc::new(settings)))
        };
        let settings = self.access_caches().settings.get(&tenant, self.epoch(tenant), load).await?;
        settings.ok_or_else(|| Error::internal("a tenant without settings"))
    }

    /// The caller that a bearer token stands for, held to the tenant of the host, to the addresses and the number of requests that are
    /// allowed, and to the scope of the called path; the checks run in this order.
    ///
    /// # Errors
    /// Refused for the first check that fails; Failed where the database does not answer.
    pub async fn caller(&self, tenant: TenantNo, call: Call<'_>) -> std::result::Result<Arc<Context>, Denied> {
        let Call { peer, bearer, path, locale, request_id } = call;
        let bearer = bearer.ok_or(Refusal::NoToken)?;
        let token = self.token_of(bearer).await?.ok_or(Refusal::UnknownToken)?;
        match token.standing(self.now()) {
            Standing::Valid => {}
            Standing::Revoked => return Err(Refusal::UnknownToken.into()),
            Standing::Expired => return Err(Refusal::ExpiredToken.into()),
        }
        if token.tenant != tenant {
            return Err(Refusal::OtherTenant.into());
        }
        if self.user(tenant, token.user).await?.is_none_or(|user| !user.active) {
            return Err(Refusal::UnknownToken.into());
        }
        self.admit(tenant, peer, token.number, token.user, token.client).await?;
        let scopes = self.scopes_of(tenant, path).await?;
        if !scopes.iter().any(|scope| token.has_scope(scope)) {
            return Err(Refusal::MissingScope.into());
        }
        let door = Door::Token { token: token.number, client: token.client };
        let actor = Actor { user: token.user, door, rights: token.rights.clone() };
        Ok(self.context(tenant, actor, locale, request_id))
    }

    pub(crate) async fn token_of(&self, text: &str) -> Result<Option<Arc<Token>>> {
        let hash = token_hash(text);
        let load = async {
            let token = self.db().get_unscoped(move |unscoped| store::token::token_by_hash(unscoped, &hash)).await?;
            Ok(token.map(Arc::new))
        };
        self.access_caches().tokens.get(&hash, self.db().epochs().total(), load).await
    }

    async fn scopes_of(&self, tenant: TenantNo, path: &str) -> Result<Arc<Vec<String>>> {
        let key = (tenant, path.to_owned());
        let load = async {
            let path = path.to_owned();
            let scopes = self.db().get(tenant, move |keyed| store::api_scope::api_scopes_of_path(keyed, &path)).await?;
            Ok((!scopes.is_empty()).then(|| Arc::new(scopes)))
        };
        Ok(self.access_caches().scopes.get(&key, self.epoch(tenant), load).await?.unwrap_or_default())
    }

    /// The user of a number.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn user(&self, tenant: TenantNo, number: UserNo) -> Result<Option<Arc<User>>> {
        let load = async {
            Ok(self.db().get(tenant, move |keyed| store::user::user_by_number(keyed, number)).await?.map(Arc::new))
        };
        self.access_caches().users.get(&(tenant, number), self.epoch(tenant), load).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_take_a_name_from_a_request_and_nothing_else() {
        let reach = |public_url: Option<&str>| Reach {
            own_names: vec!["192.0.2.1".to_owned()],
            public_url: public_url.map(str::to_owned),
            ..Reach::default()
        };
        let link = |url, host: &str| {
            link_base(&reach(url), &Peer { host: Some(host.to_owned()), secure: true, ..Peer::default() })
        };
        let url = Some("https://musubi.example:8443");
        for (host, base) in [
            ("musubi.example:8443", "https://musubi.example:8443"),
            ("musubi.example:4444", "https://musubi.example:8443"),
            ("localhost", "https://musubi.example:8443"),
            ("192.0.2.1:80", "https://musubi.example:8443"),
            ("Kita.Example:4444", "https://kita.example:8443"),
            ("[2001:db8::1]:4444", "https://[2001:db8::1]:8443"),
        ] {
            assert_eq!(link(url, host).as_deref(), Some(base), "{host}");
        }
        assert_eq!(link(Some("https://[fd00::1]"), "kita.example:1").as_deref(), Some("https://kita.example"));
        assert_eq!(link(None, "kita.example:4444"), None);
    }
}
