//! Handing over what names one person to another: one change, which can be undone as one.

use libtest_mimic::Trial;
use musubi_domain::error::Error;
use musubi_domain::id::{DatabaseNo, ItemNo};
use musubi_domain::item::ItemValue;
use musubi_domain::job::JobState;
use musubi_domain::messages::Message;
use musubi_service::change_set::change_set_undo;
use musubi_service::handover::{handover_begin, handover_preview};
use musubi_service::job::{job_cancel, job_get};
use musubi_service::user::{UserSet, user_set};
use musubi_testkit::engine::async_on_both;
use uuid::Uuid;

use super::stage::{Stage, THINGS, ids};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both(
            "records: what names somebody who leaves comes to name another, and can be undone",
            |engine| async move { hands_over(Stage::new(engine).await).await },
        ),
        async_on_both(
            "records: nothing is handed over to nobody, and what is cancelled stays undone",
            |engine| async move { refuses(Stage::new(engine).await).await },
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What names the first person: database and item, in words and numbers, and how many records.
async fn counts(stage: &Stage) -> Vec<((DatabaseNo, ItemNo), String, i64)> {
    let counts = handover_preview(&stage.app.service, &stage.context(), stage.users[0]).await.unwrap();
    assert!(counts.iter().all(|count| count.exact));
    let told = |database: &str, item: &str| format!("{database} {item}");
    let line = |count: musubi_service::handover::HandoverCount| {
        let name = told(&count.database_name, &count.item_name);
        ((count.database, count.item), name, count.count)
    };
    counts.into_iter().map(line).collect()
}

async fn named(stage: &Stage, database: &str, record: Uuid, item: &str) -> Vec<Uuid> {
    match stage.values(database, record).await.remove(item) {
        Some(ItemValue::References(ids)) => ids,
        _ => Vec::new(),
    }
}

async fn hands_over(stage: Stage) {
    let (service, [yamada, suzuki, tanaka]) = (&stage.app.service, [stage.users[0], stage.users[1], stage.users[2]]);
    let client = stage.client("株式会社山川", &[]).await.unwrap().id;
    let mut things = Vec::new();
    for people in [vec![yamada, suzuki], vec![tanaka], vec![tanaka, yamada], vec![]] {
        let values = [
            ("user_single", ids(&people.iter().copied().take(1).collect::<Vec<_>>())),
            ("user_multiple", ids(&people)),
        ];
        things.push(stage.thing("物", if people.is_empty() { &[] } else { &values }).await.unwrap().id);
    }
    let gone = stage.thing("消えた物", &[("user_single", ids(&[yamada]))]).await.unwrap().id;
    stage.delete(THINGS, &[gone], false).await.unwrap();
    let counted = counts(&stage).await;
    let told: Vec<_> = counted.iter().map(|(_, name, count)| (name.as_str(), *count)).collect();
    assert_eq!(told, [("clients 営業主担当者", 1), ("things user_single", 1), ("things user_multiple", 2)]);

    let items: Vec<_> = counted.iter().map(|(key, ..)| *key).collect();
    let (job, set) = handover_begin(service, &stage.context(), yamada, suzuki, &items).await.unwrap();
    assert!(change_set_undo(service, &stage.context(), set, "id").await.is_err(), "it is being made");
    stage.app.run_jobs().await;
    let done = job_get(service, &stage.context(), job).await.unwrap();
    assert_eq!((done.state, done.progress.done), (JobState::Done, 6));
    assert_eq!(named(&stage, "clients", client, "営業主担当者").await, [suzuki]);
    assert_eq!(named(&stage, THINGS, things[0], "user_single").await, [suzuki]);
    assert_eq!(named(&stage, THINGS, things[0], "user_multiple").await, [suzuki], "nobody is named twice");
    assert_eq!(named(&stage, THINGS, things[2], "user_multiple").await, [tanaka, suzuki]);
    assert_eq!(named(&stage, THINGS, things[1], "user_multiple").await, [tanaka]);
    assert_eq!(stage.history(THINGS, things[1]).await.len(), 0, "what does not name him is as it was");
    assert_eq!(counts(&stage).await, []);

    change_set_undo(service, &stage.context(), set, "id").await.unwrap();
    stage.app.run_jobs().await;
    assert_eq!(named(&stage, "clients", client, "営業主担当者").await, [yamada]);
    assert_eq!(named(&stage, THINGS, things[0], "user_multiple").await, [yamada, suzuki]);
    assert_eq!(counts(&stage).await, counted, "all of it came back, at once");
}

fn said(refused: Result<(musubi_domain::id::JobNo, Uuid), Error>) -> (String, Message) {
    let problem = refused.unwrap_err().problems()[0].clone();
    (problem.path, problem.message)
}

async fn refuses(stage: Stage) {
    let (service, [yamada, suzuki, tanaka]) = (&stage.app.service, [stage.users[0], stage.users[1], stage.users[2]]);
    let thing = stage.thing("物", &[("user_single", ids(&[yamada]))]).await.unwrap().id;
    let items: Vec<_> = counts(&stage).await.into_iter().map(|(key, ..)| key).collect();
    let begin =
        async |to, items: &[(DatabaseNo, ItemNo)]| handover_begin(service, &stage.context(), yamada, to, items).await;
    assert_eq!(said(begin(yamada, &items).await), ("to".to_owned(), Message::Repeated));
    assert_eq!(said(begin(Uuid::nil(), &items).await), ("to".to_owned(), Message::NoSuchUser));
    assert_eq!(said(begin(suzuki, &[]).await), ("items".to_owned(), Message::Required));
    assert_eq!(said(begin(suzuki, &[(items[0].0, ItemNo(1))]).await), ("items".to_owned(), Message::Required));
    let leave = UserSet { active: Some(false), ..UserSet::default() };
    user_set(service, &stage.context(), "tanaka".to_owned(), leave).await.unwrap();
    assert_eq!(said(begin(tanaka, &items).await), ("to".to_owned(), Message::InactiveUser));
    let unknown = handover_preview(service, &stage.context(), Uuid::nil()).await;
    assert!(unknown.is_err());
    // One that is cancelled before it begins has changed nothing.
    let (job, _) = begin(suzuki, &items).await.unwrap();
    assert!(job_cancel(service, &stage.context(), job).await.unwrap());
    stage.app.run_jobs().await;
    assert_eq!(named(&stage, THINGS, thing, "user_single").await, [yamada]);
}
