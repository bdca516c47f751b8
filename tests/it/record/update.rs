//! Changing records by difference.

use std::sync::Arc;

use libtest_mimic::Trial;
use musubi_domain::error::Kind;
use musubi_domain::item::{ItemValue, RawValue};
use musubi_service::record::GivenRecord;
use musubi_service::template::template_apply;
use musubi_service::user::{UserSet, user_set};
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::json;

use super::stage::{SLOT, Stage, THINGS, ids, linkage, problems, text};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("record: an update changes what differs and nothing else", difference),
        async_on_both("record: what stands there passes, whatever became of it", what_stands_passes),
        async_on_both("record: required items cannot be cleared", required_items),
        async_on_both("record: a key item's value is one record's alone", key_items),
        async_on_both("record: a record is never above itself", cycles),
        async_on_both("record: of two writers exactly one wins per version", two_writers),
        async_on_both("record: a template that changes meanwhile is judged anew", changed_template),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn difference(engine: Engine) {
    let stage = Stage::new(engine).await;
    let id = stage
        .thing("一", &[("number", RawValue::Numeric("12".into())), ("url", text("https://a.example"))])
        .await
        .unwrap()
        .id;
    let before = stage.get(THINGS, id).await.unwrap().record;
    stage.app.source.advance_seconds(60);
    let same = stage.update(THINGS, id, &[("number", RawValue::Numeric("0012".into()))]).await.unwrap();
    assert!(!same.changed && same.version == 1);
    let unchanged = stage.get(THINGS, id).await.unwrap().record;
    assert_eq!((unchanged.updated_at, unchanged.version), (before.updated_at, 1));
    let written = stage
        .update(THINGS, id, &[("number", RawValue::Numeric("13".into())), ("url", RawValue::Empty)])
        .await
        .unwrap();
    assert!(written.changed && written.version == 2);
    let values = stage.values(THINGS, id).await;
    assert_eq!(values["number"], ItemValue::Number(13.into()));
    assert!(!values.contains_key("url") && values.contains_key("text_single"));
    let after = stage.get(THINGS, id).await.unwrap().record;
    assert!(after.updated_at > before.updated_at && after.created_at == before.created_at);
    // A change of a linkage value counts.
    let given = GivenRecord { linkage: vec![linkage("A-1")], ..GivenRecord::default() };
    assert!(stage.update_given(THINGS, id, None, given.clone()).await.unwrap().changed);
    assert!(!stage.update_given(THINGS, id, None, given).await.unwrap().changed);
    let history = stage.history(THINGS, id).await;
    assert_eq!(history.iter().map(|entry| entry.version).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(history[0].linkage, [(SLOT, String::new(), "A-1".to_owned())]);
    let number = &history[1].items.iter().find(|(_, old, _)| *old == Some(ItemValue::Number(12.into()))).unwrap();
    assert_eq!(number.2, Some(ItemValue::Number(13.into())));
    assert_eq!(history[1].items.len(), 2);
}

async fn what_stands_passes(engine: Engine) {
    let stage = Stage::new(engine).await;
    let all = [
        ("pulldown", RawValue::Selection(vec![2])),
        ("checkbox", RawValue::Selection(vec![1, 2])),
        ("user_multiple", ids(&stage.users[..2])),
        ("division_single", ids(&stage.organizations[1..2])),
    ];
    let id = stage.thing("一", &all).await.unwrap().id;
    // Choice 2 is hidden, a person leaves.
    let service = &stage.app.service;
    let template = service.template(stage.app.tenant, THINGS).await.unwrap();
    let hide = |name: &str| {
        let item = template.items().iter().find(|item| item.name == name).unwrap();
        json!({"itemID": item.id, "itemType": name, "itemName": name, "selectionValues": [
            {"label": "一", "displayFlag": true, "value": 1, "children": []},
            {"label": "二", "displayFlag": false, "value": 2, "children": []}]})
    };
    let definitions = serde_json::from_value(json!([hide("pulldown"), hide("checkbox")])).unwrap();
    template_apply(service, &stage.context(), THINGS, definitions).await.unwrap();
    let leaves = UserSet { active: Some(false), ..UserSet::default() };
    user_set(service, &stage.context(), "yamada".into(), leaves).await.unwrap();
    assert!(!stage.update(THINGS, id, &all).await.unwrap().changed);
    // What stands in a set stays when the set grows; what is new is judged.
    let grown = [("user_multiple", ids(&stage.users))];
    assert!(stage.update(THINGS, id, &grown).await.unwrap().changed);
    let error = stage.thing("二", &all).await.unwrap_err();
    let mut found = problems(&error);
    found.sort();
    let wanted = [("checkbox", "hidden_choice"), ("pulldown", "hidden_choice"), ("user_multiple", "inactive_user")];
    assert_eq!(found, wanted.map(|(path, code)| (path.to_owned(), code)));
    let error = stage.update(THINGS, id, &[("pulldown", RawValue::Selection(vec![3]))]).await.unwrap_err();
    assert_eq!(problems(&error), [("pulldown".to_owned(), "hidden_choice")], "what is not given any more stays hidden");
}

async fn required_items(engine: Engine) {
    let stage = Stage::new(engine).await;
    let error = stage.register(THINGS, &[("number", RawValue::Numeric("x".into()))]).await.unwrap_err();
    assert_eq!(problems(&error), [("number".to_owned(), "not_digits"), ("items".to_owned(), "required")]);
    let id = stage.thing("一", &[]).await.unwrap().id;
    let error = stage.update(THINGS, id, &[("text_single", RawValue::Empty)]).await.unwrap_err();
    assert_eq!(problems(&error), [("text_single".to_owned(), "required")]);
    // One that is empty in the store and not given does not fail the call.
    let template = stage.app.service.template(stage.app.tenant, THINGS).await.unwrap();
    let item = template.items().iter().find(|item| item.name == "url").unwrap();
    let definitions = json!([{"itemID": item.id, "itemType": "url", "itemName": "url", "requiredFlag": true}]);
    let definitions = serde_json::from_value(definitions).unwrap();
    template_apply(&stage.app.service, &stage.context(), THINGS, definitions).await.unwrap();
    assert!(stage.update(THINGS, id, &[("text_single", text("二"))]).await.unwrap().changed);
    assert!(!stage.update(THINGS, id, &[("url", RawValue::Empty)]).await.unwrap().changed);
}

async fn key_items(engine: Engine) {
    let stage = Stage::new(engine).await;
    let one = stage.thing("一", &[("code", text("A"))]).await.unwrap().id;
    let error = stage.thing("二", &[("code", text("A"))]).await.unwrap_err();
    assert_eq!(problems(&error), [("code".to_owned(), "key_taken")]);
    let two = stage.thing("二", &[("code", text("a"))]).await.unwrap().id;
    assert_eq!(problems(&stage.update(THINGS, two, &[("code", text("A"))]).await.unwrap_err()).len(), 1);
    stage.update(THINGS, one, &[("code", text("B"))]).await.unwrap();
    assert!(stage.update(THINGS, two, &[("code", text("A"))]).await.unwrap().changed);
    stage.update(THINGS, one, &[("code", RawValue::Empty)]).await.unwrap();
    stage.update(THINGS, two, &[("code", text("B"))]).await.unwrap();
}

async fn cycles(engine: Engine) {
    let stage = Stage::new(engine).await;
    let top = stage.client("上", &[]).await.unwrap().id;
    let middle = stage.client("中", &[("親取引先", ids(&[top]))]).await.unwrap().id;
    let bottom = stage.client("下", &[("親取引先", ids(&[middle]))]).await.unwrap().id;
    for above in [top, middle, bottom] {
        let error = stage.update("clients", top, &[("親取引先", ids(&[above]))]).await.unwrap_err();
        assert_eq!(problems(&error), [("親取引先".to_owned(), "record_cycle")]);
    }
    stage.update("clients", bottom, &[("親取引先", ids(&[top]))]).await.unwrap();
    stage.update("clients", middle, &[("親取引先", ids(&[bottom]))]).await.unwrap();
}

async fn two_writers(engine: Engine) {
    let stage = Arc::new(Stage::new(engine).await);
    let id = stage.thing("0", &[]).await.unwrap().id;
    for round in 1..=5 {
        let attempts = (0..8).map(|writer| {
            let stage = Arc::clone(&stage);
            tokio::spawn(async move {
                let given = stage.given(THINGS, &[("text_single", text(&format!("{round}-{writer}")))]).await;
                (writer, stage.update_given(THINGS, id, Some(round), given).await)
            })
        });
        let mut winners = Vec::new();
        for attempt in attempts.collect::<Vec<_>>() {
            match attempt.await.unwrap() {
                (writer, Ok(written)) => winners.push((writer, written.version)),
                (_, Err(error)) => {
                    assert_eq!(error.kind(), Kind::Conflict, "{error:?}");
                    assert_eq!(error.problems()[0].message.code(), "changed_meanwhile");
                }
            }
        }
        assert_eq!(winners.len(), 1, "round {round}: {winners:?}");
        assert_eq!(winners[0].1, round + 1);
        let stands = stage.get(THINGS, id).await.unwrap().record;
        assert_eq!(stands.display_name, format!("{round}-{}", winners[0].0));
    }
    assert_eq!(stage.history(THINGS, id).await.len(), 5);
    // Without a version all are taken, one after the other.
    let attempts = (0..16).map(|writer| {
        let stage = Arc::clone(&stage);
        tokio::spawn(async move { stage.update(THINGS, id, &[("text_single", text(&format!("w{writer}")))]).await })
    });
    for attempt in attempts.collect::<Vec<_>>() {
        attempt.await.unwrap().unwrap();
    }
    assert_eq!(stage.history(THINGS, id).await.len(), 21);
}

/// Another instance adds an item that must be given; this one, whose template is a second old at most, notices in the transaction.
async fn changed_template(engine: Engine) {
    let stage = Stage::new(engine).await;
    let other = stage.app.instance().await;
    stage.thing("一", &[]).await.unwrap();
    let definitions = json!([{"itemType": "text_single", "itemName": "新項目", "requiredFlag": true}]);
    let definitions = serde_json::from_value(definitions).unwrap();
    template_apply(&other.service, &other.context(), THINGS, definitions).await.unwrap();
    let error = loop {
        match stage.thing("二", &[]).await {
            Err(error) if error.kind() == Kind::Busy => {}
            Err(error) => break error,
            Ok(_) => panic!("registered without a required item"),
        }
    };
    assert_eq!(problems(&error), [("items".to_owned(), "required")]);
}
