//! Records: one row each, with its keys, links, linkage values and search row.

/// The columns of a record, as [`read`] reads them.
macro_rules! record_columns {
    () => {
        "record_no, record_id, display_name, version, created_at, created_by, updated_at, updated_by, deleted_at, linkage, document"
    };
}

mod key;
mod trash;

use std::collections::{BTreeMap, BTreeSet};

use musubi_domain::condition::Field;
use musubi_domain::error::{Error, Result};
use musubi_domain::history::{HistoryKind, OldValues};
use musubi_domain::id::{ChangeSetNo, DatabaseNo, ItemNo, RecordNo, UserNo};
use musubi_domain::item::ItemValue;
use musubi_domain::linkage::LinkageValue;
use musubi_domain::record::{Document, Facts, NewRecord, Record, RecordChange, StoredView, unique_key};
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::time::Timestamp;
use uuid::Uuid;

pub use key::{key_delete, key_insert, records_by_key};
pub use trash::{record_trash, record_untrash, trash_list, trash_purge};

use crate::counter::record_number_next;
use crate::db::{Dialect, Keyed, Point, Row, Snapshot, Tx};
use crate::history::history_insert;
use crate::link::{link_delete, link_insert};
use crate::search::{search_delete, search_insert};
use crate::unique::unique_delete;
use key::keys_insert;

// Not `deleted_at IS NULL`: on PostgreSQL that leads to the index of all that is live, which looks as good as that of ids as long as the
// table has no figures, and then every look-up reads the whole database.
const BY_ID: Point = Point::new(concat!(
    "SELECT ",
    record_columns!(),
    " FROM record WHERE tenant_no = ?1 AND database_no = ?2 AND record_id = ?3 AND coalesce(deleted_at, 0) = 0"
));
const BY_NUMBER: Point = Point::new(concat!(
    "SELECT ",
    record_columns!(),
    " FROM record WHERE tenant_no = ?1 AND record_no = ?2 AND deleted_at IS NULL"
));
const ANY_BY_ID: Point = Point::new(concat!(
    "SELECT ",
    record_columns!(),
    " FROM record WHERE tenant_no = ?1 AND database_no = ?2 AND record_id = ?3"
));
const ANY_BY_NUMBER: Point =
    Point::new(concat!("SELECT ", record_columns!(), " FROM record WHERE tenant_no = ?1 AND record_no = ?2"));
const NUMBER_BY_ID: Point = Point::new(
    "SELECT record_no, display_name FROM record WHERE tenant_no = ?1 AND database_no = ?2 AND record_id = ?3 AND coalesce(deleted_at, 0) = 0",
);
const ID_BY_NUMBER: Point = Point::new(
    "SELECT record_id, display_name FROM record WHERE tenant_no = ?1 AND record_no = ?2 AND deleted_at IS NULL",
);

pub(crate) const POINTS: &[&Point] = &[&BY_ID, &BY_NUMBER, &ANY_BY_ID, &ANY_BY_NUMBER, &NUMBER_BY_ID, &ID_BY_NUMBER];

/// Every statement that reads more than one row by an index, for the test that asks both engines how they would run it.
pub(crate) const PAGES: &[&str] = &[trash::TRASH, key::BY_KEY, trash::EXPIRED];

/// The columns that a [`Record`] is read from, for statements that are put together.
pub(crate) const COLUMNS: &str = record_columns!();

/// Records that one statement reads at most.
const PAGE: i64 = 500;

/// The linkage values of a record as its column holds them: slot → value.
pub(crate) fn read_linkage(json: &str) -> Result<Vec<LinkageValue>> {
    if json == "{}" {
        return Ok(Vec::new());
    }
    let values: BTreeMap<i64, String> =
        serde_json::from_str(json).map_err(|error| Error::internal(format!("linkage values: {error}")))?;
    Ok(values.into_iter().map(|(slot, value)| LinkageValue { slot, value }).collect())
}

pub(crate) fn write_linkage(values: &[LinkageValue]) -> Result<String> {
    let values: BTreeMap<i64, &str> = values.iter().map(|value| (value.slot, value.value.as_str())).collect();
    serde_json::to_string(&values).map_err(|error| Error::internal(error.to_string()))
}

/// A record of [`COLUMNS`].
pub(crate) fn read(mut row: Row) -> Result<Record> {
    Ok(Record {
        number: RecordNo(row.take()?),
        id: row.take()?,
        display_name: row.take()?,
        version: row.take()?,
        created_at: Timestamp::from_micros(row.take()?),
        created_by: UserNo(row.take()?),
        updated_at: Timestamp::from_micros(row.take()?),
        updated_by: UserNo(row.take()?),
        deleted_at: row.take::<Option<i64>>()?.map(Timestamp::from_micros),
        linkage: read_linkage(&row.take::<String>()?)?,
        document: Document::from_stored(row.take()?),
    })
}

