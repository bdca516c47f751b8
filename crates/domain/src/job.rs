//! Jobs: work that is done after the call that caused it, in slices, by whichever server has time.
//!
//! A job is a row that is committed together with what caused it. Whoever runs it holds a lease; every slice of it is a
//! transaction that begins by asking whether the lease still stands and ends by saving how far the job has come.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Kind};
use crate::id::{JobNo, TenantNo, UserNo};
use crate::limits;
use crate::messages::{Locale, Message};
use crate::time::Timestamp;

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobState {
    /// It waits for its turn, for its moment, or for its input.
    Queued,
    /// Somebody runs it.
    Running,
    /// It came to its end.
    Done,
    /// It cannot come to its end.
    Failed,
    /// Somebody no longer wants it. What it had done by then stays done.
    Cancelled,
}

impl JobState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled];

    /// The word for it, in the database and for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether nothing will happen to it any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// Which places a kind of job takes, and which lane its slices are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobLane {
    /// Somebody looks at the page and waits: short, and written beside interactive requests.
    Fast,
    /// It waits for others, outside of the machine, and hardly for us: many at a time, written behind interactive requests.
    Outside,
    /// Imports, index fills, undoing, purges: written one slice at a time behind interactive requests.
    Background,
}

/// How far a job has come, in whatever its kind counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobProgress {
    /// What is done.
    pub done: i64,
    /// Of how much; `None` where that is not known.
    pub total: Option<i64>,
}

/// When a job may begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JobDue {
    /// As soon as it is committed.
    #[default]
    Now,
    /// From this moment on.
    At(Timestamp),
    /// When its input is complete, which is said later. A job whose input has not been completed within
    /// [`limits::JOB_INPUT_HOURS`] is cancelled.
    WithInput,
}

/// A file of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobFile {
    /// What it reads.
    Input,
    /// What it says in the end, row by row.
    Report,
}

impl JobFile {
    /// The word for it in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Report => "report",
        }
    }
}

/// A job to be done.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    /// The name of its kind. A kind keeps its name for ever, since jobs outlive the program that queued them.
    pub kind: &'static str,
    /// Of the jobs of a tenant and kind with the same key only one is unfinished at a time. At most 255 characters.
    pub dedupe_key: Option<String>,
    /// When it may begin.
    pub due: JobDue,
    /// What its kind needs to know, at most [`limits::JOB_TEXT_BYTES`] as text.
    pub payload: serde_json::Value,
    /// How much there is to do, where that is known already.
    pub total: Option<i64>,
}

impl NewJob {
    /// A job of this kind, to be done as soon as it is committed.
    #[must_use]
    pub const fn new(kind: &'static str, payload: serde_json::Value) -> Self {
        Self { kind, dedupe_key: None, due: JobDue::Now, payload, total: None }
    }
}

/// A job as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct JobView {
    /// Its number within the tenant.
    pub number: JobNo,
    /// The name of its kind.
    pub kind: String,
    /// How it stands.
    pub state: JobState,
    /// How far it has come.
    pub progress: JobProgress,
    /// What its kind was told.
    pub payload: serde_json::Value,
    /// What it came to, once it is done.
    pub result: Option<serde_json::Value>,
    /// Why it cannot come to its end, once it has failed.
    pub failure: Option<JobFailure>,
    /// For whom it acts.
    pub user: UserNo,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it first began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// Why a job failed, for whoever looks at it. The cause is in the log only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFailure {
    /// The stable code of the (first) message.
    pub code: String,
    /// 日本語.
    pub ja: String,
    /// English.
    pub en: String,
}

/// Problems that a failure names; a job that finds more has a report.
const PROBLEMS: usize = 20;

impl JobFailure {
    /// What an error says to whoever may see it.
    #[must_use]
    pub fn of(error: &Error) -> Self {
        if let Some(first) = error.problems().first() {
            let said = |locale| {
                let lines = error.problems().iter().take(PROBLEMS).map(|problem| {
                    let separator = if problem.path.is_empty() { "" } else { ": " };
                    format!("{}{separator}{}", problem.path, problem.message.text(locale))
                });
                lines.collect::<Vec<_>>().join("\n")
            };
            return Self { code: first.message.code().to_owned(), ja: said(Locale::Ja), en: said(Locale::En) };
        }
        let message = match error.kind() {
            Kind::Busy | Kind::Conflict => Message::Busy,
            Kind::StorageFull => Message::StorageFull,
            Kind::Unavailable => Message::Unavailable,
            Kind::NotFound => Message::NotFound,
            Kind::Invalid | Kind::Forbidden | Kind::Internal => Message::Internal,
        };
        Self { code: message.code().to_owned(), ja: message.text(Locale::Ja), en: message.text(Locale::En) }
    }

