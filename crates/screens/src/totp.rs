//! The second factor: setting it up, and doing without it again.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_service::totp::{TotpDraft, totp_begin, totp_confirm, totp_has, totp_remove};

use crate::account;
use crate::error::{Failure, Wrong};
use crate::field::{Field, Kind, fields};
use crate::frame::{Frame, lead};
use crate::person::{Person, PersonForm};
use crate::problem;
use crate::qr::Qr;
use crate::texts::fill;

#[derive(Template)]
#[template(path = "account/totp.html")]
struct SetUpPage<'a> {
    frame: &'a Frame,
    title: String,
    draft: &'a TotpDraft,
    qr: Qr,
    /// The secret in groups of four.
    secret: String,
    fields: Vec<Field>,
}

/// GET /account/totp
pub(crate) async fn begin(person: Person) -> Result<Response, Failure> {
    let failure = |error| person.failure(&error);
    if totp_has(&person.service, &person.context).await.map_err(failure)? {
        return Ok(lead("/account"));
    }
    let draft = totp_begin(&person.service, &person.context, &person.frame.base_url).await.map_err(failure)?;
    page(&person, StatusCode::OK, &draft, "", "")
}

/// POST /account/totp
pub(crate) async fn confirm(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let text = |name: &str| form.get(name).to_owned();
    // A wrong code leaves the device as it is: the same secret is shown again.
    let draft = TotpDraft { secret: text("secret"), uri: text("uri"), draft: text("draft") };
    let (say, password, code) = (person.frame.say, form.get("password"), form.get("code"));
    let missing = |value: &str, text: &'static str| if value.trim().is_empty() { text } else { "" };
    let (no_password, no_code) = (missing(password, say.give_current_password), missing(code, say.give_totp));
    if !no_password.is_empty() || !no_code.is_empty() {
        return page(&person, StatusCode::UNPROCESSABLE_ENTITY, &draft, no_password, no_code);
    }
    match totp_confirm(&person.service, &person.context, &person.peer, password, &draft.draft, code).await {
        Ok(()) => Ok(lead("/account?done=totp")),
        Err(error) if problem::is_of(&error, &["password", "code"]) => {
            let said = |name| problem::said_of(&error, name, &person.frame);
            page(&person, StatusCode::UNPROCESSABLE_ENTITY, &draft, &said("password"), &said("code"))
        }
        Err(error) => Err(person.failure(&error)),
    }
}

/// POST /account/totp/remove
pub(crate) async fn remove(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let mut wrong = account::Wrong::default();
    if form.get("password").is_empty() {
        person.frame.say.give_current_password.clone_into(&mut wrong.totp);
        return account::page(&person, StatusCode::UNPROCESSABLE_ENTITY, "", wrong).await;
    }
    match totp_remove(&person.service, &person.context, &person.peer, form.get("password")).await {
        Ok(()) => Ok(lead("/account?done=no-totp")),
        Err(error) if problem::is_of(&error, &["password"]) => {
            wrong.totp = problem::said_of(&error, "password", &person.frame);
            account::page(&person, StatusCode::UNPROCESSABLE_ENTITY, "", wrong).await
        }
        Err(error) => Err(person.failure(&error)),
    }
}

fn page(
    person: &Person,
    status: StatusCode,
    draft: &TotpDraft,
    no_password: &str,
    no_code: &str,
) -> Result<Response, Failure> {
    let say = person.frame.say;
    let title = if no_password.is_empty() && no_code.is_empty() {
        say.totp_set_up.to_owned()
    } else {
        fill(say.error_prefix, say.totp_set_up)
    };
    // What comes back with the form may be longer than what was sent with it.
    let qr = Qr::of(&draft.uri).ok_or_else(|| Failure::new(person.frame.clone(), Wrong::BadRequest))?;
    let fields = fields([
        Field::new("code", say.totp_code, Kind::Code).with_error(no_code),
        Field::new("password", say.current_password, Kind::CurrentPassword).with_error(no_password),
    ]);
    person.page(status, &SetUpPage { frame: &person.frame, title, draft, qr, secret: grouped(&draft.secret), fields })
}

/// A text in groups of four.
fn grouped(text: &str) -> String {
    let signs: Vec<char> = text.chars().collect();
    signs.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_in_groups_of_four() {
        assert_eq!(grouped("ABCDEFGHIJ"), "ABCD EFGH IJ");
        assert_eq!(grouped(""), "");
    }
}
