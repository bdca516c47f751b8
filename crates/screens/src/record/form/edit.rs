//! Changing a record, also where somebody else has changed it since the form was opened.

use std::collections::BTreeMap;

use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::error::{Error, Kind};
use musubi_domain::item::{Item, ItemValue};
use musubi_domain::record::Record;
use musubi_domain::rights::Action;
use musubi_service::record::{Expected, RecordKey, record_get, record_history, record_update};
use musubi_service::value_name::ValueNames;
use uuid::Uuid;

use super::sheet::{Readings, Sheet, Values, user_name, value_of};
use super::three_way::{Base, Fate, fate};
use super::told;
use super::view::{Changed, Filling, Sides, answer};
use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::person::{Person, PersonForm};
use crate::record::database;
use crate::record::entry::{Names, words};
use crate::texts::fill;
use crate::told::lead_told;

/// How often a form is put together anew because somebody was faster again.
const TRIES: usize = 3;
/// Changes since a form was opened that are looked at.
const CHANGES: i64 = 500;

/// GET /records/{database}/{id}/edit
pub(crate) async fn show(
    mut person: Person,
    Path((word, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    told::tell(&mut person, &Form::of_query(query.as_deref()));
    let sheet = Sheet::open(&person, &word, Action::Write).await?;
    let record = record(&person, &sheet, &id).await?;
    let values = sheet.values(&record);
    let filling = Filling { begins: true, ..filled(&person, &sheet, &record, values).await? };
    answer(&person, &sheet, StatusCode::OK, Some(changed(&sheet, &record)), filling).await
}

async fn record(person: &Person, sheet: &Sheet, id: &str) -> Result<Record, Failure> {
    let id: Uuid = id.parse().map_err(|_| Failure::new(person.frame.clone(), Wrong::NotFound))?;
    let found = record_get(&person.service, &person.context, &sheet.database.name, RecordKey::Id(id), "id").await;
    found.map(|seen| seen.record).map_err(|error| person.failure(&error))
}

fn changed(sheet: &Sheet, record: &Record) -> Changed {
    let is_seen = sheet.sight.sees_name(&sheet.template);
    let name = if is_seen { record.display_name.clone() } else { String::new() };
    Changed { id: record.id, name, version: record.version }
}

/// A form filled with what a record holds.
async fn filled(person: &Person, sheet: &Sheet, record: &Record, values: Values) -> Result<Filling, Failure> {
    let names = sheet.names(person, &[&values], &Readings::new()).await?;
    let facts = sheet.facts(person, record, (&values, &names)).await?;
    Ok(Filling { values, facts, shows: true, ..Filling::default() })
}

/// POST /records/{database}/{id}/edit
pub(crate) async fn sent(
    Path((word, id)): Path<(String, String)>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let sheet = Sheet::open(&person, &word, Action::Write).await?;
    let readings = sheet.read(&person, &form).await?;
    let mut tries = 0;
    loop {
        tries += 1;
        let record = record(&person, &sheet, &id).await?;
        let merge = merge(&person, &sheet, &form, &record, readings.clone()).await?;
        if merge.is_undecided {
            return conflict(&person, &sheet, &form, &record, merge).await;
        }
        let mine = sheet.filled().filter_map(|item| Some((item, merge.mine.get(&item.number)?)));
        let given = sheet.given(mine);
        let kind = (sheet.database.name.as_str(), sheet.database.kind(database::Action::Update));
        let key = (RecordKey::Number(record.number), "id");
        let expected = Expected { version: Some(record.version) };
        match record_update(&person.service, &person.context, kind, key, expected, given).await {
            Ok(written) => {
                let word = done_word(written.changed, merge.is_merged, sheet.gone(&form) > 0);
                return Ok(lead_told(&sheet.database.record_path(record.id), word, written.change_set));
            }
            Err(error) if error.kind() == Kind::Conflict && tries < TRIES => {}
            Err(error) if error.kind() == Kind::Invalid => {
                return refused(&person, &sheet, &form, (&record, merge), &error).await;
            }
            Err(error) => return Err(person.failure(&error)),
        }
    }
}

const fn done_word(is_changed: bool, is_merged: bool, is_gone: bool) -> &'static str {
    match (is_changed, is_merged, is_gone) {
        (_, _, true) => "updated-gone",
        (true, true, false) => "updated-merged",
        (true, false, false) => "updated",
        (false, ..) => "unchanged",
    }
}

/// What a form and a record come to together.
struct Merge {
    /// What the record holds now.
    now: Values,
    base: Base,
    /// What is to be saved.
    mine: Readings,
    /// What two people changed.
    both: Readings,
    /// Somebody has to say of one of these which it is to be.
    is_undecided: bool,
    /// Somebody else has changed something.
    is_merged: bool,
}

async fn merge(
    person: &Person,
    sheet: &Sheet,
    form: &Form,
    record: &Record,
    readings: Readings,
) -> Result<Merge, Failure> {
    let version = form.get("version").parse().unwrap_or(record.version).clamp(1, record.version);
    let now = sheet.values(record);
    let base = if version == record.version {
        Base { values: now.clone(), ..Base::default() }
    } else {
        let most = (record.version - version).min(CHANGES);
        let key = (RecordKey::Number(record.number), "id");
        let changes = record_history(&person.service, &person.context, &sheet.database.name, key, most).await;
        Base::at(version, &now, &changes.map_err(|error| person.failure(&error))?)
    };
    let is_merged = !base.changed.is_empty();
    let (mine, both) = (Readings::new(), Readings::new());
    let mut merge = Merge { now, base, mine, both, is_undecided: false, is_merged };
    for item in sheet.filled() {
        let Some(reading) = readings.get(&item.number) else { continue };
        let is_mine = match fate(item, merge.base.values.get(&item.number), merge.now.get(&item.number), reading) {
            Fate::Stays | Fate::Theirs => false,
            Fate::Mine => true,
            Fate::Both => {
                merge.both.insert(item.number, reading.clone());
                let choice = choice(form, &merge.base, item);
                merge.is_undecided |= choice.is_empty();
                choice == MINE
            }
        };
        if is_mine {
            merge.mine.insert(item.number, reading.clone());
        }
    }
    Ok(merge)
}

/// What somebody chooses where he keeps to his own value.
const MINE: &str = "mine";
/// What he chooses where he takes over the other's.
const THEIRS: &str = "theirs";

/// The field in which somebody chooses a side: `i12k`.
fn choice_field(item: &Item) -> String {
    format!("{}k", Names::of(item).main())
}

/// Which side somebody has chosen; "" where he has not, or where the item has changed since he was shown both.
fn choice<'a>(form: &'a Form, base: &Base, item: &Item) -> &'a str {
    let shown: i64 = form.get("shown").parse().unwrap_or_default();
    let is_of_this = base.changed.get(&item.number).is_none_or(|last| last.version <= shown);
    let choice = form.get(&choice_field(item));
    if is_of_this && [MINE, THEIRS].contains(&choice) { choice } else { "" }
}

