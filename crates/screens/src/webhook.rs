//! Connections (接続): webhooks, and mail.

mod delivery;
mod form;

use askama::Template;
use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use musubi_domain::route::{Guard, Route, route};
use musubi_domain::webhook::TEST_EVENT;
use musubi_service::Service;
use musubi_service::webhook::{WebhookView, webhook_get, webhook_list, webhook_remove, webhook_renew_secret};
use uuid::Uuid;

use crate::error::{Failure, Wrong};
use crate::figure::grouped;
use crate::form::Form;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::texts::{Texts, fill};
use crate::told::{done, lead_told};
use crate::{connection, system};

/// What a caller needs for each of these pages.
pub(crate) const ROUTES: &[Route] = &[
    route("/admin/system", "GET", Guard::Session),
    route("/connections", "GET", Guard::Session),
    route("/connections/mail", "GET, POST", Guard::Session),
    route("/connections/mail/{job}", "GET", Guard::Session),
    route("/connections/mail/{job}/events", "GET", Guard::Session),
    route("/connections/webhooks", "GET, POST", Guard::Session),
    route("/connections/webhooks/new", "GET", Guard::Session),
    route("/connections/webhooks/{webhook}", "GET", Guard::Session),
    route("/connections/webhooks/{webhook}/deliveries/{delivery}", "GET", Guard::Session),
    route("/connections/webhooks/{webhook}/deliveries/{delivery}/again", "POST", Guard::Session),
    route("/connections/webhooks/{webhook}/deliveries/{delivery}/events", "GET", Guard::Session),
    route("/connections/webhooks/{webhook}/edit", "GET, POST", Guard::Session),
    route("/connections/webhooks/{webhook}/remove", "GET, POST", Guard::Session),
    route("/connections/webhooks/{webhook}/secret", "GET, POST", Guard::Session),
    route("/connections/webhooks/{webhook}/test", "POST", Guard::Session),
];

/// These pages.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/admin/system", get(system::show))
        .route("/connections", get(connection::show))
        .route("/connections/mail", get(connection::mail).post(connection::mail_test_sent))
        .route("/connections/mail/{job}", get(connection::mail_test_shown))
        .route("/connections/mail/{job}/events", get(connection::mail_test_events))
        .route("/connections/webhooks", get(list).post(form::create))
        .route("/connections/webhooks/new", get(form::new))
        .route("/connections/webhooks/{webhook}", get(delivery::log))
        .route("/connections/webhooks/{webhook}/deliveries/{delivery}", get(delivery::show))
        .route("/connections/webhooks/{webhook}/deliveries/{delivery}/again", post(delivery::again))
        .route("/connections/webhooks/{webhook}/deliveries/{delivery}/events", get(delivery::events))
        .route("/connections/webhooks/{webhook}/edit", get(form::edit).post(form::change))
        .route("/connections/webhooks/{webhook}/remove", get(remove_asked).post(remove))
        .route("/connections/webhooks/{webhook}/secret", get(renew_asked).post(renew))
        .route("/connections/webhooks/{webhook}/test", post(delivery::test))
}

/// The id in a path.
fn id_of(person: &Person, text: &str) -> Result<Uuid, Failure> {
    text.parse().map_err(|_| Failure::new(person.frame.clone(), Wrong::NotFound))
}

/// What an event is called.
fn event_name<'s>(say: &'s Texts, event: &'s str) -> &'s str {
    let say = &say.connection;
    match event {
        "client.created" => say.client_created,
        "client.updated" => say.client_updated,
        "client.deleted" => say.client_deleted,
        "contact.created" => say.contact_created,
        "contact.updated" => say.contact_updated,
        "contact.deleted" => say.contact_deleted,
        TEST_EVENT => say.test_event,
        other => other,
    }
}

#[derive(Template)]
#[template(path = "connection/webhooks.html")]
struct ListPage<'a> {
    frame: &'a Frame,
    webhooks: Vec<Line>,
}

