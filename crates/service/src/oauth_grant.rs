//! The token endpoint: what clients are given for codes, for refresh tokens, and for themselves (RFC 6749, 4.1.3, 6 and 4.4).

use std::sync::Arc;

use aws_lc_rs::{constant_time, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musubi_domain::actor::{Actor, Door};
use musubi_domain::authorization::{AuthorizationCode, is_verifier};
use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::event::Operation;
use musubi_domain::id::{OauthGrantNo, TenantNo, TokenNo, UserNo};
use musubi_domain::limits;
use musubi_domain::oauth_error::{OauthCode, OauthError};
use musubi_domain::oauth_grant::{OauthGrant, RefreshStep, refresh_step};
use musubi_domain::scope;
use musubi_domain::signing_key::ID_TOKEN_SECONDS;
use musubi_domain::time::Timestamp;
use musubi_domain::token::{Token, TokenSource};
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Tx};
use musubi_store::oauth_client::OauthClient;
use serde_json::{Map, Value};

use crate::access::token_hash;
use crate::client_authentication::ClientRequest;
use crate::context::Service;
use crate::request::Note;
use crate::token::TokenTexts;

/// Ended rows of a kind that are forgotten at a time.
const FORGOTTEN: i64 = 500;
/// Of so many grants one forgets what has ended.
const FORGETS_ONE_IN: u8 = 64;
/// Numbers that are taken at a time: a second's worth and more of a busy instance.
const NUMBERS: i64 = 1_000;
/// Seconds for which ended codes and families are remembered: who shows one again is told from who makes one up.
const REMEMBERED_SECONDS: i64 = 86_400;

/// The parameters that have a meaning here, each of which may stand once.
const KNOWN: [&str; 8] =
    ["grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "scope", "client_id", "client_secret"];

/// What a client is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenGiven {
    /// The access token.
    pub access_token: String,
    /// Seconds that it has left.
    pub expires_in: i64,
    /// The names of its scopes, separated by spaces.
    pub scope: String,
    /// The refresh token, where there is one.
    pub refresh_token: Option<String>,
    /// The ID token, where the scope has `openid`.
    pub id_token: Option<String>,
}

/// What a client is given, or why not.
pub type Given<T> = std::result::Result<T, OauthError>;

/// What the transaction of a grant has come to.
struct Granted {
    token: Token,
    refresh_generation: Option<i64>,
    grant: Option<OauthGrant>,
    nonce: Option<String>,
}

const BAD_GRANT: OauthError =
    OauthError::new(OauthCode::InvalidGrant, "it is unknown, over, used, or not of this client");

/// Gives a client a token for what it shows.
///
/// # Errors
/// Where the database does not answer.
pub async fn token_give(
    service: &Service,
    tenant: TenantNo,
    request: ClientRequest,
    issuer: &str,
    note: &Note,
) -> Result<Given<TokenGiven>> {
    if request.parameters.repeated(&KNOWN).is_some() {
        return Ok(Err(OauthError::request("a parameter is given more than once")));
    }
    let client = match service.client_authenticated(tenant, &request).await? {
        Ok(client) => client,
        Err(error) => return Ok(Err(error)),
    };
    let context = service.client_context(tenant, &client, note);
    let granted = match request.parameters.get("grant_type") {
        Some("authorization_code") => code_exchange(service, &context, &client, &request).await?,
        Some("refresh_token") => refresh(service, &context, &client, &request).await?,
        Some("client_credentials") => client_credentials(service, &context, &client, &request).await?,
        Some(_) => Err(OauthError::new(OauthCode::UnsupportedGrantType, "this grant_type is not supported")),
        None => Err(OauthError::request("grant_type is missing")),
    };
    let granted = match granted {
        Ok(granted) => granted,
        Err(error) => return Ok(Err(error)),
    };
    forget(service, &context).await?;
    service.given(&context, &client, granted, issuer).await.map(Ok)
}

