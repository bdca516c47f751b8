//! OpenID clients: programs that are given tokens.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{OauthClientNo, UserNo};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::oauth_client::is_redirect_uri;
use musubi_domain::permission_template::right_problems;
use musubi_domain::rights::named;
use musubi_domain::scope;
use musubi_domain::security::{addresses_settled, rate_problem};
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
pub use musubi_store::oauth_client::{OauthClient, OauthClientSettings};

use crate::access::token_hash;
use crate::context::Service;
use crate::organization::CHUNK;
use crate::record::check_name;
use crate::user::{system_user_in, system_user_rename};

/// A client to be added.
#[derive(Clone, Debug, Default)]
pub struct OauthClientCreate {
    /// Its name, which creator and updater items show.
    pub name: String,
    /// What is set.
    pub settings: OauthClientSettings,
}

/// What a new client is told, once.
#[derive(Clone, Debug)]
pub struct OauthClientSecret {
    /// Its id.
    pub client_id: String,
    /// Its secret; none for a public client.
    pub client_secret: Option<String>,
}

/// Adds a client. The secret is shown once and kept as a hash.
///
/// # Errors
/// Forbidden without the right, and where whoever adds it has not himself what he gives. Invalid, with everything that is wrong at once; where
/// he has to name rights.
pub async fn oauth_client_create(
    service: &Service,
    context: &Arc<Context>,
    mut command: OauthClientCreate,
) -> Result<OauthClientSecret> {
    service.check_named_right(context, named::SYSTEM).await?;
    let problems = settle(&mut command);
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    service.check_scopes_known(context.tenant, "--scope", &command.settings.scope).await?;
    service.check_rights_given(context, command.settings.rights.as_deref()).await?;
    let (id, secret) = (service.random(), service.random());
    let client_id = URL_SAFE_NO_PAD.encode(id.get(..16).unwrap_or(&id));
    let client_secret = (!command.settings.public).then(|| URL_SAFE_NO_PAD.encode(secret));
    let answer = OauthClientSecret { client_id: client_id.clone(), client_secret: client_secret.clone() };
    let hash = client_secret.map(|secret| token_hash(&secret).to_vec());
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let user = system_user_in(tx, &format!("client:{client_id}"), &command.name)?;
            let (client_id, name, settings) = (client_id.clone(), command.name.clone(), command.settings.clone());
            let client = OauthClient { number: OauthClientNo(0), client_id, name, user, settings };
            store::oauth_client::oauth_client_insert(tx, &client, hash.clone())?;
            tx.record_operation(&Operation::new("client.create", command.name.clone()))
        })
        .await?;
    Ok(answer)
}

/// Everything that is wrong; what is right is put as it is kept.
fn settle(command: &mut OauthClientCreate) -> Vec<Problem> {
    let (addresses, wrong) = addresses_settled("--address", &command.settings.allowed_addresses);
    command.settings.allowed_addresses = addresses;
    // Whoever cannot show who he is shows at least that nobody else has used the token before (RFC 9700, 4.14.2).
    command.settings.rotate_refresh |= command.settings.public;
    let mut problems = problems(command);
    problems.extend(wrong);
    problems.extend(command.settings.requests_per_minute.and_then(rate_problem));
    problems
}

fn problems(command: &OauthClientCreate) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |path: &str, message| problems.push(Problem { path: path.to_owned(), item: None, message });
    let settings = &command.settings;
    if scope::names(&settings.scope).iter().any(|name| !scope::is_name(name)) {
        say("--scope", Message::BadName);
    }
    let places = [("--redirect-uri", &settings.redirect_uris), ("--logout-uri", &settings.post_logout_redirect_uris)];
    for (path, uris) in places {
        uris.iter().filter(|uri| !is_redirect_uri(uri)).for_each(|_| say(path, Message::NotRedirectUri));
    }
    if !(0..=limits::REFRESH_DAYS_MOST).contains(&settings.refresh_days) {
        say("--refresh-days", Message::OutOfRange { least: 0, most: limits::REFRESH_DAYS_MOST });
    }
    problems.extend(right_problems(settings.rights.as_deref().unwrap_or_default()));
    let mut say = |path: &str, message| problems.push(Problem { path: path.to_owned(), item: None, message });
    // A public client cannot prove who it is, so it cannot act for itself.
    if settings.public && !settings.grants.is_empty() {
        say("--grant", Message::NotForPublicClients);
    }
    if let Err(error) = check_name("--name", &command.name) {
        problems.extend_from_slice(error.problems());
    }
    problems
}

/// All clients, in order of creation.
///
/// # Errors
/// Where the database does not answer.
pub async fn oauth_client_list(service: &Service, context: &Arc<Context>) -> Result<Vec<OauthClient>> {
    let mut clients: Vec<OauthClient> = Vec::new();
    loop {
        let after = clients.last().map_or(OauthClientNo(0), |last| last.number);
        let rows = service
            .db()
            .page(context.tenant, move |snapshot| store::oauth_client::oauth_client_list(snapshot, after, CHUNK))
            .await?;
        if rows.is_empty() {
            return Ok(clients);
        }
        clients.extend(rows);
    }
}

