//! 取引先担当者: the client that a contact belongs to, and what lists find.

use libtest_mimic::Trial;
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use super::stage::{
    CONTACT_DETAIL, CONTACT_LIST, CONTACT_REGISTER, CONTACT_UPDATE, Stage, contact_update_body, list_body, text, uuids,
};

const CLIENT: &str = "e8f4b11d-41c4-4c05-afe8-a3c008fa2ce7";
const FIRST_NAME: &str = "4e797881-4042-4dd5-beb6-d3f2ba0d9790";
const PREFECTURE: &str = "ba86c3a5-bdb4-483b-88ec-a870f9975ed8";
const CITY: &str = "9fcc9ed9-586e-4707-8cd5-140d3eca35bc";
const INFO: &str = "param.toData.clientResponsibleRegisterInfo";

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("contacts: the client of the call and the item are one value", belongs),
        async_on_both("contacts: an update moves a contact to another client", moves),
        async_on_both("contacts: lists filter by names, readings, address, people and time", filters),
        async_on_both("contacts: what fails is told with its place", tells_all),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn client_of(stage: &Stage, contact: Uuid) -> Value {
    let detail = stage.ok(CONTACT_DETAIL, &json!({"param": {"clientResponsibleID": contact}})).await;
    detail.body["clientResponsibleDetailInfo"]["clientID"].clone()
}

async fn belongs(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (client, other) = (stage.client("一", &[]).await, stage.client("二", &[]).await);
    let same = stage.contact(client, "佐藤", &[uuids(CLIENT, "client_single", &[client])]).await;
    let filled = stage.contact(client, "鈴木", &[]).await;
    assert_eq!((client_of(&stage, same).await, client_of(&stage, filled).await), (json!(client), json!(client)));
    let told = async |client: Uuid, items: &[Value]| {
        let answer = stage.post(CONTACT_REGISTER, &stage.contact_body(client, "田中", items)).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "E041"), "{}", answer.text);
        answer.details()
    };
    let item = format!("{INFO}.clientResponsibleItemList[3]");
    let said = |path: &str, code: &str| vec![(path.to_owned(), code.to_owned())];
    let differs = uuids(CLIENT, "client_single", &[other]);
    assert_eq!(told(client, &[differs]).await, said(&item, "differs_from"));
    assert_eq!(told(client, &[uuids(CLIENT, "client_single", &[])]).await, said(&item, "required"));
    let unknown = Uuid::from_u128(7);
    assert_eq!(told(unknown, &[]).await, said(&format!("{INFO}.clientID"), "no_such_record"));
    // The routes are a member of the call, not an item.
    let aside = json!({"itemID": "a1209240-953f-44c4-a53e-e3baf55afe2e", "itemType": "inquiry_route"});
    assert_eq!(told(client, &[aside]).await, said(&item, "unknown_item"));
}

async fn moves(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (client, other) = (stage.client("一", &[]).await, stage.client("二", &[]).await);
    let contact = stage.contact(client, "佐藤", &[]).await;
    let body = contact_update_body(other, contact, &[]);
    let refused = stage.post(CONTACT_UPDATE, &body).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (404, "E051"));
    let place = "param.toData.clientResponsibleUpdateInfo.clientResponsibleInfo";
    assert_eq!(refused.details(), [(place.to_owned(), "not_found".to_owned())]);
    let item = uuids(CLIENT, "client_single", &[other]);
    let moved = stage.ok(CONTACT_UPDATE, &contact_update_body(client, contact, &[item])).await;
    assert_eq!(moved.body["updateClientResponsibleResult"], json!({"clientResponsibleID": contact}));
    assert_eq!(client_of(&stage, contact).await, json!(other));
    assert_eq!(stage.post(CONTACT_UPDATE, &contact_update_body(client, contact, &[])).await.code(), "E051");
    stage.ok(CONTACT_UPDATE, &body).await;
    let none = uuids(CLIENT, "client_single", &[]);
    let refused = stage.post(CONTACT_UPDATE, &contact_update_body(other, contact, &[none])).await;
    assert_eq!(refused.details()[0].1, "required");
}

