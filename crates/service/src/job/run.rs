//! One run of a job: claimed, gone through slice by slice, and ended. The worker calls these; a body of a job is given the
//! [`JobRun`] and uses what is at its top.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use musubi_domain::actor::Actor;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::id::{JobNo, TenantNo};
use musubi_domain::job::{ClaimedJob, JobFailure, JobLane, JobLease, JobProgress, back_off, is_passing};
use musubi_domain::limits;
use musubi_domain::messages::Locale;
use musubi_store as store;
use musubi_store::db::{Lane, Tx, Unscoped};
use musubi_store::job::lease::JobEnd;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use tokio::sync::watch;
use uuid::Uuid;

use crate::context::Service;

/// What a slice leaves for the next.
#[derive(Clone, Debug, PartialEq)]
pub struct JobSlice<C> {
    /// Where the next slice goes on, as JSON at most [`musubi_domain::limits::JOB_TEXT_BYTES`]. What the body wants to know of
    /// the slice and nobody later can be a member that is not serialised.
    pub cursor: C,
    /// How far the job has come with it.
    pub progress: JobProgress,
}

/// A job while it is run. Cheap to clone: it is the same run.
#[derive(Clone, Debug)]
pub struct JobRun {
    run: Arc<Run>,
}

#[derive(Debug)]
struct Run {
    job: ClaimedJob,
    lane: JobLane,
    length: Duration,
    request_id: Uuid,
    stop: watch::Receiver<bool>,
    now: Mutex<Standing>,
}

/// What changes in the course of a run.
#[derive(Debug)]
struct Standing {
    cursor: Option<Json>,
    progress: JobProgress,
    took: Duration,
    halt: Option<Halt>,
}

/// Why a run may not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Halt {
    /// Somebody else runs the job, or somebody cancelled it.
    Lost,
    /// The worker stops.
    Stopped,
    /// The connection broke, perhaps in a commit: what the last slice was to write may be there or not.
    InDoubt,
}

/// What became of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobSettled {
    /// The job is done.
    Done,
    /// The job has failed for good.
    Failed,
    /// The run failed, and the job is tried again after so many seconds.
    Again {
        /// The seconds.
        seconds: i64,
    },
    /// The worker stops; whoever has time goes on with the job.
    HandedBack,
    /// The job was no longer this run's: cancelled, or taken over.
    Lost,
}

impl JobRun {
    /// The tenant.
    #[must_use]
    pub fn tenant(&self) -> TenantNo {
        self.run.job.lease.tenant
    }

    /// The number of the job.
    #[must_use]
    pub fn number(&self) -> JobNo {
        self.run.job.lease.number
    }

    /// How often the job has been begun, this time included.
    #[must_use]
    pub fn attempt(&self) -> i64 {
        self.run.job.lease.attempt
    }

    /// Names the run in the log.
    #[must_use]
    pub fn request_id(&self) -> Uuid {
        self.run.request_id
    }

    /// What the job was told.
    ///
    /// # Errors
    /// Internal where it is not what the kind expects.
    pub fn payload<P: DeserializeOwned>(&self) -> Result<P> {
        P::deserialize(&self.run.job.payload).map_err(|error| unreadable("payload", &error))
    }

    /// What the last finished slice left, in this run or one before; `None` before the first.
    ///
    /// # Errors
    /// Internal where it is not what the kind expects.
    pub fn cursor<C: DeserializeOwned>(&self) -> Result<Option<C>> {
        let cursor = self.standing().cursor.clone();
        cursor.map(|cursor| C::deserialize(&cursor).map_err(|error| unreadable("cursor", &error))).transpose()
    }

    /// How far the job has come.
    #[must_use]
    pub fn progress(&self) -> JobProgress {
        self.standing().progress
    }

