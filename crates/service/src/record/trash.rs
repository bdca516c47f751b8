//! The trash (ごみ箱): what is deleted lies there for 30 days and can be brought back.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use musubi_domain::change_set::{ChangeCounts, LeftReason};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Problem, Result};
use musubi_domain::event::RecordEvent;
use musubi_domain::history::HistoryKind;
use musubi_domain::id::{DatabaseNo, RecordNo, UserNo};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::record::{Record, RecordChange};
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::time::Timestamp;
use musubi_store as store;
use musubi_store::db::{Lane, Snapshot, Tx};
use musubi_store::link::Referrer;
use uuid::Uuid;

use super::change::Changes;
use super::refer::{Templates, referrers_in};
use super::system::{Coming, Live, live_references, reference_move};
use super::write::{RecordKey, changed_meanwhile, record_find};
use crate::context::Service;
use crate::webhook::note::NotedItems;

/// Change-set records that are read at a time.
const PAGE: i64 = 500;
/// The kind of the job that removes for good what has been in the trash for longer than it is kept.
pub const TRASH_PURGE: &str = "trash.purge";
/// A day in microseconds.
pub(super) const DAY: i64 = 86_400_000_000;

/// Moves records to the trash, all or none, as one change set. What belongs to them goes with them (the contacts of a client).
///
/// Where something else refers to one of them, nothing is deleted unless `force`; then those references are emptied. References that
/// yield (from cards) are emptied in any case.
///
/// # Errors
/// NotFound, naming every key that names nothing that the caller may see; Invalid, naming for each record what refers to it, or where
/// too much would be touched; Forbidden where the caller may not delete in the database.
pub async fn record_delete(
    service: &Service,
    context: &Arc<Context>,
    (database, kind): (&str, &'static str),
    keys: Vec<(RecordKey, String)>,
    force: bool,
) -> Result<Deleted> {
    let template = service.template(context.tenant, database).await?;
    let sight = service.sight_for(context, &template, Action::Delete).await?;
    let write = move |tx: &mut Tx<'_>| {
        let mut changes = Changes::begin(tx, kind, Some(template.database))?;
        let mut found: Vec<(Record, String)> = Vec::with_capacity(keys.len());
        let mut unknown = Vec::new();
        for (key, path) in &keys {
            match record_find(tx, &sight, &template, key)? {
                Some(record) if found.iter().all(|(other, _)| other.number != record.number) => {
                    found.push((record, path.clone()));
                }
                Some(_) => {}
                None => unknown.push(Problem { path: path.clone(), item: None, message: Message::NotFound }),
            }
        }
        if !unknown.is_empty() {
            return Err(Error::of(Kind::NotFound, unknown));
        }
        let records = found.iter().map(|(record, _)| record.id).collect();
        record_delete_in(tx, &mut changes, found, force)?;
        let (counts, change_set) = changes.finish_named(tx)?;
        Ok(Deleted { records, counts, change_set })
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// What went to the trash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// The outside ids of the records that were named, each once, in the order in which they were named.
    pub records: Vec<Uuid>,
    /// How many records were touched in all.
    pub counts: ChangeCounts,
    /// The change set that undoes it.
    pub change_set: Option<Uuid>,
}

/// What is about to go to the trash.
pub(super) struct Going {
    pub(super) record: Record,
    pub(super) template: Arc<Template>,
    /// Where the record that it goes for was named.
    path: String,
    pub(super) referrers: Vec<Referrer>,
}

/// As [`record_delete`], within a transaction and a change set, of records that the transaction has read; each with where it was named.
///
/// # Errors
/// As there.
pub fn record_delete_in(
    tx: &mut Tx<'_>,
    changes: &mut Changes,
    records: Vec<(Record, String)>,
    force: bool,
) -> Result<()> {
    let mut templates = Templates::default();
    let going = with_owned(tx, &mut templates, records)?;
    if !force {
        let problems = blockers(tx, &mut templates, &going)?;
        if !problems.is_empty() {
            return Err(Error::invalid(problems));
        }
    }
    for gone in going.values() {
        for referrer in gone.referrers.iter().filter(|referrer| !going.contains_key(&referrer.record)) {
            reference_move(tx, changes, &mut templates, *referrer, gone.record.id, None)?;
        }
    }
    for Going { record, template, .. } in going.into_values() {
        trash(tx, changes, &template, &record)?;
    }
    Ok(())
}

pub(crate) fn trash(tx: &mut Tx<'_>, changes: &mut Changes, template: &Template, record: &Record) -> Result<()> {
    let version = store::record::record_trash(tx, template, record, changes.number())?;
    let version = version.ok_or_else(changed_meanwhile)?;
    changes.name_target(&record.display_name);
    changes.note(tx, template, RecordEvent::Deleted, (record.number, record.id, version), NotedItems::Gone)
}

/// The records and all that belongs to them, with what refers to each.
pub(super) fn with_owned(
    tx: &mut Snapshot<'_>,
    templates: &mut Templates,
    records: Vec<(Record, String)>,
) -> Result<BTreeMap<RecordNo, Going>> {
    let mut waiting: VecDeque<(Record, String)> = records.into();
    let mut going = BTreeMap::new();
    let mut touched = 0;
    while let Some((record, path)) = waiting.pop_front() {
        if going.contains_key(&record.number) {
            continue;
        }
        let template = templates.of(tx, record.number.database())?;
        let referrers = referrers_in(tx, record.number, &path)?;
        touched += i64::try_from(referrers.len()).unwrap_or(i64::MAX);
        if touched > limits::ACTION_REFERRERS {
            return Err(Error::invalid_at(path, Message::TooManyRecords { most: limits::ACTION_REFERRERS }));
        }
        for referrer in &referrers {
            let owned = templates.of(tx, referrer.record.database())?;
            if owned.detail.owner_item == Some(referrer.item) {
                let record = store::record::record_by_number(tx, &Sight::all(), &owned, referrer.record)?;
                waiting.extend(record.map(|record| (record, path.clone())));
            }
        }
        going.insert(record.number, Going { record, template, path, referrers });
    }
    Ok(going)
}

/// What stands in the way, for each record that was named.
fn blockers(tx: &mut Tx<'_>, templates: &mut Templates, going: &BTreeMap<RecordNo, Going>) -> Result<Vec<Problem>> {
    let mut by_path: BTreeMap<&str, BTreeMap<String, BTreeSet<RecordNo>>> = BTreeMap::new();
    for gone in going.values() {
        for referrer in gone.referrers.iter().filter(|referrer| !going.contains_key(&referrer.record)) {
            let template = templates.of(tx, referrer.record.database())?;
            if template.item_numbered(referrer.item).is_none_or(|item| !item.yields) {
                let by_database = by_path.entry(&gone.path).or_default();
                by_database.entry(template.name.clone()).or_default().insert(referrer.record);
            }
        }
    }
    let problem = |(path, by): (&str, BTreeMap<String, BTreeSet<RecordNo>>)| {
        let count = |records: BTreeSet<RecordNo>| i64::try_from(records.len()).unwrap_or(i64::MAX);
        let by = by.into_iter().map(|(name, records)| (name, count(records))).collect();
        Problem { path: path.to_owned(), item: None, message: Message::StillReferred { by } }
    };
    Ok(by_path.into_iter().map(problem).collect())
}

/// What came back from the trash, and what could not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// The outside ids of the records, the one asked for first.
    pub records: Vec<Uuid>,
    /// What a record could not have again: values that others hold by now, references to what is gone.
    pub lost: Vec<(Uuid, LeftReason)>,
    /// The change set that undoes it, once it is closed.
    pub change_set: Option<Uuid>,
}

