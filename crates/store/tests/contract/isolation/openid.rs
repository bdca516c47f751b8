//! What the OpenID provider keeps, and a question for each of its reads.

use musubi_domain::authorization::AuthorizationCode;
use musubi_domain::consent::Consent;
use musubi_domain::error::Result;
use musubi_domain::id::{OauthClientNo, OauthGrantNo, TokenNo, UserNo};
use musubi_domain::oauth_grant::OauthGrant;
use musubi_domain::signing_key::SigningKey;
use musubi_domain::system_scope::SystemScope;
use musubi_domain::time::Timestamp;
use musubi_domain::token::{Token, TokenSource};
use musubi_store::db::Tx;
use musubi_store::{authorization, consent, oauth_client, oauth_grant, signing_key, system_scope, tenant, token};

use super::{Owned, Question};
use crate::fixture::TENANT;

const GRANT: OauthGrantNo = OauthGrantNo(1);
const FOR_EVER: Timestamp = Timestamp::from_micros(i64::MAX);

/// One of each in both tenants, of the same numbers; what is found by number alone is in the first alone.
pub(super) fn keep(tx: &mut Tx<'_>, user: UserNo, client: OauthClientNo, word: &str) -> Result<()> {
    let now = tx.context().now;
    let code = AuthorizationCode {
        client,
        user,
        redirect_uri: word.to_owned(),
        scope: word.to_owned(),
        nonce: None,
        challenge: None,
        auth_at: now,
        refresh_until: None,
        grant: None,
        created_at: now,
    };
    authorization::authorization_code_insert(tx, &code, word.as_bytes())?;
    let (name, claims, title_ja, title_en) = (word.to_owned(), String::new(), String::new(), String::new());
    system_scope::system_scope_set(tx, &SystemScope { name, claims, title_ja, title_en, enabled: true })?;
    let key = SigningKey {
        number: 1,
        kid: word.to_owned(),
        modulus: Vec::new(),
        private_key: None,
        used_from: now,
        created_at: now,
    };
    signing_key::signing_key_insert(tx, &key)?;
    if tx.tenant() != TENANT {
        return Ok(());
    }
    let given = Consent { scope: word.to_owned(), given_at: now, expires_at: FOR_EVER };
    consent::consent_set(tx, user, client, &given)?;
    let grant = OauthGrant {
        number: GRANT,
        client,
        user,
        scope: word.to_owned(),
        auth_at: now,
        refreshes: true,
        ends_at: FOR_EVER,
        revoked: false,
        created_at: now,
    };
    oauth_grant::oauth_grant_insert(tx, &grant)?;
    oauth_grant::refresh_token_insert(tx, GRANT, 1, word.as_bytes())?;
    let shared = Token {
        tenant: tx.tenant(),
        number: TokenNo(1_000),
        scope: word.to_owned(),
        user,
        client: Some(client),
        rights: None,
        expires_at: FOR_EVER,
        revoked: false,
        grant: None,
        source: TokenSource::Contract,
    };
    token::token_insert(tx, &shared, b"shared")
}

pub(super) fn questions(owned: &Owned) -> Vec<(&'static str, Question)> {
    let word = || "株式会社1".to_owned();
    let (client, user) = (owned.client, owned.user);
    vec![
        (
            "authorization_code_by_hash",
            Box::new(move |s| Ok(authorization::authorization_code_by_hash(s, word().as_bytes())?.is_some())),
        ),
        ("consent_of", Box::new(move |s| Ok(consent::consent_of(s, user.unwrap(), client.unwrap())?.is_some()))),
        (
            "consent_list_of_client",
            Box::new(move |s| Ok(!consent::consent_list_of_client(s, client.unwrap(), UserNo(0), 10)?.is_empty())),
        ),
        (
            "consent_list",
            Box::new(move |s| Ok(!consent::consent_list(s, user.unwrap(), OauthClientNo(0), 10)?.is_empty())),
        ),
        (
            "oauth_client_with_secret",
            Box::new(move |s| Ok(oauth_client::oauth_client_with_secret(s, &word())?.is_some())),
        ),
        ("oauth_grant_by_number", Box::new(move |s| Ok(oauth_grant::oauth_grant_by_number(s, GRANT)?.is_some()))),
        (
            "oauth_grant_list",
            Box::new(move |s| Ok(!oauth_grant::oauth_grant_list(s, user.unwrap(), OauthGrantNo(0), 10)?.is_empty())),
        ),
        (
            "refresh_token_shown",
            Box::new(move |s| {
                let shown = oauth_grant::refresh_token_shown(s, word().as_bytes())?;
                Ok(shown.is_some_and(|(shown, grant, latest)| shown.grant == grant.number && latest == 1))
            }),
        ),
        (
            "signing_key_list",
            Box::new(move |s| Ok(signing_key::signing_key_list(s)?.iter().any(|key| key.kid == word()))),
        ),
        (
            "system_scope_list",
            Box::new(move |s| Ok(system_scope::system_scope_list(s)?.iter().any(|scope| scope.name == word()))),
        ),
        ("tenant_company", Box::new(move |s| Ok(tenant::tenant_company(s)?.code == "t1"))),
        (
            "token_shared",
            Box::new(move |s| {
                Ok(token::token_shared(s, client.unwrap(), &word(), Timestamp::from_micros(0))?.is_some())
            }),
        ),
    ]
}
