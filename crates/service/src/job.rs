//! Jobs: queued by use cases, looked at and cancelled by people, and forgotten in the end. How one is run: [`run`].
//!
//! A use case queues a job in its own transaction with [`job_enqueue_in`]; what the job does is a kind of the worker's
//! (`docs/development/a-job.md`).

pub mod run;

use std::sync::Arc;

use musubi_domain::actor::Door;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{JobNo, TenantNo};
use musubi_domain::job::{JobFile, JobState, JobView, NewJob};
use musubi_domain::limits;
use musubi_domain::rights::named;
use musubi_domain::time::Timestamp;
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
use tokio::sync::watch;

use crate::context::Service;
use crate::record_bulk::bulk_cancelled_in;

/// Where a job is named that there is none of.
const PATH: &str = "job";
/// Chunks of files that one slice deletes: 4 MiB.
const CHUNKS: i64 = 16;

/// Queues a job and gives its number.
///
/// # Errors
/// As [`job_enqueue_in`].
pub async fn job_enqueue(service: &Service, context: &Arc<Context>, job: NewJob) -> Result<JobNo> {
    service.db().write(context, Lane::Interactive, move |tx| job_enqueue_in(tx, &job)).await
}

/// Queues a job in the transaction that causes it and gives its number; that of the unfinished one where there is one with the
/// same key, which stays as it is. The job acts for whoever acts in the transaction.
///
/// # Errors
/// Internal where the payload is too large; where the database does not answer.
pub fn job_enqueue_in(tx: &mut Tx<'_>, job: &NewJob) -> Result<JobNo> {
    store::job::job_insert(tx, job)
}

/// A job and how far it has come. It is for whoever asked for it, and for whoever sets the system up.
///
/// # Errors
/// NotFound where there is none that the caller may look at.
pub async fn job_get(service: &Service, context: &Arc<Context>, number: JobNo) -> Result<JobView> {
    let found = service.db().get(context.tenant, move |keyed| store::job::job_by_number(keyed, number)).await?;
    let job = found.ok_or_else(|| Error::not_found(PATH))?;
    if job.user == context.actor.user || service.has_named_right(context, named::SYSTEM).await? {
        return Ok(job);
    }
    Err(Error::not_found(PATH))
}

/// Jobs, the newest first, those before `before` where it is given, at most `most` of them and [`limits::LIST_ROWS`].
///
/// # Errors
/// Forbidden for whoever does not set the system up; Busy; where the database does not answer.
pub async fn job_list(
    service: &Service,
    context: &Arc<Context>,
    before: Option<JobNo>,
    most: i64,
) -> Result<Vec<JobView>> {
    service.check_named_right(context, named::SYSTEM).await?;
    let most = most.clamp(0, limits::LIST_ROWS);
    service.db().page(context.tenant, move |snapshot| store::job::job_list(snapshot, before, most)).await
}

/// Jobs that failed after a moment, the newest first, at most `most`, among the last [`limits::LIST_ROWS`] jobs: those that whoever acts
/// asked for, and all where he sets the system up.
///
/// # Errors
/// Busy; where the database does not answer.
pub async fn job_failed_list(
    service: &Service,
    context: &Arc<Context>,
    after: Timestamp,
    most: usize,
) -> Result<Vec<JobView>> {
    let sees_all = service.has_named_right(context, named::SYSTEM).await?;
    let user = context.actor.user;
    let list = |snapshot: &mut store::db::Snapshot<'_>| store::job::job_list(snapshot, None, limits::LIST_ROWS);
    let mut jobs = service.db().page(context.tenant, list).await?;
    jobs.retain(|job| {
        let is_new = job.finished_at.is_some_and(|ended| ended > after);
        job.state == JobState::Failed && is_new && (sees_all || job.user == user)
    });
    jobs.truncate(most);
    Ok(jobs)
}

/// Cancels a job: nothing of it is written from here on, and what it had done by then stays done; of a bulk edit as a change set that
/// can be undone. False where it had ended.
///
/// # Errors
/// NotFound where there is none that the caller may look at; where the database does not answer.
pub async fn job_cancel(service: &Service, context: &Arc<Context>, number: JobNo) -> Result<bool> {
    job_get(service, context, number).await?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let job = store::job::job_by_number(tx, number)?.ok_or_else(|| Error::not_found(PATH))?;
            let is_cancelled = store::job::job_cancel(tx, number)?;
            if is_cancelled {
                tx.record_operation(&Operation::new("job.cancel", format!("{} {number}", job.kind)))?;
                bulk_cancelled_in(tx, &job)?;
            }
            Ok(is_cancelled)
        })
        .await
}

