//! A tenant as the samples of the source expect it: people, organizations, slots, routes, the custom items.

use musubi_domain::business_card as card;
use musubi_domain::item::{InquiryRouteRef, ItemType, RawValue};
use musubi_service::inquiry_route::inquiry_route_create;
use musubi_service::linkage::linkage_slot_set;
use musubi_service::organization::organization_create;
use musubi_service::record::{GivenItem, GivenRecord, record_register};
use musubi_service::template::template_apply;
use musubi_service::token::{TokenCreate, token_create};
use musubi_service::user::{UserCreate, user_create};
use musubi_testkit::app::{ALL_SCOPES, Answer, TestApp};
use musubi_testkit::engine::Engine;
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const REGISTER: &str = "/api/crm/client/register";
pub(crate) const UPDATE: &str = "/api/crm/client/update";
pub(crate) const DELETE: &str = "/api/crm/client/delete";
pub(crate) const TEMPLATE: &str = "/api/crm/get-client-template";
pub(crate) const LIST: &str = "/api/crm/get-client-list";
pub(crate) const DETAIL: &str = "/api/crm/get-client-detail";
pub(crate) const ORGANIZATIONS: &str = "/api/organization/get-organization-list";
pub(crate) const USERS: &str = "/api/organization/get-user-list";

pub(crate) const CONTACT_REGISTER: &str = "/api/crm/client-responsible/register";
pub(crate) const CONTACT_UPDATE: &str = "/api/crm/client-responsible/update";
pub(crate) const CONTACT_DELETE: &str = "/api/crm/client-responsible/delete";
pub(crate) const CONTACT_TEMPLATE: &str = "/api/crm/get-client-responsible-template";
pub(crate) const CONTACT_LIST: &str = "/api/crm/get-client-responsible-list";
pub(crate) const CONTACT_DETAIL: &str = "/api/crm/get-client-responsible-detail";
pub(crate) const CARD_LIST: &str = "/api/crm/get-client-responsible-businesscard-list";

/// The app with everything in place.
pub(crate) struct Stage {
    pub(crate) app: TestApp,
    pub(crate) token: String,
    pub(crate) organization: Uuid,
    pub(crate) user: Uuid,
    pub(crate) second_user: Uuid,
    pub(crate) route: InquiryRouteRef,
}

impl Stage {
    pub(crate) async fn new(engine: Engine) -> Self {
        let app = TestApp::new(engine).await;
        let (service, context) = (&app.service, app.context());
        let organization = organization_create(service, &app.context(), "営業部".into(), None).await.unwrap();
        let user = person(&app, "yamada", "山田", "太郎", organization).await;
        let second_user = person(&app, "suzuki", "鈴木", "花子", organization).await;
        linkage_slot_set(service, &context, 999_000_001, "基幹システムA".into()).await.unwrap();
        let route =
            inquiry_route_create(service, &app.context(), "展示会".into(), "東京ビックサイト".into()).await.unwrap();
        let custom = serde_json::from_value(custom_items()).unwrap();
        template_apply(service, &app.context(), "clients", custom).await.unwrap();
        // Trials move the clock by days.
        let command = TokenCreate { scope: ALL_SCOPES.into(), seconds: Some(30 * 86_400), ..TokenCreate::default() };
        let token = token_create(&app.service, &app.context(), command).await.unwrap();
        Self { app, token, organization, user, second_user, route }
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.app.post(path, &self.token, body).await
    }

