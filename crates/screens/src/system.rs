//! How the system stands: the installation, its amounts, and its jobs.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::job::JobView;
use musubi_domain::messages::Locale;
use musubi_service::system_state::{COUNTED, SystemState, system_state};

use crate::connection::{bounded, job_state};
use crate::error::Failure;
use crate::figure::grouped;
use crate::frame::Frame;
use crate::moment::Moment;
use crate::person::Person;
use crate::texts::fill;

/// A mebibyte.
const MEBIBYTE: i64 = 1_048_576;

#[derive(Template)]
#[template(path = "connection/system.html")]
struct SystemPage<'a> {
    frame: &'a Frame,
    facts: Vec<(&'static str, String)>,
    amounts: Vec<(&'static str, String)>,
    jobs: Vec<(&'static str, &'static str, String)>,
    failed: Vec<Failed>,
}

/// A job that failed.
struct Failed {
    number: i64,
    kind: String,
    reason: String,
    at: Moment,
}

impl Failed {
    fn of(job: JobView, frame: &Frame) -> Self {
        let reason = job.failure.map_or_else(String::new, |failure| match frame.locale {
            Locale::Ja => failure.ja,
            Locale::En => failure.en,
        });
        let at = frame.moment(job.finished_at.unwrap_or(job.created_at));
        Self { number: job.number.0, kind: job.kind, reason, at }
    }
}

/// GET /admin/system
pub(crate) async fn show(person: Person) -> Result<Response, Failure> {
    let found = system_state(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
    let SystemState { version, schema, engine, bytes, waiting, jobs, failed, people, records } = found;
    let (frame, say) = (&person.frame, person.frame.say);
    let words = &say.connection;
    let queued = i64::try_from(waiting.0 + waiting.1).unwrap_or(i64::MAX);
    let count = |count| bounded(say, count, COUNTED);
    let [clients, contacts] = records;
    let state = |(state, count): (_, i64)| {
        let (word, mark) = job_state(say, state);
        (word, mark, grouped(count))
    };
    let page = SystemPage {
        frame,
        facts: vec![
            (words.version, format!("Musubi {version}")),
            (words.engine, engine),
            (words.schema, schema.to_string()),
            (words.size, format!("{} MiB", grouped((bytes + MEBIBYTE - 1) / MEBIBYTE))),
            (words.writes_waiting, fill(words.writes_waiting_value, &grouped(queued))),
        ],
        amounts: vec![
            (words.people, count(people)),
            (words.clients, count(clients)),
            (words.contacts, count(contacts)),
        ],
        jobs: jobs.into_iter().map(state).collect(),
        failed: failed.into_iter().map(|job| Failed::of(job, frame)).collect(),
    };
    person.page(StatusCode::OK, &page)
}
