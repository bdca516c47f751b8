//! Does jobs: claims what is due, runs it slice by slice, and ends it.
//!
//! [`kinds`] lists the kinds of jobs of the product, each a file with a function from the [`JobRun`] to a result. The
//! [`Worker`] runs them: in `musubi serve` until it stops, in a test by hand. To add a kind: `docs/development/a-job.md`.

mod jobs;
mod kind;
mod run;
mod runner;
mod slices;

pub use kind::JobKind;
use musubi_outbound::mail::Mailer;
pub use musubi_service::job::run::{JobRun, JobSlice};
pub use runner::{Worker, WorkerSettings};
pub use slices::Slices;

/// The kinds of jobs of the product, with what sends mails; none: a mail that waits fails and says why. A name is never taken away or given
/// to something else: jobs of it may wait in a database.
#[must_use]
pub fn kinds(mailer: Option<Mailer>) -> Vec<JobKind> {
    jobs::kinds(mailer)
}
