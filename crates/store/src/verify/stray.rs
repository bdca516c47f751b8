//! Rows that stand in a table of what is made of records without a record that makes them. The tables are walked in their own order, each
//! row with its record; a row that a record in the trash left behind is stray too.

use musubi_domain::condition::RecordView as _;
use musubi_domain::error::Result;
use musubi_domain::id::{DatabaseNo, IndexNo, ItemNo, RecordNo};
use musubi_domain::item::ItemValue;
use musubi_domain::key;
use musubi_domain::record::StoredView;
use musubi_domain::template::{Index, Template};
use musubi_domain::verify::{Flaw, Spot};
use uuid::Uuid;

use super::derived::{held_spot, holds};
use super::record::{Stored, stored_columns};
use super::templates::Templates;
use super::{Found, Looked, count_of};
use crate::db::{Row, Snapshot, Value};

/// A row of a table of what is made of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StrayRow {
    /// A key of an index.
    Key {
        /// The index.
        index: IndexNo,
        /// The key.
        key: Vec<u8>,
        /// The record that it leads to.
        record: RecordNo,
    },
    /// A value that one record alone may hold.
    Unique {
        /// The database.
        database: DatabaseNo,
        /// The item or the linkage slot.
        of: i64,
        /// The value.
        key: String,
        /// The record that is said to hold it.
        record: RecordNo,
    },
    /// A link.
    Link {
        /// The record that is referred to.
        target: RecordNo,
        /// The item that is said to hold the reference.
        item: ItemNo,
        /// The record that is said to refer.
        record: RecordNo,
    },
    /// A row of the search index.
    Search {
        /// The record.
        record: RecordNo,
    },
}

/// How far the keys of an index have been walked.
pub type KeyPlace = (Vec<u8>, RecordNo);
/// How far the values that one record alone may hold have been walked.
pub type UniquePlace = (DatabaseNo, i64, String);
/// How far links have been walked.
pub type LinkPlace = (RecordNo, ItemNo, RecordNo);

/// A row, the record that it names, and whether that record makes it.
struct Walked {
    row: StrayRow,
    stored: Option<Stored>,
    is_stray: bool,
}

/// What a chunk of a walk came to. Its rows are sorted here: the engines would sort whole documents.
fn looked<C: Ord>(mut walked: Vec<Walked>, most: i64, place: impl Fn(&StrayRow) -> Option<C>) -> Looked<C> {
    walked.sort_by_cached_key(|walked| place(&walked.row));
    let count = count_of(walked.len());
    let next = walked.last().filter(|_| count == most).and_then(|last| place(&last.row));
    let found = walked.into_iter().filter(|walked| walked.is_stray).map(|walked| found(walked.row, walked.stored));
    Looked { found: found.collect(), count, next }
}

fn found(row: StrayRow, stored: Option<Stored>) -> Found {
    let (flaw, spot, record) = match &row {
        StrayRow::Key { index, record, .. } => (Flaw::KeyStray, Spot::Index(*index), *record),
        StrayRow::Unique { of, record, .. } => (Flaw::UniqueStray, held_spot(*of), *record),
        StrayRow::Link { item, record, .. } => (Flaw::LinkStray, Spot::Item(*item), *record),
        StrayRow::Search { record } => (Flaw::SearchStray, Spot::Whole, *record),
    };
    let record_id = stored.map(|stored| stored.record.id);
    let detail = if record_id.is_none() { record.to_string() } else { String::new() };
    Found {
        database: Some(record.database()),
        number: Some(record),
        record: record_id,
        detail,
        stray: Some(row),
        ..Found::new(flaw, spot)
    }
}

