//! Jobs: how far one has come, live, what it came to, and its report.

mod outcome;

use std::time::Duration;

use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use musubi_domain::error::Kind;
use musubi_domain::id::JobNo;
use musubi_domain::job::{JobFile, JobState, JobView};
use musubi_service::job::{job_cancel, job_file_read, job_get};
use musubi_service::record_export::{EXPORT, Export};
use tokio::sync::mpsc;

pub(crate) use self::outcome::title;
use self::outcome::{Outcome, may_be_stopped, outcome};
use crate::error::{Failure, Wrong};
use crate::figure::{duration, grouped};
use crate::frame::{Frame, lead};
use crate::live::Pieces;
use crate::moment::Moment;
use crate::person::{Person, PersonForm};
use crate::texts::fill;

/// How often a page that follows a job is told.
const PACE: Duration = Duration::from_secs(1);
/// How often at most, on one connection: after five minutes the browser asks again, and is judged again.
const PARTS: usize = 300;

/// A job as its page shows it.
struct JobShown {
    title: String,
    state: &'static str,
    /// The class of the mark that says how it stands.
    mark: &'static str,
    is_over: bool,
    /// Hundredths; none where it is not known of how much.
    percent: Option<i64>,
    figures: String,
    begun: Moment,
    /// How long it has taken, and how much longer it may.
    time: String,
}

#[derive(Template)]
#[template(path = "job/progress.html")]
struct Progress<'a> {
    frame: &'a Frame,
    job: JobShown,
}

#[derive(Template)]
#[template(path = "job/job.html")]
struct JobPage<'a> {
    frame: &'a Frame,
    number: JobNo,
    job: JobShown,
    may_be_stopped: bool,
    has_report: bool,
    outcome: Option<Outcome>,
}

impl JobShown {
    fn of(person: &Person, job: &JobView) -> Self {
        let say = person.frame.say;
        let words = &say.change_set;
        let (state, mark) = match job.state {
            JobState::Queued => (words.job_queued, "off"),
            JobState::Running => (words.job_running, "here"),
            JobState::Done => (words.job_done, "on"),
            JobState::Failed => (words.job_failed, "wrong"),
            JobState::Cancelled => (words.job_cancelled, "off"),
        };
        let done = job.progress.done;
        let total = job.progress.total.filter(|total| *total > 0);
        let figures = match total {
            Some(total) => format!("{} / {}", grouped(done), grouped(total)),
            None if done > 0 => fill(words.done_so_far, &grouped(done)),
            None => String::new(),
        };
        let now = job.finished_at.unwrap_or_else(|| person.service.now());
        let seconds = job.started_at.map(|begun| (now.micros() - begun.micros()) / 1_000_000);
        let mut time = seconds.map_or_else(String::new, |seconds| fill(words.job_took, &duration(say, seconds)));
        let is_over = job.state.is_final();
        if let (Some(total), Some(seconds), false) = (total, seconds, is_over)
            && done > 0
            && seconds > 2
        {
            let left = seconds.saturating_mul((total - done).max(0)) / done;
            time = format!("{time}{}{}", say.list_comma, fill(words.job_left, &duration(say, left)));
        }
        Self {
            title: title(say, job),
            state,
            mark,
            is_over,
            percent: total.map(|total| (done.saturating_mul(100) / total).clamp(0, 100)),
            figures,
            begun: person.frame.moment(job.created_at),
            time,
        }
    }
}

/// The job of the number in a path.
async fn job_of(person: &Person, number: &str) -> Result<JobView, Failure> {
    let Ok(number) = number.parse() else { return Err(Failure::new(person.frame.clone(), Wrong::NotFound)) };
    job_get(&person.service, &person.context, JobNo(number)).await.map_err(|error| person.failure(&error))
}

/// GET /jobs/{number}
pub(crate) async fn show(Path(number): Path<String>, person: Person) -> Result<Response, Failure> {
    let job = job_of(&person, &number).await?;
    let report = job_file_read(&person.service, &person.context, job.number, JobFile::Report, 0).await;
    let has_report = job.state.is_final() && report.map_err(|error| person.failure(&error))?.is_some();
    let page = JobPage {
        frame: &person.frame,
        number: job.number,
        may_be_stopped: may_be_stopped(&job) && !job.state.is_final(),
        has_report,
        outcome: outcome(&person, &job).await?,
        job: JobShown::of(&person, &job),
    };
    person.page(StatusCode::OK, &page)
}

