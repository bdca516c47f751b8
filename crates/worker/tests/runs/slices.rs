//! A job is done slice by slice, each once, and anybody can see how far it is.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use libtest_mimic::Trial;
use musubi_domain::actor::Actor;
use musubi_domain::error::{Error, Kind};
use musubi_domain::id::UserNo;
use musubi_domain::job::{JobLane, JobProgress, JobState, NewJob};
use musubi_domain::messages::Locale;
use musubi_service::job::{job_counts, job_enqueue, job_enqueue_in, job_list};
use musubi_store::db::Lane;
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_worker::{JobKind, JobRun, JobSlice, Slices, WorkerSettings};
use serde_json::json;

use crate::fixture::{COUNT, Running, closed, counted, counter_kind, counting, gated_kind, job, queue, state, until};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("a_job_is_done_slice_by_slice", a_job_is_done_slice_by_slice),
        async_on_both("progress_is_seen_while_a_job_runs", progress_is_seen),
        async_on_both("a_job_goes_on_after_its_last_finished_slice", a_job_goes_on),
        async_on_both("a_slice_that_fails_is_undone_and_another_may_follow", a_slice_that_fails_is_undone),
        async_on_both("after_the_database_was_lost_a_run_goes_no_further", no_slice_after_doubt),
        async_on_both("a_job_acts_for_whoever_caused_it", a_job_acts_for_whoever_caused_it),
        async_on_both("a_job_is_begun_as_soon_as_it_is_committed", a_job_is_begun_at_once),
        async_on_both("slices_find_their_size", slices_find_their_size),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn a_job_is_done_slice_by_slice(engine: Engine) {
    let app = TestApp::new(engine).await;
    let (exact, ragged, empty) =
        (queue(&app, counting(30, 10)).await, queue(&app, counting(31, 10)).await, queue(&app, counting(0, 10)).await);
    assert_eq!(app.run_jobs_of(vec![counter_kind()]).await, 3);
    for (number, rows) in [(exact, 30), (ragged, 31), (empty, 0)] {
        let job = job(&app, number).await;
        assert_eq!((job.state, job.result), (JobState::Done, Some(json!({"rows": rows, "attempt": 1}))));
        assert_eq!(job.progress.done, rows);
        assert_eq!((job.started_at, job.finished_at), (Some(app.service.now()), Some(app.service.now())));
        assert_eq!(counted(&app, number).await, rows);
    }
    let listed = job_list(&app.service, &app.context(), Some(empty), 10).await.unwrap();
    assert_eq!(listed.iter().map(|job| job.number).collect::<Vec<_>>(), [ragged, exact]);
    assert_eq!(app.run_jobs_of(vec![counter_kind()]).await, 0, "what is done is not done again");
}

async fn progress_is_seen(engine: Engine) {
    let app = TestApp::new(engine).await;
    let gate = closed();
    let number = queue(&app, NewJob { total: Some(50), ..counting(50, 10) }).await;
    assert_eq!(job(&app, number).await.progress, JobProgress { done: 0, total: Some(50) });
    let running = Running::start(&app.service, vec![gated_kind(&gate)], WorkerSettings::default());
    for done in [10, 20, 30] {
        gate.add_permits(1);
        until("a slice is done", async || job(&app, number).await.progress.done == done).await;
        let job = job(&app, number).await;
        assert_eq!((job.state, job.progress.total), (JobState::Running, Some(50)));
        let counts = job_counts(&app.service).await.unwrap();
        assert_eq!((counts.queued, counts.running), (0, 1));
    }
    gate.add_permits(2);
    until("it is done", async || state(&app, number).await == JobState::Done).await;
    running.stop().await;
}

async fn a_job_goes_on(engine: Engine) {
    let app = TestApp::new(engine).await;
    let number = queue(&app, counting(40, 10)).await;
    // Fails twice before a slice, as a database that is busy does.
    let failures = Arc::new(Mutex::new(vec![20, 10]));
    let kind = JobKind::new(COUNT, JobLane::Background, 1, move |service, run: JobRun| {
        let failures = Arc::clone(&failures);
        async move {
            let done = run.progress().done;
            if failures.lock().unwrap().pop_if(|at| *at == done).is_some() {
                return Err(Error::new(Kind::Busy));
            }
            let rows = run.payload()?;
            let mut at = run.cursor()?.unwrap_or_default();
            let number = run.number();
            at = run.step(&service, move |tx| crate::fixture::count_slice_in(tx, number, at, rows)).await?;
            if at.done < 40 { Err(Error::new(Kind::Unavailable)) } else { Ok(json!(run.attempt())) }
        }
    });
    let mut runs = 0;
    while state(&app, number).await != JobState::Done {
        runs += app.run_jobs_of(vec![kind.clone()]).await;
        app.source.advance_seconds(300);
    }
    assert_eq!((runs, job(&app, number).await.result), (6, Some(json!(6))));
    assert_eq!(counted(&app, number).await, 40);
}

async fn a_slice_that_fails_is_undone(engine: Engine) {
    let app = TestApp::new(engine).await;
    let number = queue(&app, counting(20, 10)).await;
    let kind = JobKind::new(COUNT, JobLane::Background, 1, |service, run: JobRun| async move {
        let (rows, number) = (run.payload()?, run.number());
        let refused = run.step(&service, move |tx| {
            crate::fixture::count_slice_in(tx, number, Default::default(), rows)?;
            Err::<JobSlice<i64>, _>(Error::new(Kind::Invalid))
        });
        assert_eq!(refused.await.unwrap_err().kind(), Kind::Invalid);
        assert_eq!(run.cursor::<i64>()?, None);
        crate::fixture::count(service, run, async || {}).await
    });
    assert_eq!(app.run_jobs_of(vec![kind]).await, 1);
    assert_eq!((state(&app, number).await, counted(&app, number).await), (JobState::Done, 20));
}

