//! What a detail gave can be sent back, whole, with one item changed.

use std::collections::{BTreeMap, BTreeSet};

use libtest_mimic::Trial;
use musubi_service::template::{template_apply, template_export};
use musubi_service::user::{UserSet, user_set};
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use super::stage::{
    CONTACT_DETAIL, CONTACT_REGISTER, CONTACT_TEMPLATE, CONTACT_UPDATE, DETAIL, REGISTER, Stage, TEMPLATE, UPDATE,
    contact_update_body, id, text, update_body, uuids,
};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("round trip: a client's detail is sent back with one item changed", clients),
        async_on_both("round trip: a contact's detail is sent back with one item changed", contacts),
        async_on_both("round trip: what could not be given anew may stay", stays),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// One of two values of an item, as its template describes it.
fn value(stage: &Stage, item: &Value, client: Uuid, which: usize) -> Value {
    let pick = |values: [&str; 2]| ("itemTextData", json!({"value": values[which]}));
    let number = |values: [&str; 2]| ("itemNumericData", json!({"value": values[which]}));
    let choice = |at: usize| item["selectionValues"][at]["value"].clone();
    let path = |at: usize| {
        let first =
            &item["linkageSelectionValues"][at.min(item["linkageSelectionValues"].as_array().unwrap().len() - 1)];
        let second = &first["children"][0]["value"];
        if at == 0 || second.is_null() { json!([first["value"]]) } else { json!([first["value"], second]) }
    };
    let ids = |ids: &[Uuid]| ("itemUuidData", json!({"values": ids}));
    let users = [stage.user, stage.second_user];
    let route = json!({"inquiryRouteCategoryId": stage.route.category, "inquiryRouteId": stage.route.route});
    let (member, data) = match item["itemType"].as_str().unwrap() {
        "text_single" => pick(["一行", "二行目"]),
        "text_multiple" => pick(["一\n二", "一\r\n二\n"]),
        "text_ruby" => ("itemTextData", json!({"value": (["社名", "改名"][which]), "ruby": (["シャメイ", ""][which])})),
        "number" => number(["7", "008"]),
        "amount_integer" => number(["100", "999999999999999"]),
        "amount_decimal" => number(["1.5", "1.50"]),
        "date" => pick(["2024-02-29", "1900-01-01"]),
        "datetime" => pick(["2026-01-01T09:00:00+09:00", "2026-01-01 09:00:01"]),
        "phone_number" => pick(["03-1234-5678", "+81312345678"]),
        "url" => pick(["https://a.example.com", "http://b.example.com/?q=1"]),
        "mail_address" => pick(["a@example.com", "b.c@example.jp"]),
        "postal_code" => pick(["105-0001", "1050001"]),
        "prefectures" => pick(["東京都", "北海道"]),
        "pulldown" => ("itemSelectionData", json!({"values": [choice(which)]})),
        "checkbox" => ("itemSelectionData", json!({"values": (&[choice(1), choice(0)][which..])})),
        "linkage_pulldown" => ("itemSelectionData", json!({"values": path(which)})),
        "user_single" => ids(&users[which..=which]),
        "user_multiple" => ids(&users[which..]),
        "division_single" => ids(&[stage.organization]),
        "client_single" => ids(&[client]),
        "inquiry_route" => ("itemInquiryRouteDataList", if which == 0 { json!([route]) } else { json!([]) }),
        other => panic!("no value for {other}"),
    };
    json!({"itemID": item["itemID"], "itemType": item["itemType"], member: data})
}

/// Two values for each item of a template that people fill.
async fn values(stage: &Stage, path: &str, info: &str, client: Uuid) -> [Vec<Value>; 2] {
    let template = stage.ok(path, &json!({})).await;
    let items = template.body[info]["templateList"].as_array().unwrap().clone();
    let filled: Vec<_> = items.into_iter().filter(|item| item["readOnlyFlag"] == false).collect();
    assert!(filled.len() > 20);
    [0, 1].map(|which| filled.iter().map(|item| value(stage, item, client, which)).collect())
}

/// With one item changed.
fn changed(list: &mut Value, item: &Value) {
    let items = list.as_array_mut().unwrap();
    match items.iter_mut().find(|own| own["itemID"] == item["itemID"]) {
        Some(own) => *own = item.clone(),
        None => items.push(item.clone()),
    }
}

/// The item, where it is given with another value than it had. Two are alike for both values, as there is one of what they name.
fn changes<'a>(before: &Value, item: &'a Value) -> Vec<&'a str> {
    let id = item["itemID"].as_str().unwrap();
    let is_alike = ["client_single", "division_single"].contains(&item["itemType"].as_str().unwrap());
    let had = before.as_array().unwrap().iter().any(|own| own["itemID"] == item["itemID"]);
    if is_alike && had { Vec::new() } else { vec![id] }
}

/// What two lists of items differ in, but for who changed the record last and when: ids and types of items, and whether they have data.
fn differing<'a>(before: &'a Value, after: &'a Value) -> Vec<&'a str> {
    let read = |list: &'a Value| -> BTreeMap<&'a str, &'a Value> {
        list.as_array().unwrap().iter().map(|item| (item["itemID"].as_str().unwrap(), item)).collect()
    };
    let (before, after) = (read(before), read(after));
    let by_system = ["b91ed3f4-d0a0-4337-8d25-4117cb823d83", "612017e9-b88e-4ba7-90fe-7322590a6ddc"];
    let ids: BTreeSet<&str> = before.keys().chain(after.keys()).copied().filter(|id| !by_system.contains(id)).collect();
    ids.into_iter().filter(|id| before.get(id) != after.get(id)).collect()
}

