//! Who runs a job, and what he alone may write to it.
//!
//! What is due is looked up over all tenants, by key. The claim itself is a write within the tenant of the job, which says
//! what it expects of the row: of several who saw the same job one gets it. So no transaction spans tenants.
//!
//! A lease is (owner, attempt). On PostgreSQL it has an end by the clock of the database, which all instances go by; on
//! SQLite it has none: one server at a time serves a folder, so whatever runs under another owner runs no more.

use std::time::Duration;

use musubi_domain::error::{Error, Result};
use musubi_domain::id::{JobNo, TenantNo, UserNo};
use musubi_domain::job::{ClaimedJob, JobFailure, JobLease, JobProgress, JobState};
use musubi_domain::time::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{keys, read_json, write_json};
use crate::db::{Point, Row, Tx, Unscoped, Value};
use crate::rights::rights_read;

pub(super) const DUE: Point = Point::new(
    "SELECT tenant_no, job_no FROM job WHERE state = 'queued' AND kind = ?1 AND run_after <= ?2 AND finished_at IS NULL
     ORDER BY run_after, tenant_no, job_no LIMIT ?3",
);
pub(super) const LAPSED: Point = Point::new(
    "SELECT tenant_no, job_no, owner, attempt FROM job WHERE state = 'running' AND finished_at IS NULL
       AND (lease_until <= ?1 OR lease_until IS NULL AND owner <> ?2) ORDER BY kind, run_after, tenant_no, job_no LIMIT 200",
);

/// Queued jobs of a kind whose moment has come, of all tenants, in their order, at most `most` of them and 200.
///
/// # Errors
/// What the database says.
pub fn job_due(unscoped: &mut Unscoped<'_>, kind: &str, now: Timestamp, most: usize) -> Result<Vec<(TenantNo, JobNo)>> {
    let most = i64::try_from(most.min(200)).unwrap_or(200);
    keys(unscoped.point(&DUE, &[kind.into(), now.micros().into(), most.into()])?)
}

/// Begins to run a job that is due; `None` where somebody else was first.
///
/// # Errors
/// What the database says.
pub fn job_claim(tx: &mut Tx<'_>, number: JobNo, owner: Uuid, length: Duration) -> Result<Option<ClaimedJob>> {
    let (now, until) = (tx.context().now.micros(), lease_end(tx, length)?);
    let sql = format!(
        "UPDATE job SET state = 'running', attempt = attempt + 1, owner = ?3, lease_until = ?4, started_at = coalesce(started_at, ?5)
         WHERE tenant_no = ?1 AND job_no IN
           (SELECT j.job_no FROM job j WHERE j.tenant_no = ?1 AND j.job_no = ?2 AND j.state = 'queued' AND j.run_after <= ?5{})
         RETURNING attempt, payload, cursor, progress_done, progress_total, user_no, rights",
        tx.dialect().unless_locked()
    );
    let rows = tx.rows(&sql, &[number.0.into(), owner.into(), until.into(), now.into()])?;
    let tenant = tx.tenant();
    let claimed = |mut row: Row| {
        Ok(ClaimedJob {
            lease: JobLease { tenant, number, owner, attempt: row.take()? },
            payload: read_json(&row.take::<String>()?)?,
            cursor: row.take::<Option<String>>()?.map(|text| read_json(&text)).transpose()?,
            progress: JobProgress { done: row.take()?, total: row.take()? },
            user: UserNo(row.take()?),
            rights: rights_read(row.take()?),
        })
    };
    rows.into_iter().next().map(claimed).transpose()
}

/// Whether the lease still stands.
///
/// # Errors
/// What the database says.
pub fn job_is_held(tx: &mut Tx<'_>, lease: &JobLease) -> Result<bool> {
    job_failures(tx, lease).map(|failures| failures.is_some())
}

/// How often the job failed since it last got further; `None` where the lease no longer stands.
///
/// # Errors
/// What the database says.
pub fn job_failures(tx: &mut Tx<'_>, lease: &JobLease) -> Result<Option<i64>> {
    failures_where(tx, lease, "", &[])
}

/// As [`job_failures`], of a job that another process runs; `None` where it still does. `own` is who asks.
///
/// # Errors
/// What the database says.
pub fn job_lapsed_failures(tx: &mut Tx<'_>, lease: &JobLease, own: Uuid) -> Result<Option<i64>> {
    let now = tx.clock()?;
    let lapsed = " AND (lease_until <= ?5 OR lease_until IS NULL AND owner <> ?6)";
    failures_where(tx, lease, lapsed, &[now.into(), own.into()])
}

