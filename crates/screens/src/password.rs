//! Passwords: a new one for whoever has forgotten his, by a link in a mail, and for whoever wants another.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_service::password::password_change;
use musubi_service::password_reset::{LinkOver, password_reset_ask, password_reset_check, password_reset_redeem};
use musubi_service::request::Note;

use crate::account;
use crate::error::Failure;
use crate::field::{Field, Kind, fields};
use crate::form::Form;
use crate::frame::{Frame, lead};
use crate::person::PersonForm;
use crate::problem;
use crate::texts::fill;
use crate::visitor::{Visitor, VisitorForm};

#[derive(Template)]
#[template(path = "password/forgot.html")]
struct ForgotPage<'a> {
    frame: &'a Frame,
    title: String,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "password/sent.html")]
struct SentPage<'a> {
    frame: &'a Frame,
}

#[derive(Template)]
#[template(path = "password/reset.html")]
struct ResetPage<'a> {
    frame: &'a Frame,
    title: String,
    link: &'a str,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "password/over.html")]
struct OverPage<'a> {
    frame: &'a Frame,
}

/// GET /password/forgot
pub(crate) async fn forgot(mut visitor: Visitor, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    if Form::of_query(query.as_deref()).get("done") == "sent" {
        return visitor.page(StatusCode::OK, &[], |frame| SentPage { frame });
    }
    forgot_page(&mut visitor, StatusCode::OK, "")
}

/// POST /password/forgot
pub(crate) async fn forgot_sent(VisitorForm(mut visitor, form): VisitorForm) -> Result<Response, Failure> {
    let typed = form.get("login_or_mail").trim();
    if typed.is_empty() {
        let error = visitor.frame.say.give_login_or_mail;
        return forgot_page(&mut visitor, StatusCode::UNPROCESSABLE_ENTITY, error);
    }
    // The mail is in the language of the page.
    let frame = &visitor.frame;
    let request = Note::new(frame.note.request_id, frame.locale, frame.note.path.clone());
    let base_url = visitor.service.link_base(&visitor.peer);
    let asked = password_reset_ask(&visitor.service, visitor.tenant, &visitor.peer, &request, typed, base_url).await;
    asked.map_err(|error| visitor.failure(&error))?;
    let language = visitor.frame.language_query.replace('?', "&");
    Ok(lead(&format!("/password/forgot?done=sent{language}")))
}

fn forgot_page(visitor: &mut Visitor, status: StatusCode, error: &str) -> Result<Response, Failure> {
    let say = visitor.frame.say;
    let title = if error.is_empty() { say.forgot.to_owned() } else { fill(say.error_prefix, say.forgot) };
    let field = Field::new("login_or_mail", say.login_or_mail, Kind::LoginId).with_error(error).with_focus();
    let fields = if visitor.service.has_mail() { fields([field]) } else { Vec::new() };
    visitor.page(status, &[], |frame| ForgotPage { frame, title, fields })
}

/// GET /password/reset: where the link of a mail leads. To look changes nothing: programs that read mail look too.
pub(crate) async fn reset(mut visitor: Visitor, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    let link = query.get("token");
    let is_good = password_reset_check(&visitor.service, visitor.tenant, link).await;
    if !is_good.map_err(|error| visitor.failure(&error))? {
        return over_page(&mut visitor);
    }
    let asked = new_fields(&visitor.frame, least(&visitor).await?, "", "");
    reset_page(&mut visitor, StatusCode::OK, link, asked)
}