/// The first index after one that has keys, and whether there is such an index; none: there is no further key.
///
/// # Errors
/// What the database says.
pub fn index_with_keys(snapshot: &mut Snapshot<'_>, after: IndexNo) -> Result<Option<(IndexNo, bool)>> {
    let rows = snapshot.rows(
        "SELECT k.index_no, (SELECT i.index_no FROM record_index i WHERE i.tenant_no = ?1 AND i.index_no = k.index_no)
         FROM (SELECT min(index_no) AS index_no FROM record_key WHERE tenant_no = ?1 AND index_no > ?2) k",
        &[after.0.into()],
    )?;
    let Some(mut row) = rows.into_iter().next() else { return Ok(None) };
    let (index, known): (Option<i64>, Option<i64>) = (row.take()?, row.take()?);
    Ok(index.map(|index| (IndexNo(index), known.is_some())))
}

/// Whether an index has keys that is not there any more.
///
/// # Errors
/// What the database says.
pub fn leftover_look(snapshot: &mut Snapshot<'_>, index: IndexNo) -> Result<Option<Found>> {
    let next = index_with_keys(snapshot, IndexNo(index.0 - 1))?;
    Ok((next == Some((index, false))).then(|| Found::new(Flaw::IndexLeftover, Spot::Index(index))))
}

/// Walks on through the keys of an index, at most `most`.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn keys_look(snapshot: &mut Snapshot<'_>, index: IndexNo, place: &KeyPlace, most: i64) -> Result<Looked<KeyPlace>> {
    let source = "SELECT index_no, key, record_no FROM record_key
                  WHERE tenant_no = ?1 AND index_no = ?2 AND (key, record_no) > (?3, ?4) ORDER BY key, record_no LIMIT ?5";
    let parameters = [index.0.into(), place.0.as_slice().into(), place.1.0.into(), most.into()];
    let walked = keys(snapshot, &mut Templates::default(), source, &parameters)?;
    Ok(looked(walked, most, key_place))
}

fn key_place(row: &StrayRow) -> Option<KeyPlace> {
    if let StrayRow::Key { key, record, .. } = row { Some((key.clone(), *record)) } else { None }
}

fn keys(
    snapshot: &mut Snapshot<'_>,
    templates: &mut Templates,
    source: &str,
    parameters: &[Value],
) -> Result<Vec<Walked>> {
    let columns = stored_columns!();
    let sql = format!(
        "SELECT k.index_no, k.key, k.record_no, {columns} FROM ({source}) k
         LEFT JOIN record r ON r.tenant_no = ?1 AND r.record_no = k.record_no"
    );
    let mut walked = Vec::new();
    for mut row in snapshot.rows(&sql, parameters)? {
        let (index, key, record) = (IndexNo(row.take()?), row.take()?, RecordNo(row.take()?));
        let stored = Stored::read(&mut row)?;
        let template = templates.of(snapshot, record.database());
        let is_stray = match (&stored, template) {
            (Some(stored), Some(template)) if stored.is_live() => {
                let index = template.indexes().iter().find(|known| known.number == index);
                index.is_none_or(|index| !makes_key(&template, index, stored, &key))
                    && stored.flaws(&template).is_empty()
            }
            (Some(stored), None) => !stored.is_live(),
            _ => true,
        };
        walked.push(Walked { row: StrayRow::Key { index, key, record }, stored, is_stray });
    }
    Ok(walked)
}

/// Whether a record has a key in an index. Of the document, only the fields of the index are read.
fn makes_key(template: &Template, index: &Index, stored: &Stored, key: &Vec<u8>) -> bool {
    let view = StoredView::of(template, &stored.record);
    let parts: Vec<_> = index.fields.iter().map(|field| view.components(*field)).collect();
    key::keys(&parts).contains(key)
}

/// Walks on through the values that one record alone may hold, at most `most`.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn uniques_look(snapshot: &mut Snapshot<'_>, place: &UniquePlace, most: i64) -> Result<Looked<UniquePlace>> {
    let source = "SELECT database_no, index_no, key, record_no FROM record_unique
                  WHERE tenant_no = ?1 AND (database_no, index_no, key) > (?2, ?3, ?4) ORDER BY database_no, index_no, key LIMIT ?5";
    let parameters = [place.0.0.into(), place.1.into(), place.2.as_str().into(), most.into()];
    let walked = uniques(snapshot, &mut Templates::default(), source, &parameters)?;
    Ok(looked(walked, most, unique_place))
}

