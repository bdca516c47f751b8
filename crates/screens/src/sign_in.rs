//! Signing in: login ID and password, and a code where the person has a second factor.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_service::sign_in::{Outcome, SignIn, SignInRefusal, SignInTotp, SignedIn, sign_in, sign_in_totp};

use crate::continue_to::{ContinueTo, query_value};
use crate::error::{Failure, Wrong};
use crate::field::{Field, Kind, fields};
use crate::form::Form;
use crate::frame::{Frame, lead};
use crate::texts::fill;
use crate::visitor::{Visitor, VisitorForm};

#[derive(Template)]
#[template(path = "sign_in/sign_in.html")]
struct SignInPage<'a> {
    frame: &'a Frame,
    title: String,
    continue_to: &'a ContinueTo,
    fields: Vec<Field>,
    done: &'static str,
    again: String,
    refused: &'static str,
}

#[derive(Template)]
#[template(path = "sign_in/totp.html")]
struct TotpPage<'a> {
    frame: &'a Frame,
    title: String,
    continue_to: &'a ContinueTo,
    ticket: &'a str,
    fields: Vec<Field>,
    back: String,
}

/// What the sign-in page says beside its fields.
#[derive(Default)]
struct Said {
    login_id: String,
    /// Something is missing: it is told beside the fields.
    checked: bool,
    no_password: bool,
    done: &'static str,
    again: String,
    refused: &'static str,
}

/// GET /sign-in
pub(crate) async fn show(mut visitor: Visitor, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    let continue_to = ContinueTo::parse(query.get("continue"));
    let session = visitor.session().await?;
    // An authorization request may ask for somebody to sign in again; anything else may go on.
    if session.is_some() && !continue_to.is_authorization() {
        return Ok(lead(continue_to.path()));
    }
    let login_id = query.given("login_hint").map(str::to_owned);
    let known = session.as_ref().map(|session| session.user.login_id.clone());
    let say = visitor.frame.say;
    let said = Said {
        login_id: login_id.or(known).unwrap_or_default(),
        done: if query.get("done") == "reset" { say.sign_in_done_reset } else { "" },
        again: session.map(|session| fill(say.again_as, &session.user.display_name())).unwrap_or_default(),
        ..Said::default()
    };
    page(&mut visitor, &continue_to, StatusCode::OK, said)
}

/// POST /sign-in
pub(crate) async fn sent(VisitorForm(mut visitor, form): VisitorForm) -> Result<Response, Failure> {
    let continue_to = ContinueTo::parse(form.get("continue"));
    let (login_id, password) = (form.get("login_id").trim().to_owned(), form.get("password").to_owned());
    if login_id.is_empty() || password.is_empty() {
        let said = Said { no_password: password.is_empty(), login_id, checked: true, ..Said::default() };
        return page(&mut visitor, &continue_to, StatusCode::UNPROCESSABLE_ENTITY, said);
    }
    let command = SignIn {
        login_id: login_id.clone(),
        password,
        agent: visitor.agent.clone(),
        ended: visitor.session_cookie.clone(),
    };
    let frame = &visitor.frame;
    let outcome = sign_in(&visitor.service, visitor.tenant, &visitor.peer, &frame.note, command).await;
    let outcome = outcome.map_err(|error| visitor.failure(&error))?;
    answer(visitor, &continue_to, outcome, Step::Password(login_id))
}

/// GET /sign-in/totp: what the step needs came with the first step.
pub(crate) async fn totp_alone(visitor: Visitor) -> Response {
    lead(&format!("/sign-in{}", visitor.frame.language_query))
}