/// Each item that people fill is changed in its turn, everything else goes back as it came.
async fn clients(engine: Engine) {
    let stage = Stage::new(engine).await;
    let parent = stage.client("親会社", &[]).await;
    let [first, second] = values(&stage, TEMPLATE, "clientTemplateInfo", parent).await;
    let body = json!({"param": {"toData": {"clientRegisterInfo": {"clientItemList": first}}}});
    let client = id(&stage.ok(REGISTER, &body).await.body["registerClientResult"]["clientID"]);
    let key = json!({"param": {"clientID": client}});
    for item in second.iter().chain(&first) {
        let mut info = stage.ok(DETAIL, &key).await.body["clientDetailInfo"].clone();
        let before = info["clientItemList"].clone();
        changed(&mut info["clientItemList"], item);
        info["clientInfo"] = json!({"clientID": client});
        stage.app.source.advance_seconds(1);
        stage.ok(UPDATE, &json!({"param": {"toData": {"clientUpdateInfo": info}}})).await;
        let after = stage.ok(DETAIL, &key).await.body["clientDetailInfo"]["clientItemList"].clone();
        assert_eq!(differing(&before, &after), changes(&before, item), "{item}");
    }
}

async fn contacts(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("株式会社一", &[]).await;
    let [first, second] = values(&stage, CONTACT_TEMPLATE, "clientResponsibleTemplateInfo", client).await;
    let route = json!({"inquiryRouteCategoryId": stage.route.category, "inquiryRouteId": stage.route.route});
    let body = json!({"param": {"toData": {"clientResponsibleRegisterInfo": {
        "clientID": client, "clientResponsibleItemList": first,
        "clientResponsibleInquiryRouteDataList": [route],
        "systemLinkageInfoList": [{"systemLinkageID": 999000001, "linkageIDValue": "K1"}]}}}});
    let registered = stage.ok(CONTACT_REGISTER, &body).await;
    let contact = id(&registered.body["registerClientResponsibleResult"]["clientResponsibleID"]);
    let key = json!({"param": {"clientResponsibleID": contact}});
    for item in second.iter().chain(&first) {
        let mut info = stage.ok(CONTACT_DETAIL, &key).await.body["clientResponsibleDetailInfo"].clone();
        let before = info["clientResponsibleItemList"].clone();
        assert_eq!(info["clientResponsibleInquiryRouteDataList"][0]["inquiryRouteName"], "東京ビックサイト");
        assert_eq!(info["systemLinkageInfoList"][0]["linkageIDValue"], "K1");
        changed(&mut info["clientResponsibleItemList"], item);
        info["clientResponsibleInfo"] = json!({"clientID": info["clientID"], "clientResponsibleID": contact});
        stage.app.source.advance_seconds(1);
        stage.ok(CONTACT_UPDATE, &json!({"param": {"toData": {"clientResponsibleUpdateInfo": info}}})).await;
        let after = stage.ok(CONTACT_DETAIL, &key).await.body["clientResponsibleDetailInfo"].clone();
        let after = after["clientResponsibleItemList"].clone();
        assert_eq!(differing(&before, &after), changes(&before, item), "{item}");
    }
    // Absent leaves the routes, [] clears them.
    let mut body = contact_update_body(client, contact, &[]);
    stage.ok(CONTACT_UPDATE, &body).await;
    let routes = async || {
        let detail = stage.ok(CONTACT_DETAIL, &key).await;
        detail.body["clientResponsibleDetailInfo"]["clientResponsibleInquiryRouteDataList"].as_array().unwrap().len()
    };
    assert_eq!(routes().await, 1);
    body["param"]["toData"]["clientResponsibleUpdateInfo"]["clientResponsibleInquiryRouteDataList"] = json!([]);
    stage.ok(CONTACT_UPDATE, &body).await;
    assert_eq!(routes().await, 0);
}

/// A hidden choice, a person who has left and an empty required item do not keep the rest from being changed.
async fn stays(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, context) = (&stage.app.service, stage.app.context());
    let rating = json!({"itemID": "b2e11f58-0ab4-41b7-80ff-166d98e78474", "itemType": "pulldown", "itemSelectionData": {"values": [1]}});
    let deputies = uuids("182651e5-4c24-4190-b41b-5708d2342c22", "user_multiple", &[stage.second_user]);
    let client = stage.client("株式会社一", &[rating.clone(), deputies.clone()]).await;
    let mut definitions = template_export(service, &context, "clients").await.unwrap();
    for definition in &mut definitions {
        if definition.item_name == "評価" {
            definition.selection_values.as_mut().unwrap()[0].display_flag = false;
        }
        definition.required_flag |= definition.item_name == "資本金";
    }
    template_apply(service, &stage.app.context(), "clients", definitions).await.unwrap();
    let left = UserSet { active: Some(false), ..UserSet::default() };
    user_set(service, &stage.app.context(), "suzuki".into(), left).await.unwrap();
    let mut items = stage.items(client).await;
    items.push(text("a5561a04-a219-4f09-b176-44fc37a13683", "text_single", json!({"value": "メモ"})));
    stage.ok(UPDATE, &update_body(client, &items)).await;
    // Anew, neither can be given.
    let capital = json!({"itemID": "a325243e-239d-455a-99bd-84f79f47d523", "itemType": "amount_integer", "itemNumericData": {"value": "1"}});
    let other = stage.client("株式会社二", &[capital]).await;
    let answer = stage.post(UPDATE, &update_body(other, &[rating, deputies])).await;
    let codes: Vec<_> = answer.details().into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["hidden_choice", "inactive_user"]);
    let named = |id: &str| items.iter().find(|item| item["itemID"] == id).cloned().unwrap_or(Value::Null);
    assert_eq!(named("182651e5-4c24-4190-b41b-5708d2342c22")["itemUuidDataList"][0]["itemDisplayValue"], "鈴木 花子");
}
