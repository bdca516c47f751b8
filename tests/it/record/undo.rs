//! Change sets, and undoing them.

use std::collections::BTreeMap;

use libtest_mimic::Trial;
use musubi_domain::change_set::{ChangeSet, ChangeSetState, LeftReason};
use musubi_domain::error::Kind;
use musubi_domain::id::{ChangeSetNo, RecordNo};
use musubi_domain::item::{ItemValue, RawValue};
use musubi_service::change_set::{change_set_get, change_set_left, change_set_list, change_set_undo};
use musubi_service::database::{DatabaseCreate, database_create};
use musubi_service::record::{Changes, GivenRecord, record_judge, record_register_in};
use musubi_service::template::item::{ItemChange, template_item_set};
use musubi_service::template::removal::template_item_remove;
use musubi_service::{Lane, Tx};
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::json;
use uuid::Uuid;

use super::merge::merge;
use super::stage::{Stage, THINGS, ids, linkage, text};

/// Rows of the large change set.
const ROWS: usize = 100_000;
/// Rows of it that somebody edits afterwards.
const EDITED: usize = 37;

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("undo: what was registered, changed and deleted is as it was", each_kind),
        async_on_both("undo: merge then undo is the identity", merge_then_undo),
        async_on_both("undo: what was changed since is left and listed", changed_since),
        async_on_both("undo: what others hold by now is left out and listed", taken_since),
        async_on_both("undo: values of an item that was removed since are left out and listed", item_removed),
        async_on_both("undo: what is gone for good is left out and listed", purged),
        async_on_both("undo: an undo can be undone, and nothing is undone twice", undone),
        async_on_both("undo: 100,000 rows, some edited since", large),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The newest change set.
async fn newest(stage: &Stage) -> ChangeSet {
    change_set_list(&stage.app.service, &stage.context(), None, 1).await.unwrap().remove(0)
}

async fn undo(stage: &Stage, id: Uuid) -> ChangeSet {
    change_set_undo(&stage.app.service, &stage.context(), id, "id").await.unwrap();
    assert_eq!(
        change_set_get(&stage.app.service, &stage.context(), id, "id").await.unwrap().state,
        ChangeSetState::Undoing
    );
    stage.app.run_jobs().await;
    change_set_get(&stage.app.service, &stage.context(), id, "id").await.unwrap()
}

async fn left(stage: &Stage, undo: ChangeSetNo) -> Vec<(RecordNo, LeftReason)> {
    change_set_left(&stage.app.service, &stage.context(), undo, RecordNo(0), 1_000).await.unwrap()
}

/// Undoes the newest change set, and nothing of it is left.
pub(super) async fn wholly_undone(stage: &Stage) {
    let set = undo(stage, newest(stage).await.id).await;
    assert_eq!(left(stage, newest(stage).await.number).await, []);
    assert_eq!(set.state, ChangeSetState::Undone);
}

/// Everything that records say, but for their versions and the moment of their last change: values, linkage values, whether they are
/// in the trash; and what refers to what.
async fn picture(stage: &Stage, records: &[(&str, Uuid)]) -> BTreeMap<Uuid, String> {
    let mut picture = BTreeMap::new();
    for (database, id) in records {
        let seen = stage.get(database, *id).await.ok();
        let key = (musubi_service::record::RecordKey::Id(*id), "id");
        let referrers =
            musubi_service::record::record_referrers(&stage.app.service, &stage.context(), database, key, 100).await;
        let referrers =
            referrers.map(|(referrers, _)| referrers.iter().map(|r| (r.record, r.item)).collect::<Vec<_>>());
        let said = seen.map(|seen| (seen.record.document, seen.record.linkage, seen.record.display_name));
        picture.insert(*id, format!("{said:?} {:?}", referrers.ok()));
    }
    picture
}

