//! How jobs end: well, badly, after some tries, cancelled, and handed back.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use libtest_mimic::Trial;
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::id::JobNo;
use musubi_domain::job::{JobDue, JobLane, JobProgress, JobState, NewJob};
use musubi_domain::limits;
use musubi_domain::messages::{Locale, Message};
use musubi_service::job::job_cancel;
use musubi_store::db::Tx;
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_worker::{JobKind, JobRun, JobSlice, WorkerSettings};
use serde_json::{Value, json};

use crate::fixture::{
    At, COUNT, Rows, Running, closed, count_slice_in, counted, counter_kind, counting, gated_kind, job, queue, state,
    until,
};

pub(crate) const ON_PURPOSE: &str = "a panic on purpose";

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("what_may_pass_is_tried_again_later_and_not_for_ever", what_may_pass_is_tried_again),
        async_on_both("a_job_that_gets_further_is_tried_as_long_as_it_does", a_job_that_gets_further_is_tried),
        async_on_both("what_does_not_pass_fails_at_once_and_says_why", what_does_not_pass_fails),
        async_on_both("a_panic_fails_its_job_and_nothing_else", a_panic_fails_its_job),
        async_on_both("a_result_that_is_too_large_fails_its_job", a_result_that_is_too_large),
        async_on_both("a_cancelled_job_does_no_further_slice", a_cancelled_job_does_no_further_slice),
        async_on_both("a_run_that_waits_is_ended_when_its_job_is_cancelled", a_run_that_waits_is_ended),
        async_on_both("a_stop_finishes_the_slice_and_hands_the_job_back", a_stop_hands_back),
        async_on_both("a_stop_waits_for_nobody_for_ever", a_stop_waits_for_nobody),
        async_on_both("a_job_has_its_moment_and_a_worker_that_knows_its_kind", a_job_has_its_moment),
        async_on_both("a_test_that_leaves_a_job_behind_fails", a_test_that_leaves_a_job_behind_fails),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A kind whose body is a plain function of how often it was begun.
fn kind(name: &'static str, body: impl Fn(i64) -> Result<Value> + Clone + Send + Sync + 'static) -> JobKind {
    JobKind::new(name, JobLane::Background, 1, move |_, run: JobRun| {
        let body = body.clone();
        async move { body(run.attempt()) }
    })
}

async fn what_may_pass_is_tried_again(engine: Engine) {
    let app = TestApp::new(engine).await;
    let kinds = || {
        let third = |attempt| if attempt < 3 { Err(Error::new(Kind::Unavailable)) } else { Ok(json!(attempt)) };
        vec![kind("third", third), kind("never", |_| Err(Error::new(Kind::Busy).with_cause("the cause")))]
    };
    let third = queue(&app, NewJob::new("third", json!(null))).await;
    let never = queue(&app, NewJob::new("never", json!(null))).await;
    assert_eq!(app.run_jobs_of(kinds()).await, 2);
    assert_eq!((state(&app, third).await, state(&app, never).await), (JobState::Queued, JobState::Queued));
    assert_eq!(app.run_jobs_of(kinds()).await, 0, "not before a second has passed");
    app.source.advance_seconds(1);
    assert_eq!(app.run_jobs_of(kinds()).await, 2);
    app.source.advance_seconds(1);
    assert_eq!(app.run_jobs_of(kinds()).await, 0, "then two seconds");
    app.source.advance_seconds(1);
    assert_eq!(app.run_jobs_of(kinds()).await, 2);
    assert_eq!(job(&app, third).await.result, Some(json!(3)));
    let mut runs = 3;
    while state(&app, never).await == JobState::Queued {
        app.source.advance_seconds(300);
        assert_eq!(app.run_jobs_of(kinds()).await, 1);
        runs += 1;
    }
    assert_eq!(runs, limits::JOB_TRIES);
    let job = job(&app, never).await;
    let failure = job.failure.unwrap();
    assert_eq!((job.state, failure.code.as_str()), (JobState::Failed, "busy"));
    assert_eq!(failure.text(Locale::Ja), Message::Busy.text(Locale::Ja));
    assert!(!format!("{failure:?}").contains("cause"));
}