/// The form again, of what the record holds now, with both sides of what two people changed.
async fn conflict(
    person: &Person,
    sheet: &Sheet,
    form: &Form,
    record: &Record,
    merge: Merge,
) -> Result<Response, Failure> {
    let names = sheet.names(person, &[&merge.now, &merge.base.values], &merge.both).await?;
    let mut sides = BTreeMap::new();
    for item in sheet.filled() {
        let Some(reading) = merge.both.get(&item.number) else { continue };
        let said = |value: Option<&ItemValue>| said(person, item, value, &names);
        let mine = match value_of(item, reading) {
            None if !reading.entry.text.is_empty() => reading.entry.text.clone(),
            value => said(value.as_ref()),
        };
        let by = match merge.base.changed.get(&item.number) {
            Some(last) => format!("{} {}", user_name(person, last.by).await?, person.frame.moment(last.at).shown),
            None => String::new(),
        };
        let side = Sides {
            field: choice_field(item),
            chosen: choice(form, &merge.base, item).to_owned(),
            before: said(merge.base.values.get(&item.number)),
            theirs: said(merge.now.get(&item.number)),
            by,
            mine,
        };
        sides.insert(item.number, side);
    }
    let mut filling = filled(person, sheet, record, merge.now).await?;
    filling.notes.push(fill(person.frame.say.record.conflict, &sides.len().to_string()));
    filling.readings = merge.mine.into_iter().chain(merge.both).collect();
    filling.sides = sides;
    filling.shown = Some(record.version);
    // What stood there at first is asked of the version that the form is of, until somebody has decided.
    let version = form.get("version").parse().unwrap_or(record.version);
    let of = Changed { version, ..changed(sheet, record) };
    answer(person, sheet, StatusCode::CONFLICT, Some(of), filling).await
}

/// A value in words.
fn said(person: &Person, item: &Item, value: Option<&ItemValue>, names: &ValueNames) -> String {
    let say = person.frame.say;
    let parts = value.map(|value| words(item, value, names, &person.frame)).unwrap_or_default();
    if parts.is_empty() { say.record.nothing.to_owned() } else { parts.join(say.list_comma) }
}

/// The form again, with what is wrong.
async fn refused(
    person: &Person,
    sheet: &Sheet,
    form: &Form,
    (record, merge): (&Record, Merge),
    error: &Error,
) -> Result<Response, Failure> {
    let mut filling = filled(person, sheet, record, merge.now).await?;
    filling.readings = merge.mine;
    filling.take_problems(person, sheet, error.problems());
    if merge.is_merged {
        filling.notes.push(person.frame.say.record.merged.to_owned());
    }
    filling.notes.extend(told::gone(person, sheet.gone(form)));
    answer(person, sheet, StatusCode::UNPROCESSABLE_ENTITY, Some(changed(sheet, record)), filling).await
}