    /// How long the work of the last slice took, without waiting and without the commit.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.standing().took
    }

    /// A fresh context: whoever the job acts for acts, by way of the system. Ids do not repeat between two of them.
    #[must_use]
    pub fn context(&self, service: &Service) -> Arc<Context> {
        let actor = Actor { rights: self.run.job.rights.clone(), ..Actor::system(self.run.job.user) };
        service.context(self.tenant(), actor, Locale::Ja, self.run.request_id)
    }

    /// Does a slice: one transaction, which saves the cursor and the progress together with what the closure writes. So a job
    /// that is broken off goes on after its last finished slice, and nothing happens twice. Gives back the cursor.
    ///
    /// The closure may run twice, as every closure of a transaction.
    ///
    /// # Errors
    /// What the closure says; then nothing of the slice is there, and the body may try another. Conflict where the job is no
    /// longer this run's, Busy where the worker stops, Unavailable where the database was lost: then the run is over, further
    /// slices fail likewise, and the body is to end.
    pub async fn step<C, F>(&self, service: &Service, mut slice: F) -> Result<C>
    where
        C: Serialize + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<JobSlice<C>> + Send + 'static,
    {
        self.may_go_on()?;
        let (lease, length) = (self.run.job.lease, self.run.length);
        let write = move |tx: &mut Tx<'_>| {
            // Measured for the pace of the slices; nothing that is written depends on it.
            let begun = Instant::now();
            if !store::job::lease::job_is_held(tx, &lease)? {
                return Ok(None);
            }
            let JobSlice { cursor, progress } = slice(tx)?;
            let json = serde_json::to_value(&cursor).map_err(|error| Error::internal(error.to_string()))?;
            if !store::job::lease::job_slice_save(tx, &lease, &json, progress, length)? {
                return Err(lost());
            }
            Ok(Some((cursor, json, progress, begun.elapsed())))
        };
        let lane = match self.run.lane {
            JobLane::Fast => Lane::Interactive,
            JobLane::Outside | JobLane::Background => Lane::Background,
        };
        let written = service.db().write(&self.context(service), lane, write).await;
        if written.as_ref().is_err_and(|error| error.kind() == Kind::Unavailable) {
            self.halt(Halt::InDoubt);
        }
        match written? {
            Some((cursor, json, progress, took)) => {
                let mut standing = self.standing();
                (standing.cursor, standing.progress, standing.took) = (Some(json), progress, took);
                Ok(cursor)
            }
            None => {
                self.halt(Halt::Lost);
                Err(lost())
            }
        }
    }

    fn may_go_on(&self) -> Result<()> {
        if *self.run.stop.borrow() {
            self.halt(Halt::Stopped);
        }
        match self.standing().halt {
            None => Ok(()),
            Some(Halt::Lost) => Err(lost()),
            Some(Halt::Stopped) => Err(Error::new(Kind::Busy).with_cause("the worker stops")),
            Some(Halt::InDoubt) => Err(in_doubt()),
        }
    }

    /// Makes the lease last. False where the job is no longer this run's: the body is to be ended, and nothing it still tries
    /// to write will be there.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn renew(&self, service: &Service) -> Result<bool> {
        let (lease, length) = (self.run.job.lease, self.run.length);
        let renew = move |tx: &mut Tx<'_>| store::job::lease::job_renew(tx, &lease, length);
        let is_held = service.db().write(&self.context(service), Lane::Interactive, renew).await?;
        if !is_held {
            self.halt(Halt::Lost);
        }
        Ok(is_held)
    }

    /// Takes note that the body was ended because the worker stops.
    pub fn break_off(&self) {
        self.halt(Halt::Stopped);
    }

    /// Ends the run with what its body came to, unless the job is no longer this run's.
    ///
    /// # Errors
    /// Where the database does not answer: then the job still stands as it did.
    pub async fn settle(&self, service: &Service, outcome: &Result<Json>) -> Result<JobSettled> {
        let halt = self.standing().halt;
        if halt == Some(Halt::Lost) {
            return Ok(JobSettled::Lost);
        }
        let wanted = match outcome {
            _ if halt == Some(Halt::Stopped) => Wanted::HandBack,
            _ if halt == Some(Halt::InDoubt) => Wanted::Again(JobFailure::of(&in_doubt())),
            Ok(result) if result.to_string().len() > limits::JOB_TEXT_BYTES => {
                Wanted::End(JobEnd::Failed(JobFailure::of(&Error::internal("the result of a job is too large"))))
            }
            Ok(result) => Wanted::End(JobEnd::Done(result.clone())),
            Err(error) if is_passing(error.kind()) => Wanted::Again(JobFailure::of(error)),
            Err(error) => Wanted::End(JobEnd::Failed(JobFailure::of(error))),
        };
        let lease = self.run.job.lease;
        let write = move |tx: &mut Tx<'_>| settle_in(tx, &lease, &wanted);
        let settled = service.db().write(&self.context(service), Lane::Interactive, write).await?;
        count(service, settled);
        Ok(settled)
    }

    fn halt(&self, halt: Halt) {
        let mut standing = self.standing();
        // The first reason stays, but for a job that is lost, which is nobody's to hand back.
        if standing.halt.is_none() || halt == Halt::Lost {
            standing.halt = Some(halt);
        }
    }

    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.run.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lost() -> Error {
    Error::new(Kind::Conflict).with_cause("the job is no longer this run's")
}

fn in_doubt() -> Error {
    Error::new(Kind::Unavailable).with_cause("the database was lost in a slice of the job")
}

fn unreadable(what: &str, error: &serde_json::Error) -> Error {
    Error::internal(format!("the {what} of a job cannot be read: {error}"))
}

/// What is to become of a job.
enum Wanted {
    End(JobEnd),
    Again(JobFailure),
    HandBack,
}

