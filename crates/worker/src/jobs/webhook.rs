//! Tries a delivery of a webhook, once: a later try is a job of its own. What the log of the delivery says stands before anything is sent,
//! so one that is broken off is found, said to be of unknown outcome, and sent again under the same id.

use std::time::Instant;

use musubi_domain::error::{Error, Result};
use musubi_domain::id::DeliveryNo;
use musubi_domain::job::{JobLane, JobProgress};
use musubi_domain::outgoing::CallFault;
use musubi_domain::webhook::{AttemptFault, AttemptOutcome};
use musubi_outbound::client::{Answer, CallFailure, Client};
use musubi_outbound::peers::webhook::{Message, send};
use musubi_service::Service;
use musubi_service::job::run::{JobRun, JobSlice};
use musubi_service::webhook::send::{
    DELIVER, Prepared, Sending, delivery_begin_in, delivery_end_in, delivery_forget_in, delivery_give_up_in,
    delivery_prepare, delivery_recover_in,
};
use serde_json::{Value, json};

use crate::kind::JobKind;

/// Receivers that are waited for at a time.
const LIMIT: usize = 16;

pub(crate) fn kind(client: Option<Client>) -> JobKind {
    JobKind::new(DELIVER, JobLane::Outside, LIMIT, move |service, run| deliver(service, run, client.clone()))
}

async fn deliver(service: Service, run: JobRun, client: Option<Client>) -> Result<Value> {
    let number: DeliveryNo = run.payload()?;
    let client = client.ok_or_else(|| Error::internal("nothing can be called: there is no client"))?;
    let job = run.number();
    slice(&service, &run, move |tx| delivery_recover_in(tx, number, job)).await?;
    let sending = match delivery_prepare(&service, run.tenant(), number).await? {
        Prepared::Send(sending) => sending,
        Prepared::GiveUp(fault) => {
            slice(&service, &run, move |tx| delivery_give_up_in(tx, number, job, fault)).await?;
            return Ok(json!({"state": "failed"}));
        }
        Prepared::Forget => {
            slice(&service, &run, move |tx| delivery_forget_in(tx, number)).await?;
            return Ok(json!({"state": "not_seen"}));
        }
        Prepared::Over => return Ok(json!({"state": "over"})),
    };
    let begun = Sending::clone(&sending);
    let attempt = slice(&service, &run, move |tx| delivery_begin_in(tx, &begun, job)).await?;
    let Some(attempt) = attempt else { return Ok(json!({"state": "over"})) };
    let (outcome, asked) = try_once(&service, &client, &sending, attempt).await;
    let state =
        slice(&service, &run, move |tx| delivery_end_in(tx, (number, attempt), &outcome, asked.as_deref())).await?;
    Ok(json!({"attempt": attempt, "state": state.word()}))
}

/// Sends it; what came of it, and the wait that the receiver asks for.
async fn try_once(
    service: &Service,
    client: &Client,
    sending: &Sending,
    attempt: i64,
) -> (AttemptOutcome, Option<String>) {
    let Sending { id, event, url, secret, body, .. } = sending;
    let message = Message { url, event, delivery: *id, attempt, body };
    let begun = Instant::now();
    let answer = send(client, message, secret, service.now()).await;
    let took = i64::try_from(begun.elapsed().as_micros()).unwrap_or(i64::MAX);
    match answer {
        Ok(Answer { status, retry_after, body, is_cut, .. }) => {
            let fault = (!(200..300).contains(&status)).then_some(AttemptFault::Call(CallFault::Status));
            let outcome =
                AttemptOutcome { took, status: Some(status), fault, detail: String::new(), answer: body, is_cut };
            // What a success says of a later try is of no interest.
            (outcome, retry_after.filter(|_| fault.is_some()))
        }
        Err(CallFailure { fault, detail, .. }) => {
            let fault = Some(AttemptFault::Call(fault));
            (AttemptOutcome { took, fault, detail, ..AttemptOutcome::default() }, None)
        }
    }
}

/// A slice that has no cursor: what is to be done next stands in the delivery.
async fn slice<T, F>(service: &Service, run: &JobRun, mut work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnMut(&mut musubi_service::Tx<'_>) -> Result<T> + Send + 'static,
{
    let given = run
        .step(service, move |tx| {
            let given = Given { value: Some(work(tx)?) };
            Ok(JobSlice { cursor: given, progress: JobProgress::default() })
        })
        .await?;
    given.value.ok_or_else(|| Error::internal("a slice gave nothing"))
}

/// What a slice gives to the run and to nobody later.
#[derive(serde::Serialize)]
struct Given<T> {
    #[serde(skip)]
    value: Option<T>,
}