fn unique_place(row: &StrayRow) -> Option<UniquePlace> {
    if let StrayRow::Unique { database, of, key, .. } = row { Some((*database, *of, key.clone())) } else { None }
}

fn uniques(
    snapshot: &mut Snapshot<'_>,
    templates: &mut Templates,
    source: &str,
    parameters: &[Value],
) -> Result<Vec<Walked>> {
    let columns = stored_columns!();
    let sql = format!(
        "SELECT u.database_no, u.index_no, u.key, u.record_no, {columns} FROM ({source}) u
         LEFT JOIN record r ON r.tenant_no = ?1 AND r.record_no = u.record_no"
    );
    let mut walked = Vec::new();
    for mut row in snapshot.rows(&sql, parameters)? {
        let (database, of) = (DatabaseNo(row.take()?), row.take()?);
        let (key, record): (String, _) = (row.take()?, RecordNo(row.take()?));
        let stored = Stored::read(&mut row)?;
        let template = templates.of(snapshot, database);
        let is_stray = match (&stored, template) {
            (Some(stored), Some(template)) if stored.is_live() => {
                !holds(&template, stored, of, &key)
                    && (stored.record.number.database() != database || stored.flaws(&template).is_empty())
            }
            (Some(stored), None) => !stored.is_live(),
            _ => true,
        };
        walked.push(Walked { row: StrayRow::Unique { database, of, key, record }, stored, is_stray });
    }
    Ok(walked)
}

/// Walks on through links, at most `most`.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn links_look(snapshot: &mut Snapshot<'_>, place: &LinkPlace, most: i64) -> Result<Looked<LinkPlace>> {
    let source = "SELECT target_no, item_no, record_no FROM record_link
                  WHERE tenant_no = ?1 AND (target_no, item_no, record_no) > (?2, ?3, ?4)
                  ORDER BY target_no, item_no, record_no LIMIT ?5";
    let parameters = [place.0.0.into(), place.1.0.into(), place.2.0.into(), most.into()];
    let walked = links(snapshot, &mut Templates::default(), source, &parameters)?;
    Ok(looked(walked, most, link_place))
}

fn link_place(row: &StrayRow) -> Option<LinkPlace> {
    if let StrayRow::Link { target, item, record } = row { Some((*target, *item, *record)) } else { None }
}

fn links(
    snapshot: &mut Snapshot<'_>,
    templates: &mut Templates,
    source: &str,
    parameters: &[Value],
) -> Result<Vec<Walked>> {
    let columns = stored_columns!();
    let sql = format!(
        "SELECT l.target_no, l.item_no, l.record_no, t.database_no, t.record_id, {columns} FROM ({source}) l
         LEFT JOIN record t ON t.tenant_no = ?1 AND t.record_no = l.target_no
         LEFT JOIN record r ON r.tenant_no = ?1 AND r.record_no = l.record_no"
    );
    let mut walked = Vec::new();
    for mut row in snapshot.rows(&sql, parameters)? {
        let (target, item, record) = (RecordNo(row.take()?), ItemNo(row.take()?), RecordNo(row.take()?));
        let aim: (Option<i64>, Option<Uuid>) = (row.take()?, row.take()?);
        let stored = Stored::read(&mut row)?;
        let is_stray = match (&stored, templates.of(snapshot, record.database())) {
            (Some(stored), Some(template)) if stored.is_live() => {
                // A link of a removed item waits to be cleared away.
                let waits = template.removed_item(item).is_some_and(|removed| !removed.cleared)
                    && stored.record.document.json(item).is_some();
                !waits
                    && !refers(snapshot, templates, &template, stored, item, aim)?
                    && stored.flaws(&template).is_empty()
            }
            (Some(stored), None) => !stored.is_live(),
            _ => true,
        };
        walked.push(Walked { row: StrayRow::Link { target, item, record }, stored, is_stray });
    }
    Ok(walked)
}