/// Adds a chunk of at most [`limits::JOB_FILE_CHUNK_BYTES`] to the input of a job that waits for it
/// ([`musubi_domain::job::JobDue::WithInput`]). All but the last should be full.
///
/// # Errors
/// Conflict where the job does not wait for input; Invalid where the file is too large.
pub async fn job_input_append(
    service: &Service,
    context: &Arc<Context>,
    number: JobNo,
    bytes: impl Into<Arc<[u8]>>,
) -> Result<()> {
    let bytes = bytes.into();
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            if !store::job::job_takes_input(tx, number)? {
                return Err(no_input(number));
            }
            store::job_file::job_file_append(tx, number, JobFile::Input, &bytes).map(drop)
        })
        .await
}

/// Says that the input of a job is complete, so that it may begin.
///
/// # Errors
/// Conflict where the job does not wait for input.
pub async fn job_input_complete(service: &Service, context: &Arc<Context>, number: JobNo) -> Result<()> {
    let complete = move |tx: &mut Tx<'_>| store::job::job_input_complete(tx, number);
    let is_complete = service.db().write(context, Lane::Interactive, complete).await?;
    if is_complete { Ok(()) } else { Err(no_input(number)) }
}

fn no_input(number: JobNo) -> Error {
    Error::new(Kind::Conflict).with_cause(format!("job {number} does not wait for input"))
}

/// A chunk of a file of a job, from 0; `None` past its end.
///
/// # Errors
/// NotFound where the caller, at the pages or by a token, may not look at the job; where the database does not answer.
pub async fn job_file_read(
    service: &Service,
    context: &Arc<Context>,
    number: JobNo,
    file: JobFile,
    chunk: i64,
) -> Result<Option<Vec<u8>>> {
    if matches!(context.actor.door, Door::Session { .. } | Door::Token { .. }) {
        job_get(service, context, number).await?;
    }
    let read = move |keyed: &mut store::db::Keyed<'_>| store::job_file::job_file_chunk(keyed, number, file, chunk);
    service.db().get(context.tenant, read).await
}

/// Adds a chunk to the report of a job, in a slice of it.
///
/// # Errors
/// Invalid where the file is too large.
pub fn job_report_append_in(tx: &mut Tx<'_>, number: JobNo, bytes: &[u8]) -> Result<()> {
    store::job_file::job_file_append(tx, number, JobFile::Report, bytes).map(drop)
}

/// Jobs of all tenants with which something is still to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobCounts {
    /// Those that wait.
    pub queued: i64,
    /// Those among them whose moment has not come, and that nobody has begun.
    pub later: i64,
    /// Those that run.
    pub running: i64,
}

/// Counts what waits and what runs.
///
/// # Errors
/// Where the database does not answer.
pub async fn job_counts(service: &Service) -> Result<JobCounts> {
    let now = service.now();
    let count = move |unscoped: &mut store::db::Unscoped<'_>| {
        let queued = store::job::job_count(unscoped, JobState::Queued)?;
        let later = store::job::job_count_later(unscoped, now)?;
        Ok(JobCounts { queued, later, running: store::job::job_count(unscoped, JobState::Running)? })
    };
    service.db().get_unscoped(count).await
}

/// Changes whenever jobs may have been queued.
#[must_use]
pub fn job_arrivals(service: &Service) -> watch::Receiver<u64> {
    service.db().arrivals().watch()
}

/// Forgets jobs that ended [`limits::JOB_DAYS`] ago, and cancels those of these kinds whose input was not complete in time. How
/// many. Several may do so at a time.
///
/// # Errors
/// Where the database does not answer.
pub async fn job_keep_house(service: &Service, kinds: &[&'static str]) -> Result<usize> {
    let mut count = 0;
    let late = service.now().plus_seconds(-3_600 * limits::JOB_INPUT_HOURS);
    for kind in kinds.iter().copied() {
        let read = move |unscoped: &mut store::db::Unscoped<'_>| store::job::job_without_input(unscoped, kind, late);
        for (tenant, number) in service.db().get_unscoped(read).await? {
            let cancel = move |tx: &mut Tx<'_>| store::job::job_cancel(tx, number);
            count += usize::from(service.db().write(&service.system_context(tenant), Lane::Background, cancel).await?);
        }
    }
    let old = service.now().plus_seconds(-86_400 * limits::JOB_DAYS);
    loop {
        let read = move |unscoped: &mut store::db::Unscoped<'_>| store::job::job_ended_before(unscoped, old);
        let ended = service.db().get_unscoped(read).await?;
        if ended.is_empty() {
            return Ok(count);
        }
        for (tenant, number) in ended {
            job_forget(service, tenant, number).await?;
            count += 1;
        }
    }
}

/// Deletes a job that has ended: its files a little at a time, then itself.
async fn job_forget(service: &Service, tenant: TenantNo, number: JobNo) -> Result<()> {
    let delete = move |tx: &mut Tx<'_>| {
        let chunks = store::job_file::job_file_delete(tx, number, CHUNKS)?;
        if chunks == 0 {
            store::job::job_delete(tx, number)?;
        }
        Ok(chunks)
    };
    while service.db().write(&service.system_context(tenant), Lane::Background, delete).await? > 0 {}
    Ok(())
}
