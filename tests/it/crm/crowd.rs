//! Many callers at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use libtest_mimic::Trial;
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::stage::{LIST, REGISTER, Stage, UPDATE, delete_body, list_body, text, update_body};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("crowd: 400 registrations at once, by two instances", registrations),
        async_on_both("crowd: pages while others write give no row twice and skip none", pages),
        async_on_both("crowd: of two who change a client at once both are heard", changes),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn registrations(engine: Engine) {
    let stage = Arc::new(Stage::new(engine).await);
    let other = Arc::new(stage.app.instance().await);
    let mut tasks = JoinSet::new();
    for number in 0..400 {
        let (stage, other) = (Arc::clone(&stage), Arc::clone(&other));
        tasks.spawn(async move {
            let body = stage.register_body(&format!("会社{number}"), "", &[]);
            let app: &TestApp = if number % 2 == 0 { &stage.app } else { &other };
            let answer = app.post(REGISTER, &stage.token, &body).await;
            assert_eq!(answer.code(), "S000", "{}", answer.text);
            answer.body["registerClientResult"]["clientID"].as_str().unwrap().to_owned()
        });
    }
    let registered: BTreeSet<String> = tasks.join_all().await.into_iter().collect();
    assert_eq!(registered.len(), 400);
    let listed = walk(&stage).await;
    assert_eq!(listed.len(), 400);
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), registered);
}

/// All rows, page by page.
async fn walk(stage: &Stage) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    loop {
        let body = list_body(json!({}), i64::try_from(ids.len()).unwrap(), 7);
        let answer = stage.ok(LIST, &body).await;
        let rows = answer.body["clientListInfo"]["clientList"].as_array().unwrap();
        ids.extend(rows.iter().map(|row| row["clientID"].as_str().unwrap().to_owned()));
        if answer.body["clientListInfo"]["getMoreFlag"] == Value::Bool(false) {
            return ids;
        }
    }
}

/// Others register and change clients all the while: what was there is listed, in its place, once.
async fn pages(engine: Engine) {
    let stage = Arc::new(Stage::new(engine).await);
    let mut first = Vec::new();
    for number in 0..60 {
        first.push(stage.client(&format!("会社{number}"), &[]).await);
    }
    let ends = Arc::new(AtomicBool::new(false));
    let mut writers = JoinSet::new();
    for writer in 0..4_usize {
        let (stage, ends, first) = (Arc::clone(&stage), Arc::clone(&ends), first.clone());
        writers.spawn(async move {
            let mut at = writer;
            while !ends.load(Ordering::Relaxed) {
                let name =
                    text("2205f2e3-839f-4ff3-80f2-1ce6f8a86ac7", "text_ruby", json!({"value": format!("改名{at}")}));
                stage.ok(UPDATE, &update_body(first[at % first.len()], &[name])).await;
                let client = stage.client(&format!("新会社{at}"), &[]).await;
                if at.is_multiple_of(3) {
                    // The newest goes again: behind everything that a page has shown so far, or just shown.
                    stage.ok(super::stage::DELETE, &delete_body(&[client], None)).await;
                }
                at += 4;
            }
        });
    }
    let wanted: Vec<String> = first.iter().map(ToString::to_string).collect();
    for _ in 0..5 {
        // As far as what was there at the beginning goes, of which nobody deletes anything.
        let mut ids: Vec<String> = Vec::new();
        while ids.len() < wanted.len() {
            let answer = stage.ok(LIST, &list_body(json!({}), i64::try_from(ids.len()).unwrap(), 7)).await;
            let rows = answer.body["clientListInfo"]["clientList"].as_array().unwrap();
            ids.extend(rows.iter().map(|row| row["clientID"].as_str().unwrap().to_owned()));
        }
        assert_eq!(ids[..wanted.len()], wanted);
    }
    ends.store(true, Ordering::Relaxed);
    writers.join_all().await;
    let listed = walk(&stage).await;
    assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), listed.len());
    assert_eq!(listed[..wanted.len()], wanted);
}

/// Each changes another item of the same client, many times over: no change is lost.
async fn changes(engine: Engine) {
    let stage = Arc::new(Stage::new(engine).await);
    let client = stage.client("一", &[]).await;
    let items = [
        "25c58fef-625c-4a47-a5a2-cc2c0c265bc6",
        "a5561a04-a219-4f09-b176-44fc37a13683",
        "74595112-d47c-46bd-abd8-2de69cd8df75",
        "844fd803-117d-46ba-ad55-2d7950c2df3b",
    ];
    let mut tasks = JoinSet::new();
    for item in items {
        let stage = Arc::clone(&stage);
        tasks.spawn(async move {
            for number in 0..10 {
                let value = text(item, "text_single", json!({"value": format!("{number}")}));
                stage.ok(UPDATE, &update_body(client, &[value])).await;
            }
        });
    }
    tasks.join_all().await;
    let now = stage.items(client).await;
    for item in items {
        assert!(now.contains(&text(item, "text_single", json!({"value": "9"}))), "{item}");
    }
}
