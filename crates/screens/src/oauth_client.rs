//! The console of the OpenID provider: its endpoints, and the clients, which are programs that are given tokens.

mod edit;

use askama::Template;
use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use musubi_domain::id::UserNo;
use musubi_domain::rights::named;
use musubi_domain::route::{Guard, Route, route};
use musubi_domain::scope;
use musubi_service::Service;
use musubi_service::oauth_client::{
    OauthClient, OauthClientSecret, oauth_client_list, oauth_client_remove, oauth_client_secret_renew,
};
use musubi_service::revocation::{consent_list_of_client, consent_remove};
use musubi_service::token::{TokenSearch, token_search};
use uuid::Uuid;

use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::Frame;
use crate::moment::Moment;
use crate::person::{Person, PersonForm};
use crate::sheet::Sheet;
use crate::texts::fill;
use crate::told::{done, lead_told};
use crate::user::{has, must};
use crate::{permission_template, scope as scope_pages, signing_key, token};

/// What a caller needs for each of these pages.
pub(crate) const ROUTES: &[Route] = &[
    route("/admin/openid", "GET", Guard::Session),
    route("/admin/openid/clients", "GET", Guard::Session),
    route("/admin/openid/clients/new", "GET, POST", Guard::Session),
    route("/admin/openid/clients/{id}", "GET", Guard::Session),
    route("/admin/openid/clients/{id}/consents", "POST", Guard::Session),
    route("/admin/openid/clients/{id}/edit", "GET, POST", Guard::Session),
    route("/admin/openid/clients/{id}/remove", "GET, POST", Guard::Session),
    route("/admin/openid/clients/{id}/secret", "GET, POST", Guard::Session),
    route("/admin/openid/keys", "GET, POST", Guard::Session),
    route("/admin/openid/scopes", "GET, POST", Guard::Session),
    route("/admin/openid/scopes/new", "GET, POST", Guard::Session),
    route("/admin/openid/scopes/{name}", "GET, POST", Guard::Session),
    route("/admin/openid/scopes/{name}/remove", "GET, POST", Guard::Session),
    route("/admin/openid/tokens", "GET", Guard::Session),
    route("/admin/openid/tokens/new", "GET, POST", Guard::Session),
    route("/admin/openid/tokens/{number}/revoke", "POST", Guard::Session),
];

/// These pages.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/admin/openid", get(endpoints))
        .route("/admin/openid/clients", get(list))
        .route("/admin/openid/clients/new", get(edit::new).post(edit::create))
        .route("/admin/openid/clients/{id}", get(show))
        .route("/admin/openid/clients/{id}/consents", post(consent_end))
        .route("/admin/openid/clients/{id}/edit", get(edit::show).post(edit::change))
        .route("/admin/openid/clients/{id}/remove", get(ask).post(remove))
        .route("/admin/openid/clients/{id}/secret", get(secret_ask).post(secret_renew))
        .route("/admin/openid/keys", get(signing_key::list).post(signing_key::rotate))
        .route("/admin/openid/scopes", get(scope_pages::list).post(scope_pages::enable))
        .route("/admin/openid/scopes/new", get(scope_pages::new).post(scope_pages::create))
        .route("/admin/openid/scopes/{name}", get(scope_pages::show).post(scope_pages::change))
        .route("/admin/openid/scopes/{name}/remove", get(scope_pages::ask).post(scope_pages::remove))
        .route("/admin/openid/tokens", get(token::list))
        .route("/admin/openid/tokens/new", get(token::new).post(token::create))
        .route("/admin/openid/tokens/{number}/revoke", post(token::revoke))
}

/// The path of the list.
pub(crate) const LIST: &str = "/admin/openid/clients";
/// People and tokens that a page of a client shows.
const ROWS: i64 = 50;

/// All clients.
pub(crate) async fn all(person: &Person) -> Result<Vec<OauthClient>, Failure> {
    must(person, named::SYSTEM).await?;
    oauth_client_list(&person.service, &person.context).await.map_err(|error| person.failure(&error))
}

/// The client of a path.
async fn find(person: &Person, id: &str) -> Result<OauthClient, Failure> {
    let found = all(person).await?.into_iter().find(|client| client.client_id == id);
    found.ok_or_else(|| Failure::new(person.frame.clone(), Wrong::NotFound))
}