    /// As [`Stage::post`], of a call that succeeds.
    pub(crate) async fn ok(&self, path: &str, body: &Value) -> Answer {
        let answer = self.post(path, body).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (200, "S000"), "{path}: {}", answer.text);
        answer
    }

    /// A client of this name, by its id.
    pub(crate) async fn client(&self, name: &str, more: &[Value]) -> Uuid {
        let answer = self.ok(REGISTER, &self.register_body(name, "", more)).await;
        id(&answer.body["registerClientResult"]["clientID"])
    }

    /// A contact of a client, by its id.
    pub(crate) async fn contact(&self, client: Uuid, name: &str, more: &[Value]) -> Uuid {
        let answer = self.ok(CONTACT_REGISTER, &self.contact_body(client, name, more)).await;
        id(&answer.body["registerClientResponsibleResult"]["clientResponsibleID"])
    }

    pub(crate) fn contact_body(&self, client: Uuid, name: &str, more: &[Value]) -> Value {
        let mut items = vec![
            text("9b9e4a9f-2d99-4195-b136-de0ea63c494e", "text_ruby", json!({"value": name})),
            uuids("a214bb83-f81d-4631-9f1e-7c7efca08521", "division_single", &[self.organization]),
            uuids("e9ba034d-e8de-415c-a059-6c5096aa9daf", "user_single", &[self.user]),
        ];
        items.extend_from_slice(more);
        let info = json!({"clientID": client, "clientResponsibleItemList": items});
        json!({"param": {"toData": {"clientResponsibleRegisterInfo": info}}})
    }

    /// The items of a client, as its detail gives them.
    pub(crate) async fn items(&self, client: Uuid) -> Vec<Value> {
        let detail = self.ok(DETAIL, &json!({"param": {"clientID": client}})).await;
        detail.body["clientDetailInfo"]["clientItemList"].as_array().unwrap().clone()
    }

    /// A token of a person.
    pub(crate) async fn token_of(&self, login_id: &str) -> String {
        let command = TokenCreate {
            scope: ALL_SCOPES.into(),
            user: Some(login_id.into()),
            seconds: Some(30 * 86_400),
            ..TokenCreate::default()
        };
        token_create(&self.app.service, &self.app.context(), command).await.unwrap()
    }

    /// Registers a client with the items that must be given, and these besides.
    pub(crate) async fn register(&self, name: &str, ruby: &str, more: &[Value]) -> Answer {
        self.post(REGISTER, &self.register_body(name, ruby, more)).await
    }

    pub(crate) fn register_body(&self, name: &str, ruby: &str, more: &[Value]) -> Value {
        let mut items = vec![
            text("2205f2e3-839f-4ff3-80f2-1ce6f8a86ac7", "text_ruby", json!({"value": name, "ruby": ruby})),
            uuids("81818574-827d-4084-8b12-97b5b9a8d593", "division_single", &[self.organization]),
            uuids("88795555-0d22-46fd-bc6d-8a14c5d0dc7a", "user_single", &[self.user]),
        ];
        items.extend_from_slice(more);
        json!({"param": {"toData": {"clientRegisterInfo": {"clientItemList": items}}}})
    }

    /// A client with this linkage value, and a contact of it with this one: the ids of both.
    pub(crate) async fn client_and_contact(&self, client_value: &str, contact_value: &str) -> [Uuid; 2] {
        let linked = |value: &str| json!([{"systemLinkageID": 999000001, "linkageIDValue": value}]);
        let mut body = self.register_body("株式会社みどり物産", "ミドリブッサン", &[]);
        body["param"]["toData"]["clientRegisterInfo"]["systemLinkageInfoList"] = linked(client_value);
        let id = |answer: &Answer, pointer: &str| {
            let id = answer.body.pointer(pointer).and_then(Value::as_str);
            id.unwrap_or_else(|| panic!("{}", answer.text)).parse().unwrap()
        };
        let client = id(&self.post(REGISTER, &body).await, "/registerClientResult/clientID");
        let mut body = self.contact_body(client, "高橋", &[]);
        body["param"]["toData"]["clientResponsibleRegisterInfo"]["systemLinkageInfoList"] = linked(contact_value);
        let contact = self.post(CONTACT_REGISTER, &body).await;
        [client, id(&contact, "/registerClientResponsibleResult/clientResponsibleID")]
    }

    /// A card of the contact, as 名寄せ would have joined it.
    pub(crate) async fn card_of(&self, contact: &str) -> Uuid {
        let text = |value: &str| RawValue::Text { value: value.into(), ruby: None };
        let item = |item: Uuid, item_type: ItemType, value: RawValue| GivenItem {
            path: String::new(),
            item,
            item_type: item_type.row().wire.into(),
            value,
        };
        let items = vec![
            item(card::COMPANY, ItemType::TextRuby, text("KDDI株式会社")),
            item(card::FAMILY_NAME, ItemType::TextRuby, text("手須戸")),
            item(card::FIRST_NAME, ItemType::TextRuby, text("太朗")),
            item(card::DEPARTMENT, ItemType::TextSingle, text("営業推進部")),
            item(card::TITLE, ItemType::TextSingle, text("部長")),
            item(card::EXCHANGED_ON, ItemType::Date, text("2026-03-31")),
            item(card::OWNER, ItemType::UserSingle, RawValue::Uuids(vec![self.user])),
            item(card::INQUIRY_ROUTE, ItemType::InquiryRoute, RawValue::InquiryRoutes(vec![self.route])),
            item(card::CONTACT, ItemType::ContactSingle, RawValue::Uuids(vec![contact.parse().unwrap()])),
        ];
        let given = GivenRecord { items, by_system: true, ..GivenRecord::default() };
        record_register(&self.app.service, &self.app.context(), card::DATABASE, "test.register", given)
            .await
            .unwrap()
            .id
    }

    /// The names that a list with these conditions gives, and whether there are more.
    pub(crate) async fn names(&self, conditions: Value, offset: i64, limit: i64) -> (Vec<String>, bool) {
        let answer = self.post(LIST, &list_body(conditions, offset, limit)).await;
        assert_eq!(answer.code(), "S000", "{}", answer.text);
        let rows = answer.body.pointer("/clientListInfo/clientList").unwrap().as_array().unwrap().clone();
        let names = rows.iter().map(|row| row["clientName"].as_str().unwrap().to_owned()).collect();
        (names, answer.body.pointer("/clientListInfo/getMoreFlag").unwrap().as_bool().unwrap())
    }
}

