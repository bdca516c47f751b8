//! A kind of job that counts rows, slice by slice, and knows when one is counted twice or left out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use musubi_domain::error::{Error, Result};
use musubi_domain::id::JobNo;
use musubi_domain::job::{JobLane, JobProgress, JobState, JobView, NewJob};
use musubi_service::Service;
use musubi_service::job::{job_enqueue, job_get};
use musubi_store::counter::counter_next;
use musubi_store::db::{Lane, Tx};
use musubi_testkit::app::TestApp;
use musubi_worker::{JobKind, JobRun, JobSlice, Worker, WorkerSettings};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

/// The name of the kind that counts.
pub(crate) const COUNT: &str = "count";
/// How long something may take that is to happen at once.
pub(crate) const AT_ONCE: Duration = Duration::from_secs(10);

/// What the kind is told.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Rows {
    pub(crate) rows: i64,
    /// Rows of a slice.
    pub(crate) slice: i64,
}

/// What a slice leaves for the next.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct At {
    pub(crate) done: i64,
}

/// A job that counts.
pub(crate) fn counting(rows: i64, slice: i64) -> NewJob {
    NewJob::new(COUNT, serde_json::to_value(Rows { rows, slice }).unwrap())
}

fn counter(number: JobNo) -> String {
    format!("rows of {number}")
}

/// Counts a slice. Fails where the counter and the cursor differ: then a slice was counted twice or left out.
pub(crate) fn count_slice_in(tx: &mut Tx<'_>, number: JobNo, at: At, rows: Rows) -> Result<JobSlice<At>> {
    let end = (at.done + rows.slice).min(rows.rows);
    for row in at.done..end {
        let counted = counter_next(tx, &counter(number))?;
        if counted != row + 1 {
            return Err(Error::internal(format!("row {row} is counted as {counted}")));
        }
    }
    Ok(JobSlice { cursor: At { done: end }, progress: JobProgress { done: end, total: Some(rows.rows) } })
}

/// How many rows of a job were counted: the next number, less one, taken in a transaction that is undone.
pub(crate) async fn counted(app: &TestApp, number: JobNo) -> i64 {
    let context = app.context();
    let next = move |tx: &mut Tx<'_>| {
        let next = counter_next(tx, &counter(number))?;
        Err::<(), _>(Error::internal(next.to_string()))
    };
    let undone = app.service.db().write(&context, Lane::Interactive, next).await.unwrap_err();
    undone.cause().unwrap().for_log().parse::<i64>().unwrap() - 1
}

/// Counts to the end; `before` comes before each slice.
pub(crate) async fn count<F, Fut>(service: Service, run: JobRun, before: F) -> Result<Value>
where
    F: Fn() -> Fut,
    Fut: Future<Output = ()>,
{
    let (rows, number): (Rows, _) = (run.payload()?, run.number());
    let mut at: At = run.cursor()?.unwrap_or_default();
    while at.done < rows.rows {
        before().await;
        at = run.step(&service, move |tx| count_slice_in(tx, number, at, rows)).await?;
    }
    Ok(json!({"rows": at.done, "attempt": run.attempt()}))
}

/// The kind that counts.
pub(crate) fn counter_kind() -> JobKind {
    JobKind::new(COUNT, JobLane::Background, 4, |service, run| count(service, run, async || {}))
}

/// Lets so many slices through as it was given permits for.
pub(crate) type Gate = Arc<Semaphore>;

pub(crate) fn closed() -> Gate {
    Arc::new(Semaphore::new(0))
}

pub(crate) async fn pass(gate: &Gate) {
    gate.acquire().await.unwrap().forget();
}

/// The kind that counts, with a gate before each slice.
pub(crate) fn gated_kind(gate: &Gate) -> JobKind {
    let gate = Arc::clone(gate);
    JobKind::new(COUNT, JobLane::Background, 4, move |service, run| {
        let gate = Arc::clone(&gate);
        async move { count(service, run, async || pass(&gate).await).await }
    })
}

/// A worker that runs on its own.
pub(crate) struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    pub(crate) fn start(service: &Service, kinds: Vec<JobKind>, settings: WorkerSettings) -> Self {
        let worker = Worker::new(service.clone(), kinds, settings);
        let (stop, stopped) = watch::channel(false);
        Self { stop, task: tokio::spawn(async move { worker.run(stopped).await }) }
    }

    /// Stops it and waits for its end.
    pub(crate) async fn stop(self) {
        self.tell_to_stop();
        self.ended().await;
    }

    pub(crate) fn tell_to_stop(&self) {
        self.stop.send_replace(true);
    }

    pub(crate) async fn ended(self) {
        tokio::time::timeout(AT_ONCE, self.task).await.expect("a worker that is told to stop stops").unwrap();
    }
}

pub(crate) async fn queue(app: &TestApp, job: NewJob) -> JobNo {
    job_enqueue(&app.service, &app.context(), job).await.unwrap()
}

pub(crate) async fn job(app: &TestApp, number: JobNo) -> JobView {
    job_get(&app.service, &app.context(), number).await.unwrap()
}

pub(crate) async fn state(app: &TestApp, number: JobNo) -> JobState {
    job(app, number).await.state
}

/// Waits until something is so; fails after a while.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < AT_ONCE, "{what} within {AT_ONCE:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
