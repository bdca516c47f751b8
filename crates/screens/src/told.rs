//! What a page tells of what was done just before, and how that is undone.

use uuid::Uuid;

use crate::continue_to::query_value;
use crate::form::Form;
use crate::frame::lead;
use crate::texts::Texts;
use axum::response::Response;

/// What has been done.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// In words.
    pub(crate) text: String,
    /// The change set that undoes it; none where nothing does.
    pub(crate) undo: Option<Uuid>,
    /// Whether it was an undo itself, so that undoing it is to do the thing again.
    pub(crate) is_redo: bool,
}

/// The word of every page for what was undone.
pub(crate) const UNDONE: &str = "undone";

/// The word of every page for two records that have become one.
pub(crate) const MERGED: &str = "merged";

/// What any page tells, whatever words of its own it has.
pub(crate) fn everywhere(query: Option<&str>, say: &Texts) -> Option<Told> {
    let query = Form::of_query(query);
    let (word, undo) = done(&query);
    match word {
        UNDONE => Some(Told { text: say.change_set.undone.to_owned(), undo, is_redo: true }),
        MERGED => Some(Told { text: say.change_set.merged.to_owned(), undo, is_redo: false }),
        _ => None,
    }
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
