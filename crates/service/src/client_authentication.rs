//! How OpenID clients show who they are: by `Authorization: Basic`, by the body of the form, or, where they cannot keep a secret, by their id
//! alone (RFC 6749, 2.3; OpenID Connect Core, 9).

use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use musubi_domain::error::Result;
use musubi_domain::id::TenantNo;
use musubi_domain::oauth_error::{OauthCode, OauthError};
use musubi_domain::parameters::{Parameters, decoded};
use musubi_store as store;
use musubi_store::oauth_client::OauthClient;

use crate::access::token_hash;
use crate::context::Service;
use crate::request::Peer;

/// A request by a client.
#[derive(Clone, Debug)]
pub struct ClientRequest {
    /// The value of its `Authorization` header.
    pub authorization: Option<String>,
    /// The body of its form.
    pub parameters: Parameters,
    /// Where it came from.
    pub peer: Peer,
}

/// A client with the hash of its secret.
#[derive(Debug)]
pub(crate) struct KnownClient {
    pub(crate) client: Arc<OauthClient>,
    secret_hash: Option<Vec<u8>>,
}

/// What a client shows of itself.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    id: String,
    secret: Option<String>,
}

const REFUSED: OauthError =
    OauthError::new(OauthCode::InvalidClient, "the client is unknown or did not show who it is");

impl Service {
    /// The client of an id, with the hash of its secret.
    pub(crate) async fn known_client(&self, tenant: TenantNo, client_id: &str) -> Result<Option<Arc<KnownClient>>> {
        let key = (tenant, client_id.to_owned());
        let load = async {
            let id = client_id.to_owned();
            let read =
                move |keyed: &mut store::db::Keyed<'_>| store::oauth_client::oauth_client_with_secret(keyed, &id);
            let known = self.db().get(tenant, read).await?;
            Ok(known.map(|(client, secret_hash)| Arc::new(KnownClient { client: Arc::new(client), secret_hash })))
        };
        self.openid_caches().clients.get(&key, self.epoch(tenant), load).await
    }

    /// The client of an id.
    pub(crate) async fn oauth_client(&self, tenant: TenantNo, client_id: &str) -> Result<Option<Arc<OauthClient>>> {
        Ok(self.known_client(tenant, client_id).await?.map(|known| Arc::clone(&known.client)))
    }

    /// The client that makes a request.
    pub(crate) async fn client_authenticated(
        &self,
        tenant: TenantNo,
        request: &ClientRequest,
    ) -> Result<std::result::Result<Arc<OauthClient>, OauthError>> {
        let shown = match shown(request) {
            Ok(shown) => shown,
            Err(error) => return Ok(Err(error)),
        };
        let Some(known) = self.known_client(tenant, &shown.id).await? else { return Ok(Err(REFUSED)) };
        if !known.is_shown_by(shown.secret.as_deref()) {
            return Ok(Err(REFUSED));
        }
        let client = Arc::clone(&known.client);
        if !self.check_address(tenant, &request.peer, None, Some(client.number)).await? {
            return Ok(Err(OauthError::new(OauthCode::InvalidClient, "the client may not come from this address")));
        }
        Ok(Ok(client))
    }
}

impl KnownClient {
    /// Whether this is the secret; a public client has none. The comparison takes as long whatever is shown.
    pub(crate) fn is_shown_by(&self, secret: Option<&str>) -> bool {
        match (&self.secret_hash, secret) {
            (Some(hash), Some(secret)) => verify_slices_are_equal(hash, &token_hash(secret)).is_ok(),
            (None, None) => self.client.settings.public,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }
}

fn shown(request: &ClientRequest) -> std::result::Result<Shown, OauthError> {
    let parameters = &request.parameters;
    let of_body = parameters
        .get("client_id")
        .map(|id| Shown { id: id.to_owned(), secret: parameters.get("client_secret").map(str::to_owned) });
    let Some(header) = &request.authorization else {
        return of_body.ok_or(OauthError::new(OauthCode::InvalidClient, "the client does not say who it is"));
    };
    let of_header = basic(header).ok_or(OauthError::new(OauthCode::InvalidClient, "Authorization is not Basic"))?;
    // Both at once are one as long as they say the same.
    let is_same = of_body.is_none_or(|of_body| {
        of_body.id == of_header.id && (of_body.secret.is_none() || of_body.secret == of_header.secret)
    });
    if is_same { Ok(of_header) } else { Err(OauthError::request("header and body show two clients")) }
}

/// Id and secret of `Basic ...`, encoded as RFC 6749, 2.3.1 wants it or as they are: there is nothing to encode in ours.
fn basic(header: &str) -> Option<Shown> {
    let (word, text) = header.split_once(' ')?;
    let bytes = STANDARD.decode(text.trim()).ok().filter(|_| word.eq_ignore_ascii_case("basic"))?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |text: &str| decoded(text).unwrap_or_else(|| text.to_owned());
    Some(Shown { id: plain(id), secret: Some(plain(secret)).filter(|secret| !secret.is_empty()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(authorization: Option<&str>, body: &str) -> std::result::Result<Shown, OauthCode> {
        let request = ClientRequest {
            authorization: authorization.map(|text| format!("Basic {}", STANDARD.encode(text))),
            parameters: Parameters::parse(body).unwrap(),
            peer: Peer::default(),
        };
        shown(&request).map_err(|error| error.code)
    }

    #[test]
    fn a_client_is_shown_by_header_or_body_or_both_alike() {
        let shown = |secret: Option<&str>| Ok(Shown { id: "a-b".to_owned(), secret: secret.map(str::to_owned) });
        for (header, body, expected) in [
            (Some("a-b:s"), "", shown(Some("s"))),
            (Some("a%2Db:s"), "", shown(Some("s"))),
            (Some("a-b:"), "", shown(None)),
            (None, "client_id=a-b&client_secret=s", shown(Some("s"))),
            (None, "client_id=a-b", shown(None)),
            (Some("a-b:s"), "client_id=a-b", shown(Some("s"))),
            (Some("a-b:s"), "client_id=a-b&client_secret=s", shown(Some("s"))),
            (Some("a-b:s"), "client_id=a-b&client_secret=t", Err(OauthCode::InvalidRequest)),
            (Some("a-b:s"), "client_id=c", Err(OauthCode::InvalidRequest)),
            (Some("a-b"), "client_id=a-b&client_secret=s", Err(OauthCode::InvalidClient)),
            (None, "client_secret=s", Err(OauthCode::InvalidClient)),
        ] {
            assert_eq!(of(header, body), expected, "{header:?} {body}");
        }
        assert_eq!(basic("Bearer YTpi"), None);
        assert_eq!(basic("basic YTpi").map(|shown| shown.id), Some("a".to_owned()));
    }
}
