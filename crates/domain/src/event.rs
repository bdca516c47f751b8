//! What happened, for feeds, and what somebody did, for the operation log.
//!
//! Both are written in the transaction that they speak of and get their number afterwards, when it is known in which
//! order things were committed: a reader of a feed skips nothing.

use uuid::Uuid;

use crate::id::{DatabaseNo, RecordNo};
use crate::{business_card, client, contact, product};

/// What can happen to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordEvent {
    /// It was registered.
    Created,
    /// It was changed.
    Updated,
    /// It was moved to the trash.
    Deleted,
    /// It was brought back.
    Restored,
}

impl RecordEvent {
    /// The kind of an event in a database of this name: `client.created`. Databases that people made share a word.
    #[must_use]
    pub fn kind(self, database: &str) -> &'static str {
        let [created, updated, deleted, restored] = match database {
            client::DATABASE => ["client.created", "client.updated", "client.deleted", "client.restored"],
            contact::DATABASE => ["contact.created", "contact.updated", "contact.deleted", "contact.restored"],
            product::DATABASE => ["product.created", "product.updated", "product.deleted", "product.restored"],
            business_card::DATABASE => {
                ["business_card.created", "business_card.updated", "business_card.deleted", "business_card.restored"]
            }
            _ => ["record.created", "record.updated", "record.deleted", "record.restored"],
        };
        match self {
            Self::Created => created,
            Self::Updated => updated,
            Self::Deleted => deleted,
            Self::Restored => restored,
        }
    }
}

/// The events that webhooks are called for.
pub const WEBHOOK_EVENTS: [&str; 6] =
    ["client.created", "client.updated", "client.deleted", "contact.created", "contact.updated", "contact.deleted"];

/// The event of webhooks that an event of this kind is, if one. For whoever keeps what he hears, a record that comes back from the trash is
/// one that is created.
#[must_use]
pub fn webhook_event(kind: &str) -> Option<&'static str> {
    let kind = match kind {
        "client.restored" => "client.created",
        "contact.restored" => "contact.created",
        kind => kind,
    };
    WEBHOOK_EVENTS.into_iter().find(|event| *event == kind)
}

/// Whether webhooks are called for an event of this kind that came in by this door ([`crate::actor::Door::word`]). The calls of the
/// CRM API call none, so that two systems do not answer each other for ever (source: 外部連携APIで操作した際の仕様の違いについて).
#[must_use]
pub fn calls_webhooks(kind: &str, door: &str) -> bool {
    door != "api" && webhook_event(kind).is_some()
}

/// One change of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened: `client.created`.
    pub kind: &'static str,
    /// The record.
    pub record: RecordNo,
    /// Its outside id.
    pub record_id: Uuid,
    /// The version that the record has after it.
    pub version: i64,
}

/// One action of one person or program: the head of its change set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// What was done: `client.register`.
    pub kind: &'static str,
    /// The database it was done in, if one.
    pub database: Option<DatabaseNo>,
    /// What it was done to, in words: a display name, a login ID.
    pub target: String,
    /// How many records it touched.
    pub count: i64,
}

impl Operation {
    /// An action that concerns one thing and no record.
    #[must_use]
    pub fn new(kind: &'static str, target: impl Into<String>) -> Self {
        Self { kind, database: None, target: target.into(), count: 1 }
    }
}
