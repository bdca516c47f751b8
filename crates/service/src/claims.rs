//! What a client is told of a person: by the userinfo endpoint, and by introspection.

use std::sync::Arc;

use musubi_domain::claims::{ClaimsProfile, claims};
use musubi_domain::error::Result;
use musubi_domain::id::TenantNo;
use musubi_domain::oauth_error::{OauthCode, OauthError};
use musubi_domain::scope;
use musubi_domain::token::{Standing, Token};
use musubi_domain::user::User;
use musubi_store as store;
use musubi_store::oauth_client::OauthClient;
use serde_json::{Map, Value, json};

use crate::access::{Denied, Refusal, token_hash};
use crate::client_authentication::ClientRequest;
use crate::context::Service;
use crate::oauth_grant::Given;
use crate::request::Peer;

/// Why somebody who shows an access token is told nothing.
#[derive(Debug)]
pub enum UserinfoRefusal {
    /// RFC 6750, 3.1.
    Error(OauthError),
    /// The token has made too many requests; how many seconds there are to wait.
    TooManyRequests(i64),
}

/// The claims that an access token releases (OpenID Connect Core, 5.3).
///
/// # Errors
/// Where the database does not answer.
pub async fn userinfo(
    service: &Service,
    tenant: TenantNo,
    bearer: &str,
    peer: &Peer,
) -> Result<std::result::Result<Map<String, Value>, UserinfoRefusal>> {
    let refused = |code, description| Ok(Err(UserinfoRefusal::Error(OauthError::new(code, description))));
    let Some((token, user)) = service.token_alive(tenant, bearer).await? else {
        return refused(OauthCode::InvalidToken, "the access token is unknown, over or taken back");
    };
    match service.admit(tenant, peer, token.number, token.user, token.client).await {
        Ok(()) => {}
        Err(Denied::Failed(error)) => return Err(error),
        Err(Denied::Refused(Refusal::TooManyRequests { seconds })) => {
            return Ok(Err(UserinfoRefusal::TooManyRequests(seconds)));
        }
        Err(Denied::Refused(_)) => {
            return refused(OauthCode::InvalidToken, "the access token may not come from this address");
        }
    }
    let scopes = service.scopes(tenant).await?;
    let names = scope::names(&token.scope);
    let released: Vec<_> =
        scopes.system.iter().filter(|scope| scope.enabled && names.contains(&scope.name.as_str())).collect();
    if user.system || released.is_empty() {
        return refused(OauthCode::InsufficientScope, "the access token speaks of no person");
    }
    let names: Vec<&str> = released.iter().flat_map(|scope| scope.claims()).collect();
    let client = match token.client {
        Some(client) => service.client_of_number(tenant, client).await?,
        None => None,
    };
    let profile = client.map_or_else(ClaimsProfile::default, |client| ClaimsProfile::of(&client.settings.claims));
    let company = service.company(tenant).await?;
    Ok(Ok(claims(&names, profile, &user, &company)))
}

impl Service {
    /// A token that is worth something at the moment, and who acts with it.
    async fn token_alive(&self, tenant: TenantNo, text: &str) -> Result<Option<(Arc<Token>, Arc<User>)>> {
        let token = self.token_of(text).await?;
        let is_alive = |token: &Arc<Token>| token.tenant == tenant && token.standing(self.now()) == Standing::Valid;
        let Some(token) = token.filter(is_alive) else { return Ok(None) };
        let user = self.user(tenant, token.user).await?.filter(|user| user.active);
        Ok(user.map(|user| (token, user)))
    }
}

/// What is known of a token (RFC 7662, 2.2). Any client of the tenant that keeps a secret may ask: servers of resources are clients here.
///
/// # Errors
/// Where the database does not answer.
pub async fn introspect(
    service: &Service,
    tenant: TenantNo,
    request: ClientRequest,
    issuer: &str,
) -> Result<Given<Map<String, Value>>> {
    if request.parameters.repeated(&["token", "token_type_hint", "client_id", "client_secret"]).is_some() {
        return Ok(Err(OauthError::request("a parameter is given more than once")));
    }
    let client = match service.client_authenticated(tenant, &request).await? {
        Ok(client) => client,
        Err(error) => return Ok(Err(error)),
    };
    if client.settings.public {
        return Ok(Err(OauthError::new(OauthCode::InvalidClient, "a client without a secret may not ask")));
    }
    let Some(text) = request.parameters.get("token") else {
        return Ok(Err(OauthError::request("token is missing")));
    };
    let told = match service.token_alive(tenant, text).await? {
        Some((token, user)) => Some(service.told_of(tenant, &token, &user, issuer).await?),
        None => service.told_of_refresh(tenant, text, issuer, &client).await?,
    };
    Ok(Ok(told.unwrap_or_else(|| object(json!({ "active": false })))))
}

fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(object) = value { object } else { Map::new() }
}

impl Service {
    async fn told_of(&self, tenant: TenantNo, token: &Token, user: &User, issuer: &str) -> Result<Map<String, Value>> {
        let enabled = self.scopes(tenant).await?;
        let enabled = enabled.enabled();
        let scope: Vec<_> = scope::names(&token.scope).into_iter().filter(|name| enabled.contains(name)).collect();
        let mut told = object(json!({
            "active": true, "scope": scope.join(" "), "token_type": "Bearer", "iss": issuer,
            "exp": token.expires_at.micros().div_euclid(1_000_000), "sub": user.login_id, "username": user.login_id,
        }));
        if let Some(client) = token.client {
            let client = self.client_of_number(tenant, client).await?;
            told.insert("client_id".to_owned(), client.map(|client| client.client_id.clone()).into());
        }
        Ok(told)
    }

    /// As of an access token, of a refresh token: to the client that has it.
    async fn told_of_refresh(
        &self,
        tenant: TenantNo,
        text: &str,
        issuer: &str,
        client: &OauthClient,
    ) -> Result<Option<Map<String, Value>>> {
        let hash = token_hash(text);
        let read = move |keyed: &mut store::db::Keyed<'_>| store::oauth_grant::refresh_token_shown(keyed, &hash);
        let shown = self.db().get(tenant, read).await?.filter(|(shown, grant, latest)| {
            shown.generation == *latest && grant.client == client.number && !grant.is_over(self.now())
        });
        let Some((_, grant, _)) = shown else { return Ok(None) };
        let Some(user) = self.user(tenant, grant.user).await?.filter(|user| user.active) else { return Ok(None) };
        Ok(Some(object(json!({
            "active": true, "scope": grant.scope, "client_id": client.client_id, "iss": issuer,
            "exp": grant.ends_at.micros().div_euclid(1_000_000), "sub": user.login_id, "username": user.login_id,
        }))))
    }
}
