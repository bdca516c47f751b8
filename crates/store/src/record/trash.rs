//! Records in the trash: how they get there, come back, and go for good.

use musubi_domain::error::{Error, Result};
use musubi_domain::history::{HistoryKind, OldValues};
use musubi_domain::id::{ChangeSetNo, DatabaseNo, ItemNo, RecordNo};
use musubi_domain::item::ItemValue;
use musubi_domain::record::{Document, Record, RecordChange};
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::time::Timestamp;

use super::key::key_delete;
use super::{PAGE, changed_facts, changed_linkage, derived_insert, is_seen, old_values, read, write_linkage};
use crate::db::{Snapshot, Tx};
use crate::history::history_insert;
use crate::link::links_delete;
use crate::search::search_delete;
use crate::thread::thread_purge;
use crate::unique::{unique_delete, unique_insert};

pub(super) const TRASH: &str = concat!(
    "SELECT ",
    record_columns!(),
    " FROM record WHERE tenant_no = ?1 AND database_no = ?2 AND deleted_at IS NOT NULL AND (deleted_at, record_no) < (?3, ?4)
      ORDER BY deleted_at DESC, record_no DESC LIMIT ?5"
);
pub(super) const EXPIRED: &str =
    "SELECT record_no FROM record WHERE tenant_no = ?1 AND database_no = ?2 AND deleted_at IS NOT NULL AND deleted_at < ?3
         ORDER BY deleted_at LIMIT ?4";

/// Moves a record to the trash: its keys, links, search row, key items and linkage values go, the row and its values stay. What refers
/// to it is for the caller to deal with first. Gives the version that it has then; `None` where somebody was faster.
///
/// # Errors
/// What the database says.
pub fn record_trash(
    tx: &mut Tx<'_>,
    template: &Template,
    record: &Record,
    change_set: ChangeSetNo,
) -> Result<Option<i64>> {
    let (now, user, version) = (tx.context().now, tx.context().actor.user, record.version + 1);
    let count = tx.execute(
        "UPDATE record SET deleted_at = ?3, deleted_by = ?4, version = ?5
         WHERE tenant_no = ?1 AND record_no = ?2 AND version = ?6 AND deleted_at IS NULL",
        &[record.number.0.into(), now.micros().into(), user.0.into(), version.into(), record.version.into()],
    )?;
    if count != 1 {
        return Ok(None);
    }
    let facts = record.facts(template);
    for (index, key) in facts.keys(template) {
        key_delete(tx, index, &key, record.number)?;
    }
    links_delete(tx, record.number)?;
    search_delete(tx, record.number)?;
    for (item, key) in facts.unique_keys(template) {
        unique_delete(tx, record.number, item.0, &key)?;
    }
    for value in &record.linkage {
        unique_delete(tx, record.number, value.slot, &value.value)?;
    }
    let nothing = OldValues { items: Document::of_members(std::iter::empty()), linkage: Vec::new() };
    history_insert(tx, record.number, version, HistoryKind::Deleted, &nothing, change_set)?;
    Ok(Some(version))
}

/// Brings a record back from the trash with these links. `change` is what it cannot have again: references to what is gone, key items
/// and linkage values that were taken. What it holds alone is added here and by the caller's look is free. Gives the version that it
/// has then; `None` where somebody was faster.
///
/// # Errors
/// What the database says.
pub fn record_untrash(
    tx: &mut Tx<'_>,
    template: &Template,
    record: &Record,
    change: &RecordChange,
    links: &[(ItemNo, RecordNo)],
    change_set: ChangeSetNo,
) -> Result<Option<i64>> {
    let (now, user) = (tx.context().now, tx.context().actor.user);
    let facts = changed_facts(&record.facts(template), change, now, user);
    let members: Vec<_> =
        change.items.iter().map(|(item, value)| (*item, value.as_ref().map(ItemValue::to_json))).collect();
    let linkage = changed_linkage(&record.linkage, &change.linkage);
    let version = record.version + 1;
    let count = tx.execute(
        "UPDATE record SET deleted_at = NULL, deleted_by = NULL, display_name = ?3, linkage = ?4, version = ?5, updated_at = ?6,
           updated_by = ?7, document = ?8
         WHERE tenant_no = ?1 AND record_no = ?2 AND version = ?9 AND deleted_at IS NOT NULL",
        &[
            record.number.0.into(),
            facts.display_name(template).into(),
            write_linkage(&linkage)?.into(),
            version.into(),
            now.micros().into(),
            user.0.into(),
            record.document.with(&members).as_str().into(),
            record.version.into(),
        ],
    )?;
    if count != 1 {
        return Ok(None);
    }
    derived_insert(tx, template, record.number, &facts, links)?;
    let held = facts.unique_keys(template).into_iter().map(|(item, key)| (item.0, key));
    for (slot, key) in held.chain(linkage.into_iter().map(|value| (value.slot, value.value))) {
        if !unique_insert(tx, record.number, slot, &key)? {
            return Err(Error::internal("a value that was free has been taken within the transaction"));
        }
    }
    history_insert(tx, record.number, version, HistoryKind::Restored, &old_values(record, change), change_set)?;
    Ok(Some(version))
}

/// Records of a database in the trash that the caller may see, the one deleted last first, and whether there are more. `before`: those that
/// went there before this one, or at the same moment and with a lower number.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn trash_list(
    snapshot: &mut Snapshot<'_>,
    sight: &Sight,
    template: &Template,
    before: Option<(Timestamp, RecordNo)>,
    limit: i64,
) -> Result<(Vec<Record>, bool)> {
    let mut before = before.map_or((i64::MAX, i64::MAX), |(moment, number)| (moment.micros(), number.0));
    let mut found = Vec::new();
    loop {
        let parameters = [template.database.0.into(), before.0.into(), before.1.into(), PAGE.into()];
        let rows = snapshot.rows(TRASH, &parameters)?;
        let is_last = i64::try_from(rows.len()).unwrap_or(i64::MAX) < PAGE;
        for row in rows {
            let record = read(row)?;
            before = (record.deleted_at.map_or(0, Timestamp::micros), record.number.0);
            if !is_seen(sight, template, &record) {
                continue;
            }
            if i64::try_from(found.len()).unwrap_or(i64::MAX) >= limit {
                return Ok((found, true));
            }
            found.push(record);
        }
        if is_last {
            return Ok((found, false));
        }
    }
}

/// Removes records that went to the trash before `moment` for good, with their history and what stands at them, at most `most` of them;
/// how many there were. Of a record with many files it removes one at a time, and each counts.
///
/// # Errors
/// What the database says.
pub fn trash_purge(tx: &mut Tx<'_>, database: DatabaseNo, moment: Timestamp, most: i64) -> Result<i64> {
    let rows = tx.rows(EXPIRED, &[database.0.into(), moment.micros().into(), most.min(PAGE).into()])?;
    let mut count = 0;
    for mut row in rows {
        let number: i64 = row.take()?;
        if !thread_purge(tx, RecordNo(number))? {
            return Ok(count + 1);
        }
        // That it was deleted stays, without any value: an undo that comes too late says so.
        let history = "DELETE FROM history WHERE tenant_no = ?1 AND record_no = ?2 AND kind <> ?3";
        tx.execute(history, &[number.into(), HistoryKind::Deleted.word().into()])?;
        tx.execute("DELETE FROM record WHERE tenant_no = ?1 AND record_no = ?2", &[number.into()])?;
        count += 1;
    }
    Ok(count)
}