async fn a_job_that_gets_further_is_tried(engine: Engine) {
    let app = TestApp::new(engine).await;
    let slices = 2 * limits::JOB_TRIES;
    let slow = JobKind::new("slow", JobLane::Background, 1, move |service, run: JobRun| async move {
        let done = run.progress().done + 1;
        let progress = JobProgress { done, total: None };
        run.step(&service, move |_| Ok(JobSlice { cursor: done, progress })).await?;
        if done < slices { Err(Error::new(Kind::Busy)) } else { Ok(json!(done)) }
    });
    let number = queue(&app, NewJob::new("slow", json!(null))).await;
    for _ in 0..slices {
        assert_eq!(app.run_jobs_of(vec![slow.clone()]).await, 1);
        app.source.advance_seconds(1);
    }
    assert_eq!(job(&app, number).await.result, Some(json!(slices)));
}

async fn what_does_not_pass_fails(engine: Engine) {
    let app = TestApp::new(engine).await;
    let kinds = vec![
        kind("wrong", |_| Err(Error::invalid_at("会社名", Message::Required))),
        kind("gone", |_| Err(Error::not_found("record"))),
        kind("ours", |_| Err(Error::internal("the cause"))),
        kind("first", |_| Err(Error::new(Kind::Conflict))),
    ];
    let mut numbers = Vec::new();
    for name in ["wrong", "gone", "ours", "first"] {
        numbers.push(queue(&app, NewJob::new(name, json!(null))).await);
    }
    assert_eq!(app.run_jobs_of(kinds).await, 4);
    for (number, says) in numbers.into_iter().zip(["会社名: A value is required.", "record: ", "", ""]) {
        let job = job(&app, number).await;
        let failure = job.failure.unwrap();
        assert_eq!((job.state, job.result), (JobState::Failed, None));
        assert!(failure.text(Locale::En).starts_with(says), "{failure:?}");
        assert!(!format!("{failure:?}").contains("the cause"), "{failure:?}");
    }
}

async fn a_panic_fails_its_job(engine: Engine) {
    let app = TestApp::new(engine).await;
    let body = JobKind::new("body", JobLane::Background, 1, |_, run: JobRun| async move {
        if run.attempt() > 0 {
            panic!("{}", ON_PURPOSE);
        }
        Ok(json!(null))
    });
    let closure = JobKind::new("closure", JobLane::Background, 1, |service, run: JobRun| async move {
        let slice = run.step(&service, |_| -> Result<JobSlice<i64>> { panic!("{}", ON_PURPOSE) });
        slice.await.map(|done| json!(done))
    });
    let mut numbers = Vec::new();
    for name in ["body", "closure", "body"] {
        numbers.push(queue(&app, NewJob::new(name, json!(null))).await);
    }
    let good = queue(&app, counting(10, 10)).await;
    let running = Running::start(&app.service, vec![body, closure, counter_kind()], WorkerSettings::default());
    for number in numbers {
        until("it has failed", async || state(&app, number).await == JobState::Failed).await;
        assert_eq!(job(&app, number).await.failure.unwrap().code, "internal");
    }
    until("the other is done", async || state(&app, good).await == JobState::Done).await;
    let next = queue(&app, counting(10, 10)).await;
    until("the worker goes on", async || state(&app, next).await == JobState::Done).await;
    running.stop().await;
}

async fn a_result_that_is_too_large(engine: Engine) {
    let app = TestApp::new(engine).await;
    let number = queue(&app, NewJob::new("large", json!(null))).await;
    let large = kind("large", |_| Ok(json!("x".repeat(limits::JOB_TEXT_BYTES))));
    assert_eq!(app.run_jobs_of(vec![large]).await, 1);
    assert_eq!(state(&app, number).await, JobState::Failed);
}

async fn cancel(app: &TestApp, number: JobNo) -> bool {
    job_cancel(&app.service, &app.context(), number).await.unwrap()
}

async fn a_cancelled_job_does_no_further_slice(engine: Engine) {
    let app = TestApp::new(engine).await;
    let gate = closed();
    let (running, queued) = (queue(&app, counting(50, 10)).await, queue(&app, counting(50, 10)).await);
    assert!(cancel(&app, queued).await);
    let worker = Running::start(&app.service, vec![gated_kind(&gate)], WorkerSettings::default());
    gate.add_permits(2);
    until("two slices are done", async || job(&app, running).await.progress.done == 20).await;
    assert!(cancel(&app, running).await);
    assert!(!cancel(&app, running).await, "it has ended");
    gate.add_permits(10);
    worker.stop().await;
    for (number, rows) in [(running, 20), (queued, 0)] {
        assert_eq!((state(&app, number).await, counted(&app, number).await), (JobState::Cancelled, rows));
    }
    let missing = job_cancel(&app.service, &app.context(), JobNo(99)).await;
    assert_eq!(missing.unwrap_err().kind(), Kind::NotFound);
}