pub(crate) fn list_body(conditions: Value, offset: i64, limit: i64) -> Value {
    json!({"param": {
        "requiredConditions": {"pagination": {"offset": offset, "limit": limit}},
        "optionalConditions": {"searchConditions": conditions},
    }})
}

/// The body of client/update with a client's id.
pub(crate) fn update_body(client: Uuid, items: &[Value]) -> Value {
    let info = json!({"clientInfo": {"clientID": client}, "clientItemList": items});
    json!({"param": {"toData": {"clientUpdateInfo": info}}})
}

/// The body of client-responsible/update with the ids of client and contact.
pub(crate) fn contact_update_body(client: Uuid, contact: Uuid, items: &[Value]) -> Value {
    let key = json!({"clientID": client, "clientResponsibleID": contact});
    let info = json!({"clientResponsibleInfo": key, "clientResponsibleItemList": items});
    json!({"param": {"toData": {"clientResponsibleUpdateInfo": info}}})
}

/// The body of client/delete.
pub(crate) fn delete_body(clients: &[Uuid], force: Option<bool>) -> Value {
    let list: Vec<_> = clients.iter().map(|client| json!({"clientID": client})).collect();
    json!({"param": {"toData": {"deleteClientInfo": {"deleteClientList": list, "forceDeleteFlag": force}}}})
}

/// An id of an answer.
pub(crate) fn id(value: &Value) -> Uuid {
    value.as_str().unwrap().parse().unwrap()
}

/// A request of an organization call, with conditions beside the page.
pub(crate) fn options_body(conditions: Value, offset: i64, limit: i64) -> Value {
    let mut options = conditions;
    options["Pagination"] = json!({"Offset": offset, "Limit": limit});
    json!({"Param": {"Options": options}})
}

pub(crate) fn text(id: &str, item_type: &str, data: Value) -> Value {
    json!({"itemID": id, "itemType": item_type, "itemTextData": data})
}

pub(crate) fn uuids(id: &str, item_type: &str, values: &[Uuid]) -> Value {
    json!({"itemID": id, "itemType": item_type, "itemUuidData": {"values": values}})
}

pub(crate) async fn person(
    app: &TestApp,
    login_id: &str,
    family_name: &str,
    first_name: &str,
    organization: Uuid,
) -> Uuid {
    let command = UserCreate {
        login_id: login_id.into(),
        family_name: family_name.into(),
        first_name: first_name.into(),
        mail: format!("{login_id}@example.com"),
        organizations: vec![organization],
        ..UserCreate::default()
    };
    user_create(&app.service, &app.context(), command).await.unwrap()
}

/// The items that the samples use and the shipped template lacks.
fn custom_items() -> Value {
    let leaf =
        |value: i64| json!({"label": format!("選択肢{value}"), "displayFlag": true, "value": value, "children": []});
    let with = |value: i64, children: Value| json!({"label": format!("選択肢{value}"), "displayFlag": true, "value": value, "children": children});
    json!([
        {"itemID": "a25d97d4-6c0f-43d0-8400-3c22802cbe4f", "itemType": "linkage_pulldown", "itemName": "連携項目",
         "linkageSelectionValues": [with(11, json!([with(11, json!([leaf(13)]))]))]},
        {"itemID": "8bf11d62-7607-4bc8-bfb3-641f68f6be79", "itemType": "text_single", "itemName": "自由記入"},
        {"itemID": "7276fef2-1284-435f-bef5-e7431717d00d", "itemType": "mail_address", "itemName": "メール"},
        {"itemID": "69c313b1-823e-4940-aa7c-f9482319227f", "itemType": "amount_decimal", "itemName": "単価", "afterUnit": "円"},
        {"itemID": "4dc5bc40-e71f-47ff-ab7a-5328a51acbe1", "itemType": "linkage_pulldown", "itemName": "分類",
         "linkageSelectionValues": [with(1, json!([with(21, json!([leaf(121)]))]))]},
        {"itemID": "182651e5-4c24-4190-b41b-5708d2342c22", "itemType": "user_multiple", "itemName": "副担当"},
    ])
}
