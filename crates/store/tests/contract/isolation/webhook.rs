//! What is kept of webhooks, and a question for each of its reads.

use musubi_domain::error::Result;
use musubi_domain::id::{ChangeSetNo, DeliveryNo, JobNo, UserNo, WebhookNo};
use musubi_domain::job::{JobState, NewJob};
use musubi_domain::webhook::{AttemptOutcome, DeliveryFacts, DeliveryState, Webhook};
use musubi_store::db::Tx;
use musubi_store::webhook::{self, delivery};
use musubi_store::{job, record, user};
use uuid::Uuid;

use super::{Owned, Question};
use crate::fixture::TENANT;

const CLIENT: &str = "client.created";

/// A webhook and a delivery with a try, of the same numbers in each tenant.
pub(super) fn keep(tx: &mut Tx<'_>, user: UserNo, word: &str) -> Result<(Uuid, Uuid)> {
    let now = tx.context().now;
    let made = Webhook {
        number: WebhookNo(0),
        id: tx.next_id(),
        name: word.to_owned(),
        url: "https://example.jp/".to_owned(),
        events: vec![CLIENT.to_owned()],
        is_enabled: true,
        owner: user,
        created_at: now,
        updated_at: now,
    };
    let number = webhook::webhook_insert(tx, &made, word.as_bytes())?.unwrap();
    let facts = DeliveryFacts { user, change_set: None, database: None, record: None, count: 0 };
    let sent = delivery::delivery_insert(tx, number, CLIENT, &facts)?;
    delivery::delivery_attempt_begin(tx, sent, (1, JobNo(1)), ("https://example.jp/", Some(word)))?;
    let outcome = AttemptOutcome { detail: word.to_owned(), ..AttemptOutcome::default() };
    assert!(delivery::delivery_attempt_end(tx, sent, 1, &outcome)?);
    let state = if tx.tenant() == TENANT { DeliveryState::Done } else { DeliveryState::Failed };
    delivery::delivery_state_set(tx, sent, state, None)?;
    delivery::delivery_count_slice(tx, number, CLIENT, (ChangeSetNo(77), &facts))?;
    let ended = job::job_insert(tx, &NewJob::new("ended", word.into()))?;
    if tx.tenant() == TENANT {
        let sql = "UPDATE job SET state = 'failed', finished_at = 0 WHERE tenant_no = ?1 AND job_no = ?2";
        tx.execute(sql, &[ended.0.into()])?;
    }
    let id = delivery::delivery_by_number(tx, sent)?.unwrap().delivery.id;
    Ok((made.id, id))
}

pub(super) fn questions(owned: &Owned) -> Vec<(&'static str, Question)> {
    let word = || "株式会社1".to_owned();
    let (hook, sent) = owned.hook;
    let number = WebhookNo(1);
    let people = 1;
    let database = owned.template.as_ref().map(|template| template.database);
    vec![
        (
            "job_states",
            Box::new(move |s| {
                let counts = job::job_states(s, 10)?;
                Ok(counts.iter().any(|(state, count)| *state == JobState::Failed && *count == 1))
            }),
        ),
        (
            "job_failed_list",
            Box::new(move |s| Ok(job::job_failed_list(s, 10, 10)?.iter().any(|job| job.payload == word()))),
        ),
        ("record_count_to", Box::new(move |s| Ok(record::record_count_to(s, database.unwrap(), 10)? > 0))),
        ("user_count_to", Box::new(move |s| Ok(user::user_count_to(s, 100)? == people))),
        ("webhook_by_id", Box::new(move |s| Ok(webhook::webhook_by_id(s, hook)?.is_some()))),
        (
            "webhook_by_number",
            Box::new(move |s| Ok(webhook::webhook_by_number(s, number)?.is_some_and(|found| found.name == word()))),
        ),
        ("webhook_list", Box::new(move |s| Ok(webhook::webhook_list(s)?.iter().any(|found| found.name == word())))),
        (
            "webhook_secret",
            Box::new(
                move |s| Ok(webhook::webhook_secret(s, number)?.is_some_and(|secret| secret == word().as_bytes())),
            ),
        ),
        (
            "delivery_by_number",
            Box::new(move |s| {
                let found = delivery::delivery_by_number(s, DeliveryNo(1))?;
                Ok(found.is_some_and(|row| row.delivery.body == Some(word())))
            }),
        ),
        ("delivery_by_id", Box::new(move |s| Ok(delivery::delivery_by_id(s, number, sent)?.is_some()))),
        (
            "delivery_attempts",
            Box::new(move |s| {
                let found = delivery::delivery_attempts(s, DeliveryNo(1))?;
                Ok(found.iter().any(|found| found.outcome.as_ref().is_some_and(|outcome| outcome.detail == word())))
            }),
        ),
        (
            "delivery_list",
            Box::new(move |s| {
                let all = delivery::delivery_list(s, number, None, None, 10)?;
                let done = delivery::delivery_list(s, number, Some(DeliveryState::Done), None, 10)?;
                Ok(all.iter().chain(&done).any(|found| found.id == sent))
            }),
        ),
        ("delivery_count", Box::new(move |s| Ok(delivery::delivery_count(s, number, DeliveryState::Done)? == 1))),
    ]
}