/// Whether a record refers through an item to the record of this database and id, be that in the trash: its link waits there with it.
fn refers(
    snapshot: &mut Snapshot<'_>,
    templates: &mut Templates,
    template: &Template,
    stored: &Stored,
    item: ItemNo,
    (database, id): (Option<i64>, Option<Uuid>),
) -> Result<bool> {
    let (Some(item), Some(database), Some(id)) = (template.item_numbered(item), database, id) else { return Ok(false) };
    if templates.points_into(snapshot, item)? != Some(DatabaseNo(database)) {
        return Ok(false);
    }
    let json = stored.record.document.json(item.number);
    let value = json.and_then(|json| ItemValue::read_json(item.item_type, json));
    Ok(matches!(value, Some(ItemValue::References(ids)) if ids.contains(&id)))
}

/// Walks on through the rows of the search index for a database, at most `most`.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn search_rows_look(
    snapshot: &mut Snapshot<'_>,
    database: DatabaseNo,
    after: RecordNo,
    most: i64,
) -> Result<Looked<RecordNo>> {
    let (lowest, highest) = RecordNo::range(database);
    let walked = search_rows(snapshot, (after.max(lowest), highest), most)?;
    Ok(looked(walked, most, search_place))
}

const fn search_place(row: &StrayRow) -> Option<RecordNo> {
    if let StrayRow::Search { record } = row { Some(*record) } else { None }
}

fn search_rows(snapshot: &mut Snapshot<'_>, (after, until): (RecordNo, RecordNo), most: i64) -> Result<Vec<Walked>> {
    let columns = stored_columns!();
    let numbers = snapshot.dialect().search_numbers();
    let sql = format!(
        "SELECT n.record_no, {columns} FROM ({numbers}) n
         LEFT JOIN record r ON r.tenant_no = ?1 AND r.record_no = n.record_no"
    );
    let read = |mut row: Row| {
        let record = RecordNo(row.take()?);
        let stored = Stored::read(&mut row)?;
        let is_stray = stored.as_ref().is_none_or(|stored| !stored.is_live());
        Ok(Walked { row: StrayRow::Search { record }, stored, is_stray })
    };
    snapshot.rows(&sql, &[after.0.into(), until.0.into(), most.into()])?.into_iter().map(read).collect()
}

/// Whether a row is there and no record makes it.
pub(super) fn is_stray(snapshot: &mut Snapshot<'_>, templates: &mut Templates, row: &StrayRow) -> Result<bool> {
    let walked = match row {
        StrayRow::Key { index, key, record } => {
            let source = "SELECT index_no, key, record_no FROM record_key
                          WHERE tenant_no = ?1 AND index_no = ?2 AND key = ?3 AND record_no = ?4";
            keys(snapshot, templates, source, &[index.0.into(), key.as_slice().into(), record.0.into()])?
        }
        StrayRow::Unique { database, of, key, record } => {
            let source = "SELECT database_no, index_no, key, record_no FROM record_unique
                          WHERE tenant_no = ?1 AND database_no = ?2 AND index_no = ?3 AND key = ?4 AND record_no = ?5";
            let parameters = [database.0.into(), (*of).into(), key.as_str().into(), record.0.into()];
            uniques(snapshot, templates, source, &parameters)?
        }
        StrayRow::Link { target, item, record } => {
            let source = "SELECT target_no, item_no, record_no FROM record_link
                          WHERE tenant_no = ?1 AND target_no = ?2 AND item_no = ?3 AND record_no = ?4";
            links(snapshot, templates, source, &[target.0.into(), item.0.into(), record.0.into()])?
        }
        StrayRow::Search { record } => search_rows(snapshot, (RecordNo(record.0 - 1), *record), 1)?,
    };
    Ok(walked.into_iter().next().is_some_and(|walked| walked.is_stray))
}