impl Service {
    /// The context of what a client does.
    pub(crate) fn client_context(&self, tenant: TenantNo, client: &OauthClient, note: &Note) -> Arc<Context> {
        let door = Door::Token { token: TokenNo(0), client: Some(client.number) };
        let actor = Actor { user: client.user, door, rights: None };
        self.context(tenant, actor, note.locale, note.request_id)
    }

    async fn given(
        &self,
        context: &Arc<Context>,
        client: &OauthClient,
        granted: Granted,
        issuer: &str,
    ) -> Result<TokenGiven> {
        let Granted { token, refresh_generation, grant, nonce } = granted;
        let texts = self.token_texts(context.tenant);
        let access_token = texts.access(token.number);
        let grant_no = grant.as_ref().map(|grant| grant.number);
        let refresh_token =
            refresh_generation.zip(grant_no).map(|(generation, grant)| texts.refresh(grant, generation));
        let id_token = match grant.filter(|_| token.has_scope("openid")) {
            Some(grant) => {
                let subject = self.user(context.tenant, token.user).await?.map(|user| user.login_id.clone());
                let claims =
                    id_claims(context.now, issuer, client, &grant, subject.unwrap_or_default(), &access_token, nonce);
                Some(self.token_signed(context.tenant, &claims).await?)
            }
            None => None,
        };
        let expires_in = (token.expires_at.micros() - context.now.micros()).div_euclid(1_000_000);
        Ok(TokenGiven { access_token, expires_in, scope: token.scope, refresh_token, id_token })
    }

    /// A token of a client that has just been given a number.
    pub(crate) async fn token_new(
        &self,
        context: &Arc<Context>,
        client: &OauthClient,
        user: UserNo,
        scope: String,
    ) -> Result<Token> {
        Ok(Token {
            tenant: context.tenant,
            number: TokenNo(self.number_of_block(context, "token", NUMBERS).await?),
            scope,
            user,
            client: Some(client.number),
            rights: None,
            expires_at: context.now.plus_seconds(limits::TOKEN_SECONDS),
            revoked: false,
            grant: None,
            source: TokenSource::Endpoint,
        })
    }
}

/// The claims of an ID token (OpenID Connect Core, 2).
fn id_claims(
    now: Timestamp,
    issuer: &str,
    client: &OauthClient,
    grant: &OauthGrant,
    subject: String,
    access_token: &str,
    nonce: Option<String>,
) -> Map<String, Value> {
    let seconds = |moment: Timestamp| moment.micros().div_euclid(1_000_000);
    let hash = digest::digest(&digest::SHA256, access_token.as_bytes());
    // The left half (OpenID Connect Core, 3.1.3.6).
    let at_hash = URL_SAFE_NO_PAD.encode(hash.as_ref().get(..16).unwrap_or_default());
    let mut claims = Map::new();
    claims.insert("iss".to_owned(), issuer.into());
    claims.insert("sub".to_owned(), subject.into());
    claims.insert("aud".to_owned(), client.client_id.clone().into());
    claims.insert("exp".to_owned(), (seconds(now) + ID_TOKEN_SECONDS).into());
    claims.insert("iat".to_owned(), seconds(now).into());
    claims.insert("auth_time".to_owned(), seconds(grant.auth_at).into());
    claims.insert("at_hash".to_owned(), at_hash.into());
    if let Some(nonce) = nonce {
        claims.insert("nonce".to_owned(), nonce.into());
    }
    claims
}