async fn each_kind(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("株式会社一", &[]).await.unwrap().id;
    let child = stage.client("子会社", &[("親取引先", ids(&[client]))]).await.unwrap().id;
    let contact = stage.contact(client, "佐藤").await.unwrap().id;
    let values = [("text_single", text("物")), ("code", text("K")), ("client_multiple", ids(&[client, child]))];
    let thing = stage.register_linked(THINGS, &values, "A-1").await.unwrap().id;
    let holder = stage.thing("持", &[("clientresponsible_single", ids(&[contact]))]).await.unwrap().id;
    let all = [("clients", client), ("clients", child), ("contacts", contact), (THINGS, thing), (THINGS, holder)];
    let before = picture(&stage, &all).await;
    // Changed.
    let given = GivenRecord {
        linkage: vec![linkage("A-2")],
        ..stage.given(THINGS, &[("code", text("L")), ("client_multiple", ids(&[child]))]).await
    };
    stage.update_given(THINGS, thing, None, given).await.unwrap();
    assert_ne!(picture(&stage, &all).await, before);
    wholly_undone(&stage).await;
    assert_eq!(picture(&stage, &all).await, before);
    // Deleted by force: the client, its contact, and references of three others.
    stage.delete("clients", &[client], true).await.unwrap();
    let set = newest(&stage).await;
    assert_eq!((set.counts.deleted, set.counts.updated), (2, 3));
    wholly_undone(&stage).await;
    assert_eq!(picture(&stage, &all).await, before);
    // Registered.
    let fresh = stage.register_linked(THINGS, &[("text_single", text("新"))], "B-1").await.unwrap().id;
    wholly_undone(&stage).await;
    assert!(stage.get(THINGS, fresh).await.is_err());
    stage.register_linked(THINGS, &[("text_single", text("新"))], "B-1").await.unwrap();
    // Restored.
    stage.restore(THINGS, fresh).await.unwrap();
    wholly_undone(&stage).await;
    assert!(stage.get(THINGS, fresh).await.is_err());
    assert_eq!(picture(&stage, &all).await, before);
}

async fn merge_then_undo(engine: Engine) {
    let stage = Stage::new(engine).await;
    let stays = stage.client("株式会社山田", &[]).await.unwrap().id;
    let more = [("親取引先", ids(&[stays])), ("郵便番号", text("100-0001")), ("代表電話番号", text("03-1111-2222"))];
    let gone = stage.client("山田㈱", &more).await.unwrap().id;
    let given = GivenRecord { linkage: vec![linkage("A-1")], ..GivenRecord::default() };
    stage.update_given("clients", gone, None, given).await.unwrap();
    let child = stage.client("子", &[("親取引先", ids(&[gone]))]).await.unwrap().id;
    let contact = stage.contact(gone, "佐藤").await.unwrap().id;
    let card =
        [("会社名", super::stage::ruby("山田", "")), ("取引先", ids(&[gone])), ("取引先担当者", ids(&[contact]))];
    let card = stage.register("business_cards", &card).await.unwrap().id;
    let thing =
        stage.thing("物", &[("client_multiple", ids(&[gone, stays])), ("reference", ids(&[gone]))]).await.unwrap().id;
    let all = [
        ("clients", stays),
        ("clients", gone),
        ("clients", child),
        ("contacts", contact),
        ("business_cards", card),
        (THINGS, thing),
    ];
    let before = picture(&stage, &all).await;
    merge(&stage, stays, gone).await.unwrap();
    assert_ne!(picture(&stage, &all).await, before);
    let set = newest(&stage).await;
    assert_eq!((set.counts.deleted, set.kind.as_str(), set.target.as_str()), (1, "client.merge", "山田㈱"));
    let set = undo(&stage, set.id).await;
    assert_eq!(left(&stage, newest(&stage).await.number).await, []);
    assert_eq!(set.state, ChangeSetState::Undone);
    assert_eq!(picture(&stage, &all).await, before);
}

