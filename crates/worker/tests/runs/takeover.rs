//! One job, two instances: what one leaves the other goes on with, and of a run that lost its job nothing is written.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use musubi_domain::error::Kind;
use musubi_domain::id::JobNo;
use musubi_domain::job::{JobLane, JobState, NewJob};
use musubi_domain::limits;
use musubi_service::job::run::{JobRun, JobTerms, job_claim, job_take_back};
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_worker::{JobSlice, WorkerSettings};
use serde_json::json;
use tokio::sync::watch;

use crate::fixture::{
    At, Rows, Running, closed, count_slice_in, counted, counter_kind, counting, gated_kind, job, queue, state, until,
};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("a_frozen_instance_is_taken_over_and_writes_nothing_more", a_frozen_instance_is_taken_over),
        async_on_both("a_run_that_lost_its_job_writes_nothing", a_run_that_lost_its_job_writes_nothing),
        async_on_both("a_job_taken_over_in_the_middle_of_a_slice_counts_it_once", taken_over_in_a_slice),
        async_on_both("a_lease_that_is_renewed_is_not_taken_over", a_renewed_lease_stands),
        async_on_both("a_job_that_ends_every_process_fails_at_last", a_job_that_ends_every_process),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Claims a job as a worker does that then freezes: its lease ends at once where leases have an end.
async fn claim(app: &TestApp, number: JobNo, lease: Duration) -> JobRun {
    // Nobody ever tells it to stop.
    let (_, stop) = watch::channel(false);
    let terms = JobTerms { lane: JobLane::Background, lease, stop };
    job_claim(&app.service, (app.tenant, number), terms).await.unwrap().expect("the job is due")
}

async fn slice(app: &TestApp, run: &JobRun) -> musubi_domain::error::Result<At> {
    let (at, rows, number) = (run.cursor::<At>()?.unwrap_or_default(), run.payload::<Rows>()?, run.number());
    run.step(&app.service, move |tx| count_slice_in(tx, number, at, rows)).await
}

async fn a_frozen_instance_is_taken_over(engine: Engine) {
    let app = TestApp::new(engine).await;
    let gate = closed();
    let number = queue(&app, counting(100, 10)).await;
    // It renews nothing: frozen between two slices.
    let never = Duration::from_secs(3_600);
    let frozen =
        WorkerSettings { lease: Duration::from_millis(100), renewal: never, poll: never, ..Default::default() };
    let worker = Running::start(&app.service, vec![gated_kind(&gate)], frozen);
    gate.add_permits(3);
    until("three slices are done", async || job(&app, number).await.progress.done == 30).await;

    let other = app.instance().await;
    until("the other goes on with it", async || other.run_jobs_of(vec![counter_kind()]).await == 1).await;
    let done = job(&app, number).await;
    assert_eq!((done.state, done.result.clone()), (JobState::Done, Some(json!({"rows": 100, "attempt": 2}))));

    // It thaws.
    gate.add_permits(10);
    worker.stop().await;
    assert_eq!(job(&app, number).await, done);
    assert_eq!(counted(&app, number).await, 100, "no slice twice, none left out");
}

async fn a_run_that_lost_its_job_writes_nothing(engine: Engine) {
    let app = TestApp::new(engine).await;
    let other = app.instance().await;
    let number = queue(&app, counting(30, 10)).await;
    let lost = claim(&app, number, Duration::ZERO).await;
    assert_eq!(slice(&app, &lost).await.unwrap().done, 10);
    assert_eq!(job_take_back(&other.service).await.unwrap(), 1);
    assert_eq!(job_take_back(&other.service).await.unwrap(), 0, "once");
    let held = claim(&other, number, Duration::from_secs(20)).await;

    let has_run = Arc::new(AtomicBool::new(false));
    for _ in 0..2 {
        let ran = Arc::clone(&has_run);
        let tried = lost.step(&app.service, move |_| {
            ran.store(true, Ordering::Relaxed);
            Ok(JobSlice { cursor: 99, progress: Default::default() })
        });
        assert_eq!(tried.await.unwrap_err().kind(), Kind::Conflict);
    }
    assert!(!has_run.load(Ordering::Relaxed), "the closure is not even asked");
    assert!(!lost.renew(&app.service).await.unwrap());
    lost.break_off();
    lost.settle(&app.service, &Ok(json!("mine"))).await.unwrap();
    let running = job(&app, number).await;
    assert_eq!((running.state, running.progress.done), (JobState::Running, 10));

    assert_eq!(slice(&other, &held).await.unwrap().done, 20);
    assert_eq!(slice(&other, &held).await.unwrap().done, 30);
    held.settle(&other.service, &Ok(json!("its"))).await.unwrap();
    assert_eq!(job(&app, number).await.result, Some(json!("its")));
    assert_eq!(counted(&app, number).await, 30);
}