async fn a_run_that_waits_is_ended(engine: Engine) {
    let app = TestApp::new(engine).await;
    let gate = closed();
    let settings = WorkerSettings { renewal: Duration::from_millis(20), background: 1, ..WorkerSettings::default() };
    let waiting = queue(&app, counting(50, 10)).await;
    let worker = Running::start(&app.service, vec![gated_kind(&gate)], settings);
    until("it runs", async || state(&app, waiting).await == JobState::Running).await;
    assert!(cancel(&app, waiting).await);
    let next = queue(&app, counting(0, 10)).await;
    until("its place is free", async || state(&app, next).await == JobState::Done).await;
    worker.stop().await;
}

async fn a_stop_hands_back(engine: Engine) {
    let app = TestApp::new(engine).await;
    let number = queue(&app, counting(50, 10)).await;
    let (begin, begun) = mpsc::channel::<()>();
    let (release, released) = mpsc::channel::<()>();
    let released = Arc::new(Mutex::new(released));
    let slow = JobKind::new(COUNT, JobLane::Background, 1, move |service, run: JobRun| {
        let (begin, released) = (begin.clone(), Arc::clone(&released));
        async move {
            let rows: Rows = run.payload()?;
            let mut at = At::default();
            loop {
                let (begin, released) = (begin.clone(), Arc::clone(&released));
                let slice = move |tx: &mut Tx<'_>| {
                    begin.send(()).unwrap();
                    released.lock().unwrap().recv().unwrap();
                    count_slice_in(tx, number, at, rows)
                };
                at = run.step(&service, slice).await?;
            }
        }
    });
    let worker = Running::start(&app.service, vec![slow], WorkerSettings::default());
    until("a slice has begun", async || begun.try_recv().is_ok()).await;
    worker.tell_to_stop();
    release.send(()).unwrap();
    worker.ended().await;
    let handed_back = job(&app, number).await;
    assert_eq!((handed_back.state, handed_back.progress.done), (JobState::Queued, 10), "the slice was finished");

    // Another instance goes on at once: the lease of 20 s is gone, and nothing is counted as a failure.
    let other = app.instance().await;
    assert_eq!(other.run_jobs_of(vec![counter_kind()]).await, 1);
    assert_eq!((state(&app, number).await, counted(&app, number).await), (JobState::Done, 50));
    assert_eq!(job(&app, number).await.result, Some(json!({"rows": 50, "attempt": 2})));
}

async fn a_stop_waits_for_nobody(engine: Engine) {
    let app = TestApp::new(engine).await;
    let gate = closed();
    let settings = WorkerSettings { patience: Duration::from_millis(50), ..WorkerSettings::default() };
    let number = queue(&app, counting(50, 10)).await;
    let worker = Running::start(&app.service, vec![gated_kind(&gate)], settings);
    until("it runs", async || state(&app, number).await == JobState::Running).await;
    worker.stop().await;
    assert_eq!(state(&app, number).await, JobState::Queued);
    assert_eq!(app.run_jobs_of(vec![counter_kind()]).await, 1);
}

async fn a_job_has_its_moment(engine: Engine) {
    let app = TestApp::new(engine).await;
    let due = JobDue::At(app.service.now().plus_seconds(60));
    let number = queue(&app, NewJob { due, ..counting(10, 10) }).await;
    let begun = Arc::new(AtomicI64::new(0));
    let count = Arc::clone(&begun);
    let other = kind("other", move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        Ok(json!(null))
    });
    assert_eq!(app.run_jobs_of(vec![counter_kind(), other.clone()]).await, 0, "not yet");
    app.source.advance_seconds(60);
    assert_eq!(app.run_jobs_of(vec![other]).await, 0, "nobody who knows the kind");
    assert_eq!(begun.load(Ordering::Relaxed), 0);
    assert_eq!(app.run_jobs_of(vec![counter_kind()]).await, 1);
    assert_eq!(state(&app, number).await, JobState::Done);
}

async fn a_test_that_leaves_a_job_behind_fails(engine: Engine) {
    for (is_told, fails) in [(false, true), (true, false)] {
        let app = TestApp::new(engine).await;
        queue(&app, counting(10, 10)).await;
        if is_told {
            app.leave_jobs();
        }
        let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(app)));
        assert_eq!(dropped.is_err(), fails);
    }
}