/// Brings a record back from the trash, with what went there because it belonged to it. What others hold by now (linkage values, key
/// items) and references to what is gone are left out, and named.
///
/// # Errors
/// NotFound at `path` where it is not in the trash, or not visible to the caller; Invalid where it has been there too long; Forbidden
/// where the caller may not delete in the database.
pub async fn record_restore(
    service: &Service,
    context: &Arc<Context>,
    kind: (&str, &'static str),
    id: Uuid,
    path: &str,
) -> Result<Restored> {
    record_restore_all(service, context, kind, vec![id], path).await
}

/// As [`record_restore`], of several records, all or none, as one change set.
///
/// # Errors
/// As there; Invalid at `path` where they are too many.
pub async fn record_restore_all(
    service: &Service,
    context: &Arc<Context>,
    (database, kind): (&str, &'static str),
    ids: Vec<Uuid>,
    path: &str,
) -> Result<Restored> {
    let template = service.template(context.tenant, database).await?;
    let sight = service.sight_for(context, &template, Action::Delete).await?;
    if i64::try_from(ids.len()).unwrap_or(i64::MAX) > limits::ACTION_RECORDS {
        return Err(Error::invalid_at(path, Message::TooManyRecords { most: limits::ACTION_RECORDS }));
    }
    let path = path.to_owned();
    let write = move |tx: &mut Tx<'_>| {
        let mut changes = Changes::begin(tx, kind, Some(template.database))?;
        let mut restored = Restored::default();
        for id in &ids {
            let record = restorable(tx, (&sight, &template), *id, &path)?;
            let Restored { records, lost, .. } = record_restore_in(tx, &mut changes, &record)?;
            restored.records.extend(records);
            restored.lost.extend(lost);
        }
        let (_, change_set) = changes.finish_named(tx)?;
        Ok(Restored { change_set, ..restored })
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// A record in the trash that can come back.
fn restorable(tx: &mut Tx<'_>, (sight, template): (&Sight, &Template), id: Uuid, path: &str) -> Result<Record> {
    let record = store::record::record_or_trash_by_id(tx, sight, template, id)?;
    let record = record.filter(|record| record.deleted_at.is_some()).ok_or_else(|| Error::not_found(path))?;
    let oldest = tx.context().now.micros() - limits::TRASH_DAYS * DAY;
    if record.deleted_at.is_some_and(|moment| moment.micros() < oldest) {
        return Err(Error::invalid_at(path, Message::TrashExpired { days: limits::TRASH_DAYS }));
    }
    if owner_in_trash(tx, template, &record)? {
        return Err(Error::invalid_at(path, Message::OwnerInTrash));
    }
    Ok(record)
}

/// As [`record_restore`], within a transaction and a change set, of a record in the trash that the transaction has read.
///
/// # Errors
/// What the database says.
pub fn record_restore_in(tx: &mut Tx<'_>, changes: &mut Changes, record: &Record) -> Result<Restored> {
    let mut templates = Templates::default();
    let mut restored = Restored::default();
    let owned = owned_in_trash(tx, &mut templates, record)?;
    let together: BTreeSet<RecordNo> = owned.iter().map(|owned| owned.number).chain([record.number]).collect();
    for record in [record].into_iter().chain(&owned) {
        bring_back(tx, changes, &mut templates, record, Coming::These(&together), &mut restored)?;
    }
    Ok(restored)
}

/// Whether what a record belongs to lies in the trash: it comes back with that, and by itself it would lose it.
fn owner_in_trash(tx: &mut Tx<'_>, template: &Template, record: &Record) -> Result<bool> {
    let mut templates = Templates::default();
    let Some(owner) = template.detail.owner_item.and_then(|item| template.item_numbered(item)) else {
        return Ok(false);
    };
    let Some(database) = templates.points_into(tx, owner)? else { return Ok(false) };
    let Some(id) = record.owner(template) else { return Ok(false) };
    let above = templates.of(tx, database)?;
    let found = store::record::record_or_trash_by_id(tx, &Sight::all(), &above, id)?;
    Ok(found.is_some_and(|found| found.deleted_at.is_some()))
}

/// What went to the trash together with a record because it belonged to it.
fn owned_in_trash(tx: &mut Tx<'_>, templates: &mut Templates, record: &Record) -> Result<Vec<Record>> {
    let entries = store::history::history_of_record(tx, record.number, 2)?;
    let deletion = entries.iter().find(|entry| entry.kind == HistoryKind::Deleted).map(|entry| entry.change_set);
    let Some(deletion) = deletion else { return Ok(Vec::new()) };
    let mut owned = Vec::new();
    for database in store::template::database_list(tx, DatabaseNo(0))? {
        let template = templates.of(tx, database)?;
        let Some(owner) = template.detail.owner_item.and_then(|item| template.item_numbered(item)) else { continue };
        if templates.points_into(tx, owner)? != Some(record.number.database()) {
            continue;
        }
        let (lowest, highest) = RecordNo::range(database);
        let mut before = RecordNo(highest.0 + 1);
        loop {
            let page = store::change_set::change_set_records(tx, deletion, Some(before), PAGE)?;
            let own: Vec<RecordNo> = page.iter().copied().filter(|number| *number > lowest).collect();
            for number in &own {
                let found = store::record::record_or_trash_by_number(tx, &Sight::all(), &template, *number)?;
                owned.extend(
                    found.filter(|found| found.deleted_at.is_some() && found.owner(&template) == Some(record.id)),
                );
            }
            if i64::try_from(owned.len()).unwrap_or(i64::MAX) > limits::ACTION_REFERRERS {
                return Err(Error::invalid_at("record", Message::TooManyRecords { most: limits::ACTION_REFERRERS }));
            }
            match own.last() {
                Some(last) if i64::try_from(own.len()).unwrap_or(i64::MAX) >= PAGE => before = *last,
                _ => break,
            }
        }
    }
    Ok(owned)
}

/// Brings one record back.
///
/// # Errors
/// What the database says.
pub(crate) fn bring_back(
    tx: &mut Tx<'_>,
    changes: &mut Changes,
    templates: &mut Templates,
    record: &Record,
    coming: Coming<'_>,
    restored: &mut Restored,
) -> Result<()> {
    let template = templates.of(tx, record.number.database())?;
    let (mut change, mut links) = (RecordChange::default(), Vec::new());
    let mut lose = |reason| {
        if !restored.lost.contains(&(record.id, reason)) {
            restored.lost.push((record.id, reason));
        }
    };
    let facts = record.facts(&template);
    for (number, value) in &facts.values {
        let Some(item) = template.item_numbered(*number) else { continue };
        let live = live_references(tx, templates, (&template, record.number), item, value, coming)?;
        let Some(Live { kept, targets, lost }) = live else { continue };
        if let Some(reason) = lost {
            lose(reason);
            change.items.insert(*number, kept);
        }
        links.extend(targets.into_iter().map(|target| (*number, target)));
    }
    for (item, key) in facts.unique_keys(&template) {
        if store::unique::unique_holder(tx, template.database, item.0, &key)?.is_some() {
            lose(LeftReason::ValueTaken);
            change.items.insert(item, None);
        }
    }
    for value in &record.linkage {
        if store::unique::unique_holder(tx, template.database, value.slot, &value.value)?.is_some() {
            lose(LeftReason::ValueTaken);
            change.linkage.push(musubi_domain::linkage::LinkageValue { slot: value.slot, value: String::new() });
        }
    }
    let version = store::record::record_untrash(tx, &template, record, &change, &links, changes.number())?;
    let version = version.ok_or_else(changed_meanwhile)?;
    restored.records.push(record.id);
    changes.name_target(&record.display_name);
    changes.note(
        tx,
        &template,
        RecordEvent::Restored,
        (record.number, record.id, version),
        NotedItems::Back(&record.document, &change.items),
    )
}

/// A record in the trash.
#[derive(Clone, Debug)]
pub struct TrashRow {
    /// The record.
    pub record: Record,
    /// Who moved it there; none where its history is gone.
    pub by: Option<UserNo>,
}

/// Where a page of the trash ends: the moment and the number of its last record.
pub type TrashPlace = (Timestamp, RecordNo);

/// The records of a database in the trash that the caller may see, the one deleted last first, and whether there are more. `before`: those
/// that follow this place.
///
/// # Errors
/// Forbidden where the caller may not delete in the database.
pub async fn trash_list(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    before: Option<TrashPlace>,
    limit: i64,
) -> Result<(Vec<TrashRow>, bool)> {
    let template = service.template(context.tenant, database).await?;
    let sight = service.sight_for(context, &template, Action::Delete).await?;
    let read = move |snapshot: &mut Snapshot<'_>| {
        let (records, more) = store::record::trash_list(snapshot, &sight, &template, before, limit)?;
        let mut rows = Vec::with_capacity(records.len());
        for record in records {
            let last = store::history::history_of_record(snapshot, record.number, 1)?.into_iter().next();
            let by = last.filter(|entry| entry.kind == HistoryKind::Deleted).map(|entry| entry.by);
            rows.push(TrashRow { record, by });
        }
        Ok((rows, more))
    };
    service.db().page(context.tenant, read).await
}

/// Removes for good what has been in the trash of a database for longer than it is kept, at most `most` records; how many there were.
///
/// # Errors
/// What the database says.
pub fn trash_purge_in(tx: &mut Tx<'_>, database: DatabaseNo, most: i64) -> Result<i64> {
    let oldest = tx.context().now.micros() - limits::TRASH_DAYS * DAY;
    store::record::trash_purge(tx, database, Timestamp::from_micros(oldest), most)
}
