//! What happens is noted for those who want to hear of it, in the transaction in which it happens: a delivery for each record and webhook,
//! or, where a change set is made in many slices (an import, an undo), one for the whole of it.

use std::collections::BTreeMap;

use musubi_domain::error::{Error, Result};
use musubi_domain::event::{calls_webhooks, webhook_event};
use musubi_domain::id::{ChangeSetNo, DatabaseNo, DeliveryNo, ItemNo, RecordNo};
use musubi_domain::item::ItemValue;
use musubi_domain::job::{JobDue, NewJob};
use musubi_domain::record::Document;
use musubi_domain::time::Timestamp;
use musubi_domain::webhook::{DeliveryFacts, RecordFacts, Webhook};
use musubi_store as store;
use musubi_store::db::Tx;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::send::DELIVER;
use crate::job::job_enqueue_in;

/// What a change gave to the items of a record.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NotedItems<'c> {
    /// The values of a new record.
    New(&'c BTreeMap<ItemNo, ItemValue>),
    /// What changed.
    Changed(&'c BTreeMap<ItemNo, Option<ItemValue>>),
    /// The values that came back, but for those that changed on the way.
    Back(&'c Document, &'c BTreeMap<ItemNo, Option<ItemValue>>),
    /// The record went.
    Gone,
}

impl NotedItems<'_> {
    fn written(self) -> Result<Vec<(ItemNo, Option<Box<RawValue>>)>> {
        let raw = |json: String| {
            RawValue::from_string(json).map_err(|error| Error::internal(format!("a value is no JSON: {error}")))
        };
        let value = |value: &Option<ItemValue>| value.as_ref().map(|value| raw(value.to_json())).transpose();
        match self {
            Self::New(values) => values.iter().map(|(item, value)| Ok((*item, Some(raw(value.to_json())?)))).collect(),
            Self::Changed(items) => items.iter().map(|(item, given)| Ok((*item, value(given)?))).collect(),
            Self::Back(document, lost) => {
                let kept = document.members().filter(|(item, _)| !lost.contains_key(item));
                kept.map(|(item, json)| Ok((item, Some(raw(json.to_owned())?)))).collect()
            }
            Self::Gone => Ok(Vec::new()),
        }
    }
}

/// What a change set, or a slice of one, has to tell to webhooks.
#[derive(Debug)]
pub(crate) struct Heard {
    /// Of a change set of many slices its numbers are told and not its records.
    is_sliced: bool,
    /// The webhooks that are called; none before anybody asked.
    webhooks: Option<Vec<Webhook>>,
    records: Vec<(&'static str, DatabaseNo, RecordFacts)>,
    counts: BTreeMap<(&'static str, DatabaseNo), i64>,
}

impl Heard {
    /// Of a change set that is made in one transaction, or of a slice of one.
    pub(crate) const fn new(is_sliced: bool) -> Self {
        Self { is_sliced, webhooks: None, records: Vec::new(), counts: BTreeMap::new() }
    }

    /// Notes what happened to a record, where somebody wants to hear of it.
    pub(crate) fn note(
        &mut self,
        tx: &mut Tx<'_>,
        (kind, database): (&'static str, DatabaseNo),
        (record, id, version): (RecordNo, Uuid, i64),
        items: NotedItems<'_>,
    ) -> Result<()> {
        if !calls_webhooks(kind, tx.context().actor.door.word()) {
            return Ok(());
        }
        let Some(event) = webhook_event(kind) else { return Ok(()) };
        if self.webhooks.is_none() {
            let called = |webhook: &Webhook| webhook.is_enabled;
            self.webhooks = Some(store::webhook::webhook_list(tx)?.into_iter().filter(called).collect());
        }
        let wants = |webhook: &Webhook| webhook.events.iter().any(|wanted| wanted == event);
        if !self.webhooks.iter().flatten().any(wants) {
            return Ok(());
        }
        if self.is_sliced {
            *self.counts.entry((event, database)).or_default() += 1;
        } else {
            let items = items.written()?;
            self.records.push((event, database, RecordFacts { number: record, id, version, items }));
        }
        Ok(())
    }

    /// Adds the deliveries of a change set that is whole.
    pub(crate) fn deliver(self, tx: &mut Tx<'_>, set: ChangeSetNo) -> Result<()> {
        let webhooks = self.webhooks.unwrap_or_default();
        let user = tx.context().actor.user;
        for (event, database, record) in self.records {
            let facts =
                DeliveryFacts { user, change_set: Some(set), database: Some(database), record: Some(record), count: 1 };
            for webhook in webhooks.iter().filter(|webhook| webhook.events.iter().any(|wanted| wanted == event)) {
                let number = store::webhook::delivery::delivery_insert(tx, webhook.number, event, &facts)?;
                deliver_later(tx, number, 0, tx.context().now)?;
            }
        }
        Ok(())
    }

    /// Counts what a slice of a change set did.
    pub(crate) fn count(self, tx: &mut Tx<'_>, set: ChangeSetNo) -> Result<()> {
        let webhooks = self.webhooks.unwrap_or_default();
        let user = tx.context().actor.user;
        for ((event, database), count) in self.counts {
            let facts = DeliveryFacts { user, change_set: Some(set), database: Some(database), record: None, count };
            for webhook in webhooks.iter().filter(|webhook| webhook.events.iter().any(|wanted| wanted == event)) {
                store::webhook::delivery::delivery_count_slice(tx, webhook.number, event, (set, &facts))?;
            }
        }
        Ok(())
    }
}

/// Has what was counted of a change set delivered: it is closed.
pub(crate) fn deliver_closed(tx: &mut Tx<'_>, set: ChangeSetNo) -> Result<()> {
    for number in store::webhook::delivery::delivery_release(tx, set)? {
        deliver_later(tx, number, 0, tx.context().now)?;
    }
    Ok(())
}

/// Queues the job that tries a delivery after so many tries.
pub(crate) fn deliver_later(tx: &mut Tx<'_>, number: DeliveryNo, attempts: i64, due: Timestamp) -> Result<()> {
    enqueue(tx, number, format!("{number} {attempts}"), due)
}

/// Queues the job that tries a delivery now, beside one that may wait for its next try.
pub(crate) fn deliver_now(tx: &mut Tx<'_>, number: DeliveryNo) -> Result<()> {
    let now = tx.context().now;
    enqueue(tx, number, format!("{number} now"), now)
}

fn enqueue(tx: &mut Tx<'_>, number: DeliveryNo, key: String, due: Timestamp) -> Result<()> {
    let payload = serde_json::to_value(number).map_err(|error| Error::internal(error.to_string()))?;
    let job = NewJob { dedupe_key: Some(key), due: JobDue::At(due), ..NewJob::new(DELIVER, payload) };
    job_enqueue_in(tx, &job).map(drop)
}