async fn changed_since(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (one, two) = (stage.thing("一", &[]).await.unwrap(), stage.thing("二", &[]).await.unwrap());
    stage.delete(THINGS, &[one.id, two.id], false).await.unwrap();
    let set = newest(&stage).await;
    stage.restore(THINGS, two.id).await.unwrap();
    stage.update(THINGS, two.id, &[("url", text("https://a.example"))]).await.unwrap();
    let set = undo(&stage, set.id).await;
    assert_eq!(set.state, ChangeSetState::PartlyUndone);
    let undone = newest(&stage).await;
    assert_eq!((undone.undoes, undone.counts.restored), (Some(set.number), 1));
    assert_eq!(left(&stage, undone.number).await, [(two.number, LeftReason::ChangedSince)]);
    assert!(stage.get(THINGS, one.id).await.is_ok() && stage.values(THINGS, two.id).await.contains_key("url"));
    // What refers to a record by now keeps it from going.
    let client = stage.client("一", &[]).await.unwrap();
    let set = newest(&stage).await;
    stage.thing("三", &[("reference", ids(&[client.id]))]).await.unwrap();
    assert_eq!(undo(&stage, set.id).await.state, ChangeSetState::PartlyUndone);
    assert_eq!(left(&stage, newest(&stage).await.number).await, [(client.number, LeftReason::ReferredTo)]);
}

async fn taken_since(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("一", &[]).await.unwrap();
    let values = [("text_single", text("一")), ("code", text("K")), ("client_single", ids(&[client.id]))];
    let one = stage.register_linked(THINGS, &values, "A-1").await.unwrap();
    let given = stage
        .given(THINGS, &[("code", RawValue::Empty), ("client_single", RawValue::Empty), ("text_single", text("二"))])
        .await;
    stage.update_given(THINGS, one.id, None, GivenRecord { linkage: vec![linkage("")], ..given }).await.unwrap();
    let set = newest(&stage).await;
    stage.register_linked(THINGS, &[("text_single", text("他")), ("code", text("K"))], "A-1").await.unwrap();
    stage.delete("clients", &[client.id], false).await.unwrap();
    assert_eq!(undo(&stage, set.id).await.state, ChangeSetState::PartlyUndone);
    let mut found = left(&stage, newest(&stage).await.number).await;
    found.sort_by_key(|(_, reason)| *reason);
    assert_eq!(found, [(one.number, LeftReason::ValueTaken), (one.number, LeftReason::TargetGone)]);
    let values = stage.values(THINGS, one.id).await;
    assert_eq!(values["text_single"], ItemValue::Text("一".into()));
    assert!(!values.contains_key("code") && !values.contains_key("client_single"));
}

async fn item_removed(engine: Engine) {
    let stage = Stage::new(engine).await;
    let old = [("url", text("https://a.example")), ("number", RawValue::Numeric("1".into()))];
    let one = stage.thing("一", &old).await.unwrap();
    let two = stage.thing("二", &[]).await.unwrap();
    let new = [("url", text("https://b.example")), ("number", RawValue::Numeric("2".into()))];
    stage.update(THINGS, one.id, &new).await.unwrap();
    let set = newest(&stage).await;
    let service = &stage.app.service;
    let template = service.template(stage.app.tenant, THINGS).await.unwrap();
    let url = template.items().iter().find(|item| item.name == "url").unwrap().id;
    template_item_set(service, &stage.context(), THINGS, url, ItemChange::Hidden(true)).await.unwrap();
    template_item_remove(service, &stage.context(), THINGS, (url, "ITEM_ID")).await.unwrap();
    stage.app.run_jobs().await;
    assert_eq!(undo(&stage, set.id).await.state, ChangeSetState::PartlyUndone);
    assert_eq!(left(&stage, newest(&stage).await.number).await, [(one.number, LeftReason::ItemRemoved)]);
    let values = stage.values(THINGS, one.id).await;
    assert_eq!(values["number"].to_json(), "\"1\"", "the rest is as it was");
    // What never had a value of it is undone whole.
    stage.update(THINGS, two.id, &[("number", RawValue::Numeric("3".into()))]).await.unwrap();
    let set = newest(&stage).await;
    assert_eq!(undo(&stage, set.id).await.state, ChangeSetState::Undone);
}

async fn undone(engine: Engine) {
    let stage = Stage::new(engine).await;
    let one = stage.thing("一", &[]).await.unwrap();
    stage.update(THINGS, one.id, &[("text_single", text("二"))]).await.unwrap();
    let set = newest(&stage).await;
    undo(&stage, set.id).await;
    let error = change_set_undo(&stage.app.service, &stage.context(), set.id, "id").await.unwrap_err();
    assert_eq!((error.kind(), error.problems()[0].message.code()), (Kind::Conflict, "not_undoable"));
    let error = change_set_undo(&stage.app.service, &stage.context(), Uuid::nil(), "id").await.unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound);
    let undo_set = newest(&stage).await;
    assert_eq!(undo_set.kind, "change_set.undo");
    assert_eq!(undo(&stage, undo_set.id).await.state, ChangeSetState::Undone);
    assert_eq!(stage.values(THINGS, one.id).await["text_single"], ItemValue::Text("二".into()));
    assert_eq!(stage.history(THINGS, one.id).await.len(), 3);
}

