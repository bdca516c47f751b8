//! Jobs with files: their input comes in before they begin, their report is read after they have ended, and both are forgotten.

use libtest_mimic::Trial;
use musubi_domain::error::Kind;
use musubi_domain::id::JobNo;
use musubi_domain::job::{JobDue, JobFile, JobLane, JobProgress, JobState, NewJob};
use musubi_domain::limits;
use musubi_service::job::{
    job_file_read, job_get, job_input_append, job_input_complete, job_list, job_report_append_in,
};
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_worker::{JobKind, JobRun, JobSlice, Worker, WorkerSettings};
use serde_json::json;

use crate::fixture::{counter_kind, counting, job, queue, state};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("a_job_begins_when_its_input_is_complete_and_leaves_a_report", a_job_with_files),
        async_on_both("old_jobs_are_forgotten_with_their_files", old_jobs_are_forgotten),
        async_on_both("a_job_whose_input_never_comes_is_cancelled", input_that_never_comes),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Turns each chunk of its input round, and reports it.
fn turning_kind() -> JobKind {
    JobKind::new("turn", JobLane::Background, 1, |service, run: JobRun| async move {
        let (number, context) = (run.number(), run.context(&service));
        let mut chunk: i64 = run.cursor()?.unwrap_or_default();
        while let Some(mut bytes) = job_file_read(&service, &context, number, JobFile::Input, chunk).await? {
            bytes.reverse();
            let progress = JobProgress { done: chunk + 1, total: None };
            let turned = run.step(&service, move |tx| {
                job_report_append_in(tx, number, &bytes)?;
                Ok(JobSlice { cursor: chunk + 1, progress })
            });
            chunk = turned.await?;
        }
        Ok(json!({"chunks": chunk}))
    })
}

async fn append(app: &TestApp, number: JobNo, bytes: &[u8]) -> musubi_domain::error::Result<()> {
    job_input_append(&app.service, &app.context(), number, bytes).await
}

async fn a_job_with_files(engine: Engine) {
    let app = TestApp::new(engine).await;
    let number = queue(&app, NewJob { due: JobDue::WithInput, ..NewJob::new("turn", json!(null)) }).await;
    let full = vec![0x82; limits::JOB_FILE_CHUNK_BYTES];
    append(&app, number, &full).await.unwrap();
    assert_eq!(app.run_jobs_of(vec![turning_kind()]).await, 0, "there is more to come");
    append(&app, number, b"\x82\xa0\x82\xa2").await.unwrap();
    job_input_complete(&app.service, &app.context(), number).await.unwrap();
    for late in [append(&app, number, b"late").await, job_input_complete(&app.service, &app.context(), number).await] {
        assert_eq!(late.unwrap_err().kind(), Kind::Conflict);
    }
    assert_eq!(app.run_jobs_of(vec![turning_kind()]).await, 1);
    let job = job(&app, number).await;
    assert_eq!((job.state, job.result), (JobState::Done, Some(json!({"chunks": 2}))));
    let report =
        async |chunk| job_file_read(&app.service, &app.context(), number, JobFile::Report, chunk).await.unwrap();
    assert_eq!(report(0).await, Some(full));
    assert_eq!(report(1).await.as_deref(), Some(b"\xa2\x82\xa0\x82".as_slice()));
    assert_eq!(report(2).await, None);
}

async fn old_jobs_are_forgotten(engine: Engine) {
    let app = TestApp::new(engine).await;
    let old = queue(&app, NewJob { due: JobDue::WithInput, ..NewJob::new("turn", json!(null)) }).await;
    for _ in 0..40 {
        append(&app, old, b"chunk").await.unwrap();
    }
    job_input_complete(&app.service, &app.context(), old).await.unwrap();
    app.run_jobs_of(vec![turning_kind()]).await;
    app.source.advance_seconds(limits::JOB_DAYS * 86_400);
    let young = queue(&app, counting(10, 10)).await;
    app.run_jobs_of(vec![counter_kind()]).await;
    let worker = Worker::new(app.service.clone(), vec![turning_kind()], WorkerSettings::default());
    assert_eq!(worker.keep_house().await.unwrap(), 0, "90 days are not over");
    app.source.advance_seconds(1);
    assert_eq!(worker.keep_house().await.unwrap(), 1);
    assert_eq!(job_get(&app.service, &app.context(), old).await.unwrap_err().kind(), Kind::NotFound);
    for file in [JobFile::Input, JobFile::Report] {
        let chunk = job_file_read(&app.service, &app.context(), old, file, 39).await.unwrap();
        assert_eq!(chunk, None, "{file:?}");
    }
    let left = job_list(&app.service, &app.context(), None, 10).await.unwrap();
    assert_eq!(left.iter().map(|job| job.number).collect::<Vec<_>>(), [young]);
}

async fn input_that_never_comes(engine: Engine) {
    let app = TestApp::new(engine).await;
    let waiting = queue(&app, NewJob { due: JobDue::WithInput, ..NewJob::new("turn", json!(null)) }).await;
    let due = queue(&app, NewJob::new("turn", json!(null))).await;
    let worker = Worker::new(app.service.clone(), vec![turning_kind()], WorkerSettings::default());
    app.source.advance_seconds(limits::JOB_INPUT_HOURS * 3_600);
    assert_eq!(worker.keep_house().await.unwrap(), 0);
    app.source.advance_seconds(1);
    assert_eq!(worker.keep_house().await.unwrap(), 1);
    assert_eq!((state(&app, waiting).await, state(&app, due).await), (JobState::Cancelled, JobState::Queued));
    assert_eq!(append(&app, waiting, b"late").await.unwrap_err().kind(), Kind::Conflict);
    assert_eq!(app.run_jobs_of(vec![turning_kind()]).await, 1);
}