/// POST /jobs/{number}/stop
pub(crate) async fn stop(Path(number): Path<String>, PersonForm(person, _): PersonForm) -> Result<Response, Failure> {
    let job = job_of(&person, &number).await?;
    if !may_be_stopped(&job) {
        return Err(Failure::new(person.frame.clone(), Wrong::Forbidden));
    }
    // One that had ended by then says so itself.
    job_cancel(&person.service, &person.context, job.number).await.map_err(|error| person.failure(&error))?;
    Ok(lead(&format!("/jobs/{}", job.number)))
}

/// GET /jobs/{number}/events
pub(crate) async fn events(Path(number): Path<String>, person: Person) -> Result<Response, Failure> {
    let job = job_of(&person, &number).await?;
    let place = match person.service.live_place(&person.context) {
        Ok(place) => place,
        // A browser that is told so does not ask again (HTML Standard, 9.2.3).
        Err(error) if error.kind() == Kind::Busy => return Ok(StatusCode::NO_CONTENT.into_response()),
        Err(error) => return Err(person.failure(&error)),
    };
    let (sender, pieces) = Pieces::new();
    tokio::spawn(async move {
        let mut place = place;
        tokio::select! {
            () = follow(person, job.number, &sender) => {}
            () = place.ended() => {}
            () = sender.closed() => {}
        }
    });
    let mut response = Sse::new(pieces).keep_alive(KeepAlive::default()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A proxy that gathers answers would have the page wait for the end.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// Tells of a job until it has ended. A right that is taken away meanwhile ends it too.
async fn follow(person: Person, number: JobNo, sender: &mpsc::Sender<Event>) {
    for _ in 0..PARTS {
        let Ok(job) = job_get(&person.service, &person.context, number).await else { return };
        if job.state.is_final() {
            let _ = sender.send(Event::default().event("end").data(format!("/jobs/{number}"))).await;
            return;
        }
        let part = Progress { frame: &person.frame, job: JobShown::of(&person, &job) };
        let Ok(text) = part.render() else { return };
        // A line of an event ends with any line end.
        let event = Event::default().event("part").data(text.replace('\r', " "));
        if sender.send(event).await.is_err() {
            return;
        }
        tokio::time::sleep(PACE).await;
    }
}

/// What the report of a job is: the file of an export is in the encoding that was asked for.
fn report_type(job: &JobView) -> HeaderValue {
    let export = (job.kind == EXPORT).then(|| serde_json::from_value::<Export>(job.payload.clone()).ok()).flatten();
    let charset = export.map_or("utf-8", |export| export.encoding.charset());
    HeaderValue::try_from(format!("text/csv; charset={charset}")).unwrap_or(HeaderValue::from_static("text/csv"))
}

/// GET /jobs/{number}/report
pub(crate) async fn report(Path(number): Path<String>, person: Person) -> Result<Response, Failure> {
    let job = job_of(&person, &number).await?;
    let number = job.number;
    let first = job_file_read(&person.service, &person.context, number, JobFile::Report, 0).await;
    let first = first.map_err(|error| person.failure(&error))?;
    let Some(first) = first.filter(|_| job.state.is_final()) else {
        return Err(Failure::new(person.frame.clone(), Wrong::NotFound));
    };
    let (sender, pieces) = Pieces::new();
    tokio::spawn(async move {
        let mut bytes = first;
        for chunk in 1.. {
            if sender.send(Bytes::from(bytes)).await.is_err() {
                return;
            }
            match job_file_read(&person.service, &person.context, number, JobFile::Report, chunk).await {
                Ok(Some(next)) => bytes = next,
                Ok(None) | Err(_) => return,
            }
        }
    });
    let name = format!("attachment; filename=\"musubi-job-{number}.csv\"");
    let name = HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, report_type(&job)),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}
