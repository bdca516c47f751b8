//! Counters of the database, for the metrics page.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A batch beyond this is logged.
const SLOW: Duration = Duration::from_millis(100);
/// A batch beyond this is counted.
const LONG: Duration = Duration::from_millis(10);

/// Counters since the start.
#[derive(Debug, Default)]
pub struct Stats {
    /// Transactions committed (batches on SQLite).
    pub commits: AtomicU64,
    /// Requests written in them.
    pub writes: AtomicU64,
    /// Batches whose requests had to run again alone.
    pub void_batches: AtomicU64,
    /// Batches that took over 10 ms.
    pub long_batches: AtomicU64,
    /// Transactions tried again after a collision.
    pub retries: AtomicU64,
    /// Checkpoints.
    pub checkpoints: AtomicU64,
    /// Jobs that this process brought to their end.
    pub jobs_done: AtomicU64,
    /// Jobs that failed here for good.
    pub jobs_failed: AtomicU64,
    /// Runs of jobs that failed here and are tried again.
    pub jobs_retried: AtomicU64,
    /// Bytes of write-ahead log when last looked at.
    pub wal_bytes: AtomicU64,
}

impl Stats {
    pub(super) fn note_batch(&self, took: Duration) {
        if took > LONG {
            self.long_batches.fetch_add(1, Ordering::Relaxed);
        }
        if took > SLOW {
            tracing::warn!(milliseconds = took.as_millis(), "a commit took long");
        }
    }
}
