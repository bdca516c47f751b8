//! Taking tokens back: by clients (RFC 7009), and by administrators, per person and client.

use std::collections::BTreeMap;
use std::sync::Arc;

use musubi_domain::consent::Consent;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{OauthClientNo, OauthGrantNo, TenantNo, UserNo};
use musubi_domain::oauth_error::{OauthCode, OauthError};
use musubi_domain::oauth_grant::OauthGrant;
use musubi_domain::rights::named;
use musubi_domain::user::User;
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Snapshot, Tx};

use crate::access::token_hash;
use crate::client_authentication::ClientRequest;
use crate::context::Service;
use crate::oauth_grant::Given;
use crate::organization::CHUNK;
use crate::request::Note;

/// Takes back a token that a client shows: an access token alone, a refresh token with all that follow from the same code. One that nobody
/// knows is as good as taken back.
///
/// # Errors
/// Where the database does not answer.
pub async fn token_give_up(
    service: &Service,
    tenant: TenantNo,
    request: ClientRequest,
    note: &Note,
) -> Result<Given<()>> {
    if request.parameters.repeated(&["token", "token_type_hint", "client_id", "client_secret"]).is_some() {
        return Ok(Err(OauthError::request("a parameter is given more than once")));
    }
    let client = match service.client_authenticated(tenant, &request).await? {
        Ok(client) => client,
        Err(error) => return Ok(Err(error)),
    };
    let Some(text) = request.parameters.get("token") else {
        return Ok(Err(OauthError::request("token is missing")));
    };
    const OTHERS: OauthError = OauthError::new(OauthCode::UnauthorizedClient, "the token is another client's");
    let hash = token_hash(text);
    if let Some(token) = service.token_of(text).await?.filter(|token| token.tenant == tenant) {
        if token.client != Some(client.number) {
            return Ok(Err(OTHERS));
        }
        if token.revoked {
            return Ok(Ok(()));
        }
        let (context, number) = (service.client_context(tenant, &client, note), token.number);
        let write = move |tx: &mut Tx<'_>| store::token::token_revoke(tx, number).map(drop);
        return service.db().write(&context, Lane::Interactive, write).await.map(Ok);
    }
    let read = move |keyed: &mut Keyed<'_>| store::oauth_grant::refresh_token_shown(keyed, &hash);
    match service.db().get(tenant, read).await?.map(|(_, grant, _)| grant) {
        None => Ok(Ok(())),
        Some(grant) if grant.client != client.number => Ok(Err(OTHERS)),
        Some(grant) if grant.revoked => Ok(Ok(())),
        Some(grant) => {
            let context = service.client_context(tenant, &client, note);
            let write = move |tx: &mut Tx<'_>| store::oauth_grant::oauth_grant_revoke(tx, grant.number).map(drop);
            service.db().write(&context, Lane::Interactive, write).await.map(Ok)
        }
    }
}

/// What a person has let a client do.
#[derive(Clone, Debug)]
pub struct ConsentView {
    /// The id of the client.
    pub client_id: String,
    /// Its name.
    pub name: String,
    /// What he has allowed it while he is away.
    pub consent: Option<Consent>,
    /// The families of its tokens that live.
    pub grants: Vec<OauthGrant>,
}

/// What a person has let clients do.
///
/// # Errors
/// Forbidden without the right; NotFound where there is no such person.
pub async fn consent_list(service: &Service, context: &Arc<Context>, login_id: String) -> Result<Vec<ConsentView>> {
    service.check_named_right(context, named::PEOPLE).await?;
    let user = service.person(context.tenant, login_id).await?;
    consents_of(service, context, user).await
}

/// The people who have allowed a client something, by number after one, at most `most`, and where the next page begins.
///
/// # Errors
/// Forbidden without the right for settings; NotFound where there is no such client.
pub async fn consent_list_of_client(
    service: &Service,
    context: &Arc<Context>,
    client_id: &str,
    after: UserNo,
    most: i64,
) -> Result<(Vec<(Arc<User>, Consent)>, Option<UserNo>)> {
    service.check_named_right(context, named::SYSTEM).await?;
    let client = service.oauth_client(context.tenant, client_id).await?;
    let client = client.ok_or_else(|| Error::not_found("--client"))?.number;
    let read = move |snapshot: &mut Snapshot<'_>| store::consent::consent_list_of_client(snapshot, client, after, most);
    let rows = service.db().page(context.tenant, read).await?;
    let is_full = i64::try_from(rows.len()).unwrap_or(i64::MAX) >= most;
    let next = rows.last().filter(|_| is_full).map(|(last, _)| *last);
    let mut views = Vec::new();
    for (user, consent) in rows.into_iter().filter(|(_, consent)| consent.stands(context.now)) {
        views.extend(service.user(context.tenant, user).await?.map(|user| (user, consent)));
    }
    Ok((views, next))
}