#[derive(Template)]
#[template(path = "openid/endpoints.html")]
struct EndpointsPage<'a> {
    frame: &'a Frame,
    endpoints: Vec<(&'static str, String)>,
}

/// GET /admin/openid
async fn endpoints(person: Person) -> Result<Response, Failure> {
    must(&person, named::SYSTEM).await?;
    let say = &person.frame.say.openid;
    let endpoints = [
        (say.discovery, "/.well-known/openid-configuration"),
        (say.issuer, ""),
        (say.authorize, "/oidc-auth/authorize"),
        (say.token_endpoint, "/oidc-auth/token"),
        (say.userinfo, "/oidc-auth/userinfo"),
        (say.jwks, "/oidc-auth/jwks"),
        (say.revoke, "/oidc-auth/revoke"),
        (say.introspect, "/oidc-auth/introspect"),
        (say.logout, "/oidc-auth/logout"),
        (say.contract_token, "/API/oauth2/token"),
    ];
    let whole = |(name, path)| (name, format!("{}{path}", person.frame.base_url));
    let page = EndpointsPage { frame: &person.frame, endpoints: endpoints.into_iter().map(whole).collect() };
    person.page(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "openid/clients.html")]
struct ListPage<'a> {
    frame: &'a Frame,
    rows: Vec<OauthClient>,
}

/// GET /admin/openid/clients
async fn list(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    if done(&Form::of_query(query.as_deref())).0 == "removed" {
        person.tell(person.frame.say.directory.removed, None);
    }
    let rows = all(&person).await?;
    person.page(StatusCode::OK, &ListPage { frame: &person.frame, rows })
}

/// Somebody who has allowed the client something.
struct ConsentLine {
    user: Uuid,
    login_id: String,
    name: String,
    may: String,
    until: Moment,
}

#[derive(Template)]
#[template(path = "openid/client.html")]
struct ClientPage<'a> {
    frame: &'a Frame,
    client: &'a OauthClient,
    scopes: Vec<&'a str>,
    rights: Option<Vec<&'static str>>,
    refresh_days: i64,
    consents: Vec<ConsentLine>,
    more_consents: bool,
    tokens: usize,
    more_tokens: bool,
    may_end: bool,
}

/// GET /admin/openid/clients/{id}
async fn show(mut person: Person, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    match done(&Form::of_query(query.as_deref())).0 {
        "saved" => person.tell(person.frame.say.directory.saved, None),
        "consent" => person.tell(person.frame.say.directory.consent_done, None),
        _ => {}
    }
    let client = find(&person, &id).await?;
    let (service, context, frame) = (&person.service, &person.context, &person.frame);
    let failure = |error| person.failure(&error);
    let scopes = service.scopes(context.tenant).await.map_err(failure)?;
    let listed = consent_list_of_client(service, context, &client.client_id, UserNo(0), ROWS).await.map_err(failure)?;
    let may = |given: &str| {
        let titles: Vec<_> = scope::names(given).into_iter().map(|name| scopes.title(name, frame.locale)).collect();
        titles.join(frame.say.list_comma)
    };
    let (consents, next) = listed;
    let consents = consents.into_iter().map(|(user, consent)| ConsentLine {
        user: user.id,
        login_id: user.login_id.clone(),
        name: user.display_name(),
        may: may(&consent.scope),
        until: frame.moment(consent.expires_at),
    });
    let search = TokenSearch { client: Some(client.number), ..TokenSearch::default() };
    let most = usize::try_from(ROWS).unwrap_or(0);
    let (tokens, more) =
        token_search(service, context, &search, musubi_domain::id::TokenNo(0), most).await.map_err(failure)?;
    let label = |right: &String| permission_template::right_label(&frame.say.directory, right);
    let page = ClientPage {
        frame,
        scopes: scope::names(&client.settings.scope),
        rights: client.settings.rights.as_ref().map(|rights| rights.iter().map(label).collect()),
        refresh_days: client.settings.refresh_seconds() / 86_400,
        consents: consents.collect(),
        more_consents: next.is_some(),
        tokens: tokens.len(),
        more_tokens: more.is_some(),
        may_end: has(&person, named::PEOPLE),
        client: &client,
    };
    person.page(StatusCode::OK, &page)
}

