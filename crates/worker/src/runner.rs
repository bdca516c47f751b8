//! Claims what is due as long as there are places, and lets each run go its way.
//!
//! On PostgreSQL each instance has a worker. On a folder a worker may run only where the lock of the folder is held
//! ([`musubi_service::FolderLock`]): by the server, or by a command that takes the lock because no server does. Leases have
//! no end there, and a worker takes over at once whatever another boot has left. Were there two, nothing would happen twice,
//! but each would take the other's jobs away.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use musubi_domain::error::Result;
use musubi_domain::job::JobLane;
use musubi_service::Service;
use musubi_service::job::run::{JobRun, JobTerms, job_claim, job_due, job_take_back};
use musubi_service::job::{job_arrivals, job_keep_house};
use musubi_service::webhook::delivery::delivery_keep_house;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use crate::kind::JobKind;
use crate::run;

/// How often old jobs are forgotten.
const HOUSE: Duration = Duration::from_secs(3_600);
/// Jobs that are looked up to claim the first of them that is still to be had, and how often, where others have them all.
const LOOKED_AT: usize = 8;
const LOOKS: usize = 3;
/// How many times as long as otherwise it waits after something went wrong.
const PATIENCE: u32 = 10;

/// What can be set about a worker.
#[derive(Clone, Copy, Debug)]
pub struct WorkerSettings {
    /// Jobs of the fast lane that run at a time.
    pub fast: usize,
    /// Jobs of the lane of those who wait for others that run at a time.
    pub outside: usize,
    /// Jobs of the background lane that run at a time.
    pub background: usize,
    /// How long a lease lasts that is not renewed: after that another instance takes the job over.
    pub lease: Duration,
    /// How often leases are renewed, and how often is looked for jobs to take over.
    pub renewal: Duration,
    /// How often is looked for jobs that are due where nothing tells of them.
    pub poll: Duration,
    /// How long a run may take to end its slice when the worker stops.
    pub patience: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            fast: 4,
            outside: 16,
            background: 4,
            lease: Duration::from_secs(20),
            renewal: Duration::from_secs(5),
            poll: Duration::from_secs(1),
            patience: Duration::from_secs(10),
        }
    }
}

/// Runs jobs of the kinds that it knows. Those of other kinds wait: a newer instance may know them.
#[derive(Clone)]
pub struct Worker {
    service: Service,
    kinds: Arc<[Places]>,
    fast: Arc<Semaphore>,
    outside: Arc<Semaphore>,
    background: Arc<Semaphore>,
    /// The kind whose turn it is: no kind waits for another's backlog.
    turn: Arc<AtomicUsize>,
    settings: WorkerSettings,
}

/// A kind and how many more jobs of it may run.
struct Places {
    kind: JobKind,
    free: Arc<Semaphore>,
}

/// What a run holds until it ends: a place of its kind and one of its lane.
type Held = (OwnedSemaphorePermit, OwnedSemaphorePermit);

impl Worker {
    /// A worker for these kinds, whose names differ.
    #[must_use]
    pub fn new(service: Service, kinds: Vec<JobKind>, settings: WorkerSettings) -> Self {
        let places = |kind: JobKind| Places { free: Arc::new(Semaphore::new(kind.limit.max(1))), kind };
        Self {
            service,
            kinds: kinds.into_iter().map(places).collect(),
            fast: Arc::new(Semaphore::new(settings.fast)),
            outside: Arc::new(Semaphore::new(settings.outside)),
            background: Arc::new(Semaphore::new(settings.background)),
            turn: Arc::new(AtomicUsize::new(0)),
            settings,
        }
    }

