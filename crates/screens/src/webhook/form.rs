//! The form of a webhook, and its secret, which is shown this once.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::error::Error;
use musubi_domain::event::WEBHOOK_EVENTS;
use musubi_domain::limits;
use musubi_domain::webhook::GivenWebhook;
use musubi_service::webhook::{WebhookSecret, webhook_change, webhook_create, webhook_get};
use uuid::Uuid;

use super::{event_name, id_of};
use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::problem::{is_of, said_of};
use crate::texts::fill;
use crate::told::lead_told;

/// Where what is wrong is told.
const FIELDS: [&str; 3] = ["name", "url", "events"];

#[derive(Template)]
#[template(path = "connection/webhook_form.html")]
struct FormPage<'a> {
    frame: &'a Frame,
    title: String,
    heading: &'a str,
    path: String,
    back: String,
    button: &'a str,
    name: String,
    url: String,
    url_most: usize,
    name_most: usize,
    events: Vec<Choice>,
    is_enabled: bool,
    wrong: Wrong,
}

/// An event that can be chosen.
struct Choice {
    event: &'static str,
    label: &'static str,
    is_chosen: bool,
}

/// A sentence for each field; "" where nothing is wrong with it.
#[derive(Default)]
struct Wrong {
    name: String,
    url: String,
    events: String,
}

fn given(form: &Form) -> GivenWebhook {
    GivenWebhook {
        name: form.get("name").trim().to_owned(),
        url: form.get("url").trim().to_owned(),
        events: form.list("events[]").to_vec(),
        is_enabled: form.get("enabled") == "1",
    }
}

fn page(person: &Person, id: Option<Uuid>, given: &GivenWebhook, error: Option<&Error>) -> Result<Response, Failure> {
    let frame = &person.frame;
    let say = &frame.say.connection;
    let wrong = error.map_or_else(Wrong::default, |error| Wrong {
        name: said_of(error, "name", frame),
        url: said_of(error, "url", frame),
        events: if said_of(error, "events", frame).is_empty() { String::new() } else { say.events_wrong.to_owned() },
    });
    let heading = if id.is_some() { say.webhook_edit } else { say.webhook_new };
    let choice = |event: &'static str| Choice {
        event,
        label: event_name(frame.say, event),
        is_chosen: given.events.iter().any(|chosen| chosen == event),
    };
    let page = FormPage {
        frame,
        title: if error.is_some() { fill(frame.say.error_prefix, heading) } else { heading.to_owned() },
        heading,
        path: id.map_or_else(|| "/connections/webhooks".to_owned(), |id| format!("/connections/webhooks/{id}/edit")),
        back: id.map_or_else(|| "/connections/webhooks".to_owned(), |id| format!("/connections/webhooks/{id}")),
        button: if id.is_some() { say.save } else { say.add },
        name: given.name.clone(),
        url: given.url.clone(),
        url_most: limits::WEBHOOK_URL_CHARACTERS,
        name_most: limits::NAME_CHARACTERS,
        events: WEBHOOK_EVENTS.into_iter().map(choice).collect(),
        is_enabled: given.is_enabled,
        wrong,
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    person.page(status, &page)
}

/// GET /connections/webhooks/new
pub(super) async fn new(person: Person) -> Result<Response, Failure> {
    // Whoever may not make one learns it before he has filled the form.
    musubi_service::webhook::webhook_list(&person.service, &person.context)
        .await
        .map_err(|error| person.failure(&error))?;
    let events = WEBHOOK_EVENTS.map(str::to_owned).to_vec();
    page(&person, None, &GivenWebhook { events, is_enabled: true, ..GivenWebhook::default() }, None)
}

/// POST /connections/webhooks
pub(super) async fn create(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let given = given(&form);
    match webhook_create(&person.service, &person.context, given.clone()).await {
        Ok(made) => tell_secret(&person, &made),
        Err(error) if is_of(&error, &FIELDS) => page(&person, None, &given, Some(&error)),
        Err(error) => Err(person.failure(&error)),
    }
}

/// GET /connections/webhooks/{webhook}/edit
pub(super) async fn edit(Path(id): Path<String>, person: Person) -> Result<Response, Failure> {
    let id = id_of(&person, &id)?;
    let view = webhook_get(&person.service, &person.context, id).await.map_err(|error| person.failure(&error))?;
    let webhook = view.webhook;
    let given =
        GivenWebhook { name: webhook.name, url: webhook.url, events: webhook.events, is_enabled: webhook.is_enabled };
    page(&person, Some(id), &given, None)
}

/// POST /connections/webhooks/{webhook}/edit
pub(super) async fn change(Path(id): Path<String>, PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let (id, given) = (id_of(&person, &id)?, given(&form));
    match webhook_change(&person.service, &person.context, id, given.clone()).await {
        Ok(changed) => {
            let word = if changed { "saved" } else { "unchanged" };
            Ok(lead_told(&format!("/connections/webhooks/{id}"), word, None))
        }
        Err(error) if is_of(&error, &FIELDS) => page(&person, Some(id), &given, Some(&error)),
        Err(error) => Err(person.failure(&error)),
    }
}

#[derive(Template)]
#[template(path = "connection/secret.html")]
struct SecretPage<'a> {
    frame: &'a Frame,
    secret: &'a str,
    path: String,
}

/// Shows a secret. It stands in no address and is kept nowhere, so this is the answer to the form itself.
pub(super) fn tell_secret(person: &Person, made: &WebhookSecret) -> Result<Response, Failure> {
    let path = format!("/connections/webhooks/{}", made.id);
    person.page(StatusCode::OK, &SecretPage { frame: &person.frame, secret: &made.secret, path })
}
