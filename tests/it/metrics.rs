//! The metrics page.

use libtest_mimic::Trial;
use musubi_domain::error::{Error, Kind};
use musubi_domain::job::{JobLane, NewJob};
use musubi_service::job::job_enqueue;
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_worker::JobKind;
use serde_json::json;

pub(crate) fn trials() -> Vec<Trial> {
    async_on_both("metrics: jobs are counted as they stand and as they end", jobs_are_counted)
}

async fn jobs_are_counted(engine: Engine) {
    let app = TestApp::new(engine).await;
    let kind = |name, kind: Option<Kind>| {
        JobKind::new(name, JobLane::Fast, 1, move |_, _| {
            std::future::ready(kind.map_or(Ok(json!(null)), |kind| Err(Error::new(kind))))
        })
    };
    let kinds = vec![kind("good", None), kind("bad", Some(Kind::Internal)), kind("slow", Some(Kind::Busy))];
    for name in ["good", "good", "bad", "slow"] {
        job_enqueue(&app.service, &app.context(), NewJob::new(name, json!(null))).await.unwrap();
    }
    let has = async |lines: &[&str]| {
        let page = app.metrics().await;
        for line in lines {
            assert!(page.lines().any(|found| found == *line), "{line} is not in\n{page}");
        }
    };
    has(&[r#"musubi_jobs{state="queued"} 4"#, r#"musubi_job_runs_total{end="done"} 0"#]).await;
    app.run_jobs_of(kinds).await;
    has(&[
        r#"musubi_jobs{state="queued"} 1"#,
        r#"musubi_jobs{state="running"} 0"#,
        r#"musubi_job_runs_total{end="done"} 2"#,
        r#"musubi_job_runs_total{end="failed"} 1"#,
        r#"musubi_job_runs_total{end="again"} 1"#,
    ])
    .await;
    app.leave_jobs();
}