    /// The text.
    #[must_use]
    pub fn text(&self, locale: Locale) -> &str {
        match locale {
            Locale::Ja => &self.ja,
            Locale::En => &self.en,
        }
    }
}

/// A job at the moment at which somebody begins to run it.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimedJob {
    /// What he writes with.
    pub lease: JobLease,
    /// What its kind was told.
    pub payload: serde_json::Value,
    /// What the last slice left for the next; `None` before the first.
    pub cursor: Option<serde_json::Value>,
    /// How far it has come.
    pub progress: JobProgress,
    /// For whom it acts.
    pub user: UserNo,
    /// The rights to which whoever asked for it was held ([`crate::actor::Actor::rights`]).
    pub rights: Option<Arc<[String]>>,
}

/// The right to write to a job: of all runs of a job the last one has it. A run that was frozen while another took over
/// finds that its own attempt is no longer the job's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobLease {
    /// The tenant of the job.
    pub tenant: TenantNo,
    /// The job.
    pub number: JobNo,
    /// The process that runs it.
    pub owner: Uuid,
    /// How often the job has been begun, this time included.
    pub attempt: i64,
}

/// Whether the same again may succeed.
#[must_use]
pub const fn is_passing(kind: Kind) -> bool {
    match kind {
        Kind::Busy | Kind::Unavailable | Kind::StorageFull => true,
        Kind::Invalid | Kind::NotFound | Kind::Conflict | Kind::Forbidden | Kind::Internal => false,
    }
}

/// Seconds to wait after so many failures in a row: 1, 2, 4, ... up to five minutes. `None` where it was the last try.
#[must_use]
pub fn back_off(failures: i64) -> Option<i64> {
    const LONGEST: i64 = 300;
    if failures >= limits::JOB_TRIES {
        return None;
    }
    let doublings = u32::try_from(failures.saturating_sub(1)).unwrap_or(0);
    Some(1_i64.checked_shl(doublings).unwrap_or(LONGEST).clamp(1, LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Problem;

    #[test]
    fn states_have_words_of_their_own() {
        for state in JobState::ALL {
            assert_eq!(JobState::of_word(state.word()), Some(state));
        }
        assert_eq!(JobState::of_word("Done"), None);
        assert_eq!(JobState::ALL.into_iter().filter(|state| state.is_final()).count(), 3);
    }

    #[test]
    fn waits_double_up_to_five_minutes_and_end_with_the_last_try() {
        let waits: Vec<_> = (1..=limits::JOB_TRIES).map(back_off).collect();
        let seconds = [1, 2, 4, 8, 16, 32, 64, 128, 256].map(Some);
        assert_eq!(waits[..9], seconds);
        assert_eq!(waits[9..], [None]);
        assert_eq!(back_off(0), Some(1));
        assert_eq!(back_off(i64::MAX), None);
    }

    #[test]
    fn a_failure_says_what_the_caller_may_know_and_nothing_of_the_cause() {
        let internal = JobFailure::of(&Error::internal("the secret cause"));
        assert_eq!((internal.code.as_str(), internal.text(Locale::Ja)), ("internal", internal.ja.as_str()));
        assert!(!format!("{internal:?}").contains("secret"));
        let problem = |path: &str| Problem { path: path.to_owned(), item: None, message: Message::Required };
        let invalid = JobFailure::of(&Error::invalid(vec![problem("会社名"), problem("")]));
        assert_eq!(invalid.code, "required");
        assert_eq!(invalid.text(Locale::En), "会社名: A value is required.\nA value is required.");
        let many = JobFailure::of(&Error::invalid(vec![problem("x"); 1_000]));
        assert_eq!(many.ja.lines().count(), PROBLEMS);
    }
}