/// The record of a row, if the caller sees it, which is in question only where rows are conditioned.
fn seen(row: Option<Row>, sight: &Sight, template: &Template) -> Result<Option<Record>> {
    let record = row.map(read).transpose()?;
    Ok(record.filter(|record| is_seen(sight, template, record)))
}

/// Whether the caller sees a record.
pub(crate) fn is_seen(sight: &Sight, template: &Template, record: &Record) -> bool {
    sight.rows().is_none_or(|rows| rows.matches(&StoredView::of(template, record)))
}

/// The record of an outside id, if the caller may see it.
///
/// # Errors
/// What the database says.
pub fn record_by_id(keyed: &mut Keyed<'_>, sight: &Sight, template: &Template, id: Uuid) -> Result<Option<Record>> {
    seen(keyed.point_one(&BY_ID, &[template.database.0.into(), id.into()])?, sight, template)
}

/// The record of a number, if the caller may see it.
///
/// # Errors
/// What the database says.
pub fn record_by_number(
    keyed: &mut Keyed<'_>,
    sight: &Sight,
    template: &Template,
    number: RecordNo,
) -> Result<Option<Record>> {
    seen(keyed.point_one(&BY_NUMBER, &[number.0.into()])?, sight, template)
}

/// As [`record_by_id`], in the trash too.
///
/// # Errors
/// What the database says.
pub fn record_or_trash_by_id(
    keyed: &mut Keyed<'_>,
    sight: &Sight,
    template: &Template,
    id: Uuid,
) -> Result<Option<Record>> {
    seen(keyed.point_one(&ANY_BY_ID, &[template.database.0.into(), id.into()])?, sight, template)
}

/// As [`record_by_number`], in the trash too.
///
/// # Errors
/// What the database says.
pub fn record_or_trash_by_number(
    keyed: &mut Keyed<'_>,
    sight: &Sight,
    template: &Template,
    number: RecordNo,
) -> Result<Option<Record>> {
    seen(keyed.point_one(&ANY_BY_NUMBER, &[number.0.into()])?, sight, template)
}

/// The number and the display name of a record, for a reference to it. A reference is held to no sight: what it shows of a
/// record that the caller may not see is for whoever shows it.
///
/// # Errors
/// What the database says.
pub fn record_reference(keyed: &mut Keyed<'_>, database: DatabaseNo, id: Uuid) -> Result<Option<(RecordNo, String)>> {
    let row = keyed.point_one(&NUMBER_BY_ID, &[database.0.into(), id.into()])?;
    row.map(|mut row| Ok((RecordNo(row.take()?), row.take()?))).transpose()
}

/// The outside id and the display name of a record, held to no sight as in [`record_reference`].
///
/// # Errors
/// What the database says.
pub fn record_identity(keyed: &mut Keyed<'_>, number: RecordNo) -> Result<Option<(Uuid, String)>> {
    let row = keyed.point_one(&ID_BY_NUMBER, &[number.0.into()])?;
    row.map(|mut row| Ok((row.take()?, row.take()?))).transpose()
}

/// Records of a database in order of number, those in the trash too, at most 500: for what walks through all of them.
///
/// # Errors
/// What the database says.
pub fn record_walk(
    snapshot: &mut Snapshot<'_>,
    database: DatabaseNo,
    after: RecordNo,
    most: i64,
) -> Result<Vec<Record>> {
    let (lowest, highest) = RecordNo::range(database);
    let parameters = [after.max(lowest).0.into(), highest.0.into(), database.0.into(), most.min(PAGE).into()];
    let sql = walk(snapshot.dialect());
    snapshot.rows(&sql, &parameters)?.into_iter().map(read).collect()
}

fn walk(dialect: Dialect) -> String {
    let (columns, records) = (record_columns!(), dialect.records_by_number());
    format!(
        "SELECT {columns} FROM {records}
         WHERE tenant_no = ?1 AND record_no > ?2 AND record_no <= ?3 AND database_no = ?4 ORDER BY record_no LIMIT ?5"
    )
}

/// The highest record number of a database that has been given out, `None` while it is empty.
///
/// # Errors
/// What the database says.
pub fn record_highest(snapshot: &mut Snapshot<'_>, database: DatabaseNo) -> Result<Option<RecordNo>> {
    let (lowest, highest) = RecordNo::range(database);
    let sql = highest_within(snapshot.dialect());
    let rows = snapshot.rows(&sql, &[lowest.0.into(), highest.0.into()])?;
    rows.into_iter().next().map(|mut row| row.take().map(RecordNo)).transpose()
}

