//! Change sets: what one action did to records.

use musubi_domain::change_set::{ChangeCounts, ChangeSet, ChangeSetState, LeftReason};
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{ChangeSetNo, DatabaseNo, JobNo, RecordNo, UserNo};
use musubi_domain::time::Timestamp;
use uuid::Uuid;

use crate::db::{Keyed, Point, Row, Snapshot, Tx};

const BY_NUMBER: Point = Point::new(
    "SELECT change_set_no, change_set_id, kind, user_no, door, at, database_no, target, created_count, updated_count, deleted_count,
       restored_count, state, undoes_no
     FROM change_set WHERE tenant_no = ?1 AND change_set_no = ?2",
);
const NUMBER_BY_ID: Point =
    Point::new("SELECT change_set_no FROM change_set WHERE tenant_no = ?1 AND change_set_id = ?2");

const JOB: Point = Point::new("SELECT job_no FROM change_set WHERE tenant_no = ?1 AND change_set_no = ?2");

pub(crate) const POINTS: &[&Point] = &[&BY_NUMBER, &NUMBER_BY_ID, &JOB];

const UNDOING: &str =
    "SELECT change_set_no FROM change_set WHERE tenant_no = ?1 AND undoes_no = ?2 ORDER BY change_set_no DESC LIMIT 1";

const LIST: &str =
    "SELECT change_set_no, change_set_id, kind, user_no, door, at, database_no, target, created_count, updated_count, deleted_count,
           restored_count, state, undoes_no
         FROM change_set WHERE tenant_no = ?1 AND change_set_no < ?2 ORDER BY change_set_no DESC LIMIT ?3";
const RECORDS: &str =
    "SELECT record_no FROM (
           SELECT record_no FROM (SELECT record_no FROM record WHERE tenant_no = ?1 AND change_set_no = ?2 AND record_no < ?3
             ORDER BY record_no DESC LIMIT ?4) created
           UNION
           SELECT record_no FROM (SELECT DISTINCT record_no FROM history WHERE tenant_no = ?1 AND change_set_no = ?2 AND record_no < ?3
             ORDER BY record_no DESC LIMIT ?4) changed
         ) touched ORDER BY record_no DESC LIMIT ?4";
const CREATED: &str = "SELECT 1 FROM record WHERE tenant_no = ?1 AND record_no = ?2 AND change_set_no = ?3";
const LEFT: &str =
    "SELECT record_no, reason FROM change_set_left WHERE tenant_no = ?1 AND change_set_no = ?2 AND record_no > ?3
         ORDER BY record_no, reason LIMIT ?4";

/// Every statement that reads more than one row by an index, for the test that asks both engines how they would run it.
pub(crate) const PAGES: &[&str] = &[UNDOING, LIST, RECORDS, CREATED, LEFT];

fn read(mut row: Row) -> Result<ChangeSet> {
    Ok(ChangeSet {
        number: ChangeSetNo(row.take()?),
        id: row.take()?,
        kind: row.take()?,
        user: UserNo(row.take()?),
        door: row.take()?,
        at: Timestamp::from_micros(row.take()?),
        database: row.take::<Option<i64>>()?.map(DatabaseNo),
        target: row.take()?,
        counts: ChangeCounts {
            created: row.take()?,
            updated: row.take()?,
            deleted: row.take()?,
            restored: row.take()?,
        },
        state: {
            let word: String = row.take()?;
            ChangeSetState::from_word(&word)
                .ok_or_else(|| Error::internal(format!("a change set in the unknown state {word}")))?
        },
        undoes: row.take::<Option<i64>>()?.map(ChangeSetNo),
    })
}

/// Adds a change set.
///
/// # Errors
/// What the database says.
pub fn change_set_insert(tx: &mut Tx<'_>, set: &ChangeSet) -> Result<()> {
    tx.execute(
        "INSERT INTO change_set (tenant_no, change_set_no, change_set_id, kind, user_no, door, at, database_no, target, created_count,
           updated_count, deleted_count, restored_count, state, undoes_no)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        &[
            set.number.0.into(),
            set.id.into(),
            set.kind.as_str().into(),
            set.user.0.into(),
            set.door.as_str().into(),
            set.at.micros().into(),
            set.database.map(|database| database.0).into(),
            set.target.as_str().into(),
            set.counts.created.into(),
            set.counts.updated.into(),
            set.counts.deleted.into(),
            set.counts.restored.into(),
            set.state.word().into(),
            set.undoes.map(|set| set.0).into(),
        ],
    )
    .map(drop)
}

/// Says which job makes an open change set.
///
/// # Errors
/// What the database says.
pub fn change_set_job_set(tx: &mut Tx<'_>, set: ChangeSetNo, job: JobNo) -> Result<()> {
    tx.execute(
        "UPDATE change_set SET job_no = ?3 WHERE tenant_no = ?1 AND change_set_no = ?2",
        &[set.0.into(), job.0.into()],
    )
    .map(drop)
}

/// The job that makes a change set, where one does.
///
/// # Errors
/// What the database says.
pub fn change_set_job(keyed: &mut Keyed<'_>, set: ChangeSetNo) -> Result<Option<JobNo>> {
    let row = keyed.point_one(&JOB, &[set.0.into()])?;
    Ok(row.map(|mut row| row.take::<Option<i64>>()).transpose()?.flatten().map(JobNo))
}

