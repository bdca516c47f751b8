//! How many jobs run at a time, and that each is run once however many would run it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use libtest_mimic::Trial;
use musubi_domain::job::{JobLane, JobState, NewJob};
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_worker::{JobKind, WorkerSettings};
use serde_json::json;

use crate::fixture::{Gate, Running, closed, counted, counter_kind, counting, job, pass, queue, state, until};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("kinds_and_lanes_have_their_places", kinds_and_lanes_have_their_places),
        async_on_both("no_kind_waits_for_the_backlog_of_another", no_kind_waits_for_another),
        async_on_both("two_workers_do_each_of_two_hundred_jobs_once", two_workers_do_each_job_once),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How many jobs of each kind run, and how many ran at a time at most.
#[derive(Clone, Default)]
struct Watched(Arc<Mutex<HashMap<&'static str, (i64, i64)>>>);

impl Watched {
    fn kind(&self, name: &'static str, lane: JobLane, limit: usize, gate: &Gate) -> JobKind {
        let (watched, gate) = (self.clone(), Arc::clone(gate));
        JobKind::new(name, lane, limit, move |_, _| {
            let (watched, gate) = (watched.clone(), Arc::clone(&gate));
            async move {
                watched.change(name, 1);
                pass(&gate).await;
                watched.change(name, -1);
                Ok(json!(null))
            }
        })
    }

    fn change(&self, name: &'static str, by: i64) {
        let mut all = self.0.lock().unwrap();
        let (now, most) = all.entry(name).or_default();
        *now += by;
        *most = (*most).max(*now);
        let background = all.iter().filter(|(name, _)| **name != "quick").map(|(_, (now, _))| now).sum::<i64>();
        let (_, most) = all.entry("all of the background").or_default();
        *most = (*most).max(background);
    }

    fn now(&self, name: &str) -> i64 {
        self.0.lock().unwrap().get(name).map_or(0, |(now, _)| *now)
    }

    fn most(&self, name: &str) -> i64 {
        self.0.lock().unwrap().get(name).map_or(0, |(_, most)| *most)
    }
}

async fn kinds_and_lanes_have_their_places(engine: Engine) {
    let app = TestApp::new(engine).await;
    let (watched, slow, quick) = (Watched::default(), closed(), closed());
    let kinds = vec![
        watched.kind("narrow", JobLane::Background, 1, &slow),
        watched.kind("wide", JobLane::Background, 9, &slow),
        watched.kind("quick", JobLane::Fast, 9, &quick),
    ];
    let mut jobs = Vec::new();
    for _ in 0..6 {
        for name in ["narrow", "wide", "quick"] {
            jobs.push(queue(&app, NewJob::new(name, json!(null))).await);
        }
    }
    let settings = WorkerSettings { fast: 2, background: 3, ..WorkerSettings::default() };
    let worker = Running::start(&app.service, kinds, settings);
    let all = || (watched.now("narrow"), watched.now("wide"), watched.now("quick"));
    until("all places are taken", async || all() == (1, 2, 2)).await;
    quick.add_permits(6);
    until("the fast lane goes on by itself", async || all() == (1, 2, 0)).await;
    slow.add_permits(12);
    for number in &jobs {
        until("it is done", async || state(&app, *number).await == JobState::Done).await;
    }
    worker.stop().await;
    assert_eq!((watched.most("narrow"), watched.most("quick")), (1, 2));
    assert!(watched.most("wide") <= 3, "{}", watched.most("wide"));
    assert_eq!(watched.most("all of the background"), 3);
}

async fn no_kind_waits_for_another(engine: Engine) {
    let app = TestApp::new(engine).await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let kind = |name: &'static str| {
        let order = Arc::clone(&order);
        JobKind::new(name, JobLane::Background, 1, move |_, _| {
            order.lock().unwrap().push(name);
            std::future::ready(Ok(json!(null)))
        })
    };
    for name in ["first", "first", "first", "first", "second", "third"] {
        queue(&app, NewJob::new(name, json!(null))).await;
    }
    let settings = WorkerSettings { background: 1, ..WorkerSettings::default() };
    let worker = Running::start(&app.service, vec![kind("first"), kind("second"), kind("third")], settings);
    until("all are done", async || order.lock().unwrap().len() == 6).await;
    worker.stop().await;
    assert_eq!(*order.lock().unwrap(), ["first", "second", "third", "first", "first", "first"]);
}

/// On PostgreSQL two instances, on a folder two workers of its one process.
async fn two_workers_do_each_job_once(engine: Engine) {
    const JOBS: i64 = 200;
    let app = TestApp::new(engine).await;
    let other = app.instance().await;
    let settings = WorkerSettings { poll: Duration::from_millis(10), background: 4, ..WorkerSettings::default() };
    let second = if engine == Engine::Sqlite { &app.service } else { &other.service };
    let workers = [&app.service, second].map(|service| Running::start(service, vec![counter_kind()], settings));
    let mut jobs = Vec::new();
    for rows in 0..JOBS {
        jobs.push((rows, queue(&app, counting(rows % 7, 3)).await));
    }
    for (rows, number) in jobs {
        until("it is done", async || state(&app, number).await == JobState::Done).await;
        let job = job(&app, number).await;
        assert_eq!(job.result, Some(json!({"rows": rows % 7, "attempt": 1})), "had once, by one");
        assert_eq!(counted(&app, number).await, rows % 7);
    }
    for worker in workers {
        worker.stop().await;
    }
}
