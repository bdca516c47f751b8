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
use musubi_outbound::client::Client;
use musubi_outbound::mail::Mailer;
pub use musubi_service::job::run::{JobRun, JobSlice};
pub use runner::{Worker, WorkerSettings};
pub use slices::Slices;

/// What jobs reach others by. Where there is none of something, a job that needs it fails and says why.
#[derive(Clone, Default)]
pub struct Means {
    /// What sends mails.
    pub mailer: Option<Mailer>,
    /// What calls others by HTTP.
    pub client: Option<Client>,
}

/// The kinds of jobs of the product, with what they reach others by. A name is never taken away or given
/// to something else: jobs of it may wait in a database.
#[must_use]
pub fn kinds(means: Means) -> Vec<JobKind> {
    jobs::kinds(means)
}