/// The newest change set that undoes another.
///
/// # Errors
/// What the database says.
pub fn change_set_undoing(snapshot: &mut Snapshot<'_>, undone: ChangeSetNo) -> Result<Option<ChangeSetNo>> {
    let rows = snapshot.rows(UNDOING, &[undone.0.into()])?;
    rows.into_iter().next().map(|mut row| row.take().map(ChangeSetNo)).transpose()
}

/// Adds to what an open change set has done.
///
/// # Errors
/// What the database says.
pub fn change_set_count(tx: &mut Tx<'_>, set: ChangeSetNo, more: ChangeCounts) -> Result<()> {
    tx.execute(
        "UPDATE change_set SET created_count = created_count + ?3, updated_count = updated_count + ?4,
           deleted_count = deleted_count + ?5, restored_count = restored_count + ?6
         WHERE tenant_no = ?1 AND change_set_no = ?2",
        &[set.0.into(), more.created.into(), more.updated.into(), more.deleted.into(), more.restored.into()],
    )
    .map(drop)
}

/// Moves a change set from one state to another; false where it is not in the first.
///
/// # Errors
/// What the database says.
pub fn change_set_state_set(
    tx: &mut Tx<'_>,
    set: ChangeSetNo,
    from: ChangeSetState,
    to: ChangeSetState,
) -> Result<bool> {
    let count = tx.execute(
        "UPDATE change_set SET state = ?4 WHERE tenant_no = ?1 AND change_set_no = ?2 AND state = ?3",
        &[set.0.into(), from.word().into(), to.word().into()],
    )?;
    Ok(count == 1)
}

/// The change set of a number.
///
/// # Errors
/// What the database says.
pub fn change_set_by_number(keyed: &mut Keyed<'_>, set: ChangeSetNo) -> Result<Option<ChangeSet>> {
    keyed.point_one(&BY_NUMBER, &[set.0.into()])?.map(read).transpose()
}

/// The number of the change set of an outside id.
///
/// # Errors
/// What the database says.
pub fn change_set_number_by_id(keyed: &mut Keyed<'_>, id: Uuid) -> Result<Option<ChangeSetNo>> {
    keyed.point_one(&NUMBER_BY_ID, &[id.into()])?.map(|mut row| row.take().map(ChangeSetNo)).transpose()
}

/// Change sets before one, newest first, at most `most`.
///
/// # Errors
/// What the database says.
pub fn change_set_list(snapshot: &mut Snapshot<'_>, before: Option<ChangeSetNo>, most: i64) -> Result<Vec<ChangeSet>> {
    let rows = snapshot.rows(LIST, &[before.map_or(i64::MAX, |set| set.0).into(), most.into()])?;
    rows.into_iter().map(read).collect()
}

/// Records that a change set touched, below `before`, from the highest number down, at most `most`; each once. What was created last
/// comes first, so that an undo meets what refers to a record before the record.
///
/// # Errors
/// What the database says.
pub fn change_set_records(
    snapshot: &mut Snapshot<'_>,
    set: ChangeSetNo,
    before: Option<RecordNo>,
    most: i64,
) -> Result<Vec<RecordNo>> {
    let rows =
        snapshot.rows(RECORDS, &[set.0.into(), before.map_or(i64::MAX, |record| record.0).into(), most.into()])?;
    rows.into_iter().map(|mut row| row.take().map(RecordNo)).collect()
}

/// Whether a change set created a record.
///
/// # Errors
/// What the database says.
pub fn change_set_created(snapshot: &mut Snapshot<'_>, set: ChangeSetNo, record: RecordNo) -> Result<bool> {
    let sql = CREATED;
    Ok(!snapshot.rows(sql, &[record.0.into(), set.0.into()])?.is_empty())
}

/// Notes a record that an undo left as it was, or could not restore whole.
///
/// # Errors
/// What the database says.
pub fn change_set_left_insert(tx: &mut Tx<'_>, set: ChangeSetNo, record: RecordNo, reason: LeftReason) -> Result<()> {
    tx.execute(
        "INSERT INTO change_set_left (tenant_no, change_set_no, record_no, reason) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (tenant_no, change_set_no, record_no, reason) DO NOTHING",
        &[set.0.into(), record.0.into(), reason.word().into()],
    )
    .map(drop)
}

/// The records that an undo left or could not restore whole, after one, at most `most`.
///
/// # Errors
/// What the database says.
pub fn change_set_left(
    snapshot: &mut Snapshot<'_>,
    set: ChangeSetNo,
    after: RecordNo,
    most: i64,
) -> Result<Vec<(RecordNo, LeftReason)>> {
    let rows = snapshot.rows(LEFT, &[set.0.into(), after.0.into(), most.into()])?;
    rows.into_iter()
        .map(|mut row| {
            let (record, word): (i64, String) = (row.take()?, row.take()?);
            let reason = LeftReason::from_word(&word)
                .ok_or_else(|| Error::internal(format!("a record left for the unknown reason {word}")))?;
            Ok((RecordNo(record), reason))
        })
        .collect()
}
