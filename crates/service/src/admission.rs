//! What is let in: the addresses from which somebody may come, and how many requests a token may make.
//!
//! All of it is cached, and costs a look into one table where nothing is limited.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use musubi_domain::error::{Error, Result};
use musubi_domain::id::{OauthClientNo, TenantNo, TokenNo, UserNo};
use musubi_domain::network::Network;
use musubi_domain::rate::Rate;
use musubi_domain::time::Timestamp;
use musubi_store as store;
use musubi_store::db::Keyed;

use crate::access::{Denied, Refusal};
use crate::cache::Cache;
use crate::context::Service;
use crate::request::Peer;

/// Tokens whose requests are counted at one time; those that rest are forgotten first.
const COUNTED: usize = 50_000;

/// Who comes in: a person or a system user, by a client or without.
type Comer = (TenantNo, Option<UserNo>, Option<OauthClientNo>);

/// What is remembered of whom to let in.
#[derive(Debug, Default)]
pub(crate) struct Admission {
    terms: Cache<Comer, Arc<Terms>>,
    rates: Mutex<HashMap<(TenantNo, TokenNo), Rate>>,
}

/// On what terms somebody is let in.
#[derive(Debug, Default)]
struct Terms {
    /// Networks, in one of each of which he must be: those of the tenant, of his groups, of the client; as far as each has any.
    networks: Vec<Vec<Network>>,
    /// Requests that a token may make in a minute; 0: any number.
    requests_per_minute: u32,
}

impl Terms {
    fn allows(&self, address: IpAddr) -> bool {
        self.networks.iter().all(|networks| networks.iter().any(|network| network.contains(address)))
    }
}

impl Service {
    /// Whether somebody may come from where he comes: a person, a client, a person by a client. The tenant's list holds for all; a person
    /// whose groups have lists must be in one of theirs too, a client that has one in its own. Where nothing is listed, any address is
    /// allowed. Commands on the machine come from nowhere and are not asked.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn check_address(
        &self,
        tenant: TenantNo,
        peer: &Peer,
        user: Option<UserNo>,
        client: Option<OauthClientNo>,
    ) -> Result<bool> {
        Ok(self.terms((tenant, user, client)).await?.allows(peer.address))
    }

    /// Lets a request with a token in: from an address that is allowed, and as long as the token has not made too many requests. Counted
    /// by this instance alone, and forgotten when it ends.
    ///
    /// # Errors
    /// Refused with [`Refusal::Address`] or [`Refusal::TooManyRequests`]; Failed where the database does not answer.
    pub async fn admit(
        &self,
        tenant: TenantNo,
        peer: &Peer,
        token: TokenNo,
        user: UserNo,
        client: Option<OauthClientNo>,
    ) -> std::result::Result<(), Denied> {
        let terms = self.terms((tenant, Some(user), client)).await?;
        if !terms.allows(peer.address) {
            return Err(Refusal::Address.into());
        }
        match terms.requests_per_minute {
            0 => Ok(()),
            most => self.admission().take((tenant, token), self.now(), most),
        }
    }

    async fn terms(&self, comer: Comer) -> Result<Arc<Terms>> {
        let (tenant, user, client) = comer;
        let load = async {
            let read = move |keyed: &mut Keyed<'_>| terms(keyed, user, client);
            self.db().get(tenant, read).await.map(|terms| Some(Arc::new(terms)))
        };
        let terms = self.admission().terms.get(&comer, self.epoch(tenant), load).await?;
        terms.ok_or_else(|| Error::internal("nobody knows on what terms somebody is let in"))
    }
}

fn terms(keyed: &mut Keyed<'_>, user: Option<UserNo>, client: Option<OauthClientNo>) -> Result<Terms> {
    let security = store::tenant::tenant_settings(keyed)?.security;
    let client = match client {
        Some(client) => store::oauth_client::oauth_client_by_number(keyed, client)?,
        None => None,
    };
    let of_client = client.map(|client| client.settings).unwrap_or_default();
    let groups = match user {
        Some(user) => store::group::groups_of_user(keyed, user)?,
        None => Vec::new(),
    };
    let of_groups = groups.into_iter().flat_map(|group| group.allowed_addresses).collect();
    let lists: [Vec<String>; 3] = [security.allowed_addresses, of_groups, of_client.allowed_addresses];
    let networks = lists.iter().filter(|list| !list.is_empty()).map(|list| networks(list)).collect();
    let requests_per_minute = of_client.requests_per_minute.unwrap_or(security.requests_per_minute);
    Ok(Terms { networks, requests_per_minute })
}

/// What stands in a list was judged when it was put there: what cannot be read lets nobody in.
fn networks(texts: &[String]) -> Vec<Network> {
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}

impl Admission {
    fn take(&self, key: (TenantNo, TokenNo), now: Timestamp, most: u32) -> std::result::Result<(), Denied> {
        let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        if rates.len() >= COUNTED && !rates.contains_key(&key) {
            rates.retain(|_, rate| !rate.is_over(now));
            if rates.len() >= COUNTED {
                rates.clear();
            }
        }
        let rate = rates.entry(key).or_insert_with(|| Rate::new(now));
        rate.take(now, most).map_err(|seconds| Refusal::TooManyRequests { seconds }.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(admission: &Admission, token: i64, seconds: i64) -> bool {
        let now = Timestamp::from_micros(1_700_000_000_000_000 + seconds * 1_000_000);
        admission.take((TenantNo(1), TokenNo(token)), now, 1).is_ok()
    }

    #[test]
    fn as_many_tokens_are_counted_as_there_is_room_for() {
        let admission = Admission::default();
        let counted = i64::try_from(COUNTED).unwrap();
        assert!((0..counted - 1).all(|token| take(&admission, token, 0)));
        assert!(take(&admission, counted, 30));
        // No room for one more, until those that rest are forgotten; who does not rest is not.
        assert!(take(&admission, counted + 1, 61));
        assert_eq!(admission.rates.lock().unwrap().len(), 2);
        assert!(!take(&admission, counted, 61) && !take(&admission, counted + 1, 61));
    }
}
