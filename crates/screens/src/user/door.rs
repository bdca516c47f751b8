//! What an administrator does at the door of a person: letting him in or not, passwords, second factors, sessions, applications.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::Response;
use musubi_domain::id::SessionNo;
use musubi_domain::user::User;
use musubi_service::password_reset::password_reset_send;
use musubi_service::revocation::consent_remove;
use musubi_service::session::{Whose, session_end, session_end_all_of, session_list};
use musubi_service::user::{UserSet, UserView, user_get, user_set};

use super::named_in_path;
use crate::control::{Control, Shape};
use crate::error::{Failure, Wrong};
use crate::person::{Person, PersonForm};
use crate::sheet::Sheet;
use crate::texts::fill;
use crate::told::lead_told;

/// The person of a path.
async fn find(person: &Person, id: &str) -> Result<UserView, Failure> {
    let id = named_in_path(person, id)?;
    user_get(&person.service, &person.context, id).await.map_err(|error| person.failure(&error))
}

fn path(user: &User) -> String {
    format!("/admin/users/{}", user.id)
}

fn below(person: &Person, user: &User, sheet: Sheet) -> Sheet {
    sheet.below("/admin/users", person.frame.say.directory.users).below(path(user), user.display_name())
}

/// The question whether somebody is to be let in no longer, or again.
async fn active_sheet(person: &Person, user: &User) -> Result<Sheet, Failure> {
    let say = &person.frame.say.directory;
    let action = format!("{}/active", path(user));
    if !user.active {
        let sheet = Sheet::new(fill(say.come_back_of, &user.display_name()), action, say.come_back);
        return Ok(below(person, user, sheet.with_lead(say.come_back_lead)));
    }
    let of = Whose::Person(user.login_id.clone());
    let sessions = session_list(&person.service, &person.context, of).await.map_err(|error| person.failure(&error))?;
    let effects = vec![
        fill(say.leave_sessions, &sessions.len().to_string()),
        say.leave_tokens.to_owned(),
        say.leave_named.to_owned(),
        say.leave_login.to_owned(),
    ];
    let sheet = Sheet::danger(fill(say.leave_of, &user.display_name()), action, say.leave);
    Ok(below(person, user, sheet.with_lead(say.leave_lead).with_effects(effects)))
}

/// GET /admin/users/{id}/active
pub(crate) async fn active_ask(person: Person, Path(id): Path<String>) -> Result<Response, Failure> {
    let view = find(&person, &id).await?;
    active_sheet(&person, &view.user).await?.answer(&person)
}

/// POST /admin/users/{id}/active
pub(crate) async fn active_set(Path(id): Path<String>, PersonForm(person, _): PersonForm) -> Result<Response, Failure> {
    let view = find(&person, &id).await?;
    let change = UserSet { active: Some(!view.user.active), ..UserSet::default() };
    match user_set(&person.service, &person.context, view.user.login_id.clone(), change).await {
        // What he had is handed over next.
        Ok(()) if view.user.active => Ok(lead_told(&format!("/admin/handover?from={}", view.user.id), "left", None)),
        Ok(()) => Ok(lead_told(&path(&view.user), "back", None)),
        Err(error) => active_sheet(&person, &view.user).await?.refused(&person, &error, &[]),
    }
}

fn password_sheet(person: &Person, user: &Arc<User>) -> Sheet {
    let (say, common) = (&person.frame.say.directory, person.frame.say);
    let new = Control::new("new", common.new_password, Shape::Password).required().with_hint(say.password_hint);
    let again = Control::new("again", common.new_password_again, Shape::Password).required();
    let effects = vec![say.password_sessions.to_owned(), say.leave_tokens.to_owned()];
    let sheet = Sheet::new(
        fill(say.password_set_of, &user.display_name()),
        format!("{}/password", path(user)),
        say.password_set,
    );
    below(person, user, sheet.with_effects(effects).with("", vec![new, again]))
}

