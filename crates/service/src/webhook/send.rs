//! How a delivery is sent: what a job of the worker asks before it calls, and says after it has.
//!
//! A try is a row before anything is sent. Where the server stops in between, whoever goes on with the job finds the delivery being sent by
//! nobody: it may have arrived. That is written down, and it is sent again under the same id, by which the receiver knows it.

use musubi_domain::actor::Actor;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{DeliveryNo, JobNo, TenantNo};
use musubi_domain::messages::Locale;
use musubi_domain::time::Timestamp;
use musubi_domain::user::User;
use musubi_domain::webhook::{
    AttemptFault, AttemptOutcome, Delivery, DeliveryFacts, DeliveryState, RecordFacts, TEST_EVENT, Webhook, next_try,
    retry_after,
};
use musubi_store as store;
use musubi_store::db::{Keyed, Tx};
use musubi_store::webhook::delivery::DeliveryRow;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::SEAL;
use super::note::deliver_later;
use crate::context::Service;

/// The kind of job that tries a delivery. Its payload is the number.
pub const DELIVER: &str = "webhook.deliver";

/// A delivery that is ready to be sent.
#[derive(Clone)]
pub struct Sending {
    /// Its number.
    pub number: DeliveryNo,
    /// Its outside id.
    pub id: Uuid,
    /// What happened.
    pub event: String,
    /// Where to.
    pub url: String,
    /// What it is signed with.
    pub secret: String,
    /// What is sent.
    pub body: String,
}

/// What is to be done with a delivery.
pub enum Prepared {
    /// It is sent.
    Send(Box<Sending>),
    /// It is given up for this reason.
    GiveUp(AttemptFault),
    /// Whose webhook it is may not see the record: there is nothing to tell.
    Forget,
    /// There is nothing to do.
    Over,
}

/// What is sent, in the order in which it is written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'d> {
    id: Uuid,
    event: &'d str,
    time: String,
    tenant: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change_set: Option<Uuid>,
    by: Who,
    count: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<BodyRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Vec<BodyItem>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Who {
    #[serde(rename = "loginID")]
    login_id: String,
    name: String,
}

#[derive(Serialize)]
struct BodyRecord {
    id: Uuid,
    version: i64,
}

#[derive(Serialize)]
struct BodyItem {
    id: Uuid,
    name: String,
    value: Option<Box<RawValue>>,
}

/// Gets a delivery ready: its webhook, the secret, and the body, which is written now if it was not yet.
///
/// # Errors
/// Where the database does not answer.
pub async fn delivery_prepare(service: &Service, tenant: TenantNo, number: DeliveryNo) -> Result<Prepared> {
    let read = move |keyed: &mut Keyed<'_>| {
        let Some(row) = store::webhook::delivery::delivery_by_number(keyed, number)? else { return Ok(None) };
        let webhook = store::webhook::webhook_by_number(keyed, row.delivery.webhook)?;
        let secret = store::webhook::webhook_secret(keyed, row.delivery.webhook)?;
        Ok(Some((row.delivery, webhook.zip(secret))))
    };
    let Some((delivery, found)) = service.db().get(tenant, read).await? else { return Ok(Prepared::Over) };
    if delivery.state.is_final() {
        return Ok(Prepared::Over);
    }
    let Some((webhook, secret)) = found else { return Ok(Prepared::GiveUp(AttemptFault::Off)) };
    if !webhook.is_enabled && delivery.event != TEST_EVENT {
        return Ok(Prepared::GiveUp(AttemptFault::Off));
    }
    let secret = String::from_utf8(service.unseal(SEAL, tenant, &secret)?)
        .map_err(|_| Error::internal("the secret of a webhook is no text"))?;
    let body = match &delivery.body {
        Some(body) => body.clone(),
        None => match compose(service, tenant, &delivery, &webhook).await? {
            Composed::Body(body) => body,
            Composed::NoOwner => return Ok(Prepared::GiveUp(AttemptFault::NoOwner)),
            Composed::NotSeen => return Ok(Prepared::Forget),
        },
    };
    let Delivery { number, id, event, .. } = delivery;
    Ok(Prepared::Send(Box::new(Sending { number, id, event, url: webhook.url, secret, body })))
}

