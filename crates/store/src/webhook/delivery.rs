//! What webhooks deliver: rows that are there before anything is sent, and the log of each try.

use musubi_domain::error::{Error, Result};
use musubi_domain::id::{ChangeSetNo, DeliveryNo, JobNo, TenantNo, WebhookNo};
use musubi_domain::limits;
use musubi_domain::time::Timestamp;
use musubi_domain::webhook::{AttemptFault, AttemptOutcome, Delivery, DeliveryAttempt, DeliveryFacts, DeliveryState};
use uuid::Uuid;

use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Snapshot, Tx, Unscoped};

const BY_NUMBER: Point = Point::new(
    "SELECT delivery_no, id, webhook_no, event, state, facts, body, attempts, created_at, due_at, ended_at, tried_from, job_no
     FROM webhook_delivery WHERE tenant_no = ?1 AND delivery_no = ?2",
);
const BY_ID: Point = Point::new(
    "SELECT delivery_no, id, webhook_no, event, state, facts, body, attempts, created_at, due_at, ended_at, tried_from, job_no
     FROM webhook_delivery WHERE tenant_no = ?1 AND webhook_no = ?2 AND id = ?3",
);
const OF_SET: Point = Point::new(
    "SELECT delivery_no, facts FROM webhook_delivery
     WHERE tenant_no = ?1 AND change_set_no = ?2 AND webhook_no = ?3 AND event = ?4",
);
/// As many as there can be: an event of each kind to each webhook is far less.
const WAITING: Point = Point::new(
    "SELECT delivery_no FROM webhook_delivery WHERE tenant_no = ?1 AND change_set_no = ?2
       AND state = 'queued' AND due_at IS NULL ORDER BY delivery_no LIMIT 200",
);
/// More than two days of tries, and all those by hand that anybody looks at.
const ATTEMPTS: Point = Point::new(
    "SELECT attempt_no, url, started_at, took_us, status, fault, detail, answer, is_cut FROM webhook_attempt
     WHERE tenant_no = ?1 AND delivery_no = ?2 ORDER BY attempt_no DESC LIMIT 50",
);
// Asked of all tenants, by whoever keeps house for them.
const OLD: Point = Point::new(
    "SELECT tenant_no, delivery_no FROM webhook_delivery WHERE created_at < ?1 ORDER BY created_at LIMIT 200",
);

pub(crate) const POINTS: &[&Point] = &[&BY_NUMBER, &BY_ID, &OF_SET, &WAITING, &ATTEMPTS, &OLD];

const LIST: &str =
    "SELECT delivery_no, id, webhook_no, event, state, facts, body, attempts, created_at, due_at, ended_at, tried_from, job_no
     FROM webhook_delivery WHERE tenant_no = ?1 AND webhook_no = ?2 AND delivery_no < ?3 ORDER BY delivery_no DESC LIMIT ?4";
const LIST_IN_STATE: &str =
    "SELECT delivery_no, id, webhook_no, event, state, facts, body, attempts, created_at, due_at, ended_at, tried_from, job_no
     FROM webhook_delivery WHERE tenant_no = ?1 AND webhook_no = ?2 AND state = ?3 AND delivery_no < ?4
     ORDER BY delivery_no DESC LIMIT ?5";
const COUNT: &str = "SELECT count(*) FROM (SELECT delivery_no FROM webhook_delivery
     WHERE tenant_no = ?1 AND webhook_no = ?2 AND state = ?3 LIMIT ?4) AS counted";

pub(crate) const PAGES: &[&str] = &[LIST, LIST_IN_STATE];

/// A delivery as it is stored.
#[derive(Clone, Debug)]
pub struct DeliveryRow {
    /// The delivery.
    pub delivery: Delivery,
    /// Since when it is tried: when it happened, or when somebody last had it sent again.
    pub tried_from: Timestamp,
    /// The job that sends it, or last did.
    pub sender: Option<JobNo>,
}

