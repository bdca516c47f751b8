//! The trash of a database: what lies there, until when, and bringing it back.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::change_set::LeftReason;
use musubi_domain::error::Kind;
use musubi_domain::id::RecordNo;
use musubi_domain::limits;
use musubi_domain::rights::Action;
use musubi_domain::sight::not_seen;
use musubi_domain::time::Timestamp;
use musubi_service::record::{TrashPlace, TrashRow, record_restore_all, trash_list};
use uuid::Uuid;

use super::sheet::{Sheet, user_name};
use super::told;
use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::moment::Moment;
use crate::person::{Person, PersonForm};
use crate::record::database;
use crate::texts::{Texts, fill};
use crate::told::lead_told;

/// Records on a page.
const PAGE: i64 = 50;
/// Seconds of a day.
const DAY: i64 = 86_400;

struct Line {
    id: Uuid,
    name: String,
    by: String,
    at: Moment,
    until: Moment,
    /// What its button does, said in full.
    restore: String,
}

#[derive(Template)]
#[template(path = "record/trash.html")]
struct TrashPage<'a> {
    frame: &'a Frame,
    title: String,
    list: (String, String),
    path: String,
    days: String,
    lines: Vec<Line>,
    /// The link to the next page; "" on the last.
    next: String,
    /// Whether this is a further page.
    is_further: bool,
    wrong: String,
    /// What could not come back with what was restored.
    lost: Vec<&'static str>,
}

/// GET /records/{database}/trash
pub(crate) async fn show(
    mut person: Person,
    Path(word): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    told::tell(&mut person, &query);
    let sheet = Sheet::open(&person, &word, Action::Delete).await?;
    let lost = query.get("lost").split(',').filter_map(LeftReason::from_word);
    let lost = lost.map(|reason| lost_text(person.frame.say, reason)).collect();
    page(&person, &sheet, place(query.get("before")), (StatusCode::OK, String::new()), lost).await
}

/// A place in the trash, as links have it: `1764000000000000-123`.
fn place(text: &str) -> Option<TrashPlace> {
    let (moment, number) = text.split_once('-')?;
    Some((Timestamp::from_micros(moment.parse().ok()?), RecordNo(number.parse().ok()?)))
}

async fn page(
    person: &Person,
    sheet: &Sheet,
    before: Option<TrashPlace>,
    (status, wrong): (StatusCode, String),
    lost: Vec<&'static str>,
) -> Result<Response, Failure> {
    let found = trash_list(&person.service, &person.context, &sheet.database.name, before, PAGE).await;
    let (rows, more) = found.map_err(|error| person.failure(&error))?;
    let last = rows.last().filter(|_| more).and_then(|row| Some((row.record.deleted_at?, row.record.number)));
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push(line(person, sheet, row).await?);
    }
    let (path, kind) = (format!("{}/trash", sheet.database.path()), sheet.database.title(&person.frame));
    let title = fill(person.frame.say.record.trash, &kind);
    let page = TrashPage {
        frame: &person.frame,
        title: if wrong.is_empty() { title } else { fill(person.frame.say.error_prefix, &title) },
        list: (sheet.database.path(), kind),
        next: last.map(|(at, number)| format!("{path}?before={}-{number}", at.micros())).unwrap_or_default(),
        path,
        days: fill(person.frame.say.record.trash_lead, &limits::TRASH_DAYS.to_string()),
        lines,
        is_further: before.is_some(),
        wrong,
        lost,
    };
    person.page(status, &page)
}

async fn line(person: &Person, sheet: &Sheet, TrashRow { record, by }: TrashRow) -> Result<Line, Failure> {
    let at = record.deleted_at.unwrap_or(record.updated_at);
    let is_seen = sheet.sight.sees_name(&sheet.template);
    let name = if is_seen { record.display_name } else { not_seen(person.frame.locale).to_owned() };
    let by = match by {
        Some(user) => user_name(person, user).await?,
        None => String::new(),
    };
    let until = at.plus_seconds(limits::TRASH_DAYS * DAY);
    let restore = fill(person.frame.say.record.restore_of, &name);
    let moment = |time| person.frame.moment(time);
    Ok(Line { id: record.id, name, by, at: moment(at), until: moment(until), restore })
}

/// POST /records/{database}/trash
pub(crate) async fn restore(
    Path(word): Path<String>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let sheet = Sheet::open(&person, &word, Action::Delete).await?;
    let chosen = form.given("one").map_or_else(|| form.list("ids[]").to_vec(), |one| vec![one.to_owned()]);
    let ids: Vec<Uuid> = chosen.iter().filter_map(|id| id.parse().ok()).collect();
    let refuse = |text: String| (StatusCode::UNPROCESSABLE_ENTITY, text);
    if ids.is_empty() {
        let text = person.frame.say.record.restore_none.to_owned();
        return page(&person, &sheet, None, refuse(text), Vec::new()).await;
    }
    let kind = (sheet.database.name.as_str(), sheet.database.kind(database::Action::Restore));
    match record_restore_all(&person.service, &person.context, kind, ids, "ids").await {
        Ok(restored) => {
            let path = format!("{}/trash", sheet.database.path());
            let mut words: Vec<_> = restored.lost.iter().map(|(_, reason)| reason.word()).collect();
            words.sort_unstable();
            words.dedup();
            if words.is_empty() {
                return Ok(lead_told(&path, "restored", restored.change_set));
            }
            Ok(lead_told(&format!("{path}?lost={}", words.join(",")), "restored-part", restored.change_set))
        }
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::NotFound) => {
            let said = error.problems().first().map(|problem| problem.message.text(person.frame.locale));
            page(&person, &sheet, None, refuse(said.unwrap_or_default()), Vec::new()).await
        }
        Err(error) => Err(person.failure(&error)),
    }
}

/// What a record could not have again.
const fn lost_text(say: &Texts, reason: LeftReason) -> &'static str {
    match reason {
        LeftReason::ValueTaken => say.record.lost_value,
        LeftReason::TargetGone => say.record.lost_target,
        LeftReason::AboveItself => say.record.lost_above,
        LeftReason::ItemRemoved | LeftReason::ChangedSince | LeftReason::ReferredTo | LeftReason::Purged => {
            say.record.lost_other
        }
    }
}
