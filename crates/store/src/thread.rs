//! What stands at a record as a whole: it moves with a merge, comes back with its undo, and goes for good with the record.

use musubi_domain::error::Result;
use musubi_domain::id::{AttachmentNo, ChangeSetNo, RecordNo};

use crate::attachment::attachment_delete;
use crate::db::Tx;

/// The tables with what stands at records, the names of their numbers, and the words under which their rows are noted.
const TABLES: [(&str, &str); 3] =
    [("comment", "comment_no"), ("activity", "activity_no"), ("attachment", "attachment_no")];

/// Moves everything that stands at a record to another, and notes it for an undo of the change set.
///
/// # Errors
/// What the database says.
pub fn thread_move(tx: &mut Tx<'_>, from: RecordNo, to: RecordNo, change_set: ChangeSetNo) -> Result<()> {
    for (table, number) in TABLES {
        let noted = format!(
            "INSERT INTO thread_moved (tenant_no, from_record_no, change_set_no, kind, number)
             SELECT tenant_no, record_no, CAST(?3 AS BIGINT), '{table}', {number} FROM {table} WHERE tenant_no = ?1 AND record_no = ?2"
        );
        tx.execute(&noted, &[from.0.into(), change_set.0.into()])?;
        let moved = format!("UPDATE {table} SET record_no = ?3 WHERE tenant_no = ?1 AND record_no = ?2");
        tx.execute(&moved, &[from.0.into(), to.0.into()])?;
    }
    Ok(())
}

/// Brings back what a change set moved away from a record.
///
/// # Errors
/// What the database says.
pub fn thread_bring_back(tx: &mut Tx<'_>, to: RecordNo, change_set: ChangeSetNo) -> Result<()> {
    for (table, number) in TABLES {
        let back = format!(
            "UPDATE {table} SET record_no = ?2 WHERE tenant_no = ?1 AND {number} IN
               (SELECT number FROM thread_moved WHERE tenant_no = ?1 AND from_record_no = ?2 AND change_set_no = ?3 AND kind = '{table}')"
        );
        tx.execute(&back, &[to.0.into(), change_set.0.into()])?;
    }
    let forgotten = "DELETE FROM thread_moved WHERE tenant_no = ?1 AND from_record_no = ?2 AND change_set_no = ?3";
    tx.execute(forgotten, &[to.0.into(), change_set.0.into()]).map(drop)
}

/// Removes what stands at a record for good, but of files one alone: they are large. Whether nothing is left.
///
/// # Errors
/// What the database says.
pub fn thread_purge(tx: &mut Tx<'_>, record: RecordNo) -> Result<bool> {
    let files =
        "SELECT attachment_no FROM attachment WHERE tenant_no = ?1 AND record_no = ?2 ORDER BY attachment_no LIMIT 2";
    let files = tx.rows(files, &[record.0.into()])?;
    let is_last = files.len() < 2;
    if let Some(mut row) = files.into_iter().next() {
        attachment_delete(tx, AttachmentNo(row.take()?))?;
    }
    if !is_last {
        return Ok(false);
    }
    for sql in [
        "DELETE FROM mention WHERE tenant_no = ?1 AND comment_no IN
           (SELECT comment_no FROM comment WHERE tenant_no = ?1 AND record_no = ?2)",
        "DELETE FROM comment WHERE tenant_no = ?1 AND record_no = ?2",
        "DELETE FROM activity WHERE tenant_no = ?1 AND record_no = ?2",
        "DELETE FROM thread_moved WHERE tenant_no = ?1 AND from_record_no = ?2",
    ] {
        tx.execute(sql, &[record.0.into()])?;
    }
    Ok(true)
}