async fn code_exchange(
    service: &Service,
    context: &Arc<Context>,
    client: &Arc<OauthClient>,
    request: &ClientRequest,
) -> Result<Given<Granted>> {
    let parameters = &request.parameters;
    let (Some(code), Some(redirect_uri)) = (parameters.get("code"), parameters.get("redirect_uri")) else {
        return Ok(Err(OauthError::request("code and redirect_uri are required")));
    };
    let (hash, redirect_uri) = (token_hash(code), redirect_uri.to_owned());
    if !is_code(service, context, client, hash).await? {
        return Ok(Err(BAD_GRANT));
    }
    let verifier = parameters.get("code_verifier").map(str::to_owned);
    let scopes = service.scopes(context.tenant).await?;
    let allowed = scopes.allowed(&client.settings.scope);
    // What is signed with must be there before the code is used up.
    service.signing_keys(context.tenant).await?;
    let grant_no = OauthGrantNo(service.number_of_block(context, "oauth_grant", NUMBERS).await?);
    let token = service.token_new(context, client, client.user, String::new()).await?;
    let (texts, client) = (service.token_texts(context.tenant), Arc::clone(client));
    let write = move |tx: &mut Tx<'_>| {
        let Some(code) = code_judge(tx, &client, &hash, &redirect_uri, verifier.as_deref())? else {
            return Ok(Err(BAD_GRANT));
        };
        let now = tx.context().now;
        let scope = scope::names(&code.scope).into_iter().filter(|name| allowed.iter().any(|own| own == name));
        let scope = scope.collect::<Vec<_>>().join(" ");
        let refresh_until = code.refresh_until.filter(|until| now < *until);
        let token = Token { user: code.user, scope: scope.clone(), grant: Some(grant_no), ..token.clone() };
        let grant = OauthGrant {
            number: grant_no,
            client: client.number,
            user: code.user,
            scope,
            auth_at: code.auth_at,
            refreshes: refresh_until.is_some(),
            ends_at: refresh_until.unwrap_or(token.expires_at),
            revoked: false,
            created_at: now,
        };
        if !store::authorization::authorization_code_exchange(tx, &hash, grant_no)? {
            return Ok(Err(BAD_GRANT));
        }
        store::oauth_grant::oauth_grant_insert(tx, &grant)?;
        texts.keep(tx, &token)?;
        if grant.refreshes {
            let text = texts.refresh(grant_no, 1);
            store::oauth_grant::refresh_token_insert(tx, grant_no, 1, &token_hash(&text))?;
        }
        let refresh_generation = grant.refreshes.then_some(1);
        Ok(Ok(Granted { token, refresh_generation, grant: Some(grant), nonce: code.nonce }))
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// Whether this is a code of the client that was not exchanged yet, as far as can be told before the transaction: for one that is none nothing
/// is written, and no number taken.
async fn is_code(service: &Service, context: &Arc<Context>, client: &Arc<OauthClient>, hash: [u8; 32]) -> Result<bool> {
    let read = move |keyed: &mut Keyed<'_>| store::authorization::authorization_code_by_hash(keyed, &hash);
    let code = service.db().get(context.tenant, read).await?.filter(|code| code.client == client.number);
    let Some(grant) = code.as_ref().and_then(|code| code.grant) else { return Ok(code.is_some()) };
    let client = Arc::clone(client);
    let write = move |tx: &mut Tx<'_>| family_end(tx, &client, grant);
    service.db().write(context, Lane::Interactive, write).await?;
    Ok(false)
}

/// The code, where it can be exchanged. One that was exchanged before takes back what was given for it then (RFC 6749, 4.1.2).
fn code_judge(
    tx: &mut Tx<'_>,
    client: &OauthClient,
    hash: &[u8; 32],
    redirect_uri: &str,
    verifier: Option<&str>,
) -> Result<Option<AuthorizationCode>> {
    let Some(code) = store::authorization::authorization_code_by_hash(tx, hash)? else { return Ok(None) };
    if code.client != client.number {
        return Ok(None);
    }
    if let Some(grant) = code.grant {
        family_end(tx, client, grant)?;
        return Ok(None);
    }
    let is_sound = !code.is_over(tx.context().now)
        && code.redirect_uri == redirect_uri
        && is_verified(code.challenge.as_deref(), verifier);
    let is_active = is_sound && is_active(tx, code.user)?;
    Ok(is_active.then_some(code))
}

/// Something was used again: whoever has it, both lose it. Who uses it again and again does no more by that.
fn family_end(tx: &mut Tx<'_>, client: &OauthClient, grant: OauthGrantNo) -> Result<()> {
    if store::oauth_grant::oauth_grant_by_number(tx, grant)?.is_none_or(|grant| grant.revoked) {
        return Ok(());
    }
    if store::oauth_grant::oauth_grant_revoke(tx, grant)? {
        tx.record_operation(&Operation::new("grant.reused", client.name.clone()))?;
    }
    Ok(())
}

fn is_active(tx: &mut Tx<'_>, user: UserNo) -> Result<bool> {
    Ok(store::user::user_by_number(tx, user)?.is_some_and(|user| user.active && !user.system))
}

/// PKCE (RFC 7636, 4.6). A verifier where nothing was challenged is refused too: somebody has taken the challenge away (RFC 9700, 4.8.2).
fn is_verified(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            let hash = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
            is_verifier(verifier)
                && constant_time::verify_slices_are_equal(hash.as_bytes(), challenge.as_bytes()).is_ok()
        }
        (Some(_), None) | (None, Some(_)) => false,
    }
}

