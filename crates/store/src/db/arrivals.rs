//! New jobs, as this process knows of them: whoever does jobs is woken, and asks the database what is due.

use tokio::sync::watch;

/// Tells of jobs that were queued. Published after the commit, as epochs are.
#[derive(Debug)]
pub struct Arrivals {
    count: watch::Sender<u64>,
}

impl Default for Arrivals {
    fn default() -> Self {
        Self { count: watch::Sender::new(0) }
    }
}

impl Arrivals {
    /// Changes whenever jobs may have been queued.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.count.subscribe()
    }

    /// Wakes whoever waits: a job was committed here, or another process has written something, perhaps a job.
    pub(super) fn publish(&self) {
        self.count.send_modify(|count| *count = count.wrapping_add(1));
    }
}