fn failures_where(tx: &mut Tx<'_>, lease: &JobLease, further: &str, parameters: &[Value]) -> Result<Option<i64>> {
    let sql = format!("SELECT failures FROM job WHERE {HELD}{further}");
    let rows = tx.rows(&sql, &held_parameters(lease, parameters))?;
    rows.into_iter().next().map(|mut row| row.take()).transpose()
}

/// Jobs whose owner has let them lapse, of all tenants, at most 200: by the clock of the database, or, where leases have no end,
/// those of any other owner than `own`.
///
/// # Errors
/// What the database says.
pub fn job_lapsed(unscoped: &mut Unscoped<'_>, own: Uuid) -> Result<Vec<JobLease>> {
    let now = unscoped.clock()?;
    let lease = |mut row: Row| {
        let (tenant, number) = (TenantNo(row.take()?), JobNo(row.take()?));
        Ok(JobLease { tenant, number, owner: row.take()?, attempt: row.take()? })
    };
    unscoped.point(&LAPSED, &[now.into(), own.into()])?.into_iter().map(lease).collect()
}

/// Makes a lease last from now; false where it no longer stands.
///
/// # Errors
/// What the database says.
pub fn job_renew(tx: &mut Tx<'_>, lease: &JobLease, length: Duration) -> Result<bool> {
    match lease_end(tx, length)? {
        Some(until) => update(tx, lease, "lease_until = ?5", &[until.into()]),
        // Nothing to write where leases have no end.
        None => job_is_held(tx, lease),
    }
}

/// Saves what a slice leaves for the next, and makes the lease last; false where it no longer stands.
///
/// # Errors
/// Internal where there is more to remember than a job may; what the database says.
pub fn job_slice_save(
    tx: &mut Tx<'_>,
    lease: &JobLease,
    cursor: &Json,
    progress: JobProgress,
    length: Duration,
) -> Result<bool> {
    let (cursor, until) = (write_json(cursor)?, lease_end(tx, length)?);
    let set = "cursor = ?5, progress_done = ?6, progress_total = ?7, lease_until = ?8,
               failures = CASE WHEN progress_done < ?6 THEN 0 ELSE failures END";
    update(tx, lease, set, &[cursor.into(), progress.done.into(), progress.total.into(), until.into()])
}

/// Lets somebody else go on from `moment` on; false where the lease no longer stands.
///
/// # Errors
/// What the database says.
pub fn job_hand_back(tx: &mut Tx<'_>, lease: &JobLease, moment: Timestamp, failures: i64) -> Result<bool> {
    let set = "state = 'queued', owner = NULL, lease_until = NULL, run_after = ?5, failures = ?6";
    update(tx, lease, set, &[moment.micros().into(), failures.into()])
}

/// How a job ends.
#[derive(Clone, Debug)]
pub enum JobEnd {
    /// It came to this.
    Done(Json),
    /// It cannot come to its end.
    Failed(JobFailure),
}

/// Ends a job; false where the lease no longer stands.
///
/// # Errors
/// Internal where it came to more than a job may; what the database says.
pub fn job_end(tx: &mut Tx<'_>, lease: &JobLease, end: &JobEnd) -> Result<bool> {
    let now = tx.context().now.micros();
    let (state, result, failure) = match end {
        JobEnd::Done(result) => (JobState::Done, Some(write_json(result)?), None),
        JobEnd::Failed(failure) => (JobState::Failed, None, Some(write_json(failure)?)),
    };
    let set = "state = ?5, result = ?6, failure = ?7, finished_at = ?8, owner = NULL, lease_until = NULL";
    update(tx, lease, set, &[state.word().into(), result.into(), failure.into(), now.into()])
}

/// What every write of a run says of the row.
const HELD: &str = "tenant_no = ?1 AND job_no = ?2 AND attempt = ?3 AND owner = ?4 AND state = 'running'";

fn held_parameters(lease: &JobLease, parameters: &[Value]) -> Vec<Value> {
    let mut all = vec![lease.number.0.into(), lease.attempt.into(), lease.owner.into()];
    all.extend_from_slice(parameters);
    all
}

/// Writes to a job as long as the lease stands; false where it does not. Parameters begin with `?5`.
fn update(tx: &mut Tx<'_>, lease: &JobLease, set: &str, parameters: &[Value]) -> Result<bool> {
    if lease.tenant != tx.tenant() {
        return Err(Error::internal("a job of another tenant"));
    }
    let sql = format!("UPDATE job SET {set} WHERE {HELD}");
    tx.execute(&sql, &held_parameters(lease, parameters)).map(|count| count == 1)
}

/// When a lease ends that begins now; `None` where leases have no end.
fn lease_end(tx: &mut Tx<'_>, length: Duration) -> Result<Option<i64>> {
    let micros = i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
    Ok(tx.clock()?.map(|now| now.saturating_add(micros)))
}
