//! A kind of job: its name, its places, its body.

use std::pin::Pin;
use std::sync::Arc;

use musubi_domain::error::Result;
use musubi_domain::job::JobLane;
use musubi_service::Service;
use musubi_service::job::run::JobRun;
use serde_json::Value;

type Body = dyn Fn(Service, JobRun) -> Pin<Box<dyn Future<Output = Result<Value>> + Send>> + Send + Sync;

/// A kind of job. Cheap to clone.
#[derive(Clone)]
pub struct JobKind {
    /// Its name, as whoever queues a job of it says it.
    pub name: &'static str,
    /// The lane in which it takes its places.
    pub lane: JobLane,
    /// Jobs of it that one process runs at a time, at least one.
    pub limit: usize,
    body: Arc<Body>,
}

impl JobKind {
    /// A kind whose jobs `body` does: slice by slice, from the cursor of the run on, to what they come to. It may be begun again
    /// at any time, and ends with the first error that a slice gives.
    pub fn new<F, Fut>(name: &'static str, lane: JobLane, limit: usize, body: F) -> Self
    where
        F: Fn(Service, JobRun) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Value>> + Send + 'static,
    {
        Self { name, lane, limit, body: Arc::new(move |service, run| Box::pin(body(service, run))) }
    }

    /// The work of one run.
    pub(crate) fn body(&self, service: Service, run: JobRun) -> impl Future<Output = Result<Value>> + Send + use<> {
        (self.body)(service, run)
    }
}

impl std::fmt::Debug for JobKind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, lane, limit, .. } = self;
        formatter
            .debug_struct("JobKind")
            .field("name", name)
            .field("lane", lane)
            .field("limit", limit)
            .finish_non_exhaustive()
    }
}
