//! The metrics page, on a listener of its own: plain counters in the text format of Prometheus.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use musubi_service::job::{JobCounts, job_counts};
use musubi_service::{Service, Stats};

/// Answers since the start, by class of status.
pub(crate) struct Requests([AtomicU64; 5]);

/// The counters of this process.
pub(crate) static REQUESTS: Requests = Requests([const { AtomicU64::new(0) }; 5]);

impl Requests {
    /// The counter of a status.
    pub(crate) fn of(&self, status: StatusCode) -> &AtomicU64 {
        let [one, two, three, four, five] = &self.0;
        match status.as_u16() {
            0..=199 => one,
            200..=299 => two,
            300..=399 => three,
            400..=499 => four,
            _ => five,
        }
    }
}

/// The router of the metrics listener: GET /metrics.
pub fn metrics_router(service: Service) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(service)
}

/// The page as it is written.
struct Page(String);

impl Page {
    fn line(&mut self, name: &str, kind: &str, help: &str, values: &[(&str, u64)]) {
        // Writing to a text cannot fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in values {
            let _ = writeln!(self.0, "{name}{labels} {value}");
        }
    }
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

async fn metrics(State(service): State<Service>) -> Response {
    let mut page = Page(String::new());
    let [one, two, three, four, five] = REQUESTS.0.each_ref().map(read);
    let classes = [
        (r#"{class="1xx"}"#, one),
        (r#"{class="2xx"}"#, two),
        (r#"{class="3xx"}"#, three),
        (r#"{class="4xx"}"#, four),
        (r#"{class="5xx"}"#, five),
    ];
    page.line("musubi_http_responses_total", "counter", "Answers by class of status.", &classes);
    store_lines(&mut page, service.db().stats(), service.db().waiting());
    job_lines(&mut page, service.db().stats(), job_counts(&service).await.ok());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page.0).into_response()
}

fn store_lines(page: &mut Page, stats: &Stats, (interactive, background): (usize, usize)) {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    page.line("musubi_store_commits_total", "counter", "Transactions committed.", &[("", read(&stats.commits))]);
    page.line("musubi_store_writes_total", "counter", "Requests written in them.", &[("", read(&stats.writes))]);
    page.line(
        "musubi_store_void_batches_total",
        "counter",
        "Batches whose requests ran again alone.",
        &[("", read(&stats.void_batches))],
    );
    page.line("musubi_store_long_batches_total", "counter", "Batches over 10 ms.", &[("", read(&stats.long_batches))]);
    page.line(
        "musubi_store_retries_total",
        "counter",
        "Transactions tried again after a collision.",
        &[("", read(&stats.retries))],
    );
    page.line("musubi_store_checkpoints_total", "counter", "Checkpoints.", &[("", read(&stats.checkpoints))]);
    page.line("musubi_store_wal_bytes", "gauge", "Bytes of write-ahead log.", &[("", read(&stats.wal_bytes))]);
    let lanes = [(r#"{lane="interactive"}"#, count(interactive)), (r#"{lane="background"}"#, count(background))];
    page.line("musubi_store_waiting", "gauge", "Requests that wait to be written.", &lanes);
}

/// What stands in the database is left out while it does not answer: the rest is of use just then.
fn job_lines(page: &mut Page, stats: &Stats, counts: Option<JobCounts>) {
    if let Some(counts) = counts {
        let gauge = |number: i64| u64::try_from(number).unwrap_or(0);
        let states = [(r#"{state="queued"}"#, gauge(counts.queued)), (r#"{state="running"}"#, gauge(counts.running))];
        page.line("musubi_jobs", "gauge", "Jobs that wait or run, of all instances.", &states);
    }
    let ends = [
        (r#"{end="done"}"#, read(&stats.jobs_done)),
        (r#"{end="failed"}"#, read(&stats.jobs_failed)),
        (r#"{end="again"}"#, read(&stats.jobs_retried)),
    ];
    page.line("musubi_job_runs_total", "counter", "Runs of jobs by their end.", &ends);
}