fn read(mut row: Row) -> Result<DeliveryRow> {
    let (number, id, webhook, event) =
        (DeliveryNo(row.take()?), row.take()?, WebhookNo(row.take()?), row.take::<String>()?);
    let state = row.take::<String>()?;
    let state =
        DeliveryState::of_word(&state).ok_or_else(|| Error::internal(format!("a delivery of a webhook is {state}")))?;
    let facts = read_facts(&row.take::<String>()?)?;
    let (body, attempts) = (row.take()?, row.take()?);
    let created_at = Timestamp::from_micros(row.take()?);
    let due_at = row.take::<Option<i64>>()?.map(Timestamp::from_micros);
    let ended_at = row.take::<Option<i64>>()?.map(Timestamp::from_micros);
    let tried_from = Timestamp::from_micros(row.take()?);
    let delivery = Delivery { number, id, webhook, event, state, facts, body, attempts, created_at, due_at, ended_at };
    Ok(DeliveryRow { delivery, tried_from, sender: row.take::<Option<i64>>()?.map(JobNo) })
}

fn read_facts(text: &str) -> Result<DeliveryFacts> {
    serde_json::from_str(text).map_err(|error| Error::internal(format!("a delivery cannot be read: {error}")))
}

fn written(facts: &DeliveryFacts) -> Result<String> {
    serde_json::to_string(facts).map_err(|error| Error::internal(error.to_string()))
}

fn read_attempt(mut row: Row) -> Result<DeliveryAttempt> {
    let (number, url, started_at) = (row.take()?, row.take()?, Timestamp::from_micros(row.take()?));
    let took = row.take::<Option<i64>>()?;
    let (status, fault) = (row.take::<Option<i64>>()?, row.take::<Option<String>>()?);
    let (detail, answer, is_cut) = (row.take()?, row.take::<Option<Vec<u8>>>()?, row.take()?);
    let fault = fault
        .map(|word| AttemptFault::of_word(&word).ok_or_else(|| Error::internal(format!("a try ended with {word}"))))
        .transpose()?;
    let outcome = took.map(|took| AttemptOutcome {
        took,
        status: status.and_then(|status| u16::try_from(status).ok()),
        fault,
        detail,
        answer: answer.unwrap_or_default(),
        is_cut,
    });
    Ok(DeliveryAttempt { number, url, started_at, outcome })
}

/// The delivery of a number.
///
/// # Errors
/// What the database says.
pub fn delivery_by_number(keyed: &mut Keyed<'_>, number: DeliveryNo) -> Result<Option<DeliveryRow>> {
    keyed.point_one(&BY_NUMBER, &[number.0.into()])?.map(read).transpose()
}

/// The delivery of an outside id to a webhook.
///
/// # Errors
/// What the database says.
pub fn delivery_by_id(keyed: &mut Keyed<'_>, webhook: WebhookNo, id: Uuid) -> Result<Option<DeliveryRow>> {
    keyed.point_one(&BY_ID, &[webhook.0.into(), id.into()])?.map(read).transpose()
}

/// The last tries of a delivery, the newest first.
///
/// # Errors
/// What the database says.
pub fn delivery_attempts(keyed: &mut Keyed<'_>, number: DeliveryNo) -> Result<Vec<DeliveryAttempt>> {
    keyed.point(&ATTEMPTS, &[number.0.into()])?.into_iter().map(read_attempt).collect()
}

/// Deliveries to a webhook, the newest first, those before `before` where it is given; those of a state alone where one is given.
///
/// # Errors
/// What the database says.
pub fn delivery_list(
    snapshot: &mut Snapshot<'_>,
    webhook: WebhookNo,
    state: Option<DeliveryState>,
    before: Option<DeliveryNo>,
    most: i64,
) -> Result<Vec<Delivery>> {
    let before = before.map_or(i64::MAX, |number| number.0);
    let rows = match state {
        None => snapshot.rows(LIST, &[webhook.0.into(), before.into(), most.into()])?,
        Some(state) => {
            snapshot.rows(LIST_IN_STATE, &[webhook.0.into(), state.word().into(), before.into(), most.into()])?
        }
    };
    rows.into_iter().map(|row| read(row).map(|row| row.delivery)).collect()
}

