//! Jobs: queued in the transaction that causes them, looked at, cancelled, forgotten. What whoever runs them needs is in [`lease`].

pub mod lease;

use musubi_domain::error::{Error, Result};
use musubi_domain::id::{JobNo, TenantNo, UserNo};
use musubi_domain::job::{JobDue, JobFailure, JobProgress, JobState, JobView, NewJob};
use musubi_domain::limits;
use musubi_domain::time::Timestamp;

use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Snapshot, Tx, Unscoped};
use crate::rights::rights_written;

const BY_NUMBER: Point = Point::new(
    "SELECT job_no, kind, state, progress_done, progress_total, payload, result, failure, user_no, created_at, started_at, finished_at
     FROM job WHERE tenant_no = ?1 AND job_no = ?2",
);
const CURSOR: Point = Point::new("SELECT cursor FROM job WHERE tenant_no = ?1 AND job_no = ?2");
const BY_KEY: Point =
    Point::new("SELECT job_no FROM job WHERE tenant_no = ?1 AND kind = ?2 AND dedupe_key = ?3 AND finished_at IS NULL");
// The four below are asked of all tenants: by whoever keeps house for them.
const COUNT: Point = Point::new("SELECT count(*) FROM job WHERE state = ?1 AND finished_at IS NULL");
const COUNT_LATER: Point = Point::new(
    "SELECT count(*) FROM job WHERE state = 'queued' AND run_after > ?1 AND attempt = 0 AND finished_at IS NULL",
);
const ENDED: Point =
    Point::new("SELECT tenant_no, job_no FROM job WHERE finished_at < ?1 ORDER BY finished_at LIMIT 200");
const WITHOUT_INPUT: Point = Point::new(
    "SELECT tenant_no, job_no FROM job WHERE state = 'queued' AND kind = ?1 AND run_after IS NULL AND finished_at IS NULL
       AND created_at < ?2 ORDER BY tenant_no, job_no LIMIT 200",
);

pub(crate) const POINTS: &[&Point] =
    &[&BY_NUMBER, &CURSOR, &BY_KEY, &COUNT, &COUNT_LATER, &ENDED, &WITHOUT_INPUT, &lease::DUE, &lease::LAPSED];

fn read(mut row: Row) -> Result<JobView> {
    let (number, kind, state): (i64, String, String) = (row.take()?, row.take()?, row.take()?);
    let state = JobState::of_word(&state).ok_or_else(|| Error::internal(format!("a job is {state}")))?;
    Ok(JobView {
        number: JobNo(number),
        kind,
        state,
        progress: JobProgress { done: row.take()?, total: row.take()? },
        payload: read_json(&row.take::<String>()?)?,
        result: row.take::<Option<String>>()?.map(|text| read_json(&text)).transpose()?,
        failure: row.take::<Option<String>>()?.map(|text| read_json::<JobFailure>(&text)).transpose()?,
        user: UserNo(row.take()?),
        created_at: Timestamp::from_micros(row.take()?),
        started_at: row.take::<Option<i64>>()?.map(Timestamp::from_micros),
        finished_at: row.take::<Option<i64>>()?.map(Timestamp::from_micros),
    })
}

fn read_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::internal(format!("a job holds what cannot be read: {error}")))
}

/// A value as the text that a job keeps.
fn write_json(value: &impl serde::Serialize) -> Result<String> {
    let text = serde_json::to_string(value).map_err(|error| Error::internal(error.to_string()))?;
    if text.len() > limits::JOB_TEXT_BYTES {
        return Err(Error::internal(format!("a job is to keep {} bytes", text.len())));
    }
    Ok(text)
}

