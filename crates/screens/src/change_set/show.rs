//! One change set: what it did to each record, and what an undo left.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::change_set::{ChangeSetState, LeftReason};
use musubi_domain::history::HistoryKind;
use musubi_domain::id::RecordNo;
use musubi_domain::item::{Item, ItemValue};
use musubi_service::change_set::{
    ChangedRecord, change_set_left_records, change_set_may_undo, change_set_numbered, change_set_records,
    change_set_undoing,
};
use musubi_service::value_name::{ValueNames, value_names};

use super::list::SetShown;
use super::undo::set_of;
use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::person::Person;
use crate::record::Database;
use crate::record::entry::words;
use crate::texts::Texts;

/// Records on a page.
const ROWS: i64 = 30;
/// Records that an undo left, on a page.
const LEFT: i64 = 100;
/// Items of one record that are shown.
const ITEMS: usize = 40;

/// What became of an item.
struct ItemChange {
    name: String,
    before: String,
    after: String,
}

/// A record as the page shows it.
struct RecordShown {
    /// Its page; none where there is none to see.
    path: Option<String>,
    name: String,
    database: String,
    what: &'static str,
    items: Vec<ItemChange>,
    has_more: bool,
    /// Why an undo left it.
    left: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "change_set/show.html")]
struct ShowPage<'a> {
    frame: &'a Frame,
    set: SetShown,
    may_undo: bool,
    is_undoing: bool,
    /// The change set that this one undoes, and the one that undoes it.
    undoes: Option<String>,
    undone_by: Option<String>,
    left: Vec<RecordShown>,
    next_left: Option<String>,
    records: Vec<RecordShown>,
    next: Option<String>,
    is_later: bool,
}

/// GET /changes/{id}
pub(crate) async fn show(
    Path(id): Path<String>,
    person: Person,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    let set = set_of(&person, &id).await?;
    let (service, context, failure) = (&person.service, &person.context, |error| person.failure(&error));
    let before = query.get("before").parse().ok().map(RecordNo);
    let found = change_set_records(service, context, (set.id, ""), before, ROWS).await.map_err(failure)?;
    let after = RecordNo(query.get("left").parse().unwrap_or(0));
    let kept = match set.undoes {
        Some(_) => change_set_left_records(service, context, (set.id, ""), after, LEFT).await.map_err(failure)?,
        None => Vec::new(),
    };
    let full = |found: &[ChangedRecord], most: i64| {
        found.last().filter(|_| i64::try_from(found.len()).is_ok_and(|len| len >= most)).map(|last| last.number)
    };
    let (next, next_left) = (full(&found, ROWS), full(&kept, LEFT));
    let names = names_of(&person, &found).await?;
    let undoes = match set.undoes {
        Some(number) => {
            let undone = change_set_numbered(service, context, number, "").await.map_err(failure)?;
            Some(format!("/changes/{}", undone.id))
        }
        None => None,
    };
    let by = change_set_undoing(service, context, set.number).await.map_err(failure)?;
    let page = ShowPage {
        frame: &person.frame,
        may_undo: set.state == ChangeSetState::Done
            && change_set_may_undo(service, context, &set).await.map_err(failure)?,
        is_undoing: set.state == ChangeSetState::Undoing,
        set: SetShown::of(&person, &set).await?,
        undoes,
        undone_by: by.map(|by| format!("/changes/{}", by.id)),
        left: kept.iter().map(|record| record_shown(&person, record, &ValueNames::default())).collect(),
        next_left: next_left.map(|left| format!("/changes/{}?left={left}", set.id)),
        records: found.iter().map(|record| record_shown(&person, record, &names)).collect(),
        next: next.map(|before| format!("/changes/{}?before={before}", set.id)),
        is_later: before.is_some(),
    };
    person.page(StatusCode::OK, &page)
}

/// The names of everything that the values point at.
async fn names_of(person: &Person, records: &[ChangedRecord]) -> Result<ValueNames, Failure> {
    let mut values: Vec<(&Item, ItemValue)> = Vec::new();
    for record in records {
        let changes = record.seen.iter().flat_map(|seen| &seen.changes).flat_map(|change| &change.items);
        for (number, before, after) in changes {
            let Some(item) = record.template.item_numbered(*number) else { continue };
            values.extend(before.iter().chain(after).map(|value| (item, value.clone())));
        }
    }
    value_names(&person.service, &person.context, &values).await.map_err(|error| person.failure(&error))
}

fn record_shown(person: &Person, record: &ChangedRecord, names: &ValueNames) -> RecordShown {
    let (frame, say) = (&person.frame, &person.frame.say.change_set);
    let database = Database::of(&record.template);
    let left = record.left.iter().map(|reason| reason_word(person.frame.say, *reason)).collect();
    let Some(seen) = &record.seen else {
        let (path, items) = (None, Vec::new());
        let (name, title) = (say.record_not_seen.to_owned(), database.title(frame));
        return RecordShown { path, name, database: title, what: "", items, has_more: false, left };
    };
    let kind = seen.changes.first().map(|change| change.kind);
    let what = match kind {
        _ if seen.is_created => say.verb_register,
        Some(HistoryKind::Updated) => say.verb_update,
        Some(HistoryKind::Deleted) => say.verb_delete,
        Some(HistoryKind::Restored) => say.verb_restore,
        None => "",
    };
    let text = |item: &Item, value: &Option<ItemValue>| {
        value.as_ref().map_or_else(String::new, |value| words(item, value, names, frame).join(frame.say.list_comma))
    };
    let mut items = Vec::new();
    for change in &seen.changes {
        for (number, before, after) in &change.items {
            let Some(item) = record.template.item_numbered(*number) else { continue };
            items.push(ItemChange { name: item.name.clone(), before: text(item, before), after: text(item, after) });
        }
        for (slot, before, after) in &change.linkage {
            let name = format!("{} {slot}", say.linkage);
            items.push(ItemChange { name, before: before.clone(), after: after.clone() });
        }
    }
    let has_more = items.len() > ITEMS;
    items.truncate(ITEMS);
    RecordShown {
        path: (!seen.is_in_trash).then(|| database.record_path(seen.id)),
        name: seen.name.clone().unwrap_or_else(|| say.record_unnamed.to_owned()),
        database: database.title(frame),
        what,
        items,
        has_more,
        left,
    }
}

const fn reason_word(say: &Texts, reason: LeftReason) -> &'static str {
    let words = &say.change_set;
    match reason {
        LeftReason::ChangedSince => words.left_changed_since,
        LeftReason::ReferredTo => words.left_referred_to,
        LeftReason::ValueTaken => words.left_value_taken,
        LeftReason::TargetGone => words.left_target_gone,
        LeftReason::AboveItself => words.left_above_itself,
        LeftReason::ItemRemoved => words.left_item_removed,
        LeftReason::Purged => words.left_purged,
    }
}
