//! Sign-in for other applications: the authorization request and the consent (OpenID Connect Core, 3.1.2).

use askama::Template;
use axum::extract::{RawQuery, Request};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::authorization::{AUTHORIZE_PATH, REQUEST_BYTES};
use musubi_domain::limits;
use musubi_domain::messages::Locale;
use musubi_service::authorization::{
    AuthorizationRequest, Authorized, ConsentAsked, ConsentDecision, ScopeAsked, authorize, consent_decide,
};

use crate::continue_to::query_value;
use crate::error::{Failure, Wrong};
use crate::form::{self, Form};
use crate::frame::{Frame, lead, redirect};
use crate::language;
use crate::person::{Person, PersonForm};
use crate::policy::origin;
use crate::texts::fill;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "authorization/consent.html")]
struct ConsentPage<'a> {
    frame: &'a Frame,
    asks: String,
    as_whom: String,
    leads_to: String,
    scopes: Vec<ScopeLine>,
    request: &'a str,
}

/// A scope as the page tells of it.
struct ScopeLine {
    name: String,
    text: String,
}

impl ScopeLine {
    fn of(scope: ScopeAsked, locale: Locale) -> Self {
        let text = match locale {
            Locale::Ja => scope.ja,
            Locale::En => scope.en,
        };
        Self { name: scope.name, text }
    }
}

/// GET /oidc-auth/authorize
pub(crate) async fn asked(visitor: Visitor, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let session = visitor.session().await?;
    let request = AuthorizationRequest {
        query: query.unwrap_or_default(),
        base_url: visitor.frame.base_url.clone(),
        session: session.clone(),
        note: visitor.frame.note.clone(),
    };
    let authorized = authorize(&visitor.service, visitor.tenant, request).await;
    let authorized = authorized.map_err(|error| visitor.failure(&error))?;
    match (authorized, session) {
        (Authorized::Consent(asked), Some(session)) => consent_page(&Person::of(visitor, session).await?, &asked),
        (authorized, _) => answer(visitor.frame, StatusCode::FOUND, authorized),
    }
}

/// POST /oidc-auth/authorize: the same request by a form of a client's page. Its cookies do not come along with that, those of a GET do.
pub(crate) async fn sent(frame: Frame, request: Request) -> Result<Response, Failure> {
    again_as_get(frame, request, AUTHORIZE_PATH).await
}

/// A request that came by a form, asked once more by GET.
pub(crate) async fn again_as_get(frame: Frame, request: Request, path: &str) -> Result<Response, Failure> {
    let (parts, body) = request.into_parts();
    let text = match form::body_text(&parts.headers, body, limits::FORM_BYTES).await {
        Ok(text) => text,
        Err(wrong) => return Err(Failure::new(frame, wrong)),
    };
    if text.len() > REQUEST_BYTES {
        return Err(Failure::new(frame, Wrong::TooLarge));
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
        return Err(Failure::new(frame, Wrong::BadRequest));
    }
    Ok(lead(&format!("{path}?{text}")))
}

/// POST /oidc-auth/consent
pub(crate) async fn decided(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let allowed = match form.get("decision") {
        "allow" => true,
        "deny" => false,
        _ => return Err(Failure::new(person.frame, Wrong::BadRequest)),
    };
    let decision = ConsentDecision {
        request: form.get("request").to_owned(),
        allowed,
        base_url: person.frame.base_url.clone(),
        session: person.session.clone(),
        note: person.frame.note.clone(),
    };
    let authorized = consent_decide(&person.service, person.context.tenant, decision).await;
    match authorized.map_err(|error| person.failure(&error))? {
        Authorized::Consent(asked) => consent_page(&person, &asked),
        authorized => answer(person.frame, StatusCode::SEE_OTHER, authorized),
    }
}

fn answer(frame: Frame, status: StatusCode, authorized: Authorized) -> Result<Response, Failure> {
    match authorized {
        Authorized::Redirect(location) => Ok(redirect(status, &location)),
        Authorized::SignIn { continue_to, login_hint, locale } => {
            let mut location = format!("/sign-in?continue={}", query_value(&continue_to));
            if let Some(hint) = login_hint {
                location.push_str(&format!("&login_hint={}", query_value(&hint)));
            }
            if let Some(locale) = locale {
                location.push_str(&format!("&ui_locales={}", language::tag(locale)));
            }
            Ok(lead(&location))
        }
        Authorized::Refused(messages, locale) => {
            Err(Failure::new(in_language(frame, locale), Wrong::Authorization(messages)))
        }
        // Who is asked has signed in, and the callers answer him.
        Authorized::Consent(_) => Err(Failure::internal(&frame, "somebody who has not signed in is asked for consent")),
    }
}

/// The frame in the language that a client asks for.
fn in_language(frame: Frame, locale: Option<Locale>) -> Frame {
    match locale {
        Some(locale) => frame.in_language(locale),
        None => frame,
    }
}

fn consent_page(person: &Person, asked: &ConsentAsked) -> Result<Response, Failure> {
    let say = person.frame.say;
    // The request has been judged: it leads to a place that the client has registered.
    let target = origin(Form::of_query(Some(&asked.request)).get("redirect_uri"));
    let shown = target.as_deref().unwrap_or(&asked.client);
    let page = ConsentPage {
        frame: &person.frame,
        asks: fill(say.consent_asks, &asked.client),
        as_whom: fill(say.consent_as, &person.session.user.display_name()),
        leads_to: fill(say.consent_to, shown),
        scopes: asked.scopes.iter().map(|scope| ScopeLine::of(scope.clone(), person.frame.locale)).collect(),
        request: &asked.request,
    };
    let targets: Vec<String> = target.iter().cloned().collect();
    person.frame.page(StatusCode::OK, &page, &targets)
}
