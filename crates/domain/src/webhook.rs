//! Webhooks: who wants to hear of what, what is sent, and when it is tried again.
//!
//! A delivery is a row that is committed together with what it speaks of. Its body is written when it is first sent, as whoever has the
//! webhook may see the record then, and stays the same however often it is sent.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::error::Problem;
use crate::event::WEBHOOK_EVENTS;
use crate::id::{ChangeSetNo, DatabaseNo, DeliveryNo, ItemNo, RecordNo, UserNo, WebhookNo};
use crate::item::Form;
use crate::limits;
use crate::messages::Message;
use crate::outgoing::CallFault;
use crate::time::Timestamp;

/// The event of a test call.
pub const TEST_EVENT: &str = "webhook.test";

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// The number.
    pub number: WebhookNo,
    /// The outside id.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// Where it is called.
    pub url: String,
    /// What it is called for, of [`WEBHOOK_EVENTS`].
    pub events: Vec<String>,
    /// Whether it is called.
    pub is_enabled: bool,
    /// Whoever saved it last: what is sent is what he may see.
    pub owner: UserNo,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What people say of a webhook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenWebhook {
    /// The name.
    pub name: String,
    /// Where it is called.
    pub url: String,
    /// What it is called for.
    pub events: Vec<String>,
    /// Whether it is called.
    pub is_enabled: bool,
}

impl GivenWebhook {
    /// What is wrong with it, everything at once. Addresses are judged when it is called: a name may lead elsewhere by then.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let problem = |path: &str, message| Problem { path: path.to_owned(), item: None, message };
        let mut problems = Vec::new();
        if self.name.trim().is_empty() {
            problems.push(problem("name", Message::Required));
        } else if self.name.chars().any(char::is_control) {
            problems.push(problem("name", Message::ControlCharacter));
        } else if self.name.chars().count() > limits::NAME_CHARACTERS {
            problems.push(problem("name", Message::TooLong { most: limits::NAME_CHARACTERS }));
        }
        if let Err(message) = check_url(&self.url) {
            problems.push(problem("url", message));
        }
        let is_known = |event: &String| WEBHOOK_EVENTS.contains(&event.as_str());
        if self.events.is_empty() || !self.events.iter().all(is_known) {
            problems.push(problem("events", Message::Required));
        }
        problems
    }

    /// The events, each once and in the order of the product.
    #[must_use]
    pub fn events_in_order(&self) -> Vec<String> {
        let is_given = |event: &&str| self.events.iter().any(|given| given == event);
        WEBHOOK_EVENTS.iter().copied().filter(is_given).map(str::to_owned).collect()
    }
}

/// Refuses what is no URL of http or https, holds a password, or is too long.
fn check_url(url: &str) -> Result<(), Message> {
    if url.is_empty() {
        return Err(Message::Required);
    }
    Form::Url.check(url, limits::WEBHOOK_URL_CHARACTERS)?;
    let authority = url.split('/').nth(2).unwrap_or_default();
    if authority.contains('@') || url.contains('#') { Err(Message::NotUrl) } else { Ok(()) }
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    /// It waits for its first or its next try, or for the end of the change set of which it speaks.
    Queued,
    /// It is being sent.
    Sending,
    /// The receiver answered with success.
    Done,
    /// It is given up.
    Failed,
    /// The server stopped while it was being sent: whether it arrived is not known. It is sent again.
    Unknown,
}

impl DeliveryState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Sending, Self::Done, Self::Failed, Self::Unknown];

    /// The word for it, in the database and in queries of pages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether nothing happens to it any more by itself.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }
}

/// What a delivery speaks of, as it was when it happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeliveryFacts {
    /// Who did it.
    pub user: UserNo,
    /// The change set; none for a test.
    pub change_set: Option<ChangeSetNo>,
    /// The database; none for a test.
    pub database: Option<DatabaseNo>,
    /// The record; none for a test, and for a change set of many slices, of which one delivery speaks.
    pub record: Option<RecordFacts>,
    /// Records of which it speaks.
    pub count: i64,
}