/// POST /password/reset
pub(crate) async fn reset_sent(VisitorForm(mut visitor, form): VisitorForm) -> Result<Response, Failure> {
    let (link, least) = (form.get("link"), least(&visitor).await?);
    let (new, again) = wrong_pair(&visitor.frame, &form);
    if !new.is_empty() || !again.is_empty() {
        let asked = new_fields(&visitor.frame, least, &new, &again);
        return reset_page(&mut visitor, StatusCode::UNPROCESSABLE_ENTITY, link, asked);
    }
    // The mail that tells of it is in the language of the page.
    let frame = &visitor.frame;
    let request = Note::new(frame.note.request_id, frame.locale, frame.note.path.clone());
    let new = form.get("new");
    match password_reset_redeem(&visitor.service, visitor.tenant, &visitor.peer, &request, link, new).await {
        Ok(Ok(())) => {
            let language = visitor.frame.language_query.replace('?', "&");
            Ok(lead(&format!("/sign-in?done=reset{language}")))
        }
        Ok(Err(LinkOver)) => over_page(&mut visitor),
        Err(error) if problem::is_of(&error, &["new"]) => {
            let said = problem::said_of(&error, "new", &visitor.frame);
            let asked = new_fields(&visitor.frame, least, &said, "");
            reset_page(&mut visitor, StatusCode::UNPROCESSABLE_ENTITY, link, asked)
        }
        Err(error) => Err(visitor.failure(&error)),
    }
}

fn reset_page(visitor: &mut Visitor, status: StatusCode, link: &str, asked: [Field; 2]) -> Result<Response, Failure> {
    let say = visitor.frame.say;
    let is_wrong = asked.iter().any(Field::is_wrong);
    let title = if is_wrong { fill(say.error_prefix, say.reset) } else { say.reset.to_owned() };
    let fields = fields(asked);
    visitor.page(status, &[], |frame| ResetPage { frame, title, link, fields })
}

fn over_page(visitor: &mut Visitor) -> Result<Response, Failure> {
    visitor.page(StatusCode::GONE, &[], |frame| OverPage { frame })
}

/// POST /account/password
pub(crate) async fn change(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let say = person.frame.say;
    let mut wrong = account::Wrong::default();
    if form.get("current").is_empty() {
        say.give_current_password.clone_into(&mut wrong.current);
    }
    (wrong.new, wrong.again) = wrong_pair(&person.frame, &form);
    if wrong.is_any() {
        return account::page(&person, StatusCode::UNPROCESSABLE_ENTITY, "", wrong).await;
    }
    let (current, new) = (form.get("current"), form.get("new"));
    match password_change(&person.service, &person.context, &person.peer, current, new).await {
        // His own session goes on under another name.
        Ok(cookie) => person.go_on(&cookie, "/account?done=password"),
        Err(error) if problem::is_of(&error, &["current", "new"]) => {
            wrong.current = problem::said_of(&error, "current", &person.frame);
            wrong.new = problem::said_of(&error, "new", &person.frame);
            account::page(&person, StatusCode::UNPROCESSABLE_ENTITY, "", wrong).await
        }
        Err(error) => Err(person.failure(&error)),
    }
}

/// What is wrong with a new password that is typed twice, before its rule is asked.
fn wrong_pair(frame: &Frame, form: &Form) -> (String, String) {
    let (new, again) = (form.get("new"), form.get("again"));
    let text = |is_wrong: bool, text: &str| if is_wrong { text.to_owned() } else { String::new() };
    (text(new.is_empty(), frame.say.give_new_password), text(new != again, frame.say.passwords_differ))
}

/// The fields of a new password: what it has to be, and once more against slips.
pub(crate) fn new_fields(frame: &Frame, least: usize, new: &str, again: &str) -> [Field; 2] {
    let say = frame.say;
    let rule = fill(say.password_rule, &least.to_string());
    [
        Field::new("new", say.new_password, Kind::NewPassword).with_hint(rule).with_error(new),
        Field::new("again", say.new_password_again, Kind::NewPassword).with_error(again),
    ]
}

async fn least(visitor: &Visitor) -> Result<usize, Failure> {
    let settings = visitor.service.tenant_settings(visitor.tenant).await;
    Ok(settings.map_err(|error| visitor.failure(&error))?.security.password_characters)
}
