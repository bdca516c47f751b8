//! A token with a person acts with his rights: calls, rows, items.

use libtest_mimic::Trial;
use musubi_domain::rights::{DatabaseRight, ItemAccess, RowRule};
use musubi_service::rights::database_right_set;
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use super::stage::{
    CARD_LIST, CONTACT_DELETE, CONTACT_DETAIL, CONTACT_LIST, CONTACT_REGISTER, CONTACT_TEMPLATE, CONTACT_UPDATE,
    DELETE, DETAIL, LIST, REGISTER, Stage, TEMPLATE, UPDATE, contact_update_body, delete_body, list_body, text,
    update_body, uuids,
};

const NAME: &str = "2205f2e3-839f-4ff3-80f2-1ce6f8a86ac7";
const CITY: &str = "25c58fef-625c-4a47-a5a2-cc2c0c265bc6";
const PARENT: &str = "f8ccf472-16db-4fcb-8e94-d0d92eba67e1";

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("rights: every call that a person may not make is E284", missing),
        async_on_both("rights: rows that a person may not see do not exist", rows),
        async_on_both("rights: hidden items are nowhere, and nothing can be asked of them", hidden),
        async_on_both("rights: what a person may only read passes as it stands", read_only),
        async_on_both("rights: a contact's hidden client and routes are not told", hidden_client),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Stage {
    /// What yamada may do in a database.
    async fn allow(&self, database: &str, right: DatabaseRight) {
        let context = self.app.context();
        database_right_set(&self.app.service, &context, self.user, database, right).await.unwrap();
    }

    /// Access to items by their ids.
    async fn items_right(&self, database: &str, items: &[(&str, ItemAccess)]) -> DatabaseRight {
        let template = self.app.service.template(self.app.tenant, database).await.unwrap();
        let item = |(id, access): &(&str, ItemAccess)| (template.item(id.parse().unwrap()).unwrap().number, *access);
        DatabaseRight { items: items.iter().map(item).collect(), ..DatabaseRight::default() }
    }
}

async fn missing(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("一", &[]).await;
    let contact = stage.contact(client, "佐藤", &[]).await;
    let token = stage.token_of("yamada").await;
    let key = json!({"param": {"clientID": client}});
    let contact_key = json!({"param": {"clientResponsibleID": contact}});
    let page = json!({"offset": 0, "limit": 10});
    let cards = json!({"param": {"conditions": {"clientResponsibleID": contact, "pagination": page}}});
    let gone = json!({"param": {"toData": {"deleteClientResponsibleInfo": {
        "deleteClientResponsibleList": [{"clientID": client, "clientResponsibleID": contact}]}}}});
    let calls = [
        ("clients", "write", REGISTER, stage.register_body("二", "", &[])),
        ("clients", "write", UPDATE, update_body(client, &[])),
        ("clients", "read", TEMPLATE, json!({})),
        ("clients", "read", LIST, list_body(json!({}), 0, 10)),
        ("clients", "read", DETAIL, key),
        ("contacts", "write", CONTACT_REGISTER, stage.contact_body(client, "鈴木", &[])),
        ("contacts", "write", CONTACT_UPDATE, contact_update_body(client, contact, &[])),
        ("contacts", "read", CONTACT_TEMPLATE, json!({})),
        ("contacts", "read", CONTACT_LIST, list_body(json!({}), 0, 10)),
        ("contacts", "read", CONTACT_DETAIL, contact_key),
        ("contacts", "read", CARD_LIST, cards.clone()),
        ("business_cards", "read", CARD_LIST, cards),
        ("contacts", "delete", CONTACT_DELETE, gone),
        ("clients", "delete", DELETE, delete_body(&[client], None)),
    ];
    for (database, right, path, body) in calls {
        let without = DatabaseRight {
            read: right != "read",
            write: right != "write",
            delete: right != "delete",
            ..DatabaseRight::default()
        };
        stage.allow(database, without).await;
        let answer = stage.app.post(path, &token, &body).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (403, "E284"), "{path}: {}", answer.text);
        assert_eq!(answer.details(), [(String::new(), "no_right".to_owned())]);
        // The right is the person's, not the scope's: without a person the call is made.
        stage.allow(database, DatabaseRight::default()).await;
        let answer = stage.app.post(path, &token, &body).await;
        assert_eq!(answer.code(), "S000", "{path}: {}", answer.text);
    }
}

async fn rows(engine: Engine) {
    let stage = Stage::new(engine).await;
    let sales = |user: Uuid| uuids("88795555-0d22-46fd-bc6d-8a14c5d0dc7a", "user_single", &[user]);
    let own = stage.client("自分の会社", &[]).await;
    let other = stage.client("よその会社", &[]).await;
    stage.ok(UPDATE, &update_body(other, &[sales(stage.second_user)])).await;
    stage.ok(UPDATE, &update_body(own, &[uuids(PARENT, "client_single", &[other])])).await;
    stage.allow("clients", DatabaseRight { rows: RowRule::Own, ..DatabaseRight::default() }).await;
    let token = stage.token_of("yamada").await;
    let post = async |path: &str, body: Value| stage.app.post(path, &token, &body).await;
    let listed = post(LIST, list_body(json!({}), 0, 10)).await;
    assert_eq!(listed.body["clientListInfo"]["clientList"].as_array().unwrap().len(), 1);
    assert_eq!(listed.body["clientListInfo"]["clientList"][0]["clientName"], "自分の会社");
    assert_eq!(
        post(LIST, list_body(json!({"clientName": "よその"}), 0, 10)).await.body["clientListInfo"]["clientList"],
        json!([])
    );
    for (path, body) in [
        (DETAIL, json!({"param": {"clientID": other}})),
        (UPDATE, update_body(other, &[])),
        (DELETE, delete_body(&[other], Some(true))),
        (DELETE, delete_body(&[own, other], Some(true))),
    ] {
        let answer = post(path, body).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (404, "E051"), "{path}");
    }
    // What refers to it says that it is there, and not what it is; and can be sent back.
    let detail = post(DETAIL, json!({"param": {"clientID": own}})).await;
    let items = detail.body["clientDetailInfo"]["clientItemList"].as_array().unwrap().clone();
    let parent = items.iter().find(|item| item["itemID"] == PARENT).unwrap();
    assert_eq!(parent["itemUuidDataList"], json!([{"itemUuid": other, "itemDisplayValue": "(閲覧権限なし)"}]));
    assert_eq!(post(UPDATE, update_body(own, &items)).await.code(), "S000");
}