    /// Runs what is due until `stop` becomes true and every run has ended its slice. What is not done then is handed back, so
    /// that another instance, or the next start, goes on with it at once.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut arrivals = job_arrivals(&self.service);
        let (mut runs, mut housekeeping) = (JoinSet::new(), JoinSet::new());
        let worker = self.clone();
        housekeeping.spawn(async move { worker.keep_house_for_ever().await });
        let mut looked: Option<Instant> = None;
        while !*stop.borrow() {
            if looked.is_none_or(|looked| looked.elapsed() >= self.settings.renewal) {
                looked = Some(Instant::now());
                told("what others left could not be taken over", &job_take_back(&self.service).await);
            }
            let begun = self.begin_due(&mut runs, &stop).await;
            told("what is due could not be begun", &begun);
            let poll = if begun.is_ok() { self.settings.poll } else { PATIENCE * self.settings.poll };
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                Ok(()) = arrivals.changed() => {}
                Some(_) = runs.join_next() => {}
                () = tokio::time::sleep(poll) => {}
            }
        }
        while runs.join_next().await.is_some() {}
    }

    /// Runs what is due, one job after the other, until nothing is due any more; how many runs it took. For tests and for
    /// commands that do a job themselves.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn run_due(&self) -> Result<usize> {
        let (_never, stop) = watch::channel(false);
        job_take_back(&self.service).await?;
        let mut count = 0;
        while let Some((kind, run)) = self.claim_any(&stop).await? {
            run::run(&self.service, &kind, run, self.settings, stop.clone()).await;
            count += 1;
        }
        Ok(count)
    }

    /// Forgets jobs that ended and deliveries of webhooks that were made long ago, and cancels those that wait in vain for their input; how many.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn keep_house(&self) -> Result<usize> {
        let kinds: Vec<_> = self.kinds.iter().map(|places| places.kind.name).collect();
        Ok(job_keep_house(&self.service, &kinds).await? + delivery_keep_house(&self.service).await?)
    }

    async fn keep_house_for_ever(&self) {
        loop {
            told("what is old could not be forgotten", &self.keep_house().await);
            tokio::time::sleep(HOUSE).await;
        }
    }

    /// Begins what is due as long as there are places, a job of each kind in turn.
    async fn begin_due(&self, runs: &mut JoinSet<()>, stop: &watch::Receiver<bool>) -> Result<()> {
        loop {
            let mut has_begun = false;
            for (at, places) in self.in_turn() {
                let Some(held) = self.places(places) else { continue };
                let Some(run) = self.claim(&places.kind, stop).await? else { continue };
                let (worker, kind, stop) = (self.clone(), places.kind.clone(), stop.clone());
                runs.spawn(async move {
                    run::run(&worker.service, &kind, run, worker.settings, stop).await;
                    drop(held);
                });
                self.turn.store(at + 1, Ordering::Relaxed);
                has_begun = true;
            }
            if !has_begun {
                return Ok(());
            }
        }
    }

    /// The kinds, beginning with the one whose turn it is.
    fn in_turn(&self) -> impl Iterator<Item = (usize, &Places)> {
        let (count, first) = (self.kinds.len(), self.turn.load(Ordering::Relaxed));
        self.kinds.iter().enumerate().cycle().skip(first % count.max(1)).take(count)
    }

    fn places(&self, places: &Places) -> Option<Held> {
        let lane = match places.kind.lane {
            JobLane::Fast => &self.fast,
            JobLane::Outside => &self.outside,
            JobLane::Background => &self.background,
        };
        let own = Arc::clone(&places.free).try_acquire_owned().ok()?;
        Some((own, Arc::clone(lane).try_acquire_owned().ok()?))
    }

    async fn claim_any(&self, stop: &watch::Receiver<bool>) -> Result<Option<(JobKind, JobRun)>> {
        for places in self.kinds.iter() {
            if let Some(run) = self.claim(&places.kind, stop).await? {
                return Ok(Some((places.kind.clone(), run)));
            }
        }
        Ok(None)
    }

    /// Claims the first job of a kind that nobody else is quicker to claim; `None` where nothing is due, or others are always
    /// quicker.
    async fn claim(&self, kind: &JobKind, stop: &watch::Receiver<bool>) -> Result<Option<JobRun>> {
        for _ in 0..LOOKS {
            let due = job_due(&self.service, kind.name, LOOKED_AT).await?;
            if due.is_empty() || *stop.borrow() {
                return Ok(None);
            }
            for key in due {
                let terms = JobTerms { lane: kind.lane, lease: self.settings.lease, stop: stop.clone() };
                if let Some(run) = job_claim(&self.service, key, terms).await? {
                    return Ok(Some(run));
                }
            }
        }
        Ok(None)
    }
}

/// What goes wrong between two runs is told and tried again.
fn told<T>(what: &str, done: &Result<T>) {
    if let Err(error) = done {
        tracing::warn!(kind = ?error.kind(), cause = error.cause().map(|cause| cause.for_log()), "jobs wait: {what}");
    }
}