/// POST /sign-in/totp
pub(crate) async fn totp_sent(VisitorForm(mut visitor, form): VisitorForm) -> Result<Response, Failure> {
    let continue_to = ContinueTo::parse(form.get("continue"));
    let ticket = form.get("ticket").to_owned();
    let code: String = form.get("code").chars().filter(|sign| !sign.is_whitespace()).collect();
    if code.is_empty() {
        let error = visitor.frame.say.give_totp;
        return totp_page(&mut visitor, &continue_to, StatusCode::UNPROCESSABLE_ENTITY, &ticket, error);
    }
    let command = SignInTotp {
        ticket: ticket.clone(),
        code,
        agent: visitor.agent.clone(),
        ended: visitor.session_cookie.clone(),
    };
    let frame = &visitor.frame;
    let outcome = sign_in_totp(&visitor.service, visitor.tenant, &visitor.peer, &frame.note, command).await;
    let outcome = outcome.map_err(|error| visitor.failure(&error))?;
    answer(visitor, &continue_to, outcome, Step::Totp(ticket))
}

/// The step that was taken.
enum Step {
    /// The first, with this login ID.
    Password(String),
    /// The second, with this ticket.
    Totp(String),
}

fn answer(mut visitor: Visitor, continue_to: &ContinueTo, outcome: Outcome, step: Step) -> Result<Response, Failure> {
    let say = visitor.frame.say;
    match (outcome, step) {
        (Ok(SignedIn::Session(cookie)), _) => visitor.frame.begin(&cookie, continue_to.path()),
        (Ok(SignedIn::Totp(ticket)), _) => totp_page(&mut visitor, continue_to, StatusCode::OK, &ticket, ""),
        (Err(SignInRefusal::Address), _) => Err(Failure::new(visitor.frame, Wrong::Address)),
        (Err(SignInRefusal::Refused), Step::Password(login_id)) => {
            let said = Said { login_id, refused: say.sign_in_refused, ..Said::default() };
            page(&mut visitor, continue_to, StatusCode::UNPROCESSABLE_ENTITY, said)
        }
        (Err(SignInRefusal::Refused), Step::Totp(ticket)) => {
            totp_page(&mut visitor, continue_to, StatusCode::UNPROCESSABLE_ENTITY, &ticket, say.totp_refused)
        }
        (Err(SignInRefusal::TicketOver), _) => {
            let said = Said { refused: say.sign_in_over, ..Said::default() };
            page(&mut visitor, continue_to, StatusCode::UNPROCESSABLE_ENTITY, said)
        }
    }
}

fn page(visitor: &mut Visitor, continue_to: &ContinueTo, status: StatusCode, said: Said) -> Result<Response, Failure> {
    let say = visitor.frame.say;
    let Said { login_id, checked, no_password, done, again, refused } = said;
    let is_known = !login_id.is_empty();
    let mut name = Field::new("login_id", say.login_id, Kind::LoginId).with_value(&login_id);
    let mut secret = Field::new("password", say.password, Kind::CurrentPassword);
    if checked && !is_known {
        name = name.with_error(say.give_login_id);
    }
    if no_password {
        secret = secret.with_error(say.give_password);
    }
    if is_known {
        secret = secret.with_focus();
    } else {
        name = name.with_focus();
    }
    let is_wrong = checked || !refused.is_empty();
    let title = if is_wrong { fill(say.error_prefix, say.sign_in) } else { say.sign_in.to_owned() };
    let targets: Vec<String> = continue_to.target().into_iter().collect();
    let fields = fields([name, secret]);
    visitor.page(status, &targets, |frame| SignInPage { frame, title, continue_to, fields, done, again, refused })
}

fn totp_page(
    visitor: &mut Visitor,
    continue_to: &ContinueTo,
    status: StatusCode,
    ticket: &str,
    error: &'static str,
) -> Result<Response, Failure> {
    let say = visitor.frame.say;
    let title = if error.is_empty() { say.totp_step.to_owned() } else { fill(say.error_prefix, say.totp_step) };
    let code = Field::new("code", say.totp_code, Kind::Code).with_error(error).with_focus();
    let targets: Vec<String> = continue_to.target().into_iter().collect();
    let back = format!("/sign-in?continue={}", query_value(continue_to.path()));
    let fields = fields([code]);
    visitor.page(status, &targets, |frame| TotpPage { frame, title, continue_to, ticket, fields, back })
}