/// Queues a job and gives its number, or that of the unfinished job with the same key, which stays as it is.
///
/// # Errors
/// Internal where there is more to remember than a job may; what the database says.
pub fn job_insert(tx: &mut Tx<'_>, job: &NewJob) -> Result<JobNo> {
    let payload = write_json(&job.payload)?;
    if let Some(key) = &job.dedupe_key
        && let Some(mut row) = tx.point_one(&BY_KEY, &[job.kind.into(), key.as_str().into()])?
    {
        return row.take().map(JobNo);
    }
    let number = counter_next(tx, "job")?;
    let (now, actor) = (tx.context().now, tx.context().actor.clone());
    let run_after = match job.due {
        JobDue::Now => Some(now),
        JobDue::At(moment) => Some(moment),
        JobDue::WithInput => None,
    };
    tx.execute(
        "INSERT INTO job (tenant_no, job_no, kind, dedupe_key, run_after, state, attempt, failures, progress_done, progress_total, payload, user_no, door, created_at, rights)
         VALUES (?1, ?2, ?3, ?4, ?5, 'queued', 0, 0, 0, ?6, ?7, ?8, ?9, ?10, ?11)",
        &[
            number.into(),
            job.kind.into(),
            job.dedupe_key.as_deref().into(),
            run_after.map(Timestamp::micros).into(),
            job.total.into(),
            payload.into(),
            actor.user.0.into(),
            actor.door.word().into(),
            now.micros().into(),
            rights_written(actor.rights.as_deref()).into(),
        ],
    )?;
    tx.announce_job();
    Ok(JobNo(number))
}

/// Lets a job begin that waited for its input; false where it does not wait for it.
///
/// # Errors
/// What the database says.
pub fn job_input_complete(tx: &mut Tx<'_>, number: JobNo) -> Result<bool> {
    let now = tx.context().now.micros();
    let count = tx.execute(
        "UPDATE job SET run_after = ?3 WHERE tenant_no = ?1 AND job_no = ?2 AND state = 'queued' AND run_after IS NULL",
        &[number.0.into(), now.into()],
    )?;
    tx.announce_job();
    Ok(count == 1)
}

/// Whether a job waits for its input.
///
/// # Errors
/// What the database says.
pub fn job_takes_input(tx: &mut Tx<'_>, number: JobNo) -> Result<bool> {
    let sql = "SELECT job_no FROM job WHERE tenant_no = ?1 AND job_no = ?2 AND state = 'queued' AND run_after IS NULL";
    Ok(!tx.rows(sql, &[number.0.into()])?.is_empty())
}

/// Cancels a job, running or not; false where it has ended. Its run writes nothing from here on.
///
/// # Errors
/// What the database says.
pub fn job_cancel(tx: &mut Tx<'_>, number: JobNo) -> Result<bool> {
    let now = tx.context().now.micros();
    let count = tx.execute(
        "UPDATE job SET state = 'cancelled', owner = NULL, lease_until = NULL, finished_at = ?3
         WHERE tenant_no = ?1 AND job_no = ?2 AND finished_at IS NULL",
        &[number.0.into(), now.into()],
    )?;
    Ok(count == 1)
}

/// The job of a number.
///
/// # Errors
/// What the database says.
pub fn job_by_number(keyed: &mut Keyed<'_>, number: JobNo) -> Result<Option<JobView>> {
    keyed.point_one(&BY_NUMBER, &[number.0.into()])?.map(read).transpose()
}

/// What the last slice of a job left for the next; none before the first.
///
/// # Errors
/// What the database says.
pub fn job_cursor(keyed: &mut Keyed<'_>, number: JobNo) -> Result<Option<serde_json::Value>> {
    let row = keyed.point_one(&CURSOR, &[number.0.into()])?;
    let text = row.map(|mut row| row.take::<Option<String>>()).transpose()?.flatten();
    text.map(|text| read_json(&text)).transpose()
}

/// Jobs by number, the newest first, those before `before` where it is given.
///
/// # Errors
/// What the database says.
pub fn job_list(snapshot: &mut Snapshot<'_>, before: Option<JobNo>, most: i64) -> Result<Vec<JobView>> {
    let sql = "SELECT job_no, kind, state, progress_done, progress_total, payload, result, failure, user_no, created_at, started_at, finished_at
               FROM job WHERE tenant_no = ?1 AND job_no < ?2 ORDER BY job_no DESC LIMIT ?3";
    let before = before.map_or(i64::MAX, |number| number.0);
    snapshot.rows(sql, &[before.into(), most.into()])?.into_iter().map(read).collect()
}

