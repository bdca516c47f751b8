//! The forms of comments.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::id::CommentNo;
use musubi_domain::messages::Message;
use musubi_service::candidate::{CandidateOf, candidate_named};
use musubi_service::comment::{comment_addressed, comment_create, comment_delete, comment_get, comment_set};
use musubi_service::mention::mention_read_at;
use uuid::Uuid;

use super::head::{Shown, numbered};
use super::line::{self, Given};
use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::{Frame, lead};
use crate::person::{Person, PersonForm};
use crate::problem::{is_of, said_of};
use crate::told::lead_told;

/// Where a comment stands.
type At = Path<(String, String, String)>;

#[derive(Template)]
#[template(path = "thread/comment.html")]
struct CommentPage<'a> {
    frame: &'a Frame,
    path: String,
    back: String,
    name: String,
    text: String,
    wrong: String,
}

/// The line of a record, from its beginning.
fn line_of(shown: &Shown) -> String {
    format!("{}?tab=line", shown.path())
}

/// POST /records/{database}/{id}/comments
pub(super) async fn create(
    Path((database, id)): Path<(String, String)>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let shown = Shown::of(&person, &database, &id).await?;
    let failure = |error| person.failure(&error);
    let mut given = Given { comment: form.get("text").to_owned(), ..Given::default() };
    let ids = addressees(&person, &form, &mut given).await?;
    if !given.to_wrong.is_empty() {
        return line::show(&person, &shown, StatusCode::UNPROCESSABLE_ENTITY, &Form::default(), given).await;
    }
    let addressed = comment_addressed(&person.service, &person.context, &given.comment, &ids).await.map_err(failure)?;
    let text = if given.comment.trim().is_empty() { &given.comment } else { &addressed };
    let created = comment_create(&person.service, &person.context, &shown.database.name, shown.id(), text).await;
    match created {
        Ok(_) => Ok(lead_told(&line_of(&shown), "comment", None)),
        Err(error) if is_of(&error, &["text"]) => {
            given.comment_wrong = said_of(&error, "text", &person.frame);
            line::show(&person, &shown, StatusCode::UNPROCESSABLE_ENTITY, &Form::default(), given).await
        }
        Err(error) => Err(failure(error)),
    }
}

/// Whom a comment is to reach besides those whom it names.
async fn addressees(person: &Person, form: &Form, given: &mut Given) -> Result<Vec<Uuid>, Failure> {
    let mut ids: Vec<Uuid> = form.list("to[]").iter().filter_map(|id| id.parse().ok()).collect();
    let name = form.get("to_typed").trim();
    if !name.is_empty() {
        let found = candidate_named(&person.service, &person.context, &CandidateOf::Users, name).await;
        match found.map_err(|error| person.failure(&error))? {
            Ok(found) => ids.push(found.id),
            Err(_) => {
                name.clone_into(&mut given.to_typed);
                given.to_wrong = Message::NoSuchUser.text(person.frame.locale);
            }
        }
    }
    if !given.to_wrong.is_empty() {
        for id in &ids {
            let of = CandidateOf::Users;
            let found = candidate_named(&person.service, &person.context, &of, &id.to_string()).await;
            let name = found.ok().and_then(Result::ok).map_or_else(|| id.to_string(), |found| found.name);
            given.to.push((id.to_string(), name));
        }
    }
    Ok(ids)
}

/// GET /records/{database}/{id}/comments/{number}/edit
pub(super) async fn edit(person: Person, Path((database, id, number)): At) -> Result<Response, Failure> {
    let shown = Shown::of(&person, &database, &id).await?;
    let name = &shown.database.name;
    let comment =
        comment_get(&person.service, &person.context, name, shown.id(), CommentNo(numbered(&person, &number)?)).await;
    let comment = comment.map_err(|error| person.failure(&error))?;
    if comment.by != person.context.actor.user {
        return Err(Failure::new(person.frame, Wrong::Forbidden));
    }
    page(&person, &shown, StatusCode::OK, &number, (comment.text, String::new()))
}

fn page(
    person: &Person,
    shown: &Shown,
    status: StatusCode,
    number: &str,
    (text, wrong): (String, String),
) -> Result<Response, Failure> {
    let (path, back) = (format!("{}/comments/{number}/edit", shown.path()), line_of(shown));
    let name = shown.seen.record.display_name.clone();
    let name = if shown.seen.sight.sees_name(&shown.seen.template) { name } else { String::new() };
    person.page(status, &CommentPage { frame: &person.frame, path, back, name, text, wrong })
}

/// POST /records/{database}/{id}/comments/{number}/edit
pub(super) async fn set(
    Path((database, id, number)): At,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let shown = Shown::of(&person, &database, &id).await?;
    let (at, text) = ((shown.id(), CommentNo(numbered(&person, &number)?)), form.get("text"));
    match comment_set(&person.service, &person.context, &shown.database.name, at, text).await {
        Ok(()) => Ok(lead_told(&line_of(&shown), "comment-set", None)),
        Err(error) if is_of(&error, &["text"]) => {
            let wrong = said_of(&error, "text", &person.frame);
            page(&person, &shown, StatusCode::UNPROCESSABLE_ENTITY, &number, (text.to_owned(), wrong))
        }
        Err(error) => Err(person.failure(&error)),
    }
}

/// POST /records/{database}/{id}/comments/{number}/delete
pub(super) async fn delete(
    Path((database, id, number)): At,
    PersonForm(person, _): PersonForm,
) -> Result<Response, Failure> {
    let shown = Shown::of(&person, &database, &id).await?;
    let at = (shown.id(), CommentNo(numbered(&person, &number)?));
    let deleted = comment_delete(&person.service, &person.context, &shown.database.name, at).await;
    deleted.map_err(|error| person.failure(&error))?;
    Ok(lead_told(&line_of(&shown), "comment-deleted", None))
}

/// POST /records/{database}/{id}/mentions/read
pub(super) async fn read(
    Path((database, id)): Path<(String, String)>,
    PersonForm(person, _): PersonForm,
) -> Result<Response, Failure> {
    let shown = Shown::of(&person, &database, &id).await?;
    let read = mention_read_at(&person.service, &person.context, &shown.database.name, shown.id()).await;
    read.map_err(|error| person.failure(&error))?;
    Ok(lead(&line_of(&shown)))
}
