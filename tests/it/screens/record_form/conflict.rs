//! Two people at one record, and a template that changes while a form is open.

use libtest_mimic::Trial;
use musubi_domain::item::{ItemValue, RawValue};
use musubi_service::template::{template_apply, template_export};
use musubi_testkit::engine::{Engine, async_on_both};

use super::{Filled, desk, field, led, reader, things};
use crate::record::stage::{THINGS, text};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("screens: what only one side changed is put together", merges),
        async_on_both("screens: what both changed is asked about, and saved as chosen", asks),
        async_on_both("screens: a form goes on where the template has changed", template_changes),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn merges(engine: Engine) {
    let stage = desk(engine).await;
    let id = stage
        .thing("名", &[("number", RawValue::Numeric("1".into())), ("url", text("https://a.jp"))])
        .await
        .unwrap()
        .id;
    let (mut reader, edit) = (reader(&stage).await, format!("{}/{id}/edit", things(&stage).await));
    let filled = Filled::of(&reader.get(&edit).await.text);
    let changes = [("number", RawValue::Numeric("2".into())), ("postal_code", text("100-0001"))];
    stage.update(THINGS, id, &changes).await.unwrap();
    let url = field(&stage, THINGS, "url").await;
    let answer = filled.with(&url, "https://b.jp").send(&mut reader, &edit).await;
    assert!(led(&answer).1.starts_with("done=updated-merged&undo="), "{}", answer.text);
    let values = stage.values(THINGS, id).await;
    assert_eq!(values["number"], ItemValue::Number(2.into()));
    assert_eq!(values["postal_code"], ItemValue::Text("100-0001".into()));
    assert_eq!(values["url"], ItemValue::Text("https://b.jp".into()));
}

async fn asks(engine: Engine) {
    let stage = desk(engine).await;
    let values = [("url", text("https://a.jp")), ("code", text("K-1")), ("postal_code", text("1"))];
    let id = stage.thing("名", &values).await.unwrap().id;
    let (mut reader, edit) = (reader(&stage).await, format!("{}/{id}/edit", things(&stage).await));
    let [url, code, postal, phone] = [
        field(&stage, THINGS, "url").await,
        field(&stage, THINGS, "code").await,
        field(&stage, THINGS, "postal_code").await,
        field(&stage, THINGS, "phone_number").await,
    ];
    let filled = Filled::of(&reader.get(&edit).await.text);
    let theirs = [("url", text("https://theirs.jp")), ("code", text("K-2")), ("postal_code", text("2"))];
    stage.update(THINGS, id, &theirs).await.unwrap();
    let mine = filled.with(&url, "https://mine.jp").with(&code, "K-3").with(&phone, "03-1");
    let answer = mine.send(&mut reader, &edit).await;
    assert_eq!(answer.status, 409);
    for shown in ["https://a.jp", "https://theirs.jp", "https://mine.jp", "K-1", "K-2", "K-3", "元の値", "相手の値"]
    {
        assert!(answer.text.contains(shown), "{shown}: {}", answer.text);
    }
    assert!(!answer.text.contains(&format!("name=\"{postal}k\"")), "only what both changed is asked about");
    let again = Filled::of(&answer.text);
    assert_eq!((again.get(&postal), again.get(&phone), again.get(&url)), ("2", "03-1", "https://mine.jp"));

    // Who chooses only one is asked about the other again, and his choice stands.
    let half = again.clone().with(&format!("{url}k"), "mine").send(&mut reader, &edit).await;
    assert_eq!(half.status, 409);
    assert_eq!(Filled::of(&half.text).get(&format!("{url}k")), "mine");
    assert_eq!(stage.values(THINGS, id).await["url"], ItemValue::Text("https://theirs.jp".into()), "nothing was saved");

    // What has changed once more since both sides were shown is asked about anew.
    stage.update(THINGS, id, &[("url", text("https://third.jp"))]).await.unwrap();
    let chosen = again.with(&format!("{url}k"), "mine").with(&format!("{code}k"), "theirs");
    let third = chosen.send(&mut reader, &edit).await;
    assert_eq!(third.status, 409);
    assert!(third.text.contains("https://third.jp"), "{}", third.text);
    let last = Filled::of(&third.text).with(&format!("{url}k"), "mine");
    let answer = last.send(&mut reader, &edit).await;
    assert!(led(&answer).1.starts_with("done=updated-merged&undo="), "{}", answer.text);
    let values = stage.values(THINGS, id).await;
    assert_eq!(values["url"], ItemValue::Text("https://mine.jp".into()));
    assert_eq!(values["code"], ItemValue::Text("K-2".into()), "the other's, as chosen");
    assert_eq!(values["postal_code"], ItemValue::Text("2".into()));
    assert_eq!(values["phone_number"], ItemValue::Text("03-1".into()));
}

async fn template_changes(engine: Engine) {
    let stage = desk(engine).await;
    let choice = RawValue::Selection(vec![1]);
    let id = stage.thing("名", &[("url", text("https://a.jp")), ("pulldown", choice)]).await.unwrap().id;
    let (mut reader, path) = (reader(&stage).await, things(&stage).await);
    let edit = format!("{path}/{id}/edit");
    let [url, pulldown, phone] = [
        field(&stage, THINGS, "url").await,
        field(&stage, THINGS, "pulldown").await,
        field(&stage, THINGS, "phone_number").await,
    ];
    let filled = Filled::of(&reader.get(&edit).await.text);
    let mut definitions = template_export(&stage.app.service, &stage.context(), THINGS).await.unwrap();
    definitions.retain(|item| !item.read_only_flag);
    for item in &mut definitions {
        if item.item_name == "url" {
            item.hidden_flag = true;
        }
        if item.item_name == "pulldown" {
            item.selection_values.as_mut().unwrap()[1].display_flag = false;
        }
    }
    template_apply(&stage.app.service, &stage.context(), THINGS, definitions).await.unwrap();
    // A choice that is hidden by now is refused beside its field; the rest is kept, and what is gone is said.
    let mine = filled.with(&url, "https://b.jp").with(&phone, "03-1").with(&pulldown, "2");
    let answer = mine.send(&mut reader, &edit).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains(&format!("id=\"{pulldown}-error\"")), "{}", answer.text);
    assert!(answer.text.contains("1件の項目は保存の対象から外れました"), "{}", answer.text);
    let again = Filled::of(&answer.text);
    assert_eq!(again.get(&phone), "03-1");
    let answer = again.with(&pulldown, "").send(&mut reader, &edit).await;
    assert!(led(&answer).1.starts_with("done=updated&undo="), "{}", answer.text);
    // A form of before saves what is still there.
    let old = Filled::of(&reader.get(&edit).await.text);
    let items = format!("{},{}", old.get("items"), url.trim_start_matches('i'));
    let answer =
        old.with("items", &items).with(&url, "https://c.jp").with(&phone, "03-2").send(&mut reader, &edit).await;
    assert!(led(&answer).1.starts_with("done=updated-gone&undo="), "{}", answer.text);
    let record = stage.get(THINGS, id).await.unwrap().record;
    let kept = record.document.json(super::number(&stage, THINGS, "url").await).unwrap().to_owned();
    assert_eq!(kept, "\"https://a.jp\"", "what is hidden stays");
}
