//! The log of a webhook, and one delivery: what was sent, and what came of each try.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::id::DeliveryNo;
use musubi_domain::outgoing::CallFault;
use musubi_domain::webhook::{
    AttemptFault, AttemptOutcome, Delivery, DeliveryAttempt, DeliveryState, TEST_EVENT, Webhook, headers,
};
use musubi_service::webhook::delivery::{
    DeliveryPage, DeliveryView, delivery_get, delivery_list, delivery_send_again, webhook_test,
};
use uuid::Uuid;

use super::{event_name, id_of};
use crate::error::Failure;
use crate::figure::grouped;
use crate::following::{Standing, following};
use crate::form::Form;
use crate::frame::{Frame, lead};
use crate::moment::Moment;
use crate::person::{Person, PersonForm};
use crate::texts::{Texts, fill};
use crate::told::{done, lead_told};

/// What stands for the value of a signature.
const MASKED: &str = "t=\u{2022}\u{2022}\u{2022},v1=\u{2022}\u{2022}\u{2022}";

#[derive(Template)]
#[template(path = "connection/webhook.html")]
struct LogPage<'a> {
    frame: &'a Frame,
    webhook: &'a Webhook,
    path: String,
    events: String,
    created: Moment,
    updated: Moment,
    tabs: Vec<Tab>,
    deliveries: Vec<Line>,
    is_filtered: bool,
    is_first: bool,
    /// Where the page before this one in time is; none where there is none.
    older: Option<String>,
}

/// Deliveries of a state, or all.
struct Tab {
    label: &'static str,
    path: String,
    is_here: bool,
}

/// A delivery in the log.
struct Line {
    id: Uuid,
    at: Moment,
    event: String,
    subject: String,
    mark: Mark,
    attempts: String,
}

/// How a delivery stands, by word and mark.
struct Mark {
    word: &'static str,
    class: &'static str,
}

impl Mark {
    fn of(state: DeliveryState, say: &Texts) -> Self {
        let say = &say.connection;
        let (word, class) = match state {
            DeliveryState::Queued => (say.queued, "off"),
            DeliveryState::Sending => (say.sending, "here"),
            DeliveryState::Done => (say.done, "on"),
            DeliveryState::Failed => (say.failed, "wrong"),
            DeliveryState::Unknown => (say.unknown, "wrong"),
        };
        Self { word, class }
    }
}

fn subject(delivery: &Delivery, say: &Texts) -> String {
    match &delivery.facts.record {
        Some(record) => fill(say.connection.subject_record, &grouped(record.version)),
        None if delivery.event == TEST_EVENT => String::new(),
        None => fill(say.connection.subject_set, &grouped(delivery.facts.count)),
    }
}

impl Line {
    fn of(delivery: &Delivery, frame: &Frame) -> Self {
        let say = frame.say;
        Self {
            id: delivery.id,
            at: frame.moment(delivery.created_at),
            event: event_name(say, &delivery.event).to_owned(),
            subject: subject(delivery, say),
            mark: Mark::of(delivery.state, say),
            attempts: fill(say.connection.attempts_count, &grouped(delivery.attempts)),
        }
    }
}

fn tabs(path: &str, state: Option<DeliveryState>, say: &Texts) -> Vec<Tab> {
    let all = Tab { label: say.connection.all, path: path.to_owned(), is_here: state.is_none() };
    let of = |own: DeliveryState| Tab {
        label: Mark::of(own, say).word,
        path: format!("{path}?state={}", own.word()),
        is_here: state == Some(own),
    };
    std::iter::once(all).chain(DeliveryState::ALL.map(of)).collect()
}

/// GET /connections/webhooks/{webhook}
pub(super) async fn log(
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    mut person: Person,
) -> Result<Response, Failure> {
    let id = id_of(&person, &id)?;
    let query = Form::of_query(query.as_deref());
    let say = person.frame.say;
    match done(&query).0 {
        "saved" => person.tell(say.connection.saved, None),
        "unchanged" => person.tell(say.connection.unchanged, None),
        _ => {}
    }
    let state = DeliveryState::of_word(query.get("state"));
    let before = query.given("before").and_then(|number| number.parse().ok()).map(DeliveryNo);
    let found = delivery_list(&person.service, &person.context, id, state, before).await;
    let DeliveryPage { webhook, deliveries, next } = found.map_err(|error| person.failure(&error))?;
    let path = format!("/connections/webhooks/{id}");
    let filter = state.map_or_else(String::new, |state| format!("state={}&", state.word()));
    let events: Vec<_> = webhook.events.iter().map(|event| event_name(say, event)).collect();
    let page = LogPage {
        frame: &person.frame,
        events: events.join(say.list_comma),
        created: person.frame.moment(webhook.created_at),
        updated: person.frame.moment(webhook.updated_at),
        tabs: tabs(&path, state, say),
        deliveries: deliveries.iter().map(|delivery| Line::of(delivery, &person.frame)).collect(),
        is_filtered: state.is_some(),
        is_first: before.is_none(),
        older: next.map(|next| format!("{path}?{filter}before={next}")),
        webhook: &webhook,
        path,
    };
    person.page(StatusCode::OK, &page)
}

