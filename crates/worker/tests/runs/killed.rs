//! kill -9 in the middle of a job: the next process goes on after the last finished slice.
//!
//! The one that is killed is a process of its own: this very program, told by variables to be the one that works.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;
use musubi_domain::job::{JobLane, JobState};
use musubi_service::{Db, DbSettings, Reach, Service, Target};
use musubi_testkit::app::{TestApp, keys};
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_testkit::source::SteppedSource;
use musubi_worker::{JobKind, Worker, WorkerSettings};
use serde_json::json;
use tokio::sync::watch;

use crate::fixture::{COUNT, count, counted, counter_kind, counting, job, queue, state, until};

/// The variables with the folder or the URL that the other process works on, and with its number.
const FOLDER: &str = "MUSUBI_RUNS_ON_FOLDER";
const URL: &str = "MUSUBI_RUNS_ON_URL";
const INSTANCE: &str = "MUSUBI_RUNS_AS";
/// How long the lease of a process lasts that is killed, where leases have an end.
const LEASE: Duration = Duration::from_millis(500);

pub(crate) fn trials() -> Vec<Trial> {
    async_on_both("a_job_goes_on_after_kill_9_in_the_middle_of_it", a_job_goes_on)
}

/// Whether this process is the one that works; then it has done so.
pub(crate) fn was_the_worker() -> bool {
    let target = std::env::var_os(FOLDER).map(|folder| Target::Folder(PathBuf::from(folder)));
    let Some(target) = target.or_else(|| std::env::var(URL).ok().map(Target::Url)) else { return false };
    let instance = std::env::var(INSTANCE).unwrap().parse().unwrap();
    let db = Db::open(&target, &keys(), DbSettings::default()).unwrap();
    let service = Service::new(db, &keys(), Arc::new(SteppedSource::of_instance(instance)), Reach::default());
    let kind = JobKind::new(COUNT, JobLane::Background, 4, |service, run| count(service, run, async || tell("slice")));
    let settings = WorkerSettings { lease: LEASE, renewal: LEASE / 5, ..WorkerSettings::default() };
    let worker = Worker::new(service, vec![kind], settings);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (_never, stop) = watch::channel(false);
    runtime.block_on(worker.run(stop));
    true
}

fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).unwrap();
}

async fn a_job_goes_on(engine: Engine) {
    const ROWS: i64 = 3_000;
    let app = TestApp::new(engine).await;
    let numbers = [queue(&app, counting(ROWS, 5)).await, queue(&app, counting(ROWS, 5)).await];
    for (instance, slices) in [(10, 5), (11, 40), (12, 17)] {
        let target = app.target().clone();
        tokio::task::spawn_blocking(move || work_and_be_killed(&target, instance, slices)).await.unwrap();
    }
    let mut done = 0;
    for number in numbers {
        let job = job(&app, number).await;
        assert!(!job.state.is_final() && (0..ROWS).contains(&job.progress.done), "{job:?}");
        // What was committed and not yet told is there as well.
        assert_eq!(counted(&app, number).await, job.progress.done);
        done += job.progress.done;
    }
    assert!(done >= 5 * (5 + 40 + 17 - 3 * 2), "{done} rows: what the killed had done stays done");
    until("both are gone on with", async || {
        app.run_jobs_of(vec![counter_kind()]).await;
        state(&app, numbers[0]).await == JobState::Done && state(&app, numbers[1]).await == JobState::Done
    })
    .await;
    for number in numbers {
        assert_eq!(counted(&app, number).await, ROWS, "no slice twice, none left out");
        let result = job(&app, number).await.result.unwrap();
        assert!(result["rows"] == json!(ROWS) && result["attempt"].as_i64().unwrap() > 1, "{result}");
    }
}

/// Lets a process work until it has begun so many slices, and kills it.
fn work_and_be_killed(target: &Target, instance: u64, slices: usize) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    match target {
        Target::Folder(folder) => command.env(FOLDER, folder),
        Target::Url(url) => command.env(URL, url),
    };
    let mut child = command.env(INSTANCE, instance.to_string()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.take(slices).filter(|line| line.is_ok()).count(), slices);
    child.kill().unwrap();
    child.wait().unwrap();
}
