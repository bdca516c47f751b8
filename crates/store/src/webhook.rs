//! Webhooks: who wants to hear of what. What they deliver is in [`delivery`].

pub mod delivery;

use musubi_domain::error::{Error, Result};
use musubi_domain::id::{UserNo, WebhookNo};
use musubi_domain::limits;
use musubi_domain::time::Timestamp;
use musubi_domain::webhook::Webhook;
use uuid::Uuid;

use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Tx};

const BY_ID: Point = Point::new(
    "SELECT webhook_no, id, name, url, events, enabled, owner_no, created_at, updated_at
     FROM webhook WHERE tenant_no = ?1 AND id = ?2",
);
const BY_NUMBER: Point = Point::new(
    "SELECT webhook_no, id, name, url, events, enabled, owner_no, created_at, updated_at
     FROM webhook WHERE tenant_no = ?1 AND webhook_no = ?2",
);
/// As many as a tenant may have, and one more.
const ALL: Point = Point::new(
    "SELECT webhook_no, id, name, url, events, enabled, owner_no, created_at, updated_at
     FROM webhook WHERE tenant_no = ?1 ORDER BY webhook_no LIMIT 51",
);
const SECRET: Point = Point::new("SELECT secret FROM webhook WHERE tenant_no = ?1 AND webhook_no = ?2");

pub(crate) const POINTS: &[&Point] = &[&BY_ID, &BY_NUMBER, &ALL, &SECRET];

fn read(mut row: Row) -> Result<Webhook> {
    let (number, id, name, url) = (WebhookNo(row.take()?), row.take()?, row.take()?, row.take()?);
    let events = serde_json::from_str(&row.take::<String>()?)
        .map_err(|error| Error::internal(format!("the events of a webhook cannot be read: {error}")))?;
    Ok(Webhook {
        number,
        id,
        name,
        url,
        events,
        is_enabled: row.take()?,
        owner: UserNo(row.take()?),
        created_at: Timestamp::from_micros(row.take()?),
        updated_at: Timestamp::from_micros(row.take()?),
    })
}

fn written(events: &[String]) -> Result<String> {
    serde_json::to_string(events).map_err(|error| Error::internal(error.to_string()))
}

/// The webhook of an outside id.
///
/// # Errors
/// What the database says.
pub fn webhook_by_id(keyed: &mut Keyed<'_>, id: Uuid) -> Result<Option<Webhook>> {
    keyed.point_one(&BY_ID, &[id.into()])?.map(read).transpose()
}

/// The webhook of a number.
///
/// # Errors
/// What the database says.
pub fn webhook_by_number(keyed: &mut Keyed<'_>, number: WebhookNo) -> Result<Option<Webhook>> {
    keyed.point_one(&BY_NUMBER, &[number.0.into()])?.map(read).transpose()
}

/// All webhooks, in order of creation.
///
/// # Errors
/// What the database says.
pub fn webhook_list(keyed: &mut Keyed<'_>) -> Result<Vec<Webhook>> {
    keyed.point(&ALL, &[])?.into_iter().map(read).collect()
}

/// The sealed secret of a webhook.
///
/// # Errors
/// What the database says.
pub fn webhook_secret(keyed: &mut Keyed<'_>, number: WebhookNo) -> Result<Option<Vec<u8>>> {
    keyed.point_one(&SECRET, &[number.0.into()])?.map(|mut row| row.take()).transpose()
}

/// Adds a webhook, of which number and moments are given here. `None` where there are [`limits::WEBHOOKS`] already.
///
/// # Errors
/// What the database says.
pub fn webhook_insert(tx: &mut Tx<'_>, webhook: &Webhook, secret: &[u8]) -> Result<Option<WebhookNo>> {
    let count = i64::try_from(webhook_list(tx)?.len()).unwrap_or(i64::MAX);
    if count >= limits::WEBHOOKS {
        return Ok(None);
    }
    let (number, now) = (counter_next(tx, "webhook")?, tx.context().now.micros());
    tx.execute(
        "INSERT INTO webhook (tenant_no, webhook_no, id, name, url, events, secret, enabled, owner_no, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)",
        &[
            number.into(),
            webhook.id.into(),
            webhook.name.as_str().into(),
            webhook.url.as_str().into(),
            written(&webhook.events)?.into(),
            secret.into(),
            webhook.is_enabled.into(),
            webhook.owner.0.into(),
            now.into(),
        ],
    )?;
    Ok(Some(WebhookNo(number)))
}

/// Changes what people say of a webhook, and whose it is.
///
/// # Errors
/// What the database says.
pub fn webhook_set(tx: &mut Tx<'_>, webhook: &Webhook) -> Result<()> {
    let now = tx.context().now.micros();
    tx.execute(
        "UPDATE webhook SET name = ?3, url = ?4, events = ?5, enabled = ?6, owner_no = ?7, updated_at = ?8
         WHERE tenant_no = ?1 AND webhook_no = ?2",
        &[
            webhook.number.0.into(),
            webhook.name.as_str().into(),
            webhook.url.as_str().into(),
            written(&webhook.events)?.into(),
            webhook.is_enabled.into(),
            webhook.owner.0.into(),
            now.into(),
        ],
    )?;
    Ok(())
}

/// Gives a webhook another sealed secret.
///
/// # Errors
/// What the database says.
pub fn webhook_secret_set(tx: &mut Tx<'_>, number: WebhookNo, secret: &[u8]) -> Result<()> {
    let now = tx.context().now.micros();
    let sql = "UPDATE webhook SET secret = ?3, updated_at = ?4 WHERE tenant_no = ?1 AND webhook_no = ?2";
    tx.execute(sql, &[number.0.into(), secret.into(), now.into()]).map(drop)
}

/// Removes a webhook. Its deliveries are forgotten in their time.
///
/// # Errors
/// What the database says.
pub fn webhook_delete(tx: &mut Tx<'_>, number: WebhookNo) -> Result<()> {
    tx.execute("DELETE FROM webhook WHERE tenant_no = ?1 AND webhook_no = ?2", &[number.0.into()]).map(drop)
}
