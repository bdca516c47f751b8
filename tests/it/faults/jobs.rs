//! Jobs of the real program: a server looks after what is there when it starts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use musubi_domain::error::Kind;
use musubi_domain::job::{JobLane, JobState, NewJob};
use musubi_domain::time::Timestamp;
use musubi_service::job::run::{JobTerms, job_claim};
use musubi_service::job::{job_cancel, job_enqueue, job_get};
use musubi_service::{Source, SystemSource};
use musubi_testkit::engine::on_both;
use serde_json::json;
use tokio::sync::watch;

use super::stage::Installation;

pub(crate) fn trials() -> Vec<Trial> {
    on_both("jobs: a server takes over what another left, and forgets what is old", |engine| {
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(looks_after(&Installation::new(engine)))
    })
}

/// A clock that stands at the beginning of 1970.
struct LongAgo;

impl Source for LongAgo {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(0)
    }

    fn seed(&self) -> [u8; 32] {
        SystemSource.seed()
    }
}

async fn looks_after(installation: &Installation) -> Result<(), Failed> {
    let service = installation.open_at(Arc::new(LongAgo));
    let context = service.command_context(service.tenant_chosen(None).await.unwrap());
    let job = || NewJob::new("of a newer release", json!(null));
    let old = job_enqueue(&service, &context, job()).await.unwrap();
    assert!(job_cancel(&service, &context, old).await.unwrap());
    let left = job_enqueue(&service, &context, job()).await.unwrap();
    let terms = JobTerms { lane: JobLane::Background, lease: Duration::ZERO, stop: watch::channel(false).1 };
    assert!(job_claim(&service, (context.tenant, left), terms).await.unwrap().is_some());
    // Whoever ran it has gone, and nobody is left to hand it back.
    drop(service);

    let mut server = installation.serve();
    let beside = installation.open();
    let begun = Instant::now();
    loop {
        let is_forgotten = job_get(&beside, &context, old).await.is_err_and(|error| error.kind() == Kind::NotFound);
        let is_taken_over = job_get(&beside, &context, left).await.unwrap().state == JobState::Queued;
        if is_forgotten && is_taken_over {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "forgotten: {is_forgotten}, taken over: {is_taken_over}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0));
    Ok(())
}