fn highest_within(dialect: Dialect) -> String {
    let records = dialect.records_by_number();
    format!(
        "SELECT record_no FROM {records} WHERE tenant_no = ?1 AND record_no > ?2 AND record_no <= ?3 ORDER BY record_no DESC LIMIT 1"
    )
}

/// How many records a database holds, those in the trash included: what a walk through them has to do.
///
/// # Errors
/// What the database says.
pub fn record_count_all(snapshot: &mut Snapshot<'_>, database: DatabaseNo) -> Result<i64> {
    let rows =
        snapshot.rows("SELECT count(*) FROM record WHERE tenant_no = ?1 AND database_no = ?2", &[database.0.into()])?;
    rows.into_iter().next().map_or(Ok(0), |mut row| row.take())
}

/// How many records a database holds, those in the trash included, counted to `most`.
///
/// # Errors
/// What the database says.
pub fn record_count_to(snapshot: &mut Snapshot<'_>, database: DatabaseNo, most: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM
               (SELECT record_no FROM record WHERE tenant_no = ?1 AND database_no = ?2 LIMIT ?3) AS counted";
    let rows = snapshot.rows(sql, &[database.0.into(), most.into()])?;
    rows.into_iter().next().map_or(Ok(0), |mut row| row.take())
}

/// Adds a record with its keys, its search row and its links to other records. What one record alone may hold, key items and
/// linkage values, is added apart, since it can be taken.
///
/// # Errors
/// What the database says.
pub fn record_insert(
    tx: &mut Tx<'_>,
    template: &Template,
    record: &NewRecord,
    links: &[(ItemNo, RecordNo)],
    change_set: ChangeSetNo,
) -> Result<RecordNo> {
    let number = record_number_next(tx, template.database)?;
    let facts = &record.facts;
    tx.execute(
        "INSERT INTO record (record_no, tenant_no, database_no, record_id, display_name, linkage, version, created_at, created_by, updated_at, updated_by, document, change_set_no)
         VALUES (?2, ?1, ?3, ?4, ?5, ?6, 1, ?7, ?8, ?7, ?8, ?9, ?10)",
        &[
            number.0.into(),
            template.database.0.into(),
            record.id.into(),
            facts.display_name(template).into(),
            write_linkage(&record.linkage)?.into(),
            facts.created_at.micros().into(),
            facts.created_by.0.into(),
            facts.document().as_str().into(),
            change_set.0.into(),
        ],
    )?;
    derived_insert(tx, template, number, facts, links)?;
    Ok(number)
}

/// Adds what is derived from a record: keys, links, search row.
fn derived_insert(
    tx: &mut Tx<'_>,
    template: &Template,
    number: RecordNo,
    facts: &Facts,
    links: &[(ItemNo, RecordNo)],
) -> Result<()> {
    keys_insert(tx, facts.keys(template), number)?;
    for (item, target) in links {
        link_insert(tx, number, *item, *target)?;
    }
    search_insert(tx, number, &facts.search_texts(template))
}

/// How the links of a record change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkChange {
    /// Links that are added.
    pub added: Vec<(ItemNo, RecordNo)>,
    /// Links that go.
    pub removed: Vec<(ItemNo, RecordNo)>,
}

/// Changes a record: what differs in document, keys, links and search row, its history, and its version. Key items and linkage values
/// that it gives up become free; those that it takes on are added apart, since they can be taken. Gives the version that the record
/// has then; `None` where somebody was faster, and then nothing is written.
///
/// # Errors
/// What the database says.
pub fn record_update(
    tx: &mut Tx<'_>,
    template: &Template,
    old: &Record,
    change: &RecordChange,
    links: &LinkChange,
    change_set: ChangeSetNo,
) -> Result<Option<i64>> {
    let before = old.facts(template);
    let (now, user) = (tx.context().now, tx.context().actor.user);
    let after = changed_facts(&before, change, now, user);
    let members: Vec<_> =
        change.items.iter().map(|(item, value)| (*item, value.as_ref().map(ItemValue::to_json))).collect();
    let linkage = changed_linkage(&old.linkage, &change.linkage);
    let version = old.version + 1;
    let count = tx.execute(
        "UPDATE record SET display_name = ?3, linkage = ?4, version = ?5, updated_at = ?6, updated_by = ?7, document = ?8
         WHERE tenant_no = ?1 AND record_no = ?2 AND version = ?9 AND deleted_at IS NULL",
        &[
            old.number.0.into(),
            after.display_name(template).into(),
            write_linkage(&linkage)?.into(),
            version.into(),
            now.micros().into(),
            user.0.into(),
            old.document.with(&members).as_str().into(),
            old.version.into(),
        ],
    )?;
    if count != 1 {
        return Ok(None);
    }
    keys_change(tx, template, old.number, change, (&before, &after))?;
    for (item, target) in &links.removed {
        link_delete(tx, old.number, *item, *target)?;
    }
    for (item, target) in &links.added {
        link_insert(tx, old.number, *item, *target)?;
    }
    if Facts::is_searched(template, change.items.keys().copied()) {
        search_delete(tx, old.number)?;
        search_insert(tx, old.number, &after.search_texts(template))?;
    }
    held_delete(tx, template, old, change)?;
    history_insert(tx, old.number, version, HistoryKind::Updated, &old_values(old, change), change_set)?;
    Ok(Some(version))
}

