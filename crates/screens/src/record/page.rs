//! The page of one record: the thread of everything about it.
//!
//! It has parts (tabs), each a page of its own below the same head. To add one: a line in [`TABS`], and an arm in [`show`].

mod activity;
mod attachment;
mod comment;
mod family;
mod head;
mod history;
mod line;
mod overview;
mod related;
mod value;

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use musubi_domain::route::{Guard, Route, route};
use musubi_domain::{client, contact};
use musubi_service::Service;
use musubi_service::preference::visit_note;

use self::head::Shown;
use crate::error::Failure;
use crate::form::Form;
use crate::person::Person;
use crate::record::form::told as form_told;
use crate::texts::thread::Texts;
use crate::told::done;

/// What a caller needs for each of these pages.
pub(crate) const ROUTES: &[Route] = &[
    route("/records/{database}/{id}", "GET", Guard::Session),
    route("/records/{database}/{id}/activities", "POST", Guard::Session),
    route("/records/{database}/{id}/activities/{number}/delete", "POST", Guard::Session),
    route("/records/{database}/{id}/activities/{number}/done", "POST", Guard::Session),
    route("/records/{database}/{id}/activities/{number}/edit", "GET, POST", Guard::Session),
    route("/records/{database}/{id}/attachments", "POST", Guard::Session),
    route("/records/{database}/{id}/attachments/{number}", "GET", Guard::Session),
    route("/records/{database}/{id}/attachments/{number}/delete", "POST", Guard::Session),
    route("/records/{database}/{id}/comments", "POST", Guard::Session),
    route("/records/{database}/{id}/comments/{number}/delete", "POST", Guard::Session),
    route("/records/{database}/{id}/comments/{number}/edit", "GET, POST", Guard::Session),
    route("/records/{database}/{id}/mentions/read", "POST", Guard::Session),
];

/// These pages.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/records/{database}/{id}", get(show))
        .route("/records/{database}/{id}/activities", post(activity::create))
        .route("/records/{database}/{id}/activities/{number}/delete", post(activity::delete))
        .route("/records/{database}/{id}/activities/{number}/done", post(activity::done))
        .route("/records/{database}/{id}/activities/{number}/edit", get(activity::edit).post(activity::set))
        .route("/records/{database}/{id}/attachments", post(attachment::create))
        .route("/records/{database}/{id}/attachments/{number}", get(attachment::give))
        .route("/records/{database}/{id}/attachments/{number}/delete", post(attachment::delete))
        .route("/records/{database}/{id}/comments", post(comment::create))
        .route("/records/{database}/{id}/comments/{number}/delete", post(comment::delete))
        .route("/records/{database}/{id}/comments/{number}/edit", get(comment::edit).post(comment::set))
        .route("/records/{database}/{id}/mentions/read", post(comment::read))
}

/// A part of the page: its word, what it is called, and which records have it.
type TabLine = (&'static str, fn(&Texts) -> &'static str, fn(&Shown) -> bool);

/// The parts of the page, in order.
const TABS: &[TabLine] = &[
    (OVERVIEW, |say| say.overview, |_| true),
    (LINE, |say| say.line, |_| true),
    (CONTACTS, |say| say.contacts, |shown| shown.database.name == client::DATABASE),
    (CARDS, |say| say.cards, |shown| [client::DATABASE, contact::DATABASE].contains(&shown.database.name.as_str())),
    (FILES, |say| say.files, |_| true),
    (FAMILY, |say| say.family, has_family),
    (REFERRERS, |say| say.referrers, |_| true),
    (HISTORY, |say| say.history, |_| true),
];

pub(crate) const OVERVIEW: &str = "overview";
pub(crate) const LINE: &str = "line";
pub(crate) const CONTACTS: &str = "contacts";
pub(crate) const CARDS: &str = "cards";
pub(crate) const FILES: &str = "files";
pub(crate) const FAMILY: &str = "family";
pub(crate) const REFERRERS: &str = "referrers";
pub(crate) const HISTORY: &str = "history";

fn has_family(shown: &Shown) -> bool {
    shown.seen.template.detail.parent_item.is_some_and(|item| shown.seen.sight.sees(item))
}

/// GET /records/{database}/{id}
async fn show(
    mut person: Person,
    Path((database, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    form_told::tell(&mut person, &query);
    tell(&mut person, &query);
    let shown = Shown::of(&person, &database, &id).await?;
    if query.get("tab").is_empty() {
        visit_note(&person.service, &person.context, shown.seen.record.number).await;
    }
    let asked = TABS.iter().find(|(word, _, is_there)| *word == query.get("tab") && is_there(&shown));
    match asked.map_or(OVERVIEW, |(word, ..)| word) {
        LINE => line::show(&person, &shown, StatusCode::OK, &query, line::Given::default()).await,
        CONTACTS => related::contacts(&person, &shown, &query).await,
        CARDS => related::cards(&person, &shown, &query).await,
        FILES => attachment::show(&person, &shown, StatusCode::OK, &query, String::new()).await,
        FAMILY => family::show(&person, &shown).await,
        REFERRERS => related::referrers(&person, &shown).await,
        HISTORY => history::show(&person, &shown, &query).await,
        _ => overview::show(&person, &shown).await,
    }
}

/// Has the page tell what was done to what stands at the record.
fn tell(person: &mut Person, query: &Form) {
    let say = &person.frame.say.thread;
    let text = match done(query).0 {
        "comment" => say.comment_was_added,
        "comment-set" => say.comment_was_changed,
        "comment-deleted" => say.comment_was_deleted,
        "activity" => say.activity_was_added,
        "activity-set" => say.activity_was_changed,
        "activity-deleted" => say.activity_was_deleted,
        "task-done" => say.task_was_done,
        "task-open" => say.task_was_opened,
        "file" => say.file_was_added,
        "file-deleted" => say.file_was_deleted,
        _ => return,
    };
    person.tell(text, done(query).1);
}
