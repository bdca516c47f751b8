//! Keys of records: what answers questions by the value of an item.

use std::fmt::Write as _;

use musubi_domain::error::Result;
use musubi_domain::id::{IndexNo, RecordNo};

use crate::db::{Snapshot, Tx};

pub(super) const BY_KEY: &str = "SELECT record_no FROM record_key WHERE tenant_no = ?1 AND index_no = ?2 AND key = ?3 AND record_no > ?4 ORDER BY record_no LIMIT ?5";

/// Keys that one statement adds at most.
const KEYS: usize = 32;
/// Adds all keys of a record that has none, with one statement for many: most of what a registration writes are keys.
pub(super) fn keys_insert(tx: &mut Tx<'_>, keys: Vec<(IndexNo, Vec<u8>)>, record: RecordNo) -> Result<()> {
    let mut keys = keys.into_iter().peekable();
    while keys.peek().is_some() {
        let mut sql = "INSERT INTO record_key (tenant_no, index_no, key, record_no) VALUES ".to_owned();
        let mut parameters = vec![record.0.into()];
        for (index, key) in keys.by_ref().take(KEYS) {
            let at = parameters.len() + 2;
            let comma = if at > 3 { ", " } else { "" };
            // Writing to a text cannot fail.
            let _ = write!(sql, "{comma}(?1, ?{at}, ?{}, ?2)", at + 1);
            parameters.extend([index.0.into(), key.into()]);
        }
        tx.execute(&sql, &parameters)?;
    }
    Ok(())
}

/// Adds a key of a record; one that stands there already stays.
///
/// # Errors
/// What the database says.
pub fn key_insert(tx: &mut Tx<'_>, index: IndexNo, key: &[u8], record: RecordNo) -> Result<()> {
    tx.execute(
        "INSERT INTO record_key (tenant_no, index_no, key, record_no) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (tenant_no, index_no, key, record_no) DO NOTHING",
        &[index.0.into(), key.into(), record.0.into()],
    )
    .map(drop)
}

/// The records that have a key in an index, the oldest first, after one, at most `most`. Held to no sight: for the product's own
/// questions, whose answers are held to one before anybody sees them.
///
/// # Errors
/// What the database says.
pub fn records_by_key(
    snapshot: &mut Snapshot<'_>,
    index: IndexNo,
    key: &[u8],
    after: RecordNo,
    most: i64,
) -> Result<Vec<RecordNo>> {
    let rows = snapshot.rows(BY_KEY, &[index.0.into(), key.into(), after.0.into(), most.into()])?;
    rows.into_iter().map(|mut row| row.take().map(RecordNo)).collect()
}

/// Takes a key of a record away.
///
/// # Errors
/// What the database says.
pub fn key_delete(tx: &mut Tx<'_>, index: IndexNo, key: &[u8], record: RecordNo) -> Result<()> {
    tx.execute(
        "DELETE FROM record_key WHERE tenant_no = ?1 AND index_no = ?2 AND key = ?3 AND record_no = ?4",
        &[index.0.into(), key.into(), record.0.into()],
    )
    .map(drop)
}