enum Composed {
    Body(String),
    NoOwner,
    NotSeen,
}

/// Writes the body as whose webhook it is may see the record.
async fn compose(service: &Service, tenant: TenantNo, delivery: &Delivery, webhook: &Webhook) -> Result<Composed> {
    let owner = service.user(tenant, webhook.owner).await?;
    if !owner.is_some_and(|owner| owner.active) {
        return Ok(Composed::NoOwner);
    }
    let DeliveryFacts { user, change_set, database, record, count } = delivery.facts.clone();
    let by = service.user(tenant, user).await?;
    let read = move |keyed: &mut Keyed<'_>| {
        let company = store::tenant::tenant_company(keyed)?;
        let set = change_set.map(|set| store::change_set::change_set_by_number(keyed, set)).transpose()?.flatten();
        Ok((company.code, set.map(|set| set.id)))
    };
    let (code, change_set) = service.db().get(tenant, read).await?;
    let template = match database {
        Some(database) => Some(service.template_numbered(tenant, database).await?),
        None => None,
    };
    let (mut shown, mut items) = (None, None);
    if let (Some(template), Some(RecordFacts { number, id, version, items: changed })) = (&template, record) {
        let context = service.context(tenant, Actor::system(webhook.owner), Locale::Ja, service.new_request_id());
        let sight = service.sight(&context, template).await?;
        let (seen_by, of) = (sight.clone(), std::sync::Arc::clone(template));
        let read = move |keyed: &mut Keyed<'_>| {
            store::record::record_or_trash_by_number(keyed, &seen_by, &of, number).map(|record| record.is_some())
        };
        if !service.db().get(tenant, read).await? {
            return Ok(Composed::NotSeen);
        }
        shown = Some(BodyRecord { id, version });
        let seen = changed.into_iter().filter(|(item, _)| sight.sees(*item));
        let named = seen.filter_map(|(number, value)| {
            let item = template.item_numbered(number).filter(|item| !item.hidden)?;
            Some(BodyItem { id: item.id, name: item.name.clone(), value })
        });
        items = Some(named.collect());
    }
    let body = Body {
        id: delivery.id,
        event: &delivery.event,
        time: delivery.created_at.to_rfc3339(),
        tenant: &code,
        database: template.as_ref().map(|template| template.name.as_str()),
        change_set,
        by: by.map_or_else(|| Who { login_id: String::new(), name: String::new() }, |user| who(&user)),
        count,
        record: shown,
        items,
    };
    serde_json::to_string(&body).map(Composed::Body).map_err(|error| Error::internal(error.to_string()))
}

fn who(user: &User) -> Who {
    Who { login_id: user.login_id.clone(), name: user.display_name() }
}

/// Finds out, in a slice of the job, what a run before left: a delivery that it was sending when its process ended. What came of that is not
/// known, and is written down so.
///
/// # Errors
/// What the database says.
pub fn delivery_recover_in(tx: &mut Tx<'_>, number: DeliveryNo, job: JobNo) -> Result<()> {
    let Some(row) = store::webhook::delivery::delivery_by_number(tx, number)? else { return Ok(()) };
    if row.delivery.state != DeliveryState::Sending || is_sent_by_another(tx, &row, job)? {
        return Ok(());
    }
    let took = store::webhook::delivery::delivery_attempts(tx, number)?
        .first()
        .map_or(0, |attempt| tx.context().now.micros() - attempt.started_at.micros());
    let outcome = AttemptOutcome { took, fault: Some(AttemptFault::Interrupted), ..AttemptOutcome::default() };
    store::webhook::delivery::delivery_attempt_end(tx, number, row.delivery.attempts, &outcome)?;
    let now = tx.context().now;
    store::webhook::delivery::delivery_state_set(tx, number, DeliveryState::Unknown, Some(now))
}