/// What is changed of a client; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct OauthClientSet {
    /// Its name.
    pub name: Option<String>,
    /// Where the browser may be sent back to.
    pub redirect_uris: Option<Vec<String>>,
    /// Where the browser may be sent to when somebody has signed out.
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// Days after a consent until refresh tokens end.
    pub refresh_days: Option<i64>,
    /// Scope names separated by spaces.
    pub scope: Option<String>,
    /// Grants beside authorization_code and refresh_token.
    pub grants: Option<Vec<String>>,
    /// The claims profile.
    pub claims: Option<String>,
    /// Whether refresh tokens change with each use.
    pub rotate_refresh: Option<bool>,
    /// The rights to which it is held; none within: it has all.
    pub rights: Option<Option<Vec<String>>>,
    /// The addresses and networks from which it and its tokens may come.
    pub allowed_addresses: Option<Vec<String>>,
    /// Requests that a token of it may make in a minute; none within: as many as the tenant says.
    pub requests_per_minute: Option<Option<u32>>,
}

impl OauthClientSet {
    fn apply(&self, client: &mut OauthClient) {
        fn put<T: Clone>(to: &mut T, from: Option<&T>) {
            if let Some(from) = from {
                to.clone_from(from);
            }
        }
        let settings = &mut client.settings;
        put(&mut client.name, self.name.as_ref());
        put(&mut settings.redirect_uris, self.redirect_uris.as_ref());
        put(&mut settings.post_logout_redirect_uris, self.post_logout_redirect_uris.as_ref());
        put(&mut settings.refresh_days, self.refresh_days.as_ref());
        put(&mut settings.scope, self.scope.as_ref());
        put(&mut settings.grants, self.grants.as_ref());
        put(&mut settings.claims, self.claims.as_ref());
        put(&mut settings.rotate_refresh, self.rotate_refresh.as_ref());
        put(&mut settings.rights, self.rights.as_ref());
        put(&mut settings.allowed_addresses, self.allowed_addresses.as_ref());
        put(&mut settings.requests_per_minute, self.requests_per_minute.as_ref());
    }
}

/// Changes a client. Its id and its secret stay, and so do the tokens that it was given. What it made shows its new name.
///
/// # Errors
/// Forbidden without the right, and where whoever changes it has not himself what he gives. NotFound; Invalid, with everything that is wrong at
/// once; where he has to name rights.
pub async fn oauth_client_set(
    service: &Service,
    context: &Arc<Context>,
    client_id: String,
    change: OauthClientSet,
) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    if let Some(rights) = &change.rights {
        service.check_rights_given(context, rights.as_deref()).await?;
    }
    if let Some(scope) = &change.scope {
        service.check_scopes_known(context.tenant, "--scope", scope).await?;
    }
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let client = store::oauth_client::oauth_client_by_id(tx, &client_id)?;
            let mut client = client.ok_or_else(|| Error::not_found("ID"))?;
            change.apply(&mut client);
            let mut judged = OauthClientCreate { name: client.name.clone(), settings: client.settings };
            let problems = settle(&mut judged);
            if !problems.is_empty() {
                return Err(Error::invalid(problems));
            }
            client.settings = judged.settings;
            store::oauth_client::oauth_client_set(tx, &client)?;
            system_user_rename(tx, client.user, &client.name)?;
            tx.record_operation(&Operation::new("client.set", client.name.clone()))
        })
        .await
}

/// Gives a client another secret, which is shown this once; the one before is worth nothing from then on. Its tokens stay.
///
/// # Errors
/// Forbidden without the right. NotFound; Invalid for a public client.
pub async fn oauth_client_secret_renew(
    service: &Service,
    context: &Arc<Context>,
    client_id: String,
) -> Result<OauthClientSecret> {
    service.check_named_right(context, named::SYSTEM).await?;
    let secret = URL_SAFE_NO_PAD.encode(service.random());
    let (hash, id) = (token_hash(&secret), client_id.clone());
    let write = move |tx: &mut Tx<'_>| {
        let client = store::oauth_client::oauth_client_by_id(tx, &id)?.ok_or_else(|| Error::not_found("ID"))?;
        if client.settings.public {
            return Err(Error::invalid_at("ID", Message::NoSecretForPublicClients));
        }
        store::oauth_client::oauth_client_secret_set(tx, client.number, &hash)?;
        tx.record_operation(&Operation::new("client.secret", client.name))
    };
    service.db().write(context, Lane::Interactive, write).await?;
    Ok(OauthClientSecret { client_id, client_secret: Some(secret) })
}

/// Removes a client; its tokens are worth nothing from then on.
///
/// # Errors
/// Forbidden without the right. NotFound.
pub async fn oauth_client_remove(service: &Service, context: &Arc<Context>, client_id: String) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let client =
                store::oauth_client::oauth_client_by_id(tx, &client_id)?.ok_or_else(|| Error::not_found("ID"))?;
            store::oauth_client::oauth_client_delete(tx, client.number)?;
            tx.record_operation(&Operation::new("client.remove", client.name))
        })
        .await
}

/// The client of an id, the system user that stands for it, and the scopes that it may have.
pub(crate) fn known(tx: &mut Tx<'_>, client_id: &str) -> Result<(OauthClientNo, UserNo, String)> {
    let client = store::oauth_client::oauth_client_by_id(tx, client_id)?;
    let known = client.map(|client| (client.number, client.user, client.settings.scope));
    known.ok_or_else(|| Error::invalid_at("--client", Message::NotFound))
}