async fn refresh(
    service: &Service,
    context: &Arc<Context>,
    client: &Arc<OauthClient>,
    request: &ClientRequest,
) -> Result<Given<Granted>> {
    let parameters = &request.parameters;
    let Some(text) = parameters.get("refresh_token") else {
        return Ok(Err(OauthError::request("refresh_token is required")));
    };
    let (hash, asked) = (token_hash(text), parameters.get("scope").map(str::to_owned));
    // For what is no token of the client nothing is written, and no number taken.
    let read = move |keyed: &mut Keyed<'_>| store::oauth_grant::refresh_token_shown(keyed, &hash);
    let known = service.db().get(context.tenant, read).await?;
    if known.is_none_or(|(_, grant, _)| grant.client != client.number || grant.is_over(context.now)) {
        return Ok(Err(BAD_GRANT));
    }
    let scopes = service.scopes(context.tenant).await?;
    let allowed = scopes.allowed(&client.settings.scope);
    service.signing_keys(context.tenant).await?;
    let token = service.token_new(context, client, client.user, String::new()).await?;
    let (texts, client) = (service.token_texts(context.tenant), Arc::clone(client));
    let write = move |tx: &mut Tx<'_>| {
        let (grant, generation) = match refresh_judge(tx, &texts, &client, &hash)? {
            Ok(judged) => judged,
            Err(error) => return Ok(Err(error)),
        };
        let scope = match narrowed(&grant.scope, asked.as_deref(), &allowed) {
            Ok(scope) => scope,
            Err(error) => return Ok(Err(error)),
        };
        let token = Token { user: grant.user, scope, grant: Some(grant.number), ..token.clone() };
        texts.keep(tx, &token)?;
        Ok(Ok(Granted { token, refresh_generation: Some(generation), grant: Some(grant), nonce: None }))
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// The family of a refresh token, and the generation that is given for it.
fn refresh_judge(
    tx: &mut Tx<'_>,
    texts: &TokenTexts,
    client: &OauthClient,
    hash: &[u8; 32],
) -> Result<Given<(OauthGrant, i64)>> {
    let now = tx.context().now;
    let shown = store::oauth_grant::refresh_token_shown(tx, hash)?;
    let shown = shown.filter(|(_, grant, _)| grant.client == client.number && !grant.is_over(now));
    let Some((shown, grant, latest)) = shown else { return Ok(Err(BAD_GRANT)) };
    if !is_active(tx, grant.user)? {
        return Ok(Err(BAD_GRANT));
    }
    match refresh_step(client.settings.rotate_refresh, &shown, latest, now) {
        RefreshStep::Same(generation) => Ok(Ok((grant, generation))),
        RefreshStep::Next(generation) => {
            let text = texts.refresh(grant.number, generation);
            store::oauth_grant::refresh_token_insert(tx, grant.number, generation, &token_hash(&text))?;
            Ok(Ok((grant, generation)))
        }
        RefreshStep::Reused => {
            family_end(tx, client, grant.number)?;
            Ok(Err(BAD_GRANT))
        }
    }
}

/// The scopes of a family that are asked for, all unless some are named, as far as they are still allowed.
fn narrowed(of_grant: &str, asked: Option<&str>, allowed: &[String]) -> Given<String> {
    let of_grant = scope::names(of_grant);
    let asked = asked.map_or_else(|| of_grant.clone(), scope::names);
    if asked.iter().any(|name| !of_grant.contains(name)) {
        return Err(OauthError::new(OauthCode::InvalidScope, "the scope goes beyond what was granted"));
    }
    let left: Vec<_> = asked.into_iter().filter(|name| allowed.iter().any(|own| own == name)).collect();
    if left.is_empty() {
        return Err(OauthError::new(OauthCode::InvalidScope, "nothing that was granted is allowed any more"));
    }
    Ok(left.join(" "))
}

async fn client_credentials(
    service: &Service,
    context: &Arc<Context>,
    client: &Arc<OauthClient>,
    request: &ClientRequest,
) -> Result<Given<Granted>> {
    let scope = match service.own_scope(context.tenant, client, request.parameters.get("scope")).await? {
        Ok(scope) => scope,
        Err(error) => return Ok(Err(error)),
    };
    let token = service.token_new(context, client, client.user, scope).await?;
    let (kept, texts) = (token.clone(), service.token_texts(context.tenant));
    service.db().write(context, Lane::Interactive, move |tx| texts.keep(tx, &kept)).await?;
    Ok(Ok(Granted { token, refresh_generation: None, grant: None, nonce: None }))
}

impl Service {
    /// The API scopes that a client asks for itself; all that it has unless it names some. None may be unknown, disabled or not its own.
    pub(crate) async fn own_scope(
        &self,
        tenant: TenantNo,
        client: &OauthClient,
        asked: Option<&str>,
    ) -> Result<Given<String>> {
        if client.settings.public || !client.settings.grants.iter().any(|grant| grant == "client_credentials") {
            let error = OauthError::new(OauthCode::UnauthorizedClient, "the client has no grant client_credentials");
            return Ok(Err(error));
        }
        let scopes = self.scopes(tenant).await?;
        let own: Vec<_> =
            scope::names(&client.settings.scope).into_iter().filter(|name| scopes.is_call(name)).collect();
        let asked = asked.map_or_else(|| own.clone(), scope::names);
        if asked.is_empty() || asked.iter().any(|name| !own.contains(name)) {
            let error =
                OauthError::new(OauthCode::InvalidScope, "a scope is unknown or not one of the client's API scopes");
            return Ok(Err(error));
        }
        Ok(Ok(asked.join(" ")))
    }
}

/// Forgets, once in a while, what has ended.
async fn forget(service: &Service, context: &Arc<Context>) -> Result<()> {
    if context.seed.first().is_none_or(|byte| byte % FORGETS_ONE_IN != 0) {
        return Ok(());
    }
    let write = |tx: &mut Tx<'_>| {
        let moment = tx.context().now.plus_seconds(-REMEMBERED_SECONDS);
        store::authorization::authorization_code_forget(tx, moment, FORGOTTEN)?;
        store::oauth_grant::oauth_grant_forget(tx, moment, FORGOTTEN)?;
        store::token::token_forget_of_endpoints(tx, moment, FORGOTTEN).map(drop)
    };
    service.db().write(context, Lane::Background, write).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_met_by_its_verifier_alone() {
        // The example of RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(is_verified(Some(challenge), Some(verifier)) && is_verified(None, None));
        assert!(!is_verified(Some(challenge), Some(challenge)) && !is_verified(Some(challenge), None));
        assert!(!is_verified(None, Some(verifier)));
    }

    #[test]
    fn a_scope_is_narrowed_and_never_widened() {
        let allowed = ["openid", "email"].map(str::to_owned);
        assert_eq!(narrowed("openid email phone", None, &allowed), Ok("openid email".to_owned()));
        assert_eq!(narrowed("openid email", Some("email"), &allowed), Ok("email".to_owned()));
        for (of_grant, asked) in [("openid", Some("email")), ("phone", None), ("openid phone", Some("phone"))] {
            assert_eq!(narrowed(of_grant, asked, &allowed).map_err(|error| error.code), Err(OauthCode::InvalidScope));
        }
    }
}
