//! The token service of the contract API (source: API認証): a second door to the same tokens. A client that asks again is given the same
//! token as long as it lives.

use std::sync::Arc;

use musubi_domain::error::Result;
use musubi_domain::id::TenantNo;
use musubi_domain::oauth_error::{OauthCode, OauthError};
use musubi_domain::token::{Token, TokenSource};
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
use musubi_store::oauth_client::OauthClient;

use crate::client_authentication::ClientRequest;
use crate::context::Service;
use crate::oauth_grant::{Given, TokenGiven};
use crate::request::Note;
use crate::sign_in::Attempt;

/// The one scope that there is here.
const SCOPE: &str = "service_contract";

/// Characters of a client id: 128 random bits in base64url.
const ID_CHARACTERS: usize = 22;

const REFUSED: OauthError = OauthError::new(OauthCode::InvalidClient, "the client id or the client secret is wrong");

/// Gives a client its token.
///
/// # Errors
/// Where the database does not answer.
pub async fn contract_token_give(
    service: &Service,
    tenant: TenantNo,
    request: ClientRequest,
    note: &Note,
) -> Result<Given<TokenGiven>> {
    let parameters = &request.parameters;
    if parameters.repeated(&["grant_type", "scope", "client_id", "client_secret"]).is_some() {
        return Ok(Err(OauthError::request("a parameter is given more than once")));
    }
    let given = |name| parameters.get(name);
    let (Some(grant_type), Some(scope), Some(client_id), Some(secret)) =
        (given("grant_type"), given("scope"), given("client_id"), given("client_secret"))
    else {
        return Ok(Err(OauthError::request("grant_type, scope, client_id and client_secret are required")));
    };
    if grant_type != "client_credentials" {
        return Ok(Err(OauthError::new(OauthCode::UnsupportedGrantType, "grant_type must be client_credentials")));
    }
    if scope != SCOPE {
        return Ok(Err(OauthError::new(OauthCode::InvalidScope, "scope must be service_contract")));
    }
    if client_id.len() > ID_CHARACTERS {
        return Ok(Err(REFUSED));
    }
    // Ids are random: nobody finds one by trying, and those that there are not are not kept.
    let Some(known) = service.known_client(tenant, client_id).await? else { return Ok(Err(REFUSED)) };
    let attempt = Attempt::of_client(service, client_id, &request.peer);
    let shown = known.is_shown_by(Some(secret)).then(|| Arc::clone(&known.client));
    let Some(client) = service.admitted(tenant, shown, &request).await? else {
        turn_away(service, tenant, attempt, request.peer.address.to_string()).await?;
        return Ok(Err(REFUSED));
    };
    match service.own_scope(tenant, &client, Some(SCOPE)).await? {
        Ok(_) => give(service, tenant, &client, attempt, note).await,
        // Whoever is locked out does not learn that the secret was the right one.
        Err(error) => Ok(Err(if is_locked(service, tenant, attempt).await? { REFUSED } else { error })),
    }
}

async fn is_locked(service: &Service, tenant: TenantNo, attempt: Attempt) -> Result<bool> {
    let read = move |tx: &mut Tx<'_>| attempt.is_locked(tx);
    service.db().write(&service.system_context(tenant), Lane::Interactive, read).await
}

impl Service {
    async fn admitted(
        &self,
        tenant: TenantNo,
        client: Option<Arc<OauthClient>>,
        request: &ClientRequest,
    ) -> Result<Option<Arc<OauthClient>>> {
        let Some(client) = client else { return Ok(None) };
        let is_admitted = self.check_address(tenant, &request.peer, None, Some(client.number)).await?;
        Ok(is_admitted.then_some(client))
    }
}

/// Counts a failure. Who is locked out is not locked out for longer.
async fn turn_away(service: &Service, tenant: TenantNo, attempt: Attempt, address: String) -> Result<()> {
    let write = move |tx: &mut Tx<'_>| if attempt.is_locked(tx)? { Ok(()) } else { attempt.fail(tx, None, &address) };
    service.db().write(&service.system_context(tenant), Lane::Interactive, write).await
}

async fn give(
    service: &Service,
    tenant: TenantNo,
    client: &OauthClient,
    attempt: Attempt,
    note: &Note,
) -> Result<Given<TokenGiven>> {
    let context = service.client_context(tenant, client, note);
    let (texts, number) = (service.token_texts(tenant), client.number);
    let token = service.token_new(&context, client, client.user, SCOPE.to_owned()).await?;
    let token = Token { source: TokenSource::Contract, ..token };
    let write = move |tx: &mut Tx<'_>| {
        if attempt.is_locked(tx)? {
            return Ok(None);
        }
        attempt.succeed(tx)?;
        let now = tx.context().now;
        let there = store::token::token_shared(tx, number, SCOPE, now)?;
        // What would live longer than a new one was made before the clock went back.
        let there = there.filter(|(_, expires_at)| *expires_at <= token.expires_at);
        let (number, expires_at) = match there {
            Some(there) => there,
            None => {
                texts.keep(tx, &token)?;
                (token.number, token.expires_at)
            }
        };
        let seconds = (expires_at.micros() - now.micros()).div_euclid(1_000_000);
        Ok(Some((texts.access(number), seconds)))
    };
    let Some((access_token, expires_in)) = service.db().write(&context, Lane::Interactive, write).await? else {
        return Ok(Err(REFUSED));
    };
    let scope = SCOPE.to_owned();
    Ok(Ok(TokenGiven { access_token, expires_in, scope, refresh_token: None, id_token: None }))
}