async fn filters(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("株式会社一", &[]).await;
    let first = |name: &str, ruby: &str| text(FIRST_NAME, "text_ruby", json!({"value": name, "ruby": ruby}));
    let place = |prefecture: &str, city: &str| {
        [
            text(PREFECTURE, "prefectures", json!({"value": prefecture})),
            text(CITY, "text_single", json!({"value": city})),
        ]
    };
    stage.contact(client, "佐藤", &[vec![first("太郎", "タロウ")], place("東京都", "港区1-1").to_vec()].concat()).await;
    stage.app.source.advance_seconds(86_400);
    stage.contact(client, "佐々木", &[vec![first("花子", "ハナコ")], place("大阪府", "北区2").to_vec()].concat()).await;
    stage.app.source.advance_seconds(86_400);
    let last = stage.contact(client, "髙橋", &[]).await;
    let all = ["佐藤 太郎", "佐々木 花子", "髙橋"];
    for (conditions, names) in [
        (json!({}), &all[..]),
        (json!({"clientResponsibleFamilyName": "佐"}), &all[..2]),
        (json!({"clientResponsibleFamilyName": "佐", "clientResponsibleFirstName": "はな"}), &all[1..2]),
        (json!({"clientResponsibleFirstName": "佐"}), &[]),
        (json!({"clientResponsibleFamilyName": "髙"}), &all[2..]),
        (json!({"prefectures": ["大阪府", "北海道"]}), &all[1..2]),
        (json!({"address": "都港区"}), &all[..1]),
        (json!({"salesPersonUserIDList": [stage.user], "createDateTo": "2026-04-02"}), &all[..2]),
        (json!({"salesPersonDepartmentIDList": [Uuid::from_u128(7)]}), &[]),
        (json!({"updateDateFrom": "2026-04-03T00:00:00Z"}), &all[2..]),
    ] {
        let answer = stage.ok(CONTACT_LIST, &list_body(conditions.clone(), 0, 100)).await;
        let rows = answer.body["clientResponsibleListInfo"]["clientResponsibleList"].as_array().unwrap();
        let found: Vec<_> = rows.iter().map(|row| row["clientResponsibleName"].as_str().unwrap()).collect();
        assert_eq!(found, names, "{conditions}");
        assert!(rows.iter().all(|row| row["clientID"] == json!(client)));
    }
    let page = stage.ok(CONTACT_LIST, &list_body(json!({}), 2, 1)).await;
    let info = &page.body["clientResponsibleListInfo"];
    assert_eq!(info["clientResponsibleList"][0]["clientResponsibleID"], json!(last));
    assert_eq!(info["getMoreFlag"], false);
    let page = stage.ok(CONTACT_LIST, &list_body(json!({}), 1, 1)).await;
    assert_eq!(page.body["clientResponsibleListInfo"]["getMoreFlag"], true);
}

async fn tells_all(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("一", &[]).await;
    let mut body = stage.contact_body(client, "", &[text(CITY, "text_single", json!({"value": "あ".repeat(256)}))]);
    let info = &mut body["param"]["toData"]["clientResponsibleRegisterInfo"];
    info["clientResponsibleInquiryRouteDataList"] =
        json!([{"inquiryRouteCategoryId": stage.route.category, "inquiryRouteId": client}, {"inquiryRouteId": 1}]);
    info["systemLinkageInfoList"] = json!([{"systemLinkageID": 1, "linkageIDValue": ""}]);
    let answer = stage.post(CONTACT_REGISTER, &body).await;
    let mut told = answer.details();
    told.sort();
    let wanted = [
        ("clientResponsibleInquiryRouteDataList", "no_such_inquiry_route"),
        ("clientResponsibleInquiryRouteDataList[1].inquiryRouteCategoryId", "required"),
        ("clientResponsibleInquiryRouteDataList[1].inquiryRouteId", "wrong_type"),
        ("clientResponsibleItemList[0]", "required"),
        ("clientResponsibleItemList[3]", "too_long"),
        ("systemLinkageInfoList[0]", "out_of_range"),
    ];
    assert_eq!(told, wanted.map(|(place, code)| (format!("{INFO}.{place}"), code.to_owned())));
    let missing = json!({"param": {"toData": {"clientResponsibleRegisterInfo": {"clientResponsibleItemList": []}}}});
    let answer = stage.post(CONTACT_REGISTER, &missing).await;
    assert_eq!(answer.details(), [(format!("{INFO}.clientID"), "required".to_owned())]);
}