/// What a delivery says of one record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecordFacts {
    /// The record.
    pub number: RecordNo,
    /// Its outside id.
    pub id: Uuid,
    /// Its version after it.
    pub version: i64,
    /// The items that it changed, with their new values in canonical JSON; none: it has no value any more.
    pub items: Vec<(ItemNo, Option<Box<RawValue>>)>,
}

/// A delivery.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The number.
    pub number: DeliveryNo,
    /// The outside id: the same however often it is sent.
    pub id: Uuid,
    /// The webhook.
    pub webhook: WebhookNo,
    /// What happened: `client.updated`.
    pub event: String,
    /// How it stands.
    pub state: DeliveryState,
    /// What it speaks of.
    pub facts: DeliveryFacts,
    /// What is sent; none until it is sent for the first time.
    pub body: Option<String>,
    /// How often it was tried.
    pub attempts: i64,
    /// When it happened.
    pub created_at: Timestamp,
    /// From when on it is tried; none where it is not going to be, or waits for the end of its change set.
    pub due_at: Option<Timestamp>,
    /// When it was done or given up.
    pub ended_at: Option<Timestamp>,
}

/// A try to deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryAttempt {
    /// Which of the delivery, from 1.
    pub number: i64,
    /// Where to.
    pub url: String,
    /// When it began.
    pub started_at: Timestamp,
    /// What came of it; none while it is under way.
    pub outcome: Option<AttemptOutcome>,
}

/// What came of a try.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttemptOutcome {
    /// How long it took, in microseconds.
    pub took: i64,
    /// The status of the answer; none where there was no answer.
    pub status: Option<u16>,
    /// What went wrong; none where nothing did.
    pub fault: Option<AttemptFault>,
    /// What was found, for whoever looks for the reason; "" where there is nothing.
    pub detail: String,
    /// The first bytes of the answer.
    pub answer: Vec<u8>,
    /// There was more of the answer.
    pub is_cut: bool,
}

/// Why a try came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptFault {
    /// The call.
    Call(CallFault),
    /// The server stopped in the middle: it may have arrived.
    Interrupted,
    /// The webhook is off or was removed.
    Off,
    /// Whoever saved the webhook last has left.
    NoOwner,
}

impl AttemptFault {
    /// The word for it in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Call(fault) => fault.word(),
            Self::Interrupted => "interrupted",
            Self::Off => "off",
            Self::NoOwner => "no_owner",
        }
    }

    /// The fault of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "interrupted" => Some(Self::Interrupted),
            "off" => Some(Self::Off),
            "no_owner" => Some(Self::NoOwner),
            _ => CallFault::of_word(word).map(Self::Call),
        }
    }

    /// Whether it may go well another time, without anybody doing anything here.
    #[must_use]
    pub const fn may_pass(self) -> bool {
        match self {
            Self::Call(fault) => !matches!(fault, CallFault::Url | CallFault::Header),
            Self::Interrupted => true,
            Self::Off | Self::NoOwner => false,
        }
    }
}

/// Seconds between a try and the next: what passes in a moment is over soon, and who is away for a night is not called all the time.
const BACK_OFF: [i64; 9] = [10, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 21_600];
/// The longest that a receiver may ask us to wait.
const LONGEST_WAIT: i64 = 21_600;

/// When a delivery of this age is tried again after its try number `attempts`, counted from when it was last sent by hand; none: it is given
/// up, [`limits::WEBHOOK_HOURS`] after it began. `retry_after` is what the receiver asked for, in seconds.
#[must_use]
pub fn next_try(begun: Timestamp, now: Timestamp, attempts: i64, retry_after: Option<i64>) -> Option<Timestamp> {
    let at = usize::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(BACK_OFF.len() - 1);
    let own = BACK_OFF.get(at).copied().unwrap_or(LONGEST_WAIT);
    let wait = retry_after.map_or(own, |asked| asked.clamp(own.min(60), LONGEST_WAIT));
    let next = now.plus_seconds(wait);
    (next <= begun.plus_seconds(3_600 * limits::WEBHOOK_HOURS)).then_some(next)
}

