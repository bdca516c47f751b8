//! Webhooks: who wants to hear of what. What they deliver: [`delivery`]; how that is noted while something happens: `note`; how it is
//! sent: [`send`].

pub mod delivery;
pub(crate) mod note;
pub mod send;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{TenantNo, WebhookNo};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::rights::named;
use musubi_domain::webhook::{DeliveryState, GivenWebhook, Webhook};
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Snapshot, Tx};
use uuid::Uuid;

use crate::context::Service;

/// What secrets of webhooks are sealed for.
const SEAL: &str = "webhook secret";
/// How a secret begins, so that people and programs that look for leaked ones know it.
const SECRET_PREFIX: &str = "whsec_";
/// Where a webhook is named that there is none of.
const PATH: &str = "webhook";

/// A webhook and how its deliveries stand, each counted to [`limits::DELIVERIES_COUNTED`].
#[derive(Clone, Debug)]
pub struct WebhookView {
    /// The webhook.
    pub webhook: Webhook,
    /// Deliveries that wait or are on their way.
    pub waiting: i64,
    /// Deliveries that were given up.
    pub failed: i64,
}

/// A webhook and its secret, which is told this once.
#[derive(Clone, Debug)]
pub struct WebhookSecret {
    /// Its outside id.
    pub id: Uuid,
    /// What its deliveries are signed with.
    pub secret: String,
}

impl Service {
    fn new_secret(&self, tenant: TenantNo) -> Result<(String, Vec<u8>)> {
        let secret = format!("{SECRET_PREFIX}{}", URL_SAFE_NO_PAD.encode(self.random()));
        let sealed = self.seal(SEAL, tenant, secret.as_bytes())?;
        Ok((secret, sealed))
    }
}

/// Makes a webhook. It is its maker's: it hears what he may see.
///
/// # Errors
/// Forbidden without the right; Invalid, with everything that is wrong at once, or where there are too many.
pub async fn webhook_create(service: &Service, context: &Arc<Context>, given: GivenWebhook) -> Result<WebhookSecret> {
    service.check_named_right(context, named::SYSTEM).await?;
    judge(&given)?;
    let (secret, sealed) = service.new_secret(context.tenant)?;
    let write = move |tx: &mut Tx<'_>| {
        let context = Arc::clone(tx.context());
        let webhook = Webhook {
            number: WebhookNo(0),
            id: tx.next_id(),
            name: given.name.clone(),
            url: given.url.clone(),
            events: given.events_in_order(),
            is_enabled: given.is_enabled,
            owner: context.actor.user,
            created_at: context.now,
            updated_at: context.now,
        };
        if store::webhook::webhook_insert(tx, &webhook, &sealed)?.is_none() {
            let most = usize::try_from(limits::WEBHOOKS).unwrap_or(usize::MAX);
            return Err(Error::invalid_at("name", Message::TooMany { most }));
        }
        tx.record_operation(&Operation::new("webhook.create", webhook.name))?;
        Ok(webhook.id)
    };
    let id = service.db().write(context, Lane::Interactive, write).await?;
    Ok(WebhookSecret { id, secret })
}

/// Changes a webhook, which from then on is of whoever changes it. False where nothing is different.
///
/// # Errors
/// Forbidden without the right; NotFound; Invalid, with everything that is wrong at once.
pub async fn webhook_change(service: &Service, context: &Arc<Context>, id: Uuid, given: GivenWebhook) -> Result<bool> {
    service.check_named_right(context, named::SYSTEM).await?;
    judge(&given)?;
    let write = move |tx: &mut Tx<'_>| {
        let standing = known(tx, id)?;
        let mut webhook = standing.clone();
        webhook.name.clone_from(&given.name);
        webhook.url.clone_from(&given.url);
        webhook.events = given.events_in_order();
        (webhook.is_enabled, webhook.owner) = (given.is_enabled, tx.context().actor.user);
        if webhook == standing {
            return Ok(false);
        }
        store::webhook::webhook_set(tx, &webhook)?;
        tx.record_operation(&Operation::new("webhook.change", webhook.name))?;
        Ok(true)
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// Gives a webhook another secret: everything that is sent from then on is signed with it.
///
/// # Errors
/// Forbidden without the right; NotFound.
pub async fn webhook_renew_secret(service: &Service, context: &Arc<Context>, id: Uuid) -> Result<WebhookSecret> {
    service.check_named_right(context, named::SYSTEM).await?;
    let (secret, sealed) = service.new_secret(context.tenant)?;
    let write = move |tx: &mut Tx<'_>| {
        let webhook = known(tx, id)?;
        store::webhook::webhook_secret_set(tx, webhook.number, &sealed)?;
        tx.record_operation(&Operation::new("webhook.secret", webhook.name))
    };
    service.db().write(context, Lane::Interactive, write).await?;
    Ok(WebhookSecret { id, secret })
}

/// Removes a webhook. What waits for it is not sent any more.
///
/// # Errors
/// Forbidden without the right; NotFound.
pub async fn webhook_remove(service: &Service, context: &Arc<Context>, id: Uuid) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    let write = move |tx: &mut Tx<'_>| {
        let webhook = known(tx, id)?;
        store::webhook::webhook_delete(tx, webhook.number)?;
        tx.record_operation(&Operation::new("webhook.remove", webhook.name))
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// All webhooks, in order of creation.
///
/// # Errors
/// Forbidden without the right.
pub async fn webhook_list(service: &Service, context: &Arc<Context>) -> Result<Vec<WebhookView>> {
    service.check_named_right(context, named::SYSTEM).await?;
    let read = |snapshot: &mut Snapshot<'_>| {
        let webhooks = store::webhook::webhook_list(snapshot)?;
        webhooks.into_iter().map(|webhook| view(snapshot, webhook)).collect()
    };
    service.db().page(context.tenant, read).await
}

/// A webhook.
///
/// # Errors
/// Forbidden without the right; NotFound.
pub async fn webhook_get(service: &Service, context: &Arc<Context>, id: Uuid) -> Result<WebhookView> {
    service.check_named_right(context, named::SYSTEM).await?;
    let read = move |snapshot: &mut Snapshot<'_>| {
        let webhook = known(snapshot, id)?;
        view(snapshot, webhook)
    };
    service.db().page(context.tenant, read).await
}

fn view(snapshot: &mut Snapshot<'_>, webhook: Webhook) -> Result<WebhookView> {
    let mut count = |state| store::webhook::delivery::delivery_count(snapshot, webhook.number, state);
    let waiting = count(DeliveryState::Queued)? + count(DeliveryState::Sending)? + count(DeliveryState::Unknown)?;
    let failed = count(DeliveryState::Failed)?;
    Ok(WebhookView { webhook, waiting: waiting.min(limits::DELIVERIES_COUNTED), failed })
}

fn judge(given: &GivenWebhook) -> Result<()> {
    let problems = given.problems();
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

fn known(keyed: &mut Keyed<'_>, id: Uuid) -> Result<Webhook> {
    store::webhook::webhook_by_id(keyed, id)?.ok_or_else(|| Error::not_found(PATH))
}
