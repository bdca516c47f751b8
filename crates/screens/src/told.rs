//! What a page tells of what was done just before, and how that is undone.

use uuid::Uuid;

use crate::continue_to::query_value;
use crate::form::Form;
use crate::frame::lead;
use axum::response::Response;

/// What has been done.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// In words.
    pub(crate) text: String,
    /// The change set that undoes it; none where nothing does.
    pub(crate) undo: Option<Uuid>,
}

/// Leads on to a page that tells, by its query, what was done: one of the words that the page knows, and the change set that undoes it.
pub(crate) fn lead_told(location: &str, word: &str, undo: Option<Uuid>) -> Response {
    let sign = if location.contains('?') { '&' } else { '?' };
    let undo = undo.map(|id| format!("&undo={id}")).unwrap_or_default();
    lead(&format!("{location}{sign}done={}{undo}", query_value(word)))
}

/// What the query of a page says was done: its word, "" where there is none, and the change set that undoes it.
pub(crate) fn done(query: &Form) -> (&str, Option<Uuid>) {
    (query.get("done"), query.given("undo").and_then(|id| id.parse().ok()))
}