/// POST /connections/webhooks/{webhook}/test
pub(super) async fn test(Path(id): Path<String>, PersonForm(person, _): PersonForm) -> Result<Response, Failure> {
    let id = id_of(&person, &id)?;
    let sent = webhook_test(&person.service, &person.context, id).await.map_err(|error| person.failure(&error))?;
    Ok(lead(&format!("/connections/webhooks/{id}/deliveries/{sent}")))
}

/// How a delivery stands, as a part of its page.
#[derive(Template)]
#[template(path = "connection/standing.html")]
struct StandingPart<'a> {
    frame: &'a Frame,
    standing: &'a Shown,
}

/// What the page shows of how a delivery stands.
struct Shown {
    mark: Mark,
    attempts: String,
    at: Moment,
    due: Option<Moment>,
    ended: Option<Moment>,
    waits_for_end: bool,
    fault: &'static str,
}

impl Shown {
    fn of(view: &DeliveryView, frame: &Frame) -> Self {
        let delivery = &view.delivery;
        let say = frame.say;
        let last = view.attempts.iter().find_map(|attempt| attempt.outcome.as_ref());
        Self {
            mark: Mark::of(delivery.state, say),
            attempts: fill(say.connection.attempts_count, &grouped(delivery.attempts)),
            at: frame.moment(delivery.created_at),
            due: delivery.due_at.filter(|_| delivery.attempts > 0).map(|due| frame.moment(due)),
            ended: delivery.ended_at.map(|ended| frame.moment(ended)),
            waits_for_end: delivery.state == DeliveryState::Queued && delivery.due_at.is_none(),
            fault: last.and_then(|outcome| outcome.fault).map_or("", |fault| fault_text(fault, say)),
        }
    }
}

/// What went wrong, in words.
fn fault_text(fault: AttemptFault, say: &Texts) -> &'static str {
    let say = &say.connection;
    match fault {
        AttemptFault::Call(fault) => match fault {
            CallFault::Url => say.fault_url,
            CallFault::Header => say.fault_header,
            CallFault::Address => say.fault_address,
            CallFault::NotEncrypted => say.fault_not_encrypted,
            CallFault::Name => say.fault_name,
            CallFault::Connection => say.fault_connection,
            CallFault::Tls => say.fault_tls,
            CallFault::Time => say.fault_time,
            CallFault::Size => say.fault_size,
            CallFault::Answer => say.fault_answer,
            CallFault::Status => say.fault_status,
        },
        AttemptFault::Interrupted => say.fault_interrupted,
        AttemptFault::Off => say.fault_off,
        AttemptFault::NoOwner => say.fault_no_owner,
    }
}

#[derive(Template)]
#[template(path = "connection/delivery.html")]
struct DeliveryShown<'a> {
    frame: &'a Frame,
    webhook: &'a Webhook,
    path: String,
    id: Uuid,
    event: String,
    subject: String,
    standing: Shown,
    is_over: bool,
    may_be_sent_again: bool,
    headers: Vec<(&'static str, String)>,
    body: Option<String>,
    attempts: Vec<Attempt>,
}

/// A try as the page shows it.
struct Attempt {
    number: String,
    at: Moment,
    url: String,
    mark: Mark,
    fault: &'static str,
    detail: String,
    facts: Vec<String>,
    answer: Option<String>,
    is_cut: bool,
}

