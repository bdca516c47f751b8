//! What was changed of a record, with what stood before and after.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::history::{HistoryKind, HistoryView};
use musubi_domain::id::ChangeSetNo;
use musubi_domain::item::{Item, ItemValue};
use musubi_service::change_set::change_set_list;
use musubi_service::record::{RecordKey, record_history};
use musubi_service::value_name::{ValueNames, value_names};
use uuid::Uuid;

use super::head::{Head, Shown};
use super::line::name;
use super::value::parts;
use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::moment::Moment;
use crate::person::Person;

/// Changes of a page.
const ROWS: usize = 20;
/// Changed values of a page.
const VALUES: usize = 80;
/// Characters that are shown of a value.
const CHARACTERS: usize = 100;
/// The oldest change that is shown, counted from the newest.
const DEPTH: usize = 2_000;

#[derive(Template)]
#[template(path = "thread/history.html")]
struct HistoryPage<'a> {
    frame: &'a Frame,
    head: Head,
    rows: Vec<Row>,
    next: String,
    /// When the record was created and by whom, where the page reaches that far.
    created: Option<(Moment, String)>,
}

/// A change.
struct Row {
    at: Moment,
    by: String,
    kind: &'static str,
    /// The page of its change set; "" where there is none.
    href: String,
    changes: Vec<(String, String, String)>,
}

/// The part of the page.
pub(super) async fn show(person: &Person, shown: &Shown, query: &Form) -> Result<Response, Failure> {
    let failure = |error| person.failure(&error);
    let skipped = query.given("skip").and_then(|count| count.parse::<usize>().ok()).unwrap_or(0).min(DEPTH);
    let most = i64::try_from(skipped + ROWS + 1).unwrap_or(i64::MAX);
    let key = (RecordKey::Id(shown.id()), "record");
    let found = record_history(&person.service, &person.context, &shown.database.name, key, most).await;
    let found = found.map_err(failure)?;
    let (mut rows, mut values, mut taken) = (Vec::new(), 0, 0);
    for view in found.iter().skip(skipped).take(ROWS) {
        values += view.items.len() + view.linkage.len();
        if values > VALUES && taken > 0 {
            break;
        }
        taken += 1;
        rows.push(row(person, shown, view).await?);
    }
    let is_end = skipped + taken >= found.len();
    let next = if is_end { String::new() } else { format!("{}?tab=history&skip={}", shown.path(), skipped + taken) };
    let created = if is_end {
        let record = &shown.seen.record;
        Some((person.frame.moment(record.created_at), name(person, record.created_by).await?))
    } else {
        None
    };
    let created = created.filter(|_| {
        let item = shown.seen.template.item(musubi_domain::item::system::CREATED_BY);
        item.is_none_or(|item| shown.seen.sight.sees(item.number))
    });
    let head = shown.head(person, super::HISTORY).await?;
    person.page(StatusCode::OK, &HistoryPage { frame: &person.frame, head, rows, next, created })
}

async fn row(person: &Person, shown: &Shown, view: &HistoryView) -> Result<Row, Failure> {
    let frame = &person.frame;
    let say = &frame.say.thread;
    let failure = |error| person.failure(&error);
    let mut pairs: Vec<(&Item, ItemValue)> = Vec::new();
    for (number, before, after) in &view.items {
        let Some(item) = shown.seen.template.item_numbered(*number) else { continue };
        pairs.extend(before.iter().chain(after).map(|value| (item, value.clone())));
    }
    let names = value_names(&person.service, &person.context, &pairs).await.map_err(failure)?;
    let mut changes = Vec::new();
    for (number, before, after) in view.items.iter().take(VALUES) {
        let Some(item) = shown.seen.template.item_numbered(*number) else { continue };
        let text = |value: &Option<ItemValue>| text(frame, item, value.as_ref(), &names);
        changes.push((item.name.clone(), text(before), text(after)));
    }
    let slots = person.service.linkage_slots(person.context.tenant).await.map_err(failure)?;
    for (slot, before, after) in &view.linkage {
        let name = slots.iter().find(|(own, _)| own == slot).map(|(_, name)| name.clone());
        changes.push((name.unwrap_or_else(|| slot.to_string()), cut(before), cut(after)));
    }
    Ok(Row {
        at: frame.moment(view.at),
        by: name(person, view.by).await?,
        kind: match view.kind {
            HistoryKind::Updated => say.history_updated,
            HistoryKind::Deleted => say.history_deleted,
            HistoryKind::Restored => say.history_restored,
        },
        href: change_set(person, view.change_set).await?.map(|id| format!("/changes/{id}")).unwrap_or_default(),
        changes,
    })
}

fn text(frame: &Frame, item: &Item, value: Option<&ItemValue>, names: &ValueNames) -> String {
    let Some(value) = value else { return String::new() };
    let parts = parts(frame, item, value, names);
    cut(&parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(frame.say.list_comma))
}

fn cut(text: &str) -> String {
    if text.chars().count() <= CHARACTERS {
        return text.to_owned();
    }
    text.chars().take(CHARACTERS).chain(['…']).collect()
}

/// The outside id of a change set.
async fn change_set(person: &Person, number: ChangeSetNo) -> Result<Option<Uuid>, Failure> {
    let before = Some(ChangeSetNo(number.0.saturating_add(1)));
    let found = change_set_list(&person.service, &person.context, before, 1).await;
    let found = found.map_err(|error| person.failure(&error))?;
    Ok(found.first().filter(|set| set.number == number).map(|set| set.id))
}