fn is_sent_by_another(tx: &mut Tx<'_>, row: &DeliveryRow, job: JobNo) -> Result<bool> {
    let Some(sender) = row.sender.filter(|sender| *sender != job) else { return Ok(false) };
    Ok(store::job::job_by_number(tx, sender)?.is_some_and(|sender| !sender.state.is_final()))
}

/// Begins a try, in a slice of the job: which one it is; none where it is not this job's to send.
///
/// # Errors
/// What the database says.
pub fn delivery_begin_in(tx: &mut Tx<'_>, sending: &Sending, job: JobNo) -> Result<Option<i64>> {
    let Some(row) = store::webhook::delivery::delivery_by_number(tx, sending.number)? else { return Ok(None) };
    let is_due = row.delivery.due_at.is_some_and(|due| due <= tx.context().now);
    if row.delivery.state.is_final() || row.delivery.state == DeliveryState::Sending || !is_due {
        return Ok(None);
    }
    let attempt = row.delivery.attempts + 1;
    let sent = (sending.url.as_str(), Some(sending.body.as_str()));
    store::webhook::delivery::delivery_attempt_begin(tx, sending.number, (attempt, job), sent)?;
    Ok(Some(attempt))
}

/// Writes down what came of a try, in a slice of the job: it is done, tried again later, or given up.
///
/// # Errors
/// What the database says.
pub fn delivery_end_in(
    tx: &mut Tx<'_>,
    (number, attempt): (DeliveryNo, i64),
    outcome: &AttemptOutcome,
    asked: Option<&str>,
) -> Result<DeliveryState> {
    store::webhook::delivery::delivery_attempt_end(tx, number, attempt, outcome)?;
    let Some(row) = store::webhook::delivery::delivery_by_number(tx, number)? else { return Ok(DeliveryState::Failed) };
    let (state, due) = match outcome.fault {
        None => (DeliveryState::Done, None),
        Some(fault) => match again(&row, attempt, fault, asked, tx.context().now) {
            Some(due) => (DeliveryState::Queued, Some(due)),
            None => (DeliveryState::Failed, None),
        },
    };
    store::webhook::delivery::delivery_state_set(tx, number, state, due)?;
    if let Some(due) = due {
        deliver_later(tx, number, attempt, due)?;
    }
    Ok(state)
}

fn again(
    row: &DeliveryRow,
    attempt: i64,
    fault: AttemptFault,
    asked: Option<&str>,
    now: Timestamp,
) -> Option<Timestamp> {
    // A test is for whoever waits for its outcome.
    if !fault.may_pass() || row.delivery.event == TEST_EVENT {
        return None;
    }
    next_try(row.tried_from, now, attempt, asked.and_then(retry_after))
}

/// Gives a delivery up that cannot be sent.
///
/// # Errors
/// What the database says.
pub fn delivery_give_up_in(tx: &mut Tx<'_>, number: DeliveryNo, job: JobNo, fault: AttemptFault) -> Result<()> {
    let Some(row) = store::webhook::delivery::delivery_by_number(tx, number)? else { return Ok(()) };
    if row.delivery.state.is_final() {
        return Ok(());
    }
    let (attempt, body) = (row.delivery.attempts + 1, row.delivery.body);
    store::webhook::delivery::delivery_attempt_begin(tx, number, (attempt, job), ("", body.as_deref()))?;
    let outcome = AttemptOutcome { fault: Some(fault), ..AttemptOutcome::default() };
    store::webhook::delivery::delivery_attempt_end(tx, number, attempt, &outcome)?;
    store::webhook::delivery::delivery_state_set(tx, number, DeliveryState::Failed, None)
}

/// Forgets a delivery of which there is nothing to tell.
///
/// # Errors
/// What the database says.
pub fn delivery_forget_in(tx: &mut Tx<'_>, number: DeliveryNo) -> Result<()> {
    store::webhook::delivery::delivery_delete(tx, number)
}