/// How many deliveries to a webhook are in a state, at most [`limits::DELIVERIES_COUNTED`].
///
/// # Errors
/// What the database says.
pub fn delivery_count(snapshot: &mut Snapshot<'_>, webhook: WebhookNo, state: DeliveryState) -> Result<i64> {
    let rows = snapshot.rows(COUNT, &[webhook.0.into(), state.word().into(), limits::DELIVERIES_COUNTED.into()])?;
    rows.into_iter().next().map_or(Ok(0), |mut row| row.take())
}

/// Adds a delivery that is to be sent at once, and gives its number.
///
/// # Errors
/// What the database says.
pub fn delivery_insert(tx: &mut Tx<'_>, webhook: WebhookNo, event: &str, facts: &DeliveryFacts) -> Result<DeliveryNo> {
    let now = tx.context().now;
    insert(tx, webhook, event, facts, (None, Some(now)))
}

fn insert(
    tx: &mut Tx<'_>,
    webhook: WebhookNo,
    event: &str,
    facts: &DeliveryFacts,
    (set, due): (Option<ChangeSetNo>, Option<Timestamp>),
) -> Result<DeliveryNo> {
    let (number, id, now) = (counter_next(tx, "webhook_delivery")?, tx.next_id(), tx.context().now.micros());
    tx.execute(
        "INSERT INTO webhook_delivery (tenant_no, delivery_no, id, webhook_no, event, state, facts, attempts, change_set_no, created_at, tried_from, due_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 'queued', ?6, 0, ?7, ?8, ?8, ?9)",
        &[
            number.into(),
            id.into(),
            webhook.0.into(),
            event.into(),
            written(facts)?.into(),
            set.map(|set| set.0).into(),
            now.into(),
            due.map(Timestamp::micros).into(),
        ],
    )?;
    Ok(DeliveryNo(number))
}

/// Counts records of a slice of a change set: one delivery of each event to each webhook speaks of the whole, and waits until it is closed.
///
/// # Errors
/// What the database says.
pub fn delivery_count_slice(
    tx: &mut Tx<'_>,
    webhook: WebhookNo,
    event: &str,
    (set, facts): (ChangeSetNo, &DeliveryFacts),
) -> Result<()> {
    let found = tx.point_one(&OF_SET, &[set.0.into(), webhook.0.into(), event.into()])?;
    let Some(mut row) = found else { return insert(tx, webhook, event, facts, (Some(set), None)).map(drop) };
    let (number, mut standing) = (row.take::<i64>()?, read_facts(&row.take::<String>()?)?);
    standing.count += facts.count;
    let sql = "UPDATE webhook_delivery SET facts = ?3 WHERE tenant_no = ?1 AND delivery_no = ?2";
    tx.execute(sql, &[number.into(), written(&standing)?.into()]).map(drop)
}

/// The deliveries that waited for the end of a change set and are to be sent from now on.
///
/// # Errors
/// What the database says.
pub fn delivery_release(tx: &mut Tx<'_>, set: ChangeSetNo) -> Result<Vec<DeliveryNo>> {
    let rows = tx.point(&WAITING, &[set.0.into()])?;
    let now = tx.context().now.micros();
    let mut numbers = Vec::with_capacity(rows.len());
    for mut row in rows {
        let number = row.take::<i64>()?;
        let sql = "UPDATE webhook_delivery SET due_at = ?3, tried_from = ?3 WHERE tenant_no = ?1 AND delivery_no = ?2";
        tx.execute(sql, &[number.into(), now.into()])?;
        numbers.push(DeliveryNo(number));
    }
    Ok(numbers)
}

