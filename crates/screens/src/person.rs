//! Somebody who has signed in, and the forms that he sends, which are bound to his session.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use musubi_domain::authorization::AUTHORIZE_PATH;
use musubi_domain::context::Context;
use musubi_domain::error::Error;
use musubi_domain::limits;
use musubi_service::Service;
use musubi_service::form_token::FormOf;
use musubi_service::request::Peer;
use musubi_service::session::Session;
use uuid::Uuid;

use crate::continue_to::query_value;
use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::{Frame, Menu, lead};
use crate::told::{self, Told};
use crate::visitor::{Visitor, comes_from_us};

/// Where a person says whether a client may act for him.
const CONSENT_PATH: &str = "/oidc-auth/consent";

/// Somebody who has signed in.
pub(crate) struct Person {
    /// The use cases.
    pub(crate) service: Service,
    /// Where he is.
    pub(crate) peer: Peer,
    /// His session.
    pub(crate) session: Arc<Session>,
    /// What his use cases work with.
    pub(crate) context: Arc<Context>,
    /// What stands around his pages.
    pub(crate) frame: Frame,
}

/// Somebody who does not get where he wants.
pub(crate) enum Turned {
    /// The request failed.
    Failed(Failure),
    /// He has to sign in first, and comes back to this path.
    SignIn(String),
}

impl IntoResponse for Turned {
    fn into_response(self) -> Response {
        match self {
            Self::Failed(failure) => failure.into_response(),
            Self::SignIn(path) => lead(&format!("/sign-in?continue={}", query_value(&path))),
        }
    }
}

impl From<Failure> for Turned {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Person {
    /// Who has signed in, of a visitor and his session.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub(crate) async fn of(visitor: Visitor, session: Arc<Session>) -> Result<Self, Failure> {
        let Visitor { service, tenant, peer, mut frame, .. } = visitor;
        let _ = frame.note.user.set(session.user.number);
        let context = service.session_context(tenant, &session, &frame.note);
        let preference = service.preference(&context).await.map_err(|error| Failure::of(&frame, &error))?;
        frame.dates = preference.dates;
        if let (false, Some(locale)) = (frame.has_language, preference.locale) {
            frame = frame.in_language(locale);
        }
        // What he is told, by mail too, is in the language of his pages.
        let context = Arc::new(Context { locale: frame.locale, ..Context::clone(&context) });
        let token = service.form_token(tenant, FormOf::Session(&session.key));
        let rights = service.named_rights_held(&context).await.map_err(|error| Failure::of(&frame, &error))?;
        let databases = service.own_databases(&context).await.map_err(|error| Failure::of(&frame, &error))?;
        let databases = databases.into_iter().map(|(number, name)| (format!("/records/{number}"), name)).collect();
        let (name, path) = (session.user.display_name(), frame.note.path.clone());
        frame.menu = Some(Menu { name, token: token.clone(), path, rights, databases, search: String::new() });
        frame.token = token;
        Ok(Self { service, peer, session, context, frame })
    }

    /// Has the next page of his tell what was done.
    pub(crate) fn tell(&mut self, text: impl Into<String>, undo: Option<Uuid>) {
        self.frame.told = Some(Told { text: text.into(), undo, is_redo: false });
    }

    /// Answers with a page.
    pub(crate) fn page(&self, status: StatusCode, page: &impl Template) -> Result<Response, Failure> {
        self.frame.page(status, page, &[])
    }

    /// Leads on, with a new cookie of his session.
    pub(crate) fn go_on(&self, cookie: &str, location: &str) -> Result<Response, Failure> {
        self.frame.begin(cookie, location)
    }

    /// What a use case says went wrong.
    pub(crate) fn failure(&self, error: &Error) -> Failure {
        Failure::of(&self.frame, error)
    }
}

impl<S> FromRequestParts<S> for Person
where
    Service: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Turned;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Turned> {
        let visitor = Visitor::from_request_parts(parts, state).await?;
        match visitor.session().await? {
            Some(session) => {
                let mut person = Self::of(visitor, session).await?;
                person.frame.told = told::everywhere(parts.uri.query(), person.frame.say);
                Ok(person)
            }
            None => Err(Turned::SignIn(way_back(parts))),
        }
    }
}

/// Where somebody comes back to when he has signed in. What he sent with a form is gone, so that is the home page.
fn way_back(parts: &Parts) -> String {
    let is_page = matches!(parts.method, Method::GET | Method::HEAD);
    parts.uri.path_and_query().filter(|_| is_page).map_or_else(|| "/".to_owned(), ToString::to_string)
}

/// Where somebody comes back to whose session ended while he was asked for consent: to the request of the client, which is judged anew.
async fn way_back_to_client(headers: &HeaderMap, body: Body) -> String {
    let form = Form::read(headers, body, limits::FORM_BYTES).await.unwrap_or_default();
    form.given("request").map_or_else(|| "/".to_owned(), |request| format!("{AUTHORIZE_PATH}?{request}"))
}

/// A form that a person was shown and sends.
pub(crate) struct PersonForm(pub(crate) Person, pub(crate) Form);

impl<S> FromRequest<S> for PersonForm
where
    Service: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Turned;

    async fn from_request(request: Request, state: &S) -> Result<Self, Turned> {
        let (mut parts, body) = request.into_parts();
        let person = match Person::from_request_parts(&mut parts, state).await {
            Err(Turned::SignIn(_)) if parts.uri.path() == CONSENT_PATH => {
                return Err(Turned::SignIn(way_back_to_client(&parts.headers, body).await));
            }
            person => person?,
        };
        let wrong = |wrong| Failure::new(person.frame.clone(), wrong);
        if !comes_from_us(&parts.headers, &person.frame.base_url) {
            return Err(wrong(Wrong::FormOver).into());
        }
        let form = Form::read(&parts.headers, body, limits::PERSON_FORM_BYTES).await.map_err(wrong)?;
        let bound = FormOf::Session(&person.session.key);
        if !person.service.form_token_holds(person.context.tenant, bound, form.get("token")) {
            return Err(wrong(Wrong::FormOver).into());
        }
        Ok(Self(person, form))
    }
}