/// What the trash has let go for good does not come back.
async fn purged(engine: Engine) {
    let stage = Stage::new(engine).await;
    let thing =
        stage.register_linked(THINGS, &[("text_single", text("一")), ("code", text("K"))], "A-1").await.unwrap();
    stage.delete(THINGS, &[thing.id], false).await.unwrap();
    let set = newest(&stage).await;
    stage.app.source.advance_seconds(32 * 86_400);
    stage.app.run_jobs().await;
    assert_eq!(undo(&stage, set.id).await.state, ChangeSetState::PartlyUndone);
    assert_eq!(left(&stage, newest(&stage).await.number).await, [(thing.number, LeftReason::Purged)]);
    assert!(stage.restore(THINGS, thing.id).await.is_err());
    stage.register_linked(THINGS, &[("text_single", text("二")), ("code", text("K"))], "A-1").await.unwrap();
}

/// A change set of 100,000 rows, made in slices as an import makes it; some rows are edited, then it is undone by the job.
async fn large(engine: Engine) {
    let stage = Stage::new(engine).await;
    let command = DatabaseCreate {
        name: "rows".into(),
        items: serde_json::from_value(json!([{"itemType": "text_single", "itemName": "名"}])).unwrap(),
        display: Vec::new(),
    };
    database_create(&stage.app.service, &stage.context(), command).await.unwrap();
    let (service, context) = (&stage.app.service, stage.context());
    let database = service.template(stage.app.tenant, "rows").await.unwrap().database;
    let open = move |tx: &mut Tx<'_>| Changes::begin(tx, "test.fill", Some(database))?.leave_open(tx);
    let set = service.db().write(&context, Lane::Background, open).await.unwrap();
    let mut edited = Vec::new();
    for slice in 0..ROWS / 500 {
        let mut judged = Vec::with_capacity(500);
        for row in 0..500 {
            let given = stage.given("rows", &[("名", text(&format!("行{}", slice * 500 + row)))]).await;
            judged.push(record_judge(service, &context, "rows", given).await.unwrap());
        }
        let context = stage.context();
        let write = move |tx: &mut Tx<'_>| {
            let mut changes = Changes::go_on(set, "test.fill");
            let written = judged.iter().map(|judged| record_register_in(tx, &mut changes, judged));
            let written = written.collect::<musubi_domain::error::Result<Vec<_>>>()?;
            changes.end_slice(tx)?;
            Ok(written[7])
        };
        let written = service.db().write(&context, Lane::Background, write).await.unwrap();
        if edited.len() < EDITED {
            edited.push(written);
        }
    }
    let close = move |tx: &mut Tx<'_>| Changes::close(tx, set, "test.fill");
    service.db().write(&context, Lane::Background, close).await.unwrap();
    for written in &edited {
        stage.update("rows", written.id, &[("名", text("直した"))]).await.unwrap();
    }
    let sets = change_set_list(service, &context, None, 100).await.unwrap();
    let filled = sets.iter().find(|found| found.number == set).unwrap();
    assert_eq!(filled.counts.created, i64::try_from(ROWS).unwrap());
    let filled = undo(&stage, filled.id).await;
    assert_eq!(filled.state, ChangeSetState::PartlyUndone);
    let undone = newest(&stage).await;
    assert_eq!(undone.counts.deleted, i64::try_from(ROWS - EDITED).unwrap());
    let wanted: Vec<_> = edited.iter().map(|written| (written.number, LeftReason::ChangedSince)).collect();
    assert_eq!(left(&stage, undone.number).await, wanted);
    for written in &edited {
        assert_eq!(stage.values("rows", written.id).await["名"], ItemValue::Text("直した".into()));
    }
}