/// Says how a delivery stands, from when on it is tried again, and that it has ended where it has.
///
/// # Errors
/// What the database says.
pub fn delivery_state_set(
    tx: &mut Tx<'_>,
    number: DeliveryNo,
    state: DeliveryState,
    due: Option<Timestamp>,
) -> Result<()> {
    let ended = state.is_final().then_some(tx.context().now.micros());
    tx.execute(
        "UPDATE webhook_delivery SET state = ?3, due_at = ?4, ended_at = ?5 WHERE tenant_no = ?1 AND delivery_no = ?2",
        &[number.0.into(), state.word().into(), due.map(Timestamp::micros).into(), ended.into()],
    )?;
    Ok(())
}

/// Has a delivery tried from now on, as if it had just happened.
///
/// # Errors
/// What the database says.
pub fn delivery_begin_anew(tx: &mut Tx<'_>, number: DeliveryNo) -> Result<()> {
    let now = tx.context().now.micros();
    tx.execute(
        "UPDATE webhook_delivery SET state = 'queued', due_at = ?3, tried_from = ?3, ended_at = NULL
         WHERE tenant_no = ?1 AND delivery_no = ?2",
        &[number.0.into(), now.into()],
    )?;
    Ok(())
}

/// Begins a try: the delivery is being sent, this is its body from here on (none: it has none yet), and the log knows of it.
///
/// # Errors
/// What the database says.
pub fn delivery_attempt_begin(
    tx: &mut Tx<'_>,
    number: DeliveryNo,
    (attempt, job): (i64, JobNo),
    (url, body): (&str, Option<&str>),
) -> Result<()> {
    let now = tx.context().now.micros();
    tx.execute(
        "UPDATE webhook_delivery SET state = 'sending', attempts = ?3, body = ?4, job_no = ?5, due_at = NULL, ended_at = NULL
         WHERE tenant_no = ?1 AND delivery_no = ?2",
        &[number.0.into(), attempt.into(), body.into(), job.0.into()],
    )?;
    tx.execute(
        "INSERT INTO webhook_attempt (tenant_no, delivery_no, attempt_no, url, started_at, detail, is_cut)
         VALUES (?1, ?2, ?3, ?4, ?5, '', 0)",
        &[number.0.into(), attempt.into(), url.into(), now.into()],
    )?;
    Ok(())
}

/// Writes down what came of a try; false where that is written already.
///
/// # Errors
/// What the database says.
pub fn delivery_attempt_end(
    tx: &mut Tx<'_>,
    number: DeliveryNo,
    attempt: i64,
    outcome: &AttemptOutcome,
) -> Result<bool> {
    let answer = (!outcome.answer.is_empty()).then(|| outcome.answer.clone());
    let count = tx.execute(
        "UPDATE webhook_attempt SET took_us = ?4, status = ?5, fault = ?6, detail = ?7, answer = ?8, is_cut = ?9
         WHERE tenant_no = ?1 AND delivery_no = ?2 AND attempt_no = ?3 AND took_us IS NULL",
        &[
            number.0.into(),
            attempt.into(),
            outcome.took.into(),
            outcome.status.map(i64::from).into(),
            outcome.fault.map(AttemptFault::word).into(),
            outcome.detail.replace('\0', " ").into(),
            answer.into(),
            outcome.is_cut.into(),
        ],
    )?;
    Ok(count == 1)
}

/// Forgets a delivery and its tries.
///
/// # Errors
/// What the database says.
pub fn delivery_delete(tx: &mut Tx<'_>, number: DeliveryNo) -> Result<()> {
    tx.execute("DELETE FROM webhook_attempt WHERE tenant_no = ?1 AND delivery_no = ?2", &[number.0.into()])?;
    tx.execute("DELETE FROM webhook_delivery WHERE tenant_no = ?1 AND delivery_no = ?2", &[number.0.into()]).map(drop)
}

/// Deliveries of before a moment, of all tenants, the oldest first, at most 200.
///
/// # Errors
/// What the database says.
pub fn delivery_before(unscoped: &mut Unscoped<'_>, moment: Timestamp) -> Result<Vec<(TenantNo, DeliveryNo)>> {
    let rows = unscoped.point(&OLD, &[moment.micros().into()])?;
    rows.into_iter().map(|mut row| Ok((TenantNo(row.take()?), DeliveryNo(row.take()?)))).collect()
}