fn settle_in(tx: &mut Tx<'_>, lease: &JobLease, wanted: &Wanted) -> Result<JobSettled> {
    let Some(failures) = store::job::lease::job_failures(tx, lease)? else { return Ok(JobSettled::Lost) };
    let now = tx.context().now;
    match wanted {
        Wanted::HandBack => {
            store::job::lease::job_hand_back(tx, lease, now, failures)?;
            Ok(JobSettled::HandedBack)
        }
        Wanted::End(end) => {
            store::job::lease::job_end(tx, lease, end)?;
            Ok(if matches!(end, JobEnd::Done(_)) { JobSettled::Done } else { JobSettled::Failed })
        }
        Wanted::Again(failure) => again_in(tx, lease, failures + 1, failure),
    }
}

/// Lets a job be tried again after its failure number `failures` in a row, unless that was the last.
fn again_in(tx: &mut Tx<'_>, lease: &JobLease, failures: i64, failure: &JobFailure) -> Result<JobSettled> {
    let Some(seconds) = back_off(failures) else {
        store::job::lease::job_end(tx, lease, &JobEnd::Failed(failure.clone()))?;
        return Ok(JobSettled::Failed);
    };
    let moment = tx.context().now.plus_seconds(seconds);
    store::job::lease::job_hand_back(tx, lease, moment, failures)?;
    Ok(JobSettled::Again { seconds })
}

fn count(service: &Service, settled: JobSettled) {
    let stats = service.db().stats();
    let counter = match settled {
        JobSettled::Done => &stats.jobs_done,
        JobSettled::Failed => &stats.jobs_failed,
        JobSettled::Again { .. } => &stats.jobs_retried,
        JobSettled::HandedBack | JobSettled::Lost => return,
    };
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Jobs of a kind that are due, of all tenants, in their order, at most `most` of them and 200.
///
/// # Errors
/// Where the database does not answer.
pub async fn job_due(service: &Service, kind: &'static str, most: usize) -> Result<Vec<(TenantNo, JobNo)>> {
    let now = service.now();
    let read = move |unscoped: &mut Unscoped<'_>| store::job::lease::job_due(unscoped, kind, now, most);
    service.db().get_unscoped(read).await
}

/// How a job is to be run.
#[derive(Clone, Debug)]
pub struct JobTerms {
    /// The lane of its kind.
    pub lane: JobLane,
    /// How long a lease lasts that is not renewed, where leases have an end.
    pub lease: Duration,
    /// Becomes true when the worker stops: the run ends after its slice.
    pub stop: watch::Receiver<bool>,
}

/// Begins to run a job that is due; `None` where somebody else was first.
///
/// # Errors
/// Where the database does not answer.
pub async fn job_claim(
    service: &Service,
    (tenant, number): (TenantNo, JobNo),
    terms: JobTerms,
) -> Result<Option<JobRun>> {
    let JobTerms { lane, lease, stop } = terms;
    let (boot, context) = (service.boot(), service.system_context(tenant));
    let claim = move |tx: &mut Tx<'_>| store::job::lease::job_claim(tx, number, boot, lease);
    let claimed = service.db().write(&context, Lane::Interactive, claim).await?;
    Ok(claimed.map(|job| {
        let now = Standing { cursor: job.cursor.clone(), progress: job.progress, took: Duration::ZERO, halt: None };
        let request_id = context.request_id;
        JobRun { run: Arc::new(Run { job, lane, length: lease, request_id, stop, now: Mutex::new(now) }) }
    }))
}

/// Takes back jobs whose process has ended or is frozen, so that they are run again at once: those whose lease has ended by
/// the clock of the database, or, on a folder, those of any other boot. How many.
///
/// A job counts as failed once by that: one that ends its process each time has failed at last.
///
/// # Errors
/// Where the database does not answer.
pub async fn job_take_back(service: &Service) -> Result<usize> {
    let boot = service.boot();
    let mut count = 0;
    for lease in service.db().get_unscoped(move |unscoped| store::job::lease::job_lapsed(unscoped, boot)).await? {
        let take = move |tx: &mut Tx<'_>| take_back_in(tx, &lease, boot);
        let is_taken = service.db().write(&service.system_context(lease.tenant), Lane::Interactive, take).await?;
        count += usize::from(is_taken);
    }
    Ok(count)
}

fn take_back_in(tx: &mut Tx<'_>, lease: &JobLease, boot: Uuid) -> Result<bool> {
    let Some(failures) = store::job::lease::job_lapsed_failures(tx, lease, boot)? else { return Ok(false) };
    if back_off(failures + 1).is_none() {
        let failure = JobFailure::of(&Error::internal("every process that ran the job ended"));
        return store::job::lease::job_end(tx, lease, &JobEnd::Failed(failure));
    }
    let now = tx.context().now;
    store::job::lease::job_hand_back(tx, lease, now, failures + 1)
}