fn changed_facts(before: &Facts, change: &RecordChange, now: Timestamp, user: UserNo) -> Facts {
    let mut after = before.clone();
    for (item, value) in &change.items {
        match value {
            Some(value) => after.values.insert(*item, value.clone()),
            None => after.values.remove(item),
        };
    }
    Facts { updated_at: now, updated_by: user, ..after }
}

fn changed_linkage(old: &[LinkageValue], change: &[LinkageValue]) -> Vec<LinkageValue> {
    let mut values: BTreeMap<i64, &str> = old.iter().map(|value| (value.slot, value.value.as_str())).collect();
    values.extend(change.iter().map(|value| (value.slot, value.value.as_str())));
    let held = values.into_iter().filter(|(_, value)| !value.is_empty());
    held.map(|(slot, value)| LinkageValue { slot, value: value.to_owned() }).collect()
}

/// What stood where the change changes something.
fn old_values(old: &Record, change: &RecordChange) -> OldValues {
    let items = change.items.keys().map(|item| (*item, old.document.json(*item)));
    let held = |slot: i64| old.linkage.iter().find(|value| value.slot == slot).map(|value| value.value.clone());
    let linkage = change
        .linkage
        .iter()
        .map(|value| LinkageValue { slot: value.slot, value: held(value.slot).unwrap_or_default() });
    OldValues { items: Document::of_members(items), linkage: linkage.collect() }
}

/// Brings the indexes that look at something that changed up to date: what differs goes and comes.
fn keys_change(
    tx: &mut Tx<'_>,
    template: &Template,
    number: RecordNo,
    change: &RecordChange,
    (before, after): (&Facts, &Facts),
) -> Result<()> {
    let is_changed = |field: &Field| match field {
        Field::UpdatedAt | Field::UpdatedBy => true,
        Field::CreatedAt | Field::CreatedBy => false,
        Field::Item(item) | Field::Likeness { item, .. } => change.items.contains_key(item),
    };
    for index in template.indexes().iter().filter(|index| index.fields.iter().any(is_changed)) {
        let (old, new): (BTreeSet<_>, BTreeSet<_>) =
            (before.keys_in(index).into_iter().collect(), after.keys_in(index).into_iter().collect());
        for (index, key) in old.difference(&new) {
            key_delete(tx, *index, key, number)?;
        }
        for (index, key) in new.difference(&old) {
            key_insert(tx, *index, key, number)?;
        }
    }
    Ok(())
}

/// Sets free what the record held alone and gives up.
fn held_delete(tx: &mut Tx<'_>, template: &Template, old: &Record, change: &RecordChange) -> Result<()> {
    for item in change.items.keys().filter_map(|item| template.item_numbered(*item)).filter(|item| item.unique) {
        let json = old.document.json(item.number);
        let held = json.and_then(|json| ItemValue::read_json(item.item_type, json)).as_ref().and_then(unique_key);
        if let Some(key) = held {
            unique_delete(tx, old.number, item.number.0, &key)?;
        }
    }
    for value in &change.linkage {
        if let Some(held) = old.linkage.iter().find(|held| held.slot == value.slot) {
            unique_delete(tx, old.number, held.slot, &held.value)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_by_number_read_their_range_in_order_and_nothing_else() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        for schema in
            [include_str!("../migrations/0001_house.sqlite.sql"), include_str!("../migrations/0002_records.sqlite.sql")]
        {
            connection.execute_batch(schema).unwrap();
        }
        let own = crate::verify::walk_of_records(Dialect::Sqlite);
        for sql in [walk(Dialect::Sqlite), highest_within(Dialect::Sqlite), own] {
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let steps: Vec<String> =
                statement.raw_query().mapped(|row| row.get(3)).collect::<rusqlite::Result<_>>().unwrap();
            assert_eq!(steps, ["SEARCH r USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"], "{sql}");
        }
    }
}
