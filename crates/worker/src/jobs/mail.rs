//! Sends a mail. One whose job is broken off just then may come twice, under the same Message-ID.

use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::job::JobLane;
use musubi_domain::messages::Message;
use musubi_outbound::mail::Mailer;
use musubi_service::Service;
use musubi_service::job::run::JobRun;
use musubi_service::mail::{MAIL_SEND, MailAbout, MailOrder, mail_compose, mail_id};
use serde_json::{Value, json};

use crate::kind::JobKind;

/// Mail servers mind more connections at a time.
const LIMIT: usize = 2;

pub(crate) fn kind(mailer: Option<Mailer>) -> JobKind {
    JobKind::new(MAIL_SEND, JobLane::Fast, LIMIT, move |service, run| send(service, run, mailer.clone()))
}

/// Somebody waits for what comes of a test: what could pass is told and not tried again.
fn told_at_once(error: Error) -> Error {
    let cause = error.cause().filter(|_| error.kind() == Kind::Unavailable).map(|cause| cause.for_log().to_owned());
    cause.map_or(error, |answer| Error::invalid_at("mail", Message::MailRefused { answer }))
}

async fn send(service: Service, run: JobRun, mailer: Option<Mailer>) -> Result<Value> {
    let order: MailOrder = run.payload()?;
    let is_test = order.about == MailAbout::Test;
    let mailer = mailer.ok_or_else(|| Error::invalid_at("mail", Message::NoMail))?;
    let Some(mail) = mail_compose(&service, run.tenant(), order).await? else { return Ok(json!({"sent": false})) };
    let id = mail_id(&service, run.tenant(), run.number());
    let sent = mailer.send(&mail, id, service.now()).await;
    let answer = sent.map_err(|error| if is_test { told_at_once(error) } else { error })?;
    Ok(json!({"sent": true, "answer": answer}))
}
