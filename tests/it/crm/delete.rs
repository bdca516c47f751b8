//! Deleting clients and contacts: all or none, what stands in the way, and the trash.

use libtest_mimic::Trial;
use musubi_domain::item::{ItemValue, RawValue};
use musubi_service::database::{DatabaseCreate, database_create};
use musubi_service::record::{GivenItem, GivenRecord, RecordKey, record_get, record_register, record_restore};
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use super::stage::{CONTACT_DELETE, CONTACT_DETAIL, DELETE, DETAIL, Stage, UPDATE, delete_body, update_body, uuids};

const PARENT: &str = "f8ccf472-16db-4fcb-8e94-d0d92eba67e1";

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("delete: all or none, each once", all_or_none),
        async_on_both("delete: exactly one list of 1 to 1,000", exactly_one_list),
        async_on_both("delete: what refers to a client keeps it and is named, unless it is forced", referred),
        async_on_both("delete: contacts go with their client, and the trash gives them back", trash),
        async_on_both("delete: a contact is named by both ids, or by a slot", contacts),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn is_there(stage: &Stage, client: Uuid) -> bool {
    stage.post(DETAIL, &json!({"param": {"clientID": client}})).await.code() == "S000"
}

async fn all_or_none(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (one, two) = (stage.client("一", &[]).await, stage.client("二", &[]).await);
    let answer = stage.post(DELETE, &delete_body(&[one, Uuid::from_u128(7), two, Uuid::from_u128(8)], None)).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (404, "E051"));
    let list = "param.toData.deleteClientInfo.deleteClientList";
    assert_eq!(
        answer.details(),
        [(format!("{list}[1]"), "not_found".to_owned()), (format!("{list}[3]"), "not_found".to_owned())]
    );
    assert!(is_there(&stage, one).await && is_there(&stage, two).await);
    let answer = stage.ok(DELETE, &delete_body(&[two, one, two], Some(false))).await;
    assert_eq!(answer.body["deletedClientList"], json!([{"clientID": two}, {"clientID": one}]));
    assert!(!is_there(&stage, one).await && !is_there(&stage, two).await);
    assert_eq!(stage.post(DELETE, &delete_body(&[one], None)).await.code(), "E051");
    assert_eq!(stage.post(UPDATE, &update_body(one, &[])).await.code(), "E051");
    assert_eq!(stage.names(json!({}), 0, 10).await, (vec![], false));
}

async fn exactly_one_list(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("一", &[]).await;
    let told = async |info: Value| {
        let answer = stage.post(DELETE, &json!({"param": {"toData": {"deleteClientInfo": info}}})).await;
        assert_eq!(answer.code(), "E041", "{}", answer.text);
        let (path, code) = answer.details().remove(0);
        (path.trim_start_matches("param.toData.deleteClientInfo").to_owned(), code)
    };
    let said = |path: &str, code: &str| (path.to_owned(), code.to_owned());
    let (by_id, slot) = (json!([{"clientID": client}]), json!([{"systemLinkageID": 999000001, "linkageIDValue": "x"}]));
    assert_eq!(told(json!({})).await, said("", "one_required"));
    assert_eq!(told(json!({"deleteClientList": []})).await, said("", "one_required"));
    assert_eq!(
        told(json!({"deleteClientList": by_id, "deleteSystemLinkageList": slot})).await,
        said("", "only_one_of")
    );
    assert_eq!(
        told(json!({"deleteClientList": vec![json!({"clientID": client}); 1_001]})).await,
        said(".deleteClientList", "too_many_records")
    );
    assert_eq!(
        told(json!({"deleteClientList": [{"clientID": "string"}]})).await,
        said(".deleteClientList[0].clientID", "not_uuid")
    );
    assert_eq!(
        told(json!({"deleteClientList": by_id, "forceDeleteFlag": "true"})).await,
        said(".forceDeleteFlag", "wrong_type")
    );
    assert_eq!(
        told(json!({"deleteSystemLinkageList": [{"systemLinkageID": 999000001}]})).await,
        said(".deleteSystemLinkageList[0].linkageIDValue", "required")
    );
    let many = json!({"param": {"toData": {"deleteClientInfo": {"deleteClientList": vec![json!({"clientID": client}); 1_000]}}}});
    assert_eq!(stage.ok(DELETE, &many).await.body["deletedClientList"], json!([{"clientID": client}]));
}

/// A database of one's own whose records refer to clients.
async fn notes(stage: &Stage, client: Uuid) -> Uuid {
    let items = json!([
        {"itemName": "題名", "itemType": "text_single"},
        {"itemName": "相手", "itemType": "client_single"},
    ]);
    let command = DatabaseCreate {
        name: "notes".into(),
        items: serde_json::from_value(items).unwrap(),
        display: vec!["題名".into()],
    };
    database_create(&stage.app.service, &stage.app.context(), command).await.unwrap();
    let template = stage.app.service.template(stage.app.tenant, "notes").await.unwrap();
    let item = |name: &str, value: RawValue| {
        let item = template.items().iter().find(|item| item.name == name).unwrap();
        let item_type = item.item_type.row().wire.to_owned();
        GivenItem { path: name.to_owned(), item: item.id, item_type, value }
    };
    let title = RawValue::Text { value: "打合せ".into(), ruby: None };
    let items = vec![item("題名", title), item("相手", RawValue::Uuids(vec![client]))];
    let given = GivenRecord { items, ..GivenRecord::default() };
    let context = stage.app.context();
    record_register(&stage.app.service, &context, "notes", "note.register", given).await.unwrap().id
}