/// How many of the newest `most` jobs are in each state.
///
/// # Errors
/// What the database says.
pub fn job_states(snapshot: &mut Snapshot<'_>, most: i64) -> Result<Vec<(JobState, i64)>> {
    let sql = "SELECT state, count(*) FROM
               (SELECT state FROM job WHERE tenant_no = ?1 ORDER BY job_no DESC LIMIT ?2) AS newest GROUP BY state";
    let read = |mut row: Row| {
        let (word, count) = (row.take::<String>()?, row.take()?);
        JobState::of_word(&word).map(|state| (state, count)).ok_or_else(|| Error::internal(format!("a job is {word}")))
    };
    snapshot.rows(sql, &[most.into()])?.into_iter().map(read).collect()
}

/// Those among the newest `looked_at` jobs that failed, the newest first, at most `most` of them.
///
/// # Errors
/// What the database says.
pub fn job_failed_list(snapshot: &mut Snapshot<'_>, looked_at: i64, most: i64) -> Result<Vec<JobView>> {
    let sql = "SELECT job_no, kind, state, progress_done, progress_total, payload, result, failure, user_no, created_at, started_at, finished_at
               FROM (SELECT job_no, kind, state, progress_done, progress_total, payload, result, failure, user_no, created_at, started_at, finished_at
                     FROM job WHERE tenant_no = ?1 ORDER BY job_no DESC LIMIT ?2) AS newest
               WHERE state = 'failed' ORDER BY job_no DESC LIMIT ?3";
    snapshot.rows(sql, &[looked_at.into(), most.into()])?.into_iter().map(read).collect()
}

/// How many jobs of all tenants are in a state in which something is still to happen to them.
///
/// # Errors
/// What the database says.
pub fn job_count(unscoped: &mut Unscoped<'_>, state: JobState) -> Result<i64> {
    unscoped.point(&COUNT, &[state.word().into()])?.into_iter().next().map_or(Ok(0), |mut row| row.take())
}

/// How many jobs of all tenants have not been begun and are to begin after a moment.
///
/// # Errors
/// What the database says.
pub fn job_count_later(unscoped: &mut Unscoped<'_>, moment: Timestamp) -> Result<i64> {
    unscoped.point(&COUNT_LATER, &[moment.micros().into()])?.into_iter().next().map_or(Ok(0), |mut row| row.take())
}

/// Jobs of all tenants that ended before a moment, the oldest first, at most 200.
///
/// # Errors
/// What the database says.
pub fn job_ended_before(unscoped: &mut Unscoped<'_>, moment: Timestamp) -> Result<Vec<(TenantNo, JobNo)>> {
    keys(unscoped.point(&ENDED, &[moment.micros().into()])?)
}

/// Jobs of a kind that were made before a moment and still wait for their input, of all tenants, at most 200.
///
/// # Errors
/// What the database says.
pub fn job_without_input(unscoped: &mut Unscoped<'_>, kind: &str, moment: Timestamp) -> Result<Vec<(TenantNo, JobNo)>> {
    keys(unscoped.point(&WITHOUT_INPUT, &[kind.into(), moment.micros().into()])?)
}

fn keys(rows: Vec<Row>) -> Result<Vec<(TenantNo, JobNo)>> {
    rows.into_iter().map(|mut row| Ok((TenantNo(row.take()?), JobNo(row.take()?)))).collect()
}

/// Forgets a job that has ended. Its files go first.
///
/// # Errors
/// What the database says.
pub fn job_delete(tx: &mut Tx<'_>, number: JobNo) -> Result<()> {
    let sql = "DELETE FROM job WHERE tenant_no = ?1 AND job_no = ?2 AND finished_at IS NOT NULL";
    tx.execute(sql, &[number.0.into()]).map(drop)
}
