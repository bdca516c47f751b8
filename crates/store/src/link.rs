//! Links: which record refers to which through which item.

use musubi_domain::error::Result;
use musubi_domain::id::{ItemNo, RecordNo};

use crate::db::{Row, Snapshot, Tx};

// A link of an item that was removed refers to nothing, whether it has been cleared away or not.
const REFERRERS: &str = "SELECT l.item_no, l.record_no FROM record_link l
         WHERE l.tenant_no = ?1 AND l.target_no = ?2 AND (l.item_no, l.record_no) > (?3, ?4)
           AND EXISTS (SELECT 1 FROM item i WHERE i.tenant_no = ?1 AND i.item_no = l.item_no)
         ORDER BY l.item_no, l.record_no LIMIT ?5";
const REFERRERS_BY_ITEM: &str =
    "SELECT record_no FROM record_link WHERE tenant_no = ?1 AND target_no = ?2 AND item_no = ?3 AND record_no > ?4
         ORDER BY record_no LIMIT ?5";
const LINKS_OF_ITEM: &str = "SELECT target_no FROM record_link WHERE tenant_no = ?1 AND record_no = ?2 AND item_no = ?3 ORDER BY target_no LIMIT 1000";

/// Every statement that reads more than one row by an index, for the test that asks both engines how they would run it.
pub(crate) const PAGES: &[&str] = &[REFERRERS, REFERRERS_BY_ITEM, LINKS_OF_ITEM];

/// One link, seen from the record that it points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Referrer {
    /// The item that holds the reference.
    pub item: ItemNo,
    /// The record that refers.
    pub record: RecordNo,
}

fn read(mut row: Row) -> Result<Referrer> {
    Ok(Referrer { item: ItemNo(row.take()?), record: RecordNo(row.take()?) })
}

/// What refers to a record, after a referrer, at most `most`.
///
/// # Errors
/// What the database says.
pub fn referrers(
    snapshot: &mut Snapshot<'_>,
    target: RecordNo,
    after: Option<Referrer>,
    most: i64,
) -> Result<Vec<Referrer>> {
    let after = after.unwrap_or(Referrer { item: ItemNo(0), record: RecordNo(0) });
    let rows = snapshot.rows(REFERRERS, &[target.0.into(), after.item.0.into(), after.record.0.into(), most.into()])?;
    rows.into_iter().map(read).collect()
}

/// What refers to a record through one item, in order of number, after a record, at most `most`.
///
/// # Errors
/// What the database says.
pub fn referrers_by_item(
    snapshot: &mut Snapshot<'_>,
    target: RecordNo,
    item: ItemNo,
    after: RecordNo,
    most: i64,
) -> Result<Vec<RecordNo>> {
    let rows = snapshot.rows(REFERRERS_BY_ITEM, &[target.0.into(), item.0.into(), after.0.into(), most.into()])?;
    rows.into_iter().map(|mut row| row.take().map(RecordNo)).collect()
}

/// What a record refers to through one item.
///
/// # Errors
/// What the database says.
pub fn links_of_item(snapshot: &mut Snapshot<'_>, record: RecordNo, item: ItemNo) -> Result<Vec<RecordNo>> {
    let rows = snapshot.rows(LINKS_OF_ITEM, &[record.0.into(), item.0.into()])?;
    rows.into_iter().map(|mut row| row.take().map(RecordNo)).collect()
}

/// Adds a link.
///
/// # Errors
/// What the database says.
pub fn link_insert(tx: &mut Tx<'_>, record: RecordNo, item: ItemNo, target: RecordNo) -> Result<()> {
    tx.execute(
        "INSERT INTO record_link (tenant_no, target_no, item_no, record_no) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (tenant_no, target_no, item_no, record_no) DO NOTHING",
        &[target.0.into(), item.0.into(), record.0.into()],
    )
    .map(drop)
}

/// Takes a link away.
///
/// # Errors
/// What the database says.
pub fn link_delete(tx: &mut Tx<'_>, record: RecordNo, item: ItemNo, target: RecordNo) -> Result<()> {
    tx.execute(
        "DELETE FROM record_link WHERE tenant_no = ?1 AND target_no = ?2 AND item_no = ?3 AND record_no = ?4",
        &[target.0.into(), item.0.into(), record.0.into()],
    )
    .map(drop)
}

/// Takes all links of a record away.
///
/// # Errors
/// What the database says.
pub fn links_delete(tx: &mut Tx<'_>, record: RecordNo) -> Result<()> {
    tx.execute("DELETE FROM record_link WHERE tenant_no = ?1 AND record_no = ?2", &[record.0.into()]).map(drop)
}