async fn referred(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("親会社", &[]).await;
    let child = stage.client("子会社", &[uuids(PARENT, "client_single", &[client])]).await;
    let note = notes(&stage, client).await;
    for force in [None, Some(false)] {
        let answer = stage.post(DELETE, &delete_body(&[client], force)).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "E041"));
        let list = "param.toData.deleteClientInfo.deleteClientList[0]".to_owned();
        assert_eq!(answer.details(), [(list, "still_referred".to_owned())]);
        let reason = answer.body["appStatus"]["details"][0]["reason"].as_str().unwrap();
        assert!(reason.contains("取引先 1 件") && reason.contains("notes 1 件"), "{reason}");
        assert!(is_there(&stage, client).await);
    }
    stage.ok(DELETE, &delete_body(&[client], Some(true))).await;
    let parents = stage.items(child).await.into_iter().filter(|item| item["itemID"] == PARENT).count();
    assert_eq!(parents, 0);
    let (service, context) = (&stage.app.service, stage.app.context());
    let note = record_get(service, &context, "notes", RecordKey::Id(note), "id").await.unwrap();
    let values: Vec<_> = note.values().into_values().collect();
    assert_eq!(values, [ItemValue::Text("打合せ".into())]);
    // Both at once: what goes too does not stand in the way.
    let second = stage.client("親会社", &[]).await;
    let child = stage.client("子会社", &[uuids(PARENT, "client_single", &[second])]).await;
    stage.ok(DELETE, &delete_body(&[second, child], None)).await;
}

async fn trash(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("一", &[]).await;
    let contact = stage.contact(client, "佐藤", &[]).await;
    let link = |value: &str| {
        let mut body = update_body(client, &[]);
        body["param"]["toData"]["clientUpdateInfo"]["systemLinkageInfoList"] =
            json!([{"systemLinkageID": 999000001, "linkageIDValue": value}]);
        body
    };
    stage.ok(UPDATE, &link("K1")).await;
    let body = json!({"param": {"toData": {"deleteClientInfo": {
        "deleteSystemLinkageList": [{"systemLinkageID": 999000001, "linkageIDValue": "K1"}]}}}});
    let answer = stage.ok(DELETE, &body).await;
    assert_eq!(answer.body["deletedClientList"], json!([{"clientID": client}]));
    let key = json!({"param": {"clientResponsibleID": contact}});
    assert_eq!(stage.post(CONTACT_DETAIL, &key).await.code(), "E051");
    // Its linkage value is free, and a restore goes without what has been taken.
    let mut other = stage.register_body("二", "", &[]);
    other["param"]["toData"]["clientRegisterInfo"]["systemLinkageInfoList"] =
        json!([{"systemLinkageID": 999000001, "linkageIDValue": "K1"}]);
    stage.ok(super::stage::REGISTER, &other).await;
    let refused = stage.register("三", "", &[uuids(PARENT, "client_single", &[client])]).await;
    assert_eq!(refused.details()[0].1, "no_such_record");
    let (service, context) = (&stage.app.service, stage.app.context());
    let restored = record_restore(service, &context, ("clients", "client.restore"), client, "id").await.unwrap();
    assert_eq!((restored.records.len(), restored.lost.len()), (2, 1));
    let detail = stage.ok(DETAIL, &json!({"param": {"clientID": client}})).await;
    assert_eq!(detail.body["clientDetailInfo"]["systemLinkageInfoList"][0]["linkageIDValue"], "");
    stage.ok(CONTACT_DETAIL, &key).await;
    assert_eq!(stage.names(json!({}), 0, 10).await.0, ["一", "二"]);
}

async fn contacts(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (client, other) = (stage.client("一", &[]).await, stage.client("二", &[]).await);
    let (contact, second) = (stage.contact(client, "佐藤", &[]).await, stage.contact(client, "鈴木", &[]).await);
    let body = |client: Uuid, contact: Uuid| {
        let list = json!([{"clientID": client, "clientResponsibleID": contact}]);
        json!({"param": {"toData": {"deleteClientResponsibleInfo": {"deleteClientResponsibleList": list}}}})
    };
    let list = "param.toData.deleteClientResponsibleInfo.deleteClientResponsibleList[0]";
    let answer = stage.post(CONTACT_DELETE, &body(other, contact)).await;
    assert_eq!((answer.code(), answer.details()), ("E051", vec![(list.to_owned(), "not_found".to_owned())]));
    let missing = json!([{"clientResponsibleID": contact}]);
    let missing =
        json!({"param": {"toData": {"deleteClientResponsibleInfo": {"deleteClientResponsibleList": missing}}}});
    let answer = stage.post(CONTACT_DELETE, &missing).await;
    assert_eq!(answer.details(), [(format!("{list}.clientID"), "required".to_owned())]);
    let answer = stage.ok(CONTACT_DELETE, &body(client, contact)).await;
    assert_eq!(answer.body["deletedClientResponsibleList"], json!([{"clientResponsibleID": contact}]));
    assert_eq!(stage.post(CONTACT_DELETE, &body(client, contact)).await.code(), "E051");
    assert!(is_there(&stage, client).await);
    stage.ok(CONTACT_DETAIL, &json!({"param": {"clientResponsibleID": second}})).await;
}
