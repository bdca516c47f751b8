//! The metrics page, on a listener of its own: plain counters in the text format of Prometheus.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use musubi_service::Service;

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

async fn metrics(State(service): State<Service>) -> Response {
    let mut page = String::new();
    let mut line = |name: &str, kind: &str, help: &str, values: &[(&str, u64)]| {
        // Writing to a text cannot fail.
        let _ = writeln!(page, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in values {
            let _ = writeln!(page, "{name}{labels} {value}");
        }
    };
    let [one, two, three, four, five] = REQUESTS.0.each_ref().map(|count| count.load(Ordering::Relaxed));
    let classes = [
        (r#"{class="1xx"}"#, one),
        (r#"{class="2xx"}"#, two),
        (r#"{class="3xx"}"#, three),
        (r#"{class="4xx"}"#, four),
        (r#"{class="5xx"}"#, five),
    ];
    line("musubi_http_responses_total", "counter", "Answers by class of status.", &classes);
    let stats = service.db().stats();
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let (interactive, background) = service.db().waiting();
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    line("musubi_store_commits_total", "counter", "Transactions committed.", &[("", read(&stats.commits))]);
    line("musubi_store_writes_total", "counter", "Requests written in them.", &[("", read(&stats.writes))]);
    line(
        "musubi_store_void_batches_total",
        "counter",
        "Batches whose requests ran again alone.",
        &[("", read(&stats.void_batches))],
    );
    line("musubi_store_long_batches_total", "counter", "Batches over 10 ms.", &[("", read(&stats.long_batches))]);
    line(
        "musubi_store_retries_total",
        "counter",
        "Transactions tried again after a collision.",
        &[("", read(&stats.retries))],
    );
    line("musubi_store_checkpoints_total", "counter", "Checkpoints.", &[("", read(&stats.checkpoints))]);
    line("musubi_store_wal_bytes", "gauge", "Bytes of write-ahead log.", &[("", read(&stats.wal_bytes))]);
    let lanes = [(r#"{lane="interactive"}"#, count(interactive)), (r#"{lane="background"}"#, count(background))];
    line("musubi_store_waiting", "gauge", "Requests that wait to be written.", &lanes);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page).into_response()
}