impl Attempt {
    fn of(attempt: &DeliveryAttempt, frame: &Frame) -> Self {
        let say = frame.say;
        let words = &say.connection;
        let outcome = attempt.outcome.clone();
        let state = match &outcome {
            None => DeliveryState::Sending,
            Some(AttemptOutcome { fault: None, .. }) => DeliveryState::Done,
            Some(AttemptOutcome { fault: Some(AttemptFault::Interrupted), .. }) => DeliveryState::Unknown,
            Some(_) => DeliveryState::Failed,
        };
        let AttemptOutcome { took, status, fault, detail, answer, is_cut } = outcome.unwrap_or_default();
        let mut facts = Vec::new();
        facts.extend(status.map(|status| fill(words.status, &status.to_string())));
        if took > 0 {
            facts.push(fill(words.took, &grouped(took / 1_000)));
        }
        Self {
            number: fill(words.try_number, &grouped(attempt.number)),
            at: frame.moment(attempt.started_at),
            url: attempt.url.clone(),
            mark: Mark::of(state, say),
            fault: fault.map_or("", |fault| fault_text(fault, say)),
            detail,
            facts,
            answer: status.map(|_| String::from_utf8_lossy(&answer).into_owned()),
            is_cut,
        }
    }
}

/// A delivery on the way: whoever looks waits for what comes of it.
fn is_watched(delivery: &Delivery) -> bool {
    !delivery.state.is_final() && delivery.attempts <= 1
}

/// GET /connections/webhooks/{webhook}/deliveries/{delivery}
pub(super) async fn show(
    Path((webhook, delivery)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    mut person: Person,
) -> Result<Response, Failure> {
    if done(&Form::of_query(query.as_deref())).0 == "again" {
        let say = person.frame.say;
        person.tell(say.connection.sent_again, None);
    }
    let key = (id_of(&person, &webhook)?, id_of(&person, &delivery)?);
    let found = delivery_get(&person.service, &person.context, key).await;
    let view = found.map_err(|error| person.failure(&error))?;
    let standing = Shown::of(&view, &person.frame);
    let DeliveryView { webhook, delivery, attempts } = view;
    let sent = headers(&delivery.event, delivery.id, delivery.attempts.max(1), MASKED);
    let page = DeliveryShown {
        frame: &person.frame,
        path: format!("/connections/webhooks/{}", webhook.id),
        id: delivery.id,
        event: event_name(person.frame.say, &delivery.event).to_owned(),
        subject: subject(&delivery, person.frame.say),
        is_over: !is_watched(&delivery),
        may_be_sent_again: delivery.state != DeliveryState::Sending && !standing.waits_for_end,
        standing,
        headers: sent.into(),
        body: delivery.body,
        attempts: attempts.iter().map(|attempt| Attempt::of(attempt, &person.frame)).collect(),
        webhook: &webhook,
    };
    person.page(StatusCode::OK, &page)
}

/// GET /connections/webhooks/{webhook}/deliveries/{delivery}/events
pub(super) async fn events(
    Path((webhook, delivery)): Path<(String, String)>,
    person: Person,
) -> Result<Response, Failure> {
    let key = (id_of(&person, &webhook)?, id_of(&person, &delivery)?);
    let begun = delivery_get(&person.service, &person.context, key).await.map_err(|error| person.failure(&error))?;
    let attempts = begun.attempts.iter().filter(|attempt| attempt.outcome.is_some()).count();
    following(person, move |person| look(person, key, attempts))
}

async fn look(person: Arc<Person>, key: (Uuid, Uuid), attempts: usize) -> Standing {
    let Ok(view) = delivery_get(&person.service, &person.context, key).await else { return Standing::Lost };
    let ended = view.attempts.iter().filter(|attempt| attempt.outcome.is_some()).count();
    if view.delivery.state.is_final() || ended > attempts {
        return Standing::Ended(format!("/connections/webhooks/{}/deliveries/{}", key.0, key.1));
    }
    let standing = Shown::of(&view, &person.frame);
    let part = StandingPart { frame: &person.frame, standing: &standing };
    part.render().map_or(Standing::Lost, Standing::GoesOn)
}

/// POST /connections/webhooks/{webhook}/deliveries/{delivery}/again
pub(super) async fn again(
    Path((webhook, delivery)): Path<(String, String)>,
    PersonForm(person, _): PersonForm,
) -> Result<Response, Failure> {
    let key = (id_of(&person, &webhook)?, id_of(&person, &delivery)?);
    delivery_send_again(&person.service, &person.context, key).await.map_err(|error| person.failure(&error))?;
    Ok(lead_told(&format!("/connections/webhooks/{}/deliveries/{}", key.0, key.1), "again", None))
}