/// The slice has written and not yet committed when the other instance comes. On SQLite the other waits for it; on PostgreSQL it
/// does not, and the slice is undone.
async fn taken_over_in_a_slice(engine: Engine) {
    let app = TestApp::new(engine).await;
    let other = app.instance().await;
    let number = queue(&app, counting(30, 10)).await;
    let run = claim(&app, number, Duration::ZERO).await;
    let (begin, begun) = std::sync::mpsc::channel::<()>();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (service, rows) = (app.service.clone(), run.payload::<Rows>().unwrap());
    let slow = tokio::spawn(async move {
        let mut first = true;
        run.step(&service, move |tx| {
            let slice = count_slice_in(tx, number, At::default(), rows)?;
            if std::mem::take(&mut first) {
                begin.send(()).unwrap();
                released.recv().unwrap();
            }
            Ok(slice)
        })
        .await
    });
    until("the slice has written", async || begun.try_recv().is_ok()).await;
    let service = other.service.clone();
    let taking = tokio::spawn(async move { job_take_back(&service).await });
    if engine == Engine::Postgres {
        until("the other has the job", async || state(&app, number).await == JobState::Queued).await;
    }
    release.send(()).unwrap();
    assert_eq!(taking.await.unwrap().unwrap(), 1);
    let written = slow.await.unwrap();
    match engine {
        Engine::Sqlite => assert_eq!(written.unwrap().done, 10),
        Engine::Postgres => assert_eq!(written.map(drop).unwrap_err().kind(), Kind::Conflict),
    }
    let is_there = if engine == Engine::Sqlite { 10 } else { 0 };
    assert_eq!((counted(&app, number).await, job(&app, number).await.progress.done), (is_there, is_there));
    assert_eq!(other.run_jobs_of(vec![counter_kind()]).await, 1);
    assert_eq!((state(&app, number).await, counted(&app, number).await), (JobState::Done, 30));
}

/// On a folder there is nothing to renew: whoever opens it with another boot knows that the one before has ended.
async fn a_renewed_lease_stands(engine: Engine) {
    let app = TestApp::new(engine).await;
    let other = app.instance().await;
    let gate = closed();
    let number = queue(&app, counting(20, 10)).await;
    let lease = Duration::from_secs(2);
    let settings = WorkerSettings { lease, renewal: Duration::from_millis(50), ..WorkerSettings::default() };
    let worker = Running::start(&app.service, vec![gated_kind(&gate)], settings);
    gate.add_permits(1);
    until("a slice is done", async || job(&app, number).await.progress.done == 10).await;
    if engine == Engine::Postgres {
        let begun = Instant::now();
        while begun.elapsed() < lease + lease / 2 {
            assert_eq!(job_take_back(&other.service).await.unwrap(), 0);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    gate.add_permits(1);
    until("it is done", async || state(&app, number).await == JobState::Done).await;
    assert_eq!(job(&app, number).await.result, Some(json!({"rows": 20, "attempt": 1})));
    worker.stop().await;
}

async fn a_job_that_ends_every_process(engine: Engine) {
    let app = TestApp::new(engine).await;
    let number = queue(&app, NewJob::new("deadly", json!(null))).await;
    for attempt in 1..=limits::JOB_TRIES {
        let dying = app.instance().await;
        assert_eq!(claim(&dying, number, Duration::ZERO).await.attempt(), attempt);
        // Its process ends here; the job is left to others.
        dying.leave_jobs();
        assert_eq!(job_take_back(&app.service).await.unwrap(), 1);
    }
    let job = job(&app, number).await;
    assert_eq!((job.state, job.failure.unwrap().code.as_str()), (JobState::Failed, "internal"));
}