/// POST /admin/openid/clients/{id}/consents
async fn consent_end(Path(id): Path<String>, PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let client = find(&person, &id).await?;
    let login_id = form.get("login").to_owned();
    let removed = consent_remove(&person.service, &person.context, login_id, client.client_id.clone()).await;
    removed.map_err(|error| person.failure(&error))?;
    Ok(lead_told(&format!("{LIST}/{}", client.client_id), "consent", None))
}

#[derive(Template)]
#[template(path = "openid/secret.html")]
struct SecretPage<'a> {
    frame: &'a Frame,
    title: &'static str,
    told: &'static str,
    /// What it is for, and where it leads on.
    crumbs: [(&'static str, &'static str); 2],
    values: Vec<(&'static str, String)>,
    on: String,
}

/// A page that shows a secret this once. It is the answer to the form itself: no address leads to it again, and nothing keeps it.
pub(crate) fn secret_page(
    person: &Person,
    title: &'static str,
    told: &'static str,
    back: (&'static str, &'static str),
    values: Vec<(&'static str, String)>,
    on: String,
) -> Result<Response, Failure> {
    let crumbs = [("/admin/openid", person.frame.say.openid.title), back];
    person.page(StatusCode::OK, &SecretPage { frame: &person.frame, title, told, crumbs, values, on })
}

/// The page of a new client, or of a new secret.
fn client_secret_page(person: &Person, made: OauthClientSecret, told: &'static str) -> Result<Response, Failure> {
    let say = &person.frame.say.openid;
    let on = format!("{LIST}/{}", made.client_id);
    let mut values = vec![(say.client_id, made.client_id)];
    let has_secret = made.client_secret.is_some();
    values.extend(made.client_secret.map(|secret| (say.client_secret, secret)));
    let told = if has_secret { told } else { say.client_created_public };
    secret_page(person, say.client_ready, told, (LIST, say.clients), values, on)
}

fn secret_sheet(person: &Person, client: &OauthClient) -> Sheet {
    let say = &person.frame.say.openid;
    let path = format!("{LIST}/{}", client.client_id);
    Sheet::danger(fill(say.secret_renew_of, &client.name), format!("{path}/secret"), say.secret_renew)
        .below(LIST, say.clients)
        .below(path, &client.name)
        .with_effects(vec![say.secret_old_over.to_owned(), say.secret_tokens_stay.to_owned()])
}

/// GET /admin/openid/clients/{id}/secret
async fn secret_ask(person: Person, Path(id): Path<String>) -> Result<Response, Failure> {
    secret_sheet(&person, &find(&person, &id).await?).answer(&person)
}

/// POST /admin/openid/clients/{id}/secret
async fn secret_renew(Path(id): Path<String>, PersonForm(person, _): PersonForm) -> Result<Response, Failure> {
    let client = find(&person, &id).await?;
    match oauth_client_secret_renew(&person.service, &person.context, client.client_id.clone()).await {
        Ok(made) => client_secret_page(&person, made, person.frame.say.openid.secret_once),
        Err(error) => secret_sheet(&person, &client).refused(&person, &error, &[]),
    }
}

fn remove_sheet(person: &Person, client: &OauthClient) -> Sheet {
    let (say, common) = (&person.frame.say.openid, &person.frame.say.directory);
    let path = format!("{LIST}/{}", client.client_id);
    let effects = vec![say.remove_tokens.to_owned(), say.remove_sign_in.to_owned(), say.remove_names.to_owned()];
    Sheet::danger(fill(common.remove_of, &client.name), format!("{path}/remove"), common.remove)
        .below(LIST, say.clients)
        .below(path, &client.name)
        .with_effects(effects)
}

/// GET /admin/openid/clients/{id}/remove
async fn ask(person: Person, Path(id): Path<String>) -> Result<Response, Failure> {
    remove_sheet(&person, &find(&person, &id).await?).answer(&person)
}

/// POST /admin/openid/clients/{id}/remove
async fn remove(Path(id): Path<String>, PersonForm(person, _): PersonForm) -> Result<Response, Failure> {
    let client = find(&person, &id).await?;
    let removed = oauth_client_remove(&person.service, &person.context, client.client_id).await;
    removed.map_err(|error| person.failure(&error))?;
    Ok(lead_told(LIST, "removed", None))
}