/// A webhook in the list.
struct Line {
    id: Uuid,
    name: String,
    url: String,
    events: String,
    is_enabled: bool,
    waiting: String,
    failed: String,
    has_failed: bool,
}

impl Line {
    fn of(view: WebhookView, say: &Texts) -> Self {
        let WebhookView { webhook, waiting, failed } = view;
        let events: Vec<_> = webhook.events.iter().map(|event| event_name(say, event)).collect();
        Self {
            id: webhook.id,
            name: webhook.name,
            url: webhook.url,
            events: events.join(say.list_comma),
            is_enabled: webhook.is_enabled,
            waiting: connection::counted(say, waiting),
            failed: connection::counted(say, failed),
            has_failed: failed > 0,
        }
    }
}

/// GET /connections/webhooks
async fn list(RawQuery(query): RawQuery, mut person: Person) -> Result<Response, Failure> {
    let say = person.frame.say;
    if done(&Form::of_query(query.as_deref())).0 == "removed" {
        person.tell(say.connection.removed, None);
    }
    let found = webhook_list(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
    let webhooks = found.into_iter().map(|view| Line::of(view, say)).collect();
    person.page(StatusCode::OK, &ListPage { frame: &person.frame, webhooks })
}

/// A page that says what will be affected, and asks.
#[derive(Template)]
#[template(path = "connection/ask.html")]
struct AskPage<'a> {
    frame: &'a Frame,
    title: &'a str,
    lines: Vec<String>,
    path: String,
    button: &'a str,
    is_danger: bool,
    back: String,
}

/// GET /connections/webhooks/{webhook}/remove
async fn remove_asked(Path(id): Path<String>, person: Person) -> Result<Response, Failure> {
    let id = id_of(&person, &id)?;
    let view = webhook_get(&person.service, &person.context, id).await.map_err(|error| person.failure(&error))?;
    let say = &person.frame.say.connection;
    let mut lines = vec![fill(say.remove_text, &view.webhook.name)];
    if view.waiting > 0 {
        lines.push(fill(say.remove_waiting, &grouped(view.waiting)));
    }
    lines.push(say.remove_log.to_owned());
    let back = format!("/connections/webhooks/{id}");
    let page = AskPage {
        frame: &person.frame,
        title: say.remove_title,
        lines,
        path: format!("{back}/remove"),
        button: say.remove,
        is_danger: true,
        back,
    };
    person.page(StatusCode::OK, &page)
}

/// POST /connections/webhooks/{webhook}/remove
async fn remove(Path(id): Path<String>, PersonForm(person, _): PersonForm) -> Result<Response, Failure> {
    let id = id_of(&person, &id)?;
    webhook_remove(&person.service, &person.context, id).await.map_err(|error| person.failure(&error))?;
    Ok(lead_told("/connections/webhooks", "removed", None))
}

/// GET /connections/webhooks/{webhook}/secret
async fn renew_asked(Path(id): Path<String>, person: Person) -> Result<Response, Failure> {
    let id = id_of(&person, &id)?;
    let view = webhook_get(&person.service, &person.context, id).await.map_err(|error| person.failure(&error))?;
    let say = &person.frame.say.connection;
    let back = format!("/connections/webhooks/{id}");
    let page = AskPage {
        frame: &person.frame,
        title: say.renew_title,
        lines: vec![fill(say.renew_text, &view.webhook.name), say.renew_hint.to_owned()],
        path: format!("{back}/secret"),
        button: say.renew,
        is_danger: false,
        back,
    };
    person.page(StatusCode::OK, &page)
}

/// POST /connections/webhooks/{webhook}/secret
async fn renew(Path(id): Path<String>, PersonForm(person, _): PersonForm) -> Result<Response, Failure> {
    let id = id_of(&person, &id)?;
    let renewed = webhook_renew_secret(&person.service, &person.context, id).await;
    let renewed = renewed.map_err(|error| person.failure(&error))?;
    form::tell_secret(&person, &renewed)
}
