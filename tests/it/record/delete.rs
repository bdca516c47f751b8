//! The trash: what goes there, what stands in the way, what comes back.

use libtest_mimic::Trial;
use musubi_domain::change_set::LeftReason;
use musubi_domain::error::Kind;
use musubi_domain::item::{ItemValue, RawValue};
use musubi_service::record::{RecordKey, record_referrers, trash_list};
use musubi_testkit::engine::{Engine, async_on_both};

use super::stage::{SLOT, Stage, THINGS, ids, linkage, problems, text};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("record: all or none go to the trash", all_or_none),
        async_on_both("record: what refers to a record keeps it, unless it is forced", referrers),
        async_on_both("record: contacts go with their client and come back with it", owned),
        async_on_both("record: a restore leaves out what has been taken meanwhile", taken_meanwhile),
        async_on_both("record: the trash holds for thirty days", thirty_days),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn all_or_none(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (one, two) = (stage.thing("一", &[]).await.unwrap().id, stage.thing("二", &[]).await.unwrap().id);
    let stranger = uuid::Uuid::from_u128(9);
    let error = stage.delete(THINGS, &[one, stranger, two, stage.users[0]], false).await.unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound);
    assert_eq!(problems(&error), [("ids[1]".to_owned(), "not_found"), ("ids[3]".to_owned(), "not_found")]);
    assert!(stage.get(THINGS, one).await.is_ok());
    assert_eq!(stage.delete(THINGS, &[one, two, one], false).await.unwrap(), 2);
    assert_eq!(stage.get(THINGS, one).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(stage.update(THINGS, one, &[("url", RawValue::Empty)]).await.unwrap_err().kind(), Kind::NotFound);
    let (trash, more) = trash_list(&stage.app.service, &stage.context(), THINGS, None, 1).await.unwrap();
    assert!(trash.len() == 1 && more);
    let place = trash[0].record.deleted_at.map(|moment| (moment, trash[0].record.number));
    let (trash, more) = trash_list(&stage.app.service, &stage.context(), THINGS, place, 10).await.unwrap();
    assert!(trash.len() == 1 && !more && trash[0].record.deleted_at.is_some() && trash[0].by.is_some());
}

async fn referrers(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("株式会社一", &[]).await.unwrap().id;
    let other = stage.client("株式会社二", &[]).await.unwrap().id;
    let child = stage.client("子会社", &[("親取引先", ids(&[client]))]).await.unwrap().id;
    let many = [("client_multiple", ids(&[other, client])), ("reference", ids(&[client]))];
    let thing = stage.thing("物", &many).await.unwrap().id;
    let asked = (RecordKey::Id(client), "id");
    let (found, more) =
        record_referrers(&stage.app.service, &stage.context(), "clients", asked.clone(), 10).await.unwrap();
    let mut names: Vec<_> = found.iter().map(|found| found.display_name.clone().unwrap()).collect();
    names.sort();
    assert_eq!((names, more), (vec!["子会社".to_owned(), "物".to_owned(), "物".to_owned()], false));
    let (found, more) = record_referrers(&stage.app.service, &stage.context(), "clients", asked, 2).await.unwrap();
    assert!(found.len() == 2 && more);
    let error = stage.delete("clients", &[other, client], false).await.unwrap_err();
    assert_eq!(problems(&error), [("ids[0]".to_owned(), "still_referred"), ("ids[1]".to_owned(), "still_referred")]);
    let said = error.problems()[1].message.text(musubi_domain::messages::Locale::Ja);
    assert!(said.contains("取引先 1 件") && said.contains("things 1 件"), "{said}");
    // A record that goes as well does not stand in the way.
    let error = stage.delete("clients", &[client, child], false).await.unwrap_err();
    assert_eq!(problems(&error).len(), 1);
    assert_eq!(stage.delete("clients", &[client], true).await.unwrap(), 1);
    let values = stage.values(THINGS, thing).await;
    assert_eq!(values["client_multiple"], ItemValue::References(vec![other]));
    assert!(!values.contains_key("reference") && !stage.values("clients", child).await.contains_key("親取引先"));
    // The emptied references are changes with a history.
    assert_eq!(stage.history("clients", child).await.len(), 1);
    stage.delete("clients", &[child], false).await.unwrap();
}

