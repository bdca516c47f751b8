//! Undoing a change set: at once where it is small, after a page that says what will happen where it is not.

use std::time::Duration;

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use musubi_domain::change_set::{ChangeSet, ChangeSetState};
use musubi_domain::id::JobNo;
use musubi_service::change_set::{change_set_get, change_set_undo, change_set_undoing};
use musubi_service::job::job_get;
use uuid::Uuid;

use crate::continue_to::ContinueTo;
use crate::error::{Failure, Wrong};
use crate::figure::grouped;
use crate::frame::{Frame, lead};
use crate::person::{Person, PersonForm};
use crate::texts::fill;
use crate::told::{UNDONE, lead_told};

/// Records up to which an undo is not asked about once more.
const FEW: i64 = 100;
/// How often, and how many times, an undo is looked at before the page of its job takes over: a second in all.
const LOOK: (Duration, usize) = (Duration::from_millis(50), 20);

#[derive(Template)]
#[template(path = "change_set/undo.html")]
struct UndoPage<'a> {
    frame: &'a Frame,
    id: Uuid,
    target: &'a str,
    /// What will happen, in sentences.
    effects: Vec<String>,
    back: String,
}

/// The change set of the id in a path.
pub(super) async fn set_of(person: &Person, id: &str) -> Result<ChangeSet, Failure> {
    let Ok(id) = id.parse() else { return Err(Failure::new(person.frame.clone(), Wrong::NotFound)) };
    change_set_get(&person.service, &person.context, id, "").await.map_err(|error| person.failure(&error))
}

/// GET /changes/{id}/undo
pub(crate) async fn ask(Path(id): Path<String>, headers: HeaderMap, person: Person) -> Result<Response, Failure> {
    let set = set_of(&person, &id).await?;
    let words = &person.frame.say.change_set;
    let effects = [
        (set.counts.created + set.counts.restored, words.undo_created),
        (set.counts.updated, words.undo_updated),
        (set.counts.deleted, words.undo_deleted),
    ];
    let said = effects.into_iter().filter(|(count, _)| *count > 0);
    let page = UndoPage {
        frame: &person.frame,
        id: set.id,
        target: &set.target,
        effects: said.map(|(count, text)| fill(text, &grouped(count))).collect(),
        back: way_back(&person, &headers, &set),
    };
    person.page(StatusCode::OK, &page)
}

/// POST /changes/{id}/undo
pub(crate) async fn begin(
    Path(id): Path<String>,
    headers: HeaderMap,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let set = set_of(&person, &id).await?;
    if set.counts.total() > FEW && form.get("sure").is_empty() {
        return Ok(lead(&format!("/changes/{}/undo", set.id)));
    }
    let begun = change_set_undo(&person.service, &person.context, set.id, "").await;
    let job = begun.map_err(|error| person.failure(&error))?;
    if !is_over_soon(&person, job).await? {
        return Ok(lead(&format!("/jobs/{job}")));
    }
    let by = change_set_undoing(&person.service, &person.context, set.number).await;
    let by = by.map_err(|error| person.failure(&error))?;
    let is_whole = set_of(&person, &id).await?.state == ChangeSetState::Undone;
    match by {
        // What was left says more than a word of it could.
        Some(by) if !is_whole => Ok(lead(&format!("/changes/{}", by.id))),
        by => {
            let back = form.given("back").map(|back| ContinueTo::parse(back).path().to_owned());
            let back = back.unwrap_or_else(|| way_back(&person, &headers, &set));
            Ok(lead_told(&back, UNDONE, by.filter(|by| by.counts.total() > 0).map(|by| by.id)))
        }
    }
}

/// Waits a little for a job.
async fn is_over_soon(person: &Person, job: JobNo) -> Result<bool, Failure> {
    let (pause, times) = LOOK;
    for _ in 0..times {
        let job = job_get(&person.service, &person.context, job).await.map_err(|error| person.failure(&error))?;
        if job.state.is_final() {
            return Ok(true);
        }
        tokio::time::sleep(pause).await;
    }
    Ok(false)
}

/// Where the button that undoes stood; the list where that is the page of a record that goes to the trash.
fn way_back(person: &Person, headers: &HeaderMap, set: &ChangeSet) -> String {
    let own = format!("/changes/{}", set.id);
    let from = headers.get(header::REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(from) = from.strip_prefix(person.frame.base_url.as_str()) else { return own };
    let from = ContinueTo::parse(from);
    let (path, query) = from.path().split_once('?').unwrap_or((from.path(), ""));
    if path == "/" || path.ends_with("/undo") {
        return own;
    }
    let parts: Vec<&str> = path.split('/').collect();
    if let ["", "records", database, record, ..] = parts.as_slice()
        && Uuid::try_parse(record).is_ok()
        && set.counts.created + set.counts.restored > 0
    {
        return format!("/records/{database}");
    }
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("done=") && !pair.starts_with("undo="))
        .collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}