/// GET /admin/users/{id}/password
pub(crate) async fn password_ask(person: Person, Path(id): Path<String>) -> Result<Response, Failure> {
    let view = find(&person, &id).await?;
    password_sheet(&person, &view.user).answer(&person)
}

/// POST /admin/users/{id}/password
pub(crate) async fn password_set(
    Path(id): Path<String>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let view = find(&person, &id).await?;
    let sheet = password_sheet(&person, &view.user);
    if form.get("new").is_empty() {
        return sheet.refuse("new", person.frame.say.give_new_password).wrong(&person);
    }
    if form.get("new") != form.get("again") {
        return sheet.refuse("again", person.frame.say.passwords_differ).wrong(&person);
    }
    let change = UserSet { password: Some(form.get("new").to_owned()), ..UserSet::default() };
    match user_set(&person.service, &person.context, view.user.login_id.clone(), change).await {
        Ok(()) => Ok(lead_told(&path(&view.user), "password", None)),
        Err(error) => sheet.refused(&person, &error, &[("--password-stdin", "new"), ("--login", "new")]),
    }
}

/// POST /admin/users/{id}/reset-mail
pub(crate) async fn reset_mail(Path(id): Path<String>, PersonForm(person, _): PersonForm) -> Result<Response, Failure> {
    let view = find(&person, &id).await?;
    let base_url = person.frame.base_url.clone();
    let sent = password_reset_send(&person.service, &person.context, view.user.login_id.clone(), base_url).await;
    sent.map_err(|error| person.failure(&error))?;
    Ok(lead_told(&path(&view.user), "mail", None))
}

fn totp_sheet(person: &Person, user: &User) -> Sheet {
    let say = &person.frame.say.directory;
    let action = format!("{}/totp", path(user));
    let sheet = Sheet::danger(fill(say.totp_reset_of, &user.display_name()), action, say.totp_reset);
    below(person, user, sheet.with_lead(say.totp_reset_lead))
}

/// GET /admin/users/{id}/totp
pub(crate) async fn totp_ask(person: Person, Path(id): Path<String>) -> Result<Response, Failure> {
    let view = find(&person, &id).await?;
    totp_sheet(&person, &view.user).answer(&person)
}

/// POST /admin/users/{id}/totp
pub(crate) async fn totp_reset(Path(id): Path<String>, PersonForm(person, _): PersonForm) -> Result<Response, Failure> {
    let view = find(&person, &id).await?;
    let change = UserSet { reset_totp: true, ..UserSet::default() };
    match user_set(&person.service, &person.context, view.user.login_id.clone(), change).await {
        Ok(()) => Ok(lead_told(&path(&view.user), "totp", None)),
        // That he has rights which whoever asks has not is said above the question.
        Err(error) => totp_sheet(&person, &view.user).refused(&person, &error, &[("--login", "")]),
    }
}

/// POST /admin/users/{id}/sessions
pub(crate) async fn sessions_end(
    Path(id): Path<String>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let view = find(&person, &id).await?;
    let (service, context, failure) = (&person.service, &person.context, |error| person.failure(&error));
    if form.get("end") == "all" {
        session_end_all_of(service, context, view.user.login_id.clone()).await.map_err(failure)?;
        return Ok(lead_told(&path(&view.user), "sessions", None));
    }
    let number = form.get("session").parse().map_err(|_| Failure::new(person.frame.clone(), Wrong::BadRequest))?;
    session_end(service, context, SessionNo(number)).await.map_err(failure)?;
    Ok(lead_told(&path(&view.user), "session", None))
}

/// POST /admin/users/{id}/consents
pub(crate) async fn consent_end(
    Path(id): Path<String>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let view = find(&person, &id).await?;
    let client = form.get("client").to_owned();
    let removed = consent_remove(&person.service, &person.context, view.user.login_id.clone(), client).await;
    removed.map_err(|error| person.failure(&error))?;
    Ok(lead_told(&path(&view.user), "consent", None))
}