async fn owned(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("株式会社一", &[]).await.unwrap().id;
    let (sato, ito) =
        (stage.contact(client, "佐藤").await.unwrap().id, stage.contact(client, "伊藤").await.unwrap().id);
    let gone_before = stage.contact(client, "先").await.unwrap().id;
    stage.delete("contacts", &[gone_before], false).await.unwrap();
    let card =
        [("会社名", super::stage::ruby("株式会社一", "")), ("取引先", ids(&[client])), ("取引先担当者", ids(&[sato]))];
    let card = stage.register("business_cards", &card).await.unwrap().id;
    let holder = stage.thing("物", &[("clientresponsible_single", ids(&[sato]))]).await.unwrap().id;
    // What refers to a contact stands in the way of its client; cards do not.
    let error = stage.delete("clients", &[client], false).await.unwrap_err();
    assert_eq!(problems(&error), [("ids[0]".to_owned(), "still_referred")]);
    stage.update(THINGS, holder, &[("clientresponsible_single", RawValue::Empty)]).await.unwrap();
    assert_eq!(stage.delete("clients", &[client], false).await.unwrap(), 3);
    assert!(stage.get("contacts", ito).await.is_err());
    let values = stage.values("business_cards", card).await;
    assert!(!values.contains_key("取引先") && !values.contains_key("取引先担当者"));
    let restored = stage.restore("clients", client).await.unwrap();
    assert_eq!(restored.records.len(), 3);
    assert!(restored.records[0] == client && restored.lost.is_empty());
    assert_eq!(stage.values("contacts", sato).await["取引先"], ItemValue::References(vec![client]));
    assert!(stage.get("contacts", gone_before).await.is_err());
    assert_eq!(stage.restore("contacts", gone_before).await.unwrap().records, [gone_before]);
}

async fn taken_meanwhile(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("株式会社一", &[]).await.unwrap().id;
    let values = [("text_single", text("一")), ("code", text("K")), ("client_multiple", ids(&[client]))];
    let id = stage.register_linked(THINGS, &values, "A-1").await.unwrap().id;
    stage.delete(THINGS, &[id], false).await.unwrap();
    // Its linkage value and its key are free at once, and it keeps nobody from being deleted.
    let holder =
        stage.register_linked(THINGS, &[("text_single", text("二")), ("code", text("K"))], "A-1").await.unwrap().id;
    stage.delete("clients", &[client], false).await.unwrap();
    let restored = stage.restore(THINGS, id).await.unwrap();
    let mut lost = restored.lost.clone();
    lost.sort_by_key(|(_, reason)| *reason);
    assert_eq!(lost, [(id, LeftReason::ValueTaken), (id, LeftReason::TargetGone)]);
    let seen = stage.get(THINGS, id).await.unwrap();
    assert!(seen.record.linkage.is_empty() && seen.record.version == 3);
    let values = stage.values(THINGS, id).await;
    assert!(
        !values.contains_key("code") && !values.contains_key("client_multiple") && values.contains_key("text_single")
    );
    let history = stage.history(THINGS, id).await;
    assert_eq!(history[0].linkage, [(SLOT, "A-1".to_owned(), String::new())]);
    assert_eq!(history[0].items.len(), 2);
    let held = stage.get(THINGS, holder).await.unwrap().record;
    assert_eq!(held.linkage, [linkage("A-1").value]);
    assert_eq!(stage.restore(THINGS, id).await.unwrap_err().kind(), Kind::NotFound);
}

async fn thirty_days(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (old, young) = (stage.thing("古", &[]).await.unwrap().id, stage.thing("新", &[]).await.unwrap().id);
    stage.delete(THINGS, &[old], false).await.unwrap();
    stage.app.source.advance_seconds(86_400);
    stage.delete(THINGS, &[young], false).await.unwrap();
    stage.app.source.advance_seconds(29 * 86_400 + 60);
    let error = stage.restore(THINGS, old).await.unwrap_err();
    assert_eq!(problems(&error), [("id".to_owned(), "trash_expired")]);
    stage.restore(THINGS, young).await.unwrap();
}
