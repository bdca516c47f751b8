//! One run: its body, its lease, its end, and the line that the log has of it.

use std::time::{Duration, Instant};

use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::job::is_passing;
use musubi_service::Service;
use musubi_service::job::run::{JobRun, JobSettled};
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use crate::kind::JobKind;
use crate::runner::WorkerSettings;

/// How long the end of a run waits for a database that does not answer, until it is tried again.
const REST: Duration = Duration::from_secs(1);

/// Does a job that was claimed, to whatever end it comes.
pub(crate) async fn run(
    service: &Service,
    kind: &JobKind,
    run: JobRun,
    settings: WorkerSettings,
    mut stop: watch::Receiver<bool>,
) {
    let begun = Instant::now();
    // A task of its own, so that a panic ends the run and nothing else; it goes with the set.
    let mut body = JoinSet::new();
    body.spawn(kind.body(service.clone(), run.clone()));
    let outcome = tokio::select! {
        ended = body.join_next() => outcome_of(ended),
        () = hold(service, &run, settings.renewal) => Err(Error::internal("the job is no longer this run's")),
        () = stopped_for(&mut stop, settings.patience) => {
            run.break_off();
            Err(Error::internal("the run did not end its slice in time"))
        }
    };
    drop(body);
    let settled = settle(service, &run, &outcome, &stop).await;
    note(kind, &run, &outcome, &settled, begun.elapsed());
}

fn outcome_of(ended: Option<std::result::Result<Result<Value>, JoinError>>) -> Result<Value> {
    match ended {
        Some(Ok(outcome)) => outcome,
        Some(Err(error)) => Err(Error::internal(format!("the body of a job ended before its time: {}", words(error)))),
        None => Err(Error::internal("a job without a body")),
    }
}

/// What a panic said.
fn words(error: JoinError) -> String {
    let said = error.to_string();
    let Ok(panic) = error.try_into_panic() else { return said };
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or(said)
}

/// Renews the lease for as long as it stands. While the database does not answer it may still stand.
async fn hold(service: &Service, run: &JobRun, renewal: Duration) {
    loop {
        tokio::time::sleep(renewal).await;
        match run.renew(service).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                let cause = error.cause().map(|cause| cause.for_log());
                tracing::warn!(job.no = %run.number(), cause, "the lease of a job was not renewed");
            }
        }
    }
}

/// Waits until it is time to stop and so long after that.
async fn stopped_for(stop: &mut watch::Receiver<bool>, patience: Duration) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        // Whoever could stop it has gone: it runs to its end.
        return std::future::pending().await;
    }
    tokio::time::sleep(patience).await;
}

/// Ends the run, and tries again where the database does not answer, unless it is time to stop: then the job is taken over.
async fn settle(
    service: &Service,
    run: &JobRun,
    outcome: &Result<Value>,
    stop: &watch::Receiver<bool>,
) -> Result<JobSettled> {
    loop {
        match run.settle(service, outcome).await {
            Err(error) if is_passing(error.kind()) && !*stop.borrow() => tokio::time::sleep(REST).await,
            settled => return settled,
        }
    }
}

/// The one line of a run.
fn note(kind: &JobKind, run: &JobRun, outcome: &Result<Value>, settled: &Result<JobSettled>, took: Duration) {
    let (end, again_in) = match settled {
        Ok(JobSettled::Done) => ("done", None),
        Ok(JobSettled::Failed) => ("failed", None),
        Ok(JobSettled::Again { seconds }) => ("again", Some(*seconds)),
        Ok(JobSettled::HandedBack) => ("handed back", None),
        Ok(JobSettled::Lost) => ("lost", None),
        Err(_) => ("not ended", None),
    };
    let error = settled.as_ref().err().or(outcome.as_ref().err());
    let cause = error.and_then(Error::cause).map(|cause| cause.for_log());
    let (id, tenant, number, attempt) = (run.request_id(), run.tenant().0, run.number().0, run.attempt());
    let (kind, done) = (kind.name, run.progress().done);
    let milliseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX) / 1_000;
    // Nobody of this side needs to look where what was given is wrong.
    let is_given = |error: &Error| matches!(error.kind(), Kind::Invalid | Kind::NotFound | Kind::Forbidden);
    let is_ours = match settled {
        Ok(JobSettled::Failed) => !outcome.as_ref().err().is_some_and(is_given),
        Ok(_) => false,
        Err(_) => true,
    };
    // A level is part of a line's constant data, so the line stands here twice.
    if is_ours {
        tracing::error!(
            request.id = %id, job.kind = kind, job.no = number, job.attempt = attempt, job.done = done, job.end = end,
            duration.ms = milliseconds, tenant.no = tenant, cause, "job"
        );
    } else {
        tracing::info!(
            request.id = %id, job.kind = kind, job.no = number, job.attempt = attempt, job.done = done, job.end = end,
            job.again_in = again_in, duration.ms = milliseconds, tenant.no = tenant, cause, "job"
        );
    }
}
