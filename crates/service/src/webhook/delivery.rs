//! What webhooks deliver, for people: the log, sending again, and the test call.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::DeliveryNo;
use musubi_domain::limits;
use musubi_domain::rights::named;
use musubi_domain::webhook::{Delivery, DeliveryAttempt, DeliveryFacts, DeliveryState, TEST_EVENT, Webhook};
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Snapshot, Tx};
use uuid::Uuid;

use super::known;
use super::note::deliver_now;
use crate::context::Service;

/// A page of a log.
#[derive(Clone, Debug)]
pub struct DeliveryPage {
    /// The webhook.
    pub webhook: Webhook,
    /// Its deliveries, the newest first.
    pub deliveries: Vec<Delivery>,
    /// Before which the next page goes on; none where there is none.
    pub next: Option<DeliveryNo>,
}

/// A delivery with what came of it.
#[derive(Clone, Debug)]
pub struct DeliveryView {
    /// The webhook.
    pub webhook: Webhook,
    /// The delivery.
    pub delivery: Delivery,
    /// Its last tries, the newest first.
    pub attempts: Vec<DeliveryAttempt>,
}

/// A page of the log of a webhook, of the deliveries in one state where one is given.
///
/// # Errors
/// Forbidden without the right; NotFound.
pub async fn delivery_list(
    service: &Service,
    context: &Arc<Context>,
    webhook: Uuid,
    state: Option<DeliveryState>,
    before: Option<DeliveryNo>,
) -> Result<DeliveryPage> {
    service.check_named_right(context, named::SYSTEM).await?;
    let read = move |snapshot: &mut Snapshot<'_>| {
        let webhook = known(snapshot, webhook)?;
        let most = limits::LIST_ROWS / 2;
        let mut deliveries =
            store::webhook::delivery::delivery_list(snapshot, webhook.number, state, before, most + 1)?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let is_more = deliveries.len() > most;
        deliveries.truncate(most);
        let next = deliveries.last().filter(|_| is_more).map(|last| last.number);
        Ok(DeliveryPage { webhook, deliveries, next })
    };
    service.db().page(context.tenant, read).await
}

/// A delivery.
///
/// # Errors
/// Forbidden without the right; NotFound.
pub async fn delivery_get(
    service: &Service,
    context: &Arc<Context>,
    (webhook, delivery): (Uuid, Uuid),
) -> Result<DeliveryView> {
    service.check_named_right(context, named::SYSTEM).await?;
    let read = move |keyed: &mut Keyed<'_>| {
        let webhook = known(keyed, webhook)?;
        let delivery = named_in(keyed, &webhook, delivery)?;
        let attempts = store::webhook::delivery::delivery_attempts(keyed, delivery.number)?;
        Ok(DeliveryView { webhook, delivery, attempts })
    };
    service.db().get(context.tenant, read).await
}

/// Has a delivery sent again, at once, whatever became of it: the same body under the same id. It is tried anew for as long as a new one.
///
/// # Errors
/// Forbidden without the right; NotFound; Conflict while it is being sent, or waits for the end of its change set.
pub async fn delivery_send_again(
    service: &Service,
    context: &Arc<Context>,
    (webhook, delivery): (Uuid, Uuid),
) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    let write = move |tx: &mut Tx<'_>| {
        let webhook = known(tx, webhook)?;
        let delivery = named_in(tx, &webhook, delivery)?;
        let waits_for_end = delivery.state == DeliveryState::Queued && delivery.due_at.is_none();
        if delivery.state == DeliveryState::Sending || waits_for_end {
            return Err(Error::new(Kind::Conflict).with_cause("the delivery is being sent, or not complete yet"));
        }
        store::webhook::delivery::delivery_begin_anew(tx, delivery.number)?;
        deliver_now(tx, delivery.number)?;
        tx.record_operation(&Operation::new("webhook.send_again", format!("{} {}", webhook.name, delivery.id)))
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// Calls a webhook to see whether it is heard, even one that is off. Gives the id of the delivery.
///
/// # Errors
/// Forbidden without the right; NotFound.
pub async fn webhook_test(service: &Service, context: &Arc<Context>, webhook: Uuid) -> Result<Uuid> {
    service.check_named_right(context, named::SYSTEM).await?;
    let write = move |tx: &mut Tx<'_>| {
        let webhook = known(tx, webhook)?;
        let user = tx.context().actor.user;
        let facts = DeliveryFacts { user, change_set: None, database: None, record: None, count: 0 };
        let number = store::webhook::delivery::delivery_insert(tx, webhook.number, TEST_EVENT, &facts)?;
        deliver_now(tx, number)?;
        tx.record_operation(&Operation::new("webhook.test", webhook.name))?;
        let row = store::webhook::delivery::delivery_by_number(tx, number)?;
        row.map(|row| row.delivery.id).ok_or_else(|| Error::internal("a delivery that was just added is not there"))
    };
    service.db().write(context, Lane::Interactive, write).await
}

fn named_in(keyed: &mut Keyed<'_>, webhook: &Webhook, id: Uuid) -> Result<Delivery> {
    let found = store::webhook::delivery::delivery_by_id(keyed, webhook.number, id)?;
    found.map(|row| row.delivery).ok_or_else(|| Error::not_found("delivery"))
}

/// Forgets deliveries that are [`limits::DELIVERY_DAYS`] old, of all tenants; how many. Several may do so at a time.
///
/// # Errors
/// Where the database does not answer.
pub async fn delivery_keep_house(service: &Service) -> Result<usize> {
    let old = service.now().plus_seconds(-86_400 * limits::DELIVERY_DAYS);
    let mut count = 0;
    loop {
        let read =
            move |unscoped: &mut store::db::Unscoped<'_>| store::webhook::delivery::delivery_before(unscoped, old);
        let found = service.db().get_unscoped(read).await?;
        let Some((tenant, _)) = found.first().copied() else { return Ok(count) };
        let numbers: Vec<_> = found.into_iter().filter(|(of, _)| *of == tenant).map(|(_, number)| number).collect();
        count += numbers.len();
        let delete = move |tx: &mut Tx<'_>| {
            numbers.iter().try_for_each(|number| store::webhook::delivery::delivery_delete(tx, *number))
        };
        service.db().write(&service.system_context(tenant), Lane::Background, delete).await?;
    }
}