/// Whether the slice before is there is not known, so the next might be the same again.
async fn no_slice_after_doubt(engine: Engine) {
    let app = TestApp::new(engine).await;
    let number = queue(&app, counting(20, 10)).await;
    let kind = JobKind::new(COUNT, JobLane::Background, 1, |service, run: JobRun| async move {
        if run.attempt() > 1 {
            return crate::fixture::count(service, run, async || {}).await;
        }
        let lost = run.step(&service, |_| Err::<JobSlice<i64>, _>(Error::new(Kind::Unavailable))).await;
        assert_eq!(lost.unwrap_err().kind(), Kind::Unavailable);
        let (rows, number) = (run.payload()?, run.number());
        let next = move |tx: &mut musubi_store::db::Tx<'_>| {
            crate::fixture::count_slice_in(tx, number, Default::default(), rows)
        };
        assert_eq!(run.step(&service, next).await.map(drop).unwrap_err().kind(), Kind::Unavailable);
        Ok(json!("all is well"))
    });
    assert_eq!(app.run_jobs_of(vec![kind.clone()]).await, 1);
    assert_eq!((state(&app, number).await, counted(&app, number).await), (JobState::Queued, 0));
    app.source.advance_seconds(1);
    assert_eq!(app.run_jobs_of(vec![kind]).await, 1);
    assert_eq!((state(&app, number).await, counted(&app, number).await), (JobState::Done, 20));
}

async fn a_job_acts_for_whoever_caused_it(engine: Engine) {
    let app = TestApp::new(engine).await;
    let actor = Actor::command(UserNo(7));
    let context = app.service.context(app.tenant, actor, Locale::En, app.service.new_request_id());
    let number = job_enqueue(&app.service, &context, NewJob::new("look", json!({}))).await.unwrap();
    assert_eq!(job(&app, number).await.user, UserNo(7));
    let kind = JobKind::new("look", JobLane::Fast, 1, |service, run: JobRun| async move {
        let mut ids = Vec::new();
        for _ in 0..3 {
            let seen = run.step(&service, |tx| {
                let context = Arc::clone(tx.context());
                assert_eq!(context.actor, Actor::system(UserNo(7)));
                let cursor = (context.request_id, tx.next_id());
                Ok(JobSlice { cursor, progress: JobProgress::default() })
            });
            ids.push(seen.await?);
        }
        assert!(ids.iter().all(|(request, _)| *request == run.request_id()), "one name for all of the run");
        Ok(json!(ids.iter().map(|(_, id)| id).collect::<std::collections::BTreeSet<_>>().len()))
    });
    assert_eq!(app.run_jobs_of(vec![kind]).await, 1);
    assert_eq!(job(&app, number).await.result, Some(json!(3)), "each slice has ids of its own");
}

async fn a_job_is_begun_at_once(engine: Engine) {
    let app = TestApp::new(engine).await;
    // Nobody looks by himself within the time of the test.
    let never = Duration::from_secs(3_600);
    let settings = WorkerSettings { poll: never, renewal: never, ..WorkerSettings::default() };
    let running = Running::start(&app.service, vec![counter_kind()], settings);
    let context = app.context();
    let undone = app.service.db().write(&context, Lane::Interactive, |tx| {
        job_enqueue_in(tx, &counting(10, 10))?;
        Err::<(), _>(Error::new(Kind::Conflict))
    });
    assert!(undone.await.is_err());
    for _ in 0..3 {
        let number = queue(&app, counting(10, 10)).await;
        until("it is done", async || state(&app, number).await == JobState::Done).await;
    }
    let all = job_list(&app.service, &app.context(), None, 10).await.unwrap();
    assert_eq!(all.len(), 3, "what was undone is no job");
    running.stop().await;
}

async fn slices_find_their_size(engine: Engine) {
    let app = TestApp::new(engine).await;
    let number = queue(&app, counting(2_000, 0)).await;
    let sizes = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&sizes);
    let kind = JobKind::new(COUNT, JobLane::Background, 1, move |service, run: JobRun| {
        let seen = Arc::clone(&seen);
        async move {
            let mut rows: crate::fixture::Rows = run.payload()?;
            let (mut at, mut slices) = (crate::fixture::At::default(), Slices::default());
            while at.done < rows.rows {
                let size = slices.rows();
                seen.lock().unwrap().push((size, run.took()));
                rows.slice = i64::try_from(size).unwrap();
                let number = run.number();
                at = run.step(&service, move |tx| crate::fixture::count_slice_in(tx, number, at, rows)).await?;
                slices.note(size, run.took());
            }
            Ok(json!(null))
        }
    });
    app.run_jobs_of(vec![kind]).await;
    assert_eq!((state(&app, number).await, counted(&app, number).await), (JobState::Done, 2_000));
    let sizes = sizes.lock().unwrap();
    assert!(sizes.len() > 3, "{sizes:?}");
    assert!(sizes.iter().skip(1).all(|(_, took)| *took > Duration::ZERO), "each was measured: {sizes:?}");
    assert!(sizes.iter().all(|(size, _)| (1..=500).contains(size)), "{sizes:?}");
}