async fn hidden(engine: Engine) {
    let stage = Stage::new(engine).await;
    let city = |value: &str| text(CITY, "text_single", json!({"value": value}));
    let client = stage.client("一", &[city("港区")]).await;
    let right = stage.items_right("clients", &[(CITY, ItemAccess::Hidden)]).await;
    stage.allow("clients", right).await;
    let token = stage.token_of("yamada").await;
    let post = async |path: &str, body: Value| stage.app.post(path, &token, &body).await;
    let detail = post(DETAIL, json!({"param": {"clientID": client}})).await;
    assert!(!detail.text.contains("港区") && !detail.text.contains(CITY));
    let answer = post(LIST, list_body(json!({"clientName": "一", "address": "港"}), 0, 10)).await;
    let place = "param.optionalConditions.searchConditions.address".to_owned();
    assert_eq!((answer.code(), answer.details()), ("E041", vec![(place, "hidden_item".to_owned())]));
    assert_eq!(answer.body["appStatus"]["details"][0]["itemID"], CITY);
    // Nor is it to be learnt by trying: what stands there is refused like anything else.
    for value in ["港区", "北区", ""] {
        let answer = post(UPDATE, update_body(client, &[city(value)])).await;
        assert_eq!((answer.code(), answer.details()[0].1.as_str()), ("E041", "read_only"), "{value}");
    }
    let items = detail.body["clientDetailInfo"]["clientItemList"].as_array().unwrap().clone();
    assert_eq!(post(UPDATE, update_body(client, &items)).await.code(), "S000");
    assert!(stage.items(client).await.iter().any(|item| item["itemTextData"]["value"] == "港区"));

    let right = stage.items_right("clients", &[(NAME, ItemAccess::Hidden)]).await;
    stage.allow("clients", right).await;
    let listed = post(LIST, list_body(json!({}), 0, 10)).await;
    assert_eq!(listed.body["clientListInfo"]["clientList"][0]["clientName"], "(閲覧権限なし)");
    let answer = post(LIST, list_body(json!({"clientName": "一"}), 0, 10)).await;
    assert_eq!(answer.details()[0].1, "hidden_item");
}

async fn read_only(engine: Engine) {
    let stage = Stage::new(engine).await;
    let city = |value: &str| text(CITY, "text_single", json!({"value": value}));
    let client = stage.client("一", &[city("港区")]).await;
    let right = stage.items_right("clients", &[(CITY, ItemAccess::Read)]).await;
    stage.allow("clients", right).await;
    let token = stage.token_of("yamada").await;
    let post = async |path: &str, body: Value| stage.app.post(path, &token, &body).await;
    let detail = post(DETAIL, json!({"param": {"clientID": client}})).await;
    let items = detail.body["clientDetailInfo"]["clientItemList"].as_array().unwrap().clone();
    assert!(items.contains(&city("港区")));
    assert_eq!(post(UPDATE, update_body(client, &items)).await.code(), "S000");
    for value in ["北区", ""] {
        let answer = post(UPDATE, update_body(client, &[city(value)])).await;
        assert_eq!((answer.code(), answer.details()[0].1.as_str()), ("E041", "read_only"), "{value}");
    }
    let answer = post(REGISTER, stage.register_body("二", "", &[city("港区")])).await;
    assert_eq!(answer.details()[0].1, "read_only");
}

async fn hidden_client(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("一", &[]).await;
    let contact = stage.contact(client, "佐藤", &[]).await;
    let route = json!({"inquiryRouteCategoryId": stage.route.category, "inquiryRouteId": stage.route.route});
    let mut body = contact_update_body(client, contact, &[]);
    body["param"]["toData"]["clientResponsibleUpdateInfo"]["clientResponsibleInquiryRouteDataList"] = json!([route]);
    stage.ok(CONTACT_UPDATE, &body).await;
    let items = ["e8f4b11d-41c4-4c05-afe8-a3c008fa2ce7", "a1209240-953f-44c4-a53e-e3baf55afe2e"];
    let right = stage.items_right("contacts", &items.map(|item| (item, ItemAccess::Hidden))).await;
    stage.allow("contacts", right).await;
    let token = stage.token_of("yamada").await;
    let detail = stage.app.post(CONTACT_DETAIL, &token, &json!({"param": {"clientResponsibleID": contact}})).await;
    let listed = stage.app.post(CONTACT_LIST, &token, &list_body(json!({}), 0, 10)).await;
    assert_eq!((detail.code(), listed.code()), ("S000", "S000"));
    for hidden in [client.to_string(), stage.route.route.to_string()] {
        assert!(!detail.text.contains(&hidden) && !listed.text.contains(&hidden), "{hidden}");
    }
    assert_eq!(listed.body["clientResponsibleListInfo"]["clientResponsibleList"][0]["clientID"], Value::Null);
    // Nor by trying which client would be the right one.
    let answer = stage.app.post(CONTACT_UPDATE, &token, &contact_update_body(client, contact, &[])).await;
    assert_eq!(answer.code(), "E051");
}