/// What the caller himself has allowed and still does.
///
/// # Errors
/// Where the database does not answer.
pub async fn own_consent_list(service: &Service, context: &Arc<Context>) -> Result<Vec<ConsentView>> {
    let mut views = consents_of(service, context, context.actor.user).await?;
    // Only what goes on without him; the rest ends with its access tokens.
    views.retain(|view| view.consent.is_some());
    Ok(views)
}

async fn consents_of(service: &Service, context: &Arc<Context>, user: UserNo) -> Result<Vec<ConsentView>> {
    let mut of_clients: BTreeMap<OauthClientNo, (Option<Consent>, Vec<OauthGrant>)> = BTreeMap::new();
    for grant in service.grants(context, user).await? {
        of_clients.entry(grant.client).or_default().1.push(grant);
    }
    let mut after = OauthClientNo(0);
    loop {
        let read = move |snapshot: &mut Snapshot<'_>| store::consent::consent_list(snapshot, user, after, CHUNK);
        let rows = service.db().page(context.tenant, read).await?;
        let Some((last, _)) = rows.last() else { break };
        after = *last;
        for (client, consent) in rows.into_iter().filter(|(_, consent)| consent.stands(context.now)) {
            of_clients.entry(client).or_default().0 = Some(consent);
        }
    }
    let mut views = Vec::new();
    for (client, (consent, grants)) in of_clients {
        if let Some(client) = service.client_of_number(context.tenant, client).await? {
            let (client_id, name) = (client.client_id.clone(), client.name.clone());
            views.push(ConsentView { client_id, name, consent, grants });
        }
    }
    Ok(views)
}

/// Takes back what a person has allowed a client: its tokens are worth nothing, and he is asked again.
///
/// # Errors
/// Forbidden without the right; NotFound where there is no such person or client, or nothing was allowed.
pub async fn consent_remove(
    service: &Service,
    context: &Arc<Context>,
    login_id: String,
    client_id: String,
) -> Result<()> {
    service.check_named_right(context, named::PEOPLE).await?;
    let user = service.person(context.tenant, login_id.clone()).await?;
    consent_take_back(service, context, (user, login_id), client_id).await
}

/// Takes back what the caller himself has allowed a client.
///
/// # Errors
/// NotFound where there is no such client, or nothing was allowed.
pub async fn own_consent_remove(service: &Service, context: &Arc<Context>, client_id: String) -> Result<()> {
    let user = context.actor.user;
    let person = service.user(context.tenant, user).await?.ok_or_else(|| Error::not_found("--user"))?;
    consent_take_back(service, context, (user, person.login_id.clone()), client_id).await
}

async fn consent_take_back(
    service: &Service,
    context: &Arc<Context>,
    (user, login_id): (UserNo, String),
    client_id: String,
) -> Result<()> {
    let client = service.oauth_client(context.tenant, &client_id).await?;
    let client = client.ok_or_else(|| Error::not_found("--client"))?.number;
    let write = move |tx: &mut Tx<'_>| {
        let is_consent = store::consent::consent_delete(tx, user, client)?;
        let grants = access_end_in(tx, user, Some(client))?;
        if !is_consent && grants == 0 {
            return Err(Error::not_found("--client"));
        }
        tx.record_operation(&Operation::new("consent.remove", format!("{login_id} {client_id}")))
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// Ends what clients may do for a person, one or all: codes that are not exchanged yet, families of tokens. How many families.
///
/// # Errors
/// What the database says.
pub(crate) fn access_end_in(tx: &mut Tx<'_>, user: UserNo, client: Option<OauthClientNo>) -> Result<u64> {
    store::authorization::authorization_code_delete_of_user(tx, user, client)?;
    store::oauth_grant::oauth_grant_revoke_of_user(tx, user, client)
}

impl Service {
    /// The families of a person's tokens that live.
    async fn grants(&self, context: &Context, user: UserNo) -> Result<Vec<OauthGrant>> {
        let (mut living, mut after) = (Vec::new(), OauthGrantNo(0));
        loop {
            let read =
                move |snapshot: &mut Snapshot<'_>| store::oauth_grant::oauth_grant_list(snapshot, user, after, CHUNK);
            let rows = self.db().page(context.tenant, read).await?;
            let Some(last) = rows.last() else { return Ok(living) };
            after = last.number;
            living.extend(rows.into_iter().filter(|grant| !grant.is_over(context.now)));
        }
    }

    async fn person(&self, tenant: TenantNo, login_id: String) -> Result<UserNo> {
        let read = move |keyed: &mut Keyed<'_>| store::user::user_by_login(keyed, &login_id);
        let user = self.db().get(tenant, read).await?.filter(|user| !user.system);
        Ok(user.ok_or_else(|| Error::not_found("--user"))?.number)
    }
}
