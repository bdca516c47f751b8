//! Signing out because an application asks for it (OpenID Connect RP-Initiated Logout 1.0).

use askama::Template;
use axum::extract::{RawQuery, Request};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_service::logout::{Logout, LogoutRequest, LogoutTarget, logout_judge};
use musubi_service::session::session_end;

use crate::authorization::again_as_get;
use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::{Frame, lead};
use crate::person::{Person, PersonForm};
use crate::policy::origin;
use crate::session::left;
use crate::texts::fill;
use crate::visitor::Visitor;

/// Where requests come in.
const PATH: &str = "/oidc-auth/logout";

#[derive(Template)]
#[template(path = "logout/ask.html")]
struct AskPage<'a> {
    frame: &'a Frame,
    text: String,
    as_whom: String,
    request: &'a str,
}

/// GET /oidc-auth/logout
pub(crate) async fn asked(visitor: Visitor, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let (query, session) = (query.unwrap_or_default(), visitor.session().await?);
    let request = LogoutRequest { query: query.clone(), session: session.clone(), confirmed: false };
    let judged = logout_judge(&visitor.service, visitor.tenant, request).await;
    let judged = judged.map_err(|error| visitor.failure(&error))?;
    match (judged, session) {
        (Logout::Refused(message, locale), _) => Err(refused(visitor.frame, message, locale)),
        (Logout::Done(target), _) => Ok(lead(&place(target))),
        (Logout::EndNow(target), Some(session)) => end(&Person::of(visitor, session).await?, target).await,
        (Logout::Ask { client, .. }, Some(session)) => ask(&Person::of(visitor, session).await?, client, &query),
        // Where nobody has signed in, there is nothing to end.
        (Logout::EndNow(_) | Logout::Ask { .. }, None) => Ok(lead("/signed-out")),
    }
}

/// POST /oidc-auth/logout: the same request by a form of an application's page.
pub(crate) async fn sent(frame: Frame, request: Request) -> Result<Response, Failure> {
    again_as_get(frame, request, PATH).await
}

/// POST /oidc-auth/logout/confirm
pub(crate) async fn confirmed(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let query = form.get("request").to_owned();
    let request = LogoutRequest { query, session: Some(person.session.clone()), confirmed: true };
    let judged = logout_judge(&person.service, person.context.tenant, request).await;
    match judged.map_err(|error| person.failure(&error))? {
        Logout::EndNow(target) | Logout::Done(target) => end(&person, target).await,
        Logout::Ask { client, .. } => ask(&person, client, form.get("request")),
        Logout::Refused(message, locale) => Err(refused(person.frame, message, locale)),
    }
}

fn ask(person: &Person, client: Option<String>, query: &str) -> Result<Response, Failure> {
    let (say, target) = (person.frame.say, origin(Form::of_query(Some(query)).get("post_logout_redirect_uri")));
    let page = AskPage {
        frame: &person.frame,
        text: client.map_or_else(|| say.logout_ask_text.to_owned(), |client| fill(say.logout_ask_of, &client)),
        as_whom: fill(say.consent_as, &person.session.user.display_name()),
        request: query,
    };
    let targets: Vec<String> = target.into_iter().collect();
    person.frame.page(StatusCode::OK, &page, &targets)
}

async fn end(person: &Person, target: LogoutTarget) -> Result<Response, Failure> {
    let ended = session_end(&person.service, &person.context, person.session.number).await;
    ended.map_err(|error| person.failure(&error))?;
    Ok(left(&person.frame, &place(target)))
}

fn place(target: LogoutTarget) -> String {
    target.redirect.unwrap_or_else(|| "/signed-out".to_owned())
}

fn refused(
    frame: Frame,
    message: musubi_domain::messages::Message,
    locale: Option<musubi_domain::messages::Locale>,
) -> Failure {
    let frame = match locale {
        Some(locale) => frame.in_language(locale),
        None => frame,
    };
    Failure::new(frame, Wrong::Authorization(vec![message]))
}
