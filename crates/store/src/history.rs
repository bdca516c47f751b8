//! The history of records: what each change took away.

use musubi_domain::error::{Error, Result};
use musubi_domain::history::{HistoryEntry, HistoryKind, OldValues};
use musubi_domain::id::{ChangeSetNo, RecordNo, UserNo};
use musubi_domain::record::Document;
use musubi_domain::time::Timestamp;

use crate::db::{Row, Snapshot, Tx};
use crate::record::{read_linkage, write_linkage};

const OF_RECORD: &str = "SELECT version, change_set_no, kind, at, user_no, old_items, old_linkage FROM history
         WHERE tenant_no = ?1 AND record_no = ?2 ORDER BY version DESC LIMIT ?3";
const IN_CHANGE_SET: &str = "SELECT version, change_set_no, kind, at, user_no, old_items, old_linkage FROM history
         WHERE tenant_no = ?1 AND change_set_no = ?2 AND record_no = ?3 ORDER BY version DESC LIMIT 1000";

/// Every statement that reads more than one row by an index, for the test that asks both engines how they would run it.
pub(crate) const PAGES: &[&str] = &[OF_RECORD, IN_CHANGE_SET];

/// Notes what a change took away.
///
/// # Errors
/// What the database says.
pub fn history_insert(
    tx: &mut Tx<'_>,
    record: RecordNo,
    version: i64,
    kind: HistoryKind,
    old: &OldValues,
    change_set: ChangeSetNo,
) -> Result<()> {
    let (now, user) = (tx.context().now.micros(), tx.context().actor.user.0);
    tx.execute(
        "INSERT INTO history (tenant_no, record_no, version, change_set_no, kind, at, user_no, old_items, old_linkage)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        &[
            record.0.into(),
            version.into(),
            change_set.0.into(),
            kind.word().into(),
            now.into(),
            user.into(),
            old.items.as_str().into(),
            write_linkage(&old.linkage)?.into(),
        ],
    )
    .map(drop)
}

fn read(mut row: Row) -> Result<HistoryEntry> {
    let (version, change_set) = (row.take()?, ChangeSetNo(row.take()?));
    let word: String = row.take()?;
    let kind = HistoryKind::from_word(&word)
        .ok_or_else(|| Error::internal(format!("a history entry of the unknown kind {word}")))?;
    let (at, by) = (Timestamp::from_micros(row.take()?), UserNo(row.take()?));
    let items = Document::from_stored(row.take()?);
    let old = OldValues { items, linkage: read_linkage(&row.take::<String>()?)? };
    Ok(HistoryEntry { version, kind, change_set, at, by, old })
}

/// The newest changes of a record, newest first, at most `most`.
///
/// # Errors
/// What the database says.
pub fn history_of_record(snapshot: &mut Snapshot<'_>, record: RecordNo, most: i64) -> Result<Vec<HistoryEntry>> {
    let rows = snapshot.rows(OF_RECORD, &[record.0.into(), most.into()])?;
    rows.into_iter().map(read).collect()
}

/// What a change set did to a record, newest first. One change set rarely touches a record more than a few times.
///
/// # Errors
/// What the database says.
pub fn history_in_change_set(
    snapshot: &mut Snapshot<'_>,
    change_set: ChangeSetNo,
    record: RecordNo,
) -> Result<Vec<HistoryEntry>> {
    let rows = snapshot.rows(IN_CHANGE_SET, &[change_set.0.into(), record.0.into()])?;
    rows.into_iter().map(read).collect()
}
