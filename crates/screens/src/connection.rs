//! What is connected, at a glance, and mail: what is set, and whether a mail arrives.

use std::sync::Arc;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::error::Kind;
use musubi_domain::id::JobNo;
use musubi_domain::job::{JobState, JobView};
use musubi_domain::limits;
use musubi_domain::messages::Locale;
use musubi_service::mail::{mail_test, mail_test_get};
use musubi_service::webhook::webhook_list;

use crate::error::{Failure, Wrong};
use crate::figure::grouped;
use crate::following::{Standing, following};
use crate::frame::{Frame, lead};
use crate::person::{Person, PersonForm};
use crate::texts::{Texts, fill};

/// A count that was counted to [`limits::DELIVERIES_COUNTED`].
pub(crate) fn counted(say: &Texts, count: i64) -> String {
    bounded(say, count, limits::DELIVERIES_COUNTED)
}

/// A count that was counted to `most`.
pub(crate) fn bounded(say: &Texts, count: i64, most: i64) -> String {
    let figure = grouped(count);
    if count >= most { fill(say.connection.or_more, &figure) } else { figure }
}

#[derive(Template)]
#[template(path = "connection/connections.html")]
struct OverviewPage<'a> {
    frame: &'a Frame,
    webhooks: String,
    waiting: Option<String>,
    failed: Option<String>,
    server: &'a str,
    allowed: Vec<String>,
}

/// GET /connections
pub(crate) async fn show(person: Person) -> Result<Response, Failure> {
    let (service, say) = (&person.service, person.frame.say);
    let found = webhook_list(service, &person.context).await.map_err(|error| person.failure(&error))?;
    let words = &say.connection;
    let sum = |text: &str, count: i64| (count > 0).then(|| fill(text, &counted(say, count)));
    let reach = service.reach();
    let page = OverviewPage {
        frame: &person.frame,
        webhooks: if found.is_empty() {
            words.webhooks_none.to_owned()
        } else {
            fill(words.webhooks_count, &grouped(i64::try_from(found.len()).unwrap_or(i64::MAX)))
        },
        waiting: sum(words.webhooks_waiting, found.iter().map(|view| view.waiting).sum()),
        failed: sum(words.webhooks_failed, found.iter().map(|view| view.failed).sum()),
        server: reach.mail.as_ref().map_or("", |mail| mail.server.as_str()),
        allowed: reach.outbound_allowed.iter().map(ToString::to_string).collect(),
    };
    person.page(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "connection/mail.html")]
struct MailPage<'a> {
    frame: &'a Frame,
    has_mail: bool,
    server: &'a str,
    sender: &'a str,
    address: &'a str,
    /// The test mail that was sent; none where none was.
    test: Option<Test>,
}

/// A test mail.
struct Test {
    number: JobNo,
    is_over: bool,
    is_sent: bool,
    /// What the mail server said; "" where nothing is known of that.
    answer: String,
}

impl Test {
    fn of(job: &JobView, locale: Locale) -> Self {
        let said = job.result.as_ref().and_then(|result| result.get("answer")).and_then(|answer| answer.as_str());
        let failure = job.failure.as_ref().map(|failure| match locale {
            Locale::Ja => failure.ja.clone(),
            Locale::En => failure.en.clone(),
        });
        let is_sent = job.result.as_ref().and_then(|result| result.get("sent")).is_some_and(|sent| sent == true);
        let answer = failure.or_else(|| said.map(str::to_owned)).unwrap_or_default();
        Self { number: job.number, is_over: job.state.is_final(), is_sent, answer }
    }
}

fn page(person: &Person, test: Option<Test>) -> Result<Response, Failure> {
    let reach = person.service.reach();
    let said = reach.mail.as_ref();
    let page = MailPage {
        frame: &person.frame,
        has_mail: reach.has_mail,
        server: said.map_or("", |mail| mail.server.as_str()),
        sender: said.map_or("", |mail| mail.sender.as_str()),
        address: &person.session.user.mail,
        test,
    };
    person.page(StatusCode::OK, &page)
}

/// GET /connections/mail
pub(crate) async fn mail(person: Person) -> Result<Response, Failure> {
    // Whoever may look at connections at all; the list is short.
    webhook_list(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
    page(&person, None)
}

/// POST /connections/mail
pub(crate) async fn mail_test_sent(PersonForm(person, _): PersonForm) -> Result<Response, Failure> {
    match mail_test(&person.service, &person.context).await {
        Ok(number) => Ok(lead(&format!("/connections/mail/{number}"))),
        // The page says itself that there is no mail server.
        Err(error) if error.kind() == Kind::Invalid => page(&person, None),
        Err(error) => Err(person.failure(&error)),
    }
}

async fn test_of(person: &Person, number: &str) -> Result<JobView, Failure> {
    let Ok(number) = number.parse() else { return Err(Failure::new(person.frame.clone(), Wrong::NotFound)) };
    mail_test_get(&person.service, &person.context, JobNo(number)).await.map_err(|error| person.failure(&error))
}

/// GET /connections/mail/{job}
pub(crate) async fn mail_test_shown(Path(number): Path<String>, person: Person) -> Result<Response, Failure> {
    let job = test_of(&person, &number).await?;
    page(&person, Some(Test::of(&job, person.frame.locale)))
}

/// GET /connections/mail/{job}/events
pub(crate) async fn mail_test_events(Path(number): Path<String>, person: Person) -> Result<Response, Failure> {
    let number = test_of(&person, &number).await?.number;
    following(person, move |person| look(person, number))
}

async fn look(person: Arc<Person>, number: JobNo) -> Standing {
    match mail_test_get(&person.service, &person.context, number).await {
        Ok(job) if job.state.is_final() => Standing::Ended(format!("/connections/mail/{number}")),
        Ok(_) => Standing::GoesOn(waiting(person.frame.say)),
        Err(_) => Standing::Lost,
    }
}

/// What stands there while a test is on its way. Texts of ours hold nothing that would be markup.
fn waiting(say: &Texts) -> String {
    format!("<p><span class=\"mark here\">{}</span></p>", say.connection.mail_waiting)
}

/// What the state of a job is called, and its mark.
pub(crate) const fn job_state(say: &Texts, state: JobState) -> (&'static str, &'static str) {
    let say = &say.connection;
    match state {
        JobState::Queued => (say.job_queued, "off"),
        JobState::Running => (say.job_running, "here"),
        JobState::Done => (say.job_done, "on"),
        JobState::Failed => (say.job_failed, "wrong"),
        JobState::Cancelled => (say.job_cancelled, "off"),
    }
}