/// What a receiver asks for with `Retry-After` in seconds (RFC 9110, 10.2.3). A date is not read: our clock and theirs may differ.
#[must_use]
pub fn retry_after(value: &str) -> Option<i64> {
    let value = value.trim();
    (!value.is_empty() && value.len() <= 9 && value.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| value.parse().ok())
        .flatten()
}

/// What is signed: the moment in seconds since 1970, a full stop, the body.
#[must_use]
pub fn signed_text(seconds: i64, body: &str) -> String {
    format!("{seconds}.{body}")
}

/// The headers of a try, with this value of `Musubi-Signature`.
#[must_use]
pub fn headers(event: &str, delivery: Uuid, attempt: i64, signature: &str) -> [(&'static str, String); 5] {
    [
        ("Content-Type", "application/json; charset=utf-8".to_owned()),
        ("Musubi-Event", event.to_owned()),
        ("Musubi-Delivery", delivery.to_string()),
        ("Musubi-Attempt", attempt.to_string()),
        ("Musubi-Signature", signature.to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(name: &str, url: &str, events: &[&str]) -> GivenWebhook {
        let events = events.iter().map(|event| (*event).to_owned()).collect();
        GivenWebhook { name: name.to_owned(), url: url.to_owned(), events, is_enabled: true }
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let paths = |given: GivenWebhook| {
            given.problems().into_iter().map(|problem| problem.path).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(paths(given("", "", &[])), "name url events");
        assert_eq!(paths(given("受注\n", "ftp://example.jp/", &["client.seen"])), "name url events");
        assert_eq!(paths(given("受注システム", "https://受注.example.jp/受け口?a=b", &["client.created"])), "");
        for url in [
            "https://",
            "https://a b/",
            "javascript:alert(1)",
            "https://u:p@a.jp/",
            "https://u@a.jp",
            "https://a.jp/#x",
            "//a.jp",
        ] {
            assert_eq!(paths(given("a", url, &["client.created"])), "url", "{url}");
        }
        let long = format!("https://a.jp/{}", "a".repeat(limits::WEBHOOK_URL_CHARACTERS));
        assert_eq!(paths(given("a", &long, &["client.created"])), "url");
        let twice = given("a", "https://a.jp", &["contact.deleted", "client.created", "contact.deleted"]);
        assert_eq!(twice.events_in_order(), ["client.created", "contact.deleted"]);
    }

    #[test]
    fn tries_become_rare_and_end_after_a_day() {
        let begun = Timestamp::from_micros(1_700_000_000_000_000);
        let (mut now, mut attempts, mut waits) = (begun, 0, Vec::new());
        loop {
            attempts += 1;
            let Some(next) = next_try(begun, now, attempts, None) else { break };
            waits.push((next.micros() - now.micros()) / 1_000_000);
            now = next;
        }
        assert_eq!(waits, [10, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 21_600]);
        let after =
            |asked| next_try(begun, begun, 1, Some(asked)).map(|next| (next.micros() - begun.micros()) / 1_000_000);
        assert_eq!([after(0), after(120), after(999_999_999)], [Some(10), Some(120), Some(21_600)]);
    }

    #[test]
    fn a_wait_that_is_asked_for_is_read_in_seconds() {
        let asked = [
            retry_after("120"),
            retry_after(" 5 "),
            retry_after("-1"),
            retry_after("Wed, 21 Oct 2026"),
            retry_after("9999999999"),
        ];
        assert_eq!(asked, [Some(120), Some(5), None, None, None]);
    }

    #[test]
    fn every_state_and_fault_has_its_word() {
        for state in DeliveryState::ALL {
            assert_eq!(DeliveryState::of_word(state.word()), Some(state));
        }
        let calls = CallFault::ALL.into_iter().map(AttemptFault::Call);
        for fault in calls.chain([AttemptFault::Interrupted, AttemptFault::Off, AttemptFault::NoOwner]) {
            assert_eq!(AttemptFault::of_word(fault.word()), Some(fault));
        }
    }
}
