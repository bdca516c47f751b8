//! Requests: the server takes what the schemas take.

use std::collections::BTreeSet;

use musubi_http::openapi;
use musubi_service::inquiry_route::inquiry_route_create;
use musubi_service::linkage::linkage_slot_set;
use musubi_service::template::template_apply;
use serde_json::{Value, json};
use uuid::Uuid;

use super::request_schema;
use super::schema::{problems, resolve};
use crate::crm::stage::{
    CARD_LIST, CONTACT_DELETE, CONTACT_DETAIL, CONTACT_LIST, CONTACT_REGISTER, CONTACT_UPDATE, DELETE, DETAIL, LIST,
    ORGANIZATIONS, REGISTER, Stage, UPDATE, USERS, list_body, options_body,
};

const NOBODY: &str = "003e346b-0447-45fd-8581-66cf4309e264";

/// Items that have every member of the schema between them: of two members that say the same, the server reads one.
fn full_items(stage: &Stage, ids: [&str; 5]) -> [Vec<Value>; 2] {
    let route = json!({"inquiryRouteCategoryId": stage.route.category, "inquiryRouteId": stage.route.route});
    let people = [
        ("itemUuidData", json!({"values": [stage.user]})),
        ("itemUuidDataList", json!([{"itemUuid": stage.second_user}])),
    ];
    let routes = [("itemInquiryRouteDataList", json!([route])), ("itemInquiryRouteData", json!({"values": [route]}))];
    let [notes, price, kinds, users, inquiry] = ids;
    [0, 1].map(|at| {
        let item = |id: &str, item_type: &str, (member, data): (&str, Value)| {
            json!({"itemID": id, "itemType": item_type, member: data})
        };
        vec![
            item(notes, "text_multiple", ("itemTextData", json!({"value": "港区", "ruby": ""}))),
            item(price, "amount_decimal", ("itemNumericData", json!({"value": "1.50"}))),
            item(kinds, "checkbox", ("itemSelectionData", json!({"values": [1, 2]}))),
            item(users, "user_multiple", people[at].clone()),
            item(inquiry, "inquiry_route", routes[at].clone()),
        ]
    })
}

/// Two registrations that have every member of the schema between them. The first three items must be given.
pub(super) fn full_registers(stage: &Stage) -> [Value; 2] {
    let ids = [
        "0a244d28-0e66-49ef-8cd9-8aa53760e6d8",
        "69c313b1-823e-4940-aa7c-f9482319227f",
        "55567a07-a4a2-4dea-86f6-33bddfd3bcd2",
        "182651e5-4c24-4190-b41b-5708d2342c22",
        "09cdb725-3cde-4f53-bc3f-8f9b2fef09f6",
    ];
    full_items(stage, ids).map(|more| {
        let mut body = stage.register_body("全項目の会社", "ゼンコウモクノカイシャ", &more);
        body["param"]["toData"]["clientRegisterInfo"]["systemLinkageInfoList"] = linkage("");
        body
    })
}

const CONTACT_ITEMS: [&str; 5] = [
    "eaf06a0c-2660-492d-9316-768db327a7be",
    "4dcc8d35-6b85-4ab7-a11a-a1d2cd75f6f7",
    "36bd0557-c72e-4e31-9dcd-9cb569375c11",
    "6c72922a-08dd-4cdd-992e-787cfd9be654",
    "0d1f0c1e-5f0a-4a53-9d43-6a8b7a1f5a10",
];

/// As [`full_registers`], of contacts of this client. The items that the shipped template lacks are added to it.
pub(super) async fn full_contacts(stage: &Stage, client: Uuid) -> [Value; 2] {
    let [_, price, kinds, users, inquiry] = CONTACT_ITEMS;
    let choice = |value: i64| json!({"label": format!("選択肢{value}"), "displayFlag": true, "value": value});
    let custom = json!([
        {"itemID": price, "itemType": "amount_decimal", "itemName": "単価"},
        {"itemID": kinds, "itemType": "checkbox", "itemName": "種別", "selectionValues": [choice(1), choice(2)]},
        {"itemID": users, "itemType": "user_multiple", "itemName": "副担当"},
        {"itemID": inquiry, "itemType": "inquiry_route", "itemName": "もう一つの引合経路"},
    ]);
    let custom = serde_json::from_value(custom).unwrap();
    template_apply(&stage.app.service, &stage.app.context(), "contacts", custom).await.unwrap();
    let route = json!({"inquiryRouteCategoryId": stage.route.category, "inquiryRouteId": stage.route.route});
    full_items(stage, CONTACT_ITEMS).map(|more| {
        let mut body = stage.contact_body(client, "高橋", &more);
        let info = &mut body["param"]["toData"]["clientResponsibleRegisterInfo"];
        info["clientResponsibleInquiryRouteDataList"] = json!([route]);
        info["systemLinkageInfoList"] = linkage("");
        body
    })
}

fn linkage(value: &str) -> Value {
    json!([{"systemLinkageID": 999000001, "linkageIDValue": value}])
}

fn to_data(info: Value) -> Value {
    json!({"param": {"toData": info}})
}

fn full_list(stage: &Stage, names: [&str; 2]) -> Value {
    let mut conditions = json!({
        "prefectures": ["東京都"], "address": "港区",
        "salesPersonDepartmentIDList": [stage.organization], "salesPersonUserIDList": [stage.user],
        "createDateFrom": "2026-04-01", "createDateTo": "2026-04-01", "updateDateFrom": "2026-04-01", "updateDateTo": "2026-04-01",
    });
    names.iter().filter(|name| !name.is_empty()).for_each(|name| conditions[*name] = json!("会社"));
    list_body(conditions, 0, 10)
}

fn full_user_list(stage: &Stage) -> Value {
    options_body(json!({"SearchKeyword": ["山田", ""], "OrganizationID": stage.organization}), 0, 10)
}

/// Sound requests of every call that takes one. Those of a call have every member of its schema between them.
struct Requests {
    calls: Vec<(&'static str, Vec<Value>)>,
}

impl Requests {
    async fn new(stage: &Stage) -> Self {
        let context = stage.app.context();
        linkage_slot_set(&stage.app.service, &context, 999_000_002, "基幹システムB".into()).await.unwrap();
        let [client, contact] = stage.client_and_contact("C1", "P1").await;
        let (registers, contacts) = (full_registers(stage), full_contacts(stage, client).await);
        // What is changed is another slot than the one by which the record is found.
        let changed = json!([{"systemLinkageID": 999000002, "linkageIDValue": "V1"}]);
        let update = |register: &Value, from: &str, to: &str, key: (&str, Value)| {
            let mut info = register["param"]["toData"][from].clone();
            info.as_object_mut().unwrap().remove("clientID");
            info["systemLinkageInfoList"] = changed.clone();
            info[key.0] = key.1;
            to_data(json!({to: info}))
        };
        let client_update = |at: usize, key| update(&registers[at], "clientRegisterInfo", "clientUpdateInfo", key);
        let contact_update =
            |at: usize, key| update(&contacts[at], "clientResponsibleRegisterInfo", "clientResponsibleUpdateInfo", key);
        let both = json!({"clientID": client, "clientResponsibleID": contact});
        let updates = vec![
            client_update(0, ("clientInfo", json!({"clientID": client}))),
            client_update(1, ("systemLinkageInfo", linkage("C1")[0].clone())),
        ];
        let contact_updates = vec![
            contact_update(0, ("clientResponsibleInfo", both)),
            contact_update(1, ("systemLinkageInfo", linkage("P1")[0].clone())),
        ];
        let cards = |mut conditions: Value| {
            conditions["pagination"] = json!({"offset": 0, "limit": 10});
            json!({"param": {"conditions": conditions}})
        };
        let by_contact = json!({"clientResponsibleID": contact});
        let calls = vec![
            (REGISTER, registers.to_vec()),
            (UPDATE, updates),
            (DELETE, deletes("deleteClientInfo", "deleteClientList", &["clientID"])),
            (LIST, vec![full_list(stage, ["clientName", ""])]),
            (DETAIL, vec![json!({"param": {"clientID": client}}), json!({"param": linkage("C1")[0]})]),
            (CONTACT_REGISTER, contacts.to_vec()),
            (CONTACT_UPDATE, contact_updates),
            (
                CONTACT_DELETE,
                deletes(
                    "deleteClientResponsibleInfo",
                    "deleteClientResponsibleList",
                    &["clientID", "clientResponsibleID"],
                ),
            ),
            (CONTACT_LIST, vec![full_list(stage, ["clientResponsibleFamilyName", "clientResponsibleFirstName"])]),
            (CONTACT_DETAIL, vec![json!({"param": by_contact}), json!({"param": linkage("P1")[0]})]),
            (CARD_LIST, vec![cards(by_contact), cards(linkage("P1")[0].clone())]),
            (ORGANIZATIONS, vec![options_body(json!({}), 0, 10)]),
            (USERS, vec![full_user_list(stage)]),
        ];
        Self { calls }
    }

    /// One of the requests of a call.
    fn of(&self, path: &str, at: usize) -> &Value {
        &self.calls.iter().find(|(own, _)| *own == path).unwrap().1[at]
    }
}

/// Deletions of what is not there: what is taken ends with E051, again and again.
fn deletes(info: &str, list: &str, ids: &[&str]) -> Vec<Value> {
    let key: Value = ids.iter().map(|id| ((*id).to_owned(), json!(NOBODY))).collect();
    let by_id = json!({list: [key], "forceDeleteFlag": true});
    let by_linkage = json!({"deleteSystemLinkageList": linkage("nobody"), "forceDeleteFlag": false});
    [by_id, by_linkage].into_iter().map(|keys| to_data(json!({info: keys}))).collect()
}

/// Whether the server took a request: it did what was asked, or found nothing that the key points at.
fn is_taken(code: &str) -> bool {
    matches!(code, "S000" | "E051")
}

/// Each value of a sound request in turn is left out, made null, and made something else: the server takes what the schema
/// takes, and nothing else.
pub(super) async fn takes_as_documented(stage: Stage) {
    let document = openapi::crm();
    let requests = Requests::new(&stage).await;
    let with_bodies: BTreeSet<_> = super::operations(&document)
        .into_iter()
        .filter(|(_, _, operation)| operation["requestBody"]["required"] == true)
        .map(|(path, _, _)| path)
        .collect();
    assert_eq!(requests.calls.iter().map(|(path, _)| (*path).to_owned()).collect::<BTreeSet<_>>(), with_bodies);
    for (path, bodies) in &requests.calls {
        let schema = request_schema(&document, path);
        let (mut declared, mut tried) = (BTreeSet::new(), BTreeSet::new());
        declared_members(&document, schema, &mut declared);
        bodies.iter().for_each(|body| members(body, &mut tried));
        assert_eq!(declared, tried, "{path}: each member is tried");
        let mut counts = [0; 2];
        for Change { what, changed, is_same_type } in bodies.iter().flat_map(changes) {
            let told = problems(&document, schema, &changed);
            if told.is_empty() && is_same_type {
                // What a template or a calendar says of another text or number is not a matter of the schema.
                continue;
            }
            let answer = stage.post(path, &changed).await;
            assert_eq!(told.is_empty(), is_taken(answer.code()), "{path} {what}: {told:?} {}", answer.text);
            counts[usize::from(told.is_empty())] += 1;
        }
        assert!(counts[0] >= 10 && counts[1] >= bodies.len(), "{path}: {counts:?}");
    }
}

type Limit = (&'static str, usize, String, Vec<Value>, Vec<Value>);

fn signs(count: usize) -> Value {
    json!("あ".repeat(count))
}

fn limits_of_lists(stage: &Stage) -> Vec<Limit> {
    let conditions = "/param/optionalConditions/searchConditions";
    let (texts, ids) = (|count| json!(vec!["東京都"; count]), |count| json!(vec![stage.user; count]));
    let mut cases = Vec::new();
    for (path, pagination) in [
        (LIST, "/param/requiredConditions/pagination"),
        (CONTACT_LIST, "/param/requiredConditions/pagination"),
        (CARD_LIST, "/param/conditions/pagination"),
    ] {
        let offsets = (vec![json!(0), json!(1_000_000_000)], vec![json!(-1), json!(1_000_000_001)]);
        cases.push((path, 0, format!("{pagination}/limit"), vec![json!(1), json!(100)], vec![json!(0), json!(101)]));
        cases.push((path, 0, format!("{pagination}/offset"), offsets.0, offsets.1));
    }
    let options = "/Param/Options";
    for path in [ORGANIZATIONS, USERS] {
        let offsets = (vec![json!(0), json!(1_000_000_000)], vec![json!(-1), json!(1_000_000_001)]);
        let limits = (vec![json!(1), json!(100)], vec![json!(0), json!(101)]);
        cases.push((path, 0, format!("{options}/Pagination/Limit"), limits.0, limits.1));
        cases.push((path, 0, format!("{options}/Pagination/Offset"), offsets.0, offsets.1));
    }
    let keywords = (vec![json!([]), texts(1_000)], vec![texts(1_001)]);
    cases.push((USERS, 0, format!("{options}/SearchKeyword"), keywords.0, keywords.1));
    cases.push((USERS, 0, format!("{options}/SearchKeyword/0"), vec![json!(""), signs(255)], vec![signs(256)]));
    let ids_of_nobody = vec![json!(""), json!("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF")];
    cases.push((USERS, 0, format!("{options}/OrganizationID"), ids_of_nobody, vec![json!(" ")]));
    for (path, names) in [
        (LIST, vec!["clientName", "address"]),
        (CONTACT_LIST, vec!["clientResponsibleFamilyName", "clientResponsibleFirstName", "address"]),
    ] {
        for name in names {
            cases.push((path, 0, format!("{conditions}/{name}"), vec![signs(255)], vec![signs(256)]));
        }
        cases.push((path, 0, format!("{conditions}/prefectures"), vec![texts(1_000)], vec![texts(1_001)]));
        for name in ["salesPersonUserIDList", "salesPersonDepartmentIDList"] {
            cases.push((path, 0, format!("{conditions}/{name}"), vec![ids(1_000)], vec![ids(1_001)]));
        }
    }
    cases
}

/// Where the values of each call that writes stand: path, the object of the call, the list of items.
const WRITING: [(&str, &str, &str); 4] = [
    (REGISTER, "clientRegisterInfo", "clientItemList"),
    (UPDATE, "clientUpdateInfo", "clientItemList"),
    (CONTACT_REGISTER, "clientResponsibleRegisterInfo", "clientResponsibleItemList"),
    (CONTACT_UPDATE, "clientResponsibleUpdateInfo", "clientResponsibleItemList"),
];

fn limits_of_values() -> Vec<Limit> {
    let mut cases = Vec::new();
    for (path, info, items) in WRITING {
        let items = format!("/param/toData/{info}/{items}");
        let linkage = format!("/param/toData/{info}/systemLinkageInfoList/0");
        let (number, over) = (vec![json!("999999999999999.99")], vec![json!("9999999999999999.99")]);
        cases.push((path, 0, format!("{items}/3/itemTextData/value"), vec![signs(2_000)], vec![signs(2_001)]));
        cases.push((path, 0, format!("{items}/4/itemNumericData/value"), number, over));
        cases.push((path, 0, format!("{linkage}/linkageIDValue"), vec![signs(255)], vec![signs(256)]));
    }
    // A slot without a name takes no value: only the calls that give none can name any of them.
    for (path, info, _) in WRITING {
        let pointer = format!("/param/toData/{info}/systemLinkageInfoList");
        let lists =
            |slots: [i64; 2]| slots.map(|slot| json!([{"systemLinkageID": slot, "linkageIDValue": ""}])).to_vec();
        cases.push((path, 0, pointer, lists([999_000_001, 999_000_020]), lists([999_000_000, 999_000_021])));
    }
    cases
}

fn limits_of_keys() -> Vec<Limit> {
    let slots = || (vec![json!(999_000_001), json!(999_000_020)], vec![json!(999_000_000), json!(999_000_021)]);
    let keyed = [
        (UPDATE, "/param/toData/clientUpdateInfo/systemLinkageInfo"),
        (CONTACT_UPDATE, "/param/toData/clientResponsibleUpdateInfo/systemLinkageInfo"),
        (DELETE, "/param/toData/deleteClientInfo/deleteSystemLinkageList/0"),
        (CONTACT_DELETE, "/param/toData/deleteClientResponsibleInfo/deleteSystemLinkageList/0"),
        (DETAIL, "/param"),
        (CONTACT_DETAIL, "/param"),
        (CARD_LIST, "/param/conditions"),
    ];
    let mut cases: Vec<Limit> = keyed
        .into_iter()
        .map(|(path, key)| (path, 1, format!("{key}/systemLinkageID"), slots().0, slots().1))
        .collect();
    let nobody = json!({"clientID": NOBODY, "clientResponsibleID": NOBODY});
    let lists = |key: &Value, counts: [usize; 2]| counts.map(|count| json!(vec![key; count])).to_vec();
    for (path, info, list) in [
        (DELETE, "deleteClientInfo", "deleteClientList"),
        (CONTACT_DELETE, "deleteClientResponsibleInfo", "deleteClientResponsibleList"),
    ] {
        let pointer = format!("/param/toData/{info}");
        cases.push((path, 0, format!("{pointer}/{list}"), lists(&nobody, [1, 1_000]), lists(&nobody, [0, 1_001])));
        let key = linkage("nobody")[0].clone();
        let pointer = format!("{pointer}/deleteSystemLinkageList");
        cases.push((path, 1, pointer, lists(&key, [1, 1_000]), lists(&key, [0, 1_001])));
    }
    cases
}

/// As many inquiry routes as a contact may have, and one more.
async fn limits_of_routes(stage: &Stage) -> Vec<Limit> {
    let mut routes = Vec::new();
    for number in 0..201 {
        let name = format!("{number} 番目の経路");
        let context = stage.app.context();
        let route = inquiry_route_create(&stage.app.service, &context, "紹介".into(), name).await.unwrap();
        routes.push(json!({"inquiryRouteCategoryId": route.category, "inquiryRouteId": route.route}));
    }
    let of = |path, info: &str| {
        let pointer = format!("/param/toData/{info}/clientResponsibleInquiryRouteDataList");
        (path, 0, pointer, vec![json!(routes[..200]), json!([])], vec![json!(routes)])
    };
    vec![of(CONTACT_REGISTER, "clientResponsibleRegisterInfo"), of(CONTACT_UPDATE, "clientResponsibleUpdateInfo")]
}

/// What is at a limit of a schema is taken, what is over it is not.
pub(super) async fn takes_up_to_the_limits(stage: Stage) {
    let document = openapi::crm();
    let requests = Requests::new(&stage).await;
    let mut cases = limits_of_lists(&stage);
    cases.extend(limits_of_values());
    cases.extend(limits_of_keys());
    cases.extend(limits_of_routes(&stage).await);
    for (path, at, pointer, within, over) in cases {
        let schema = request_schema(&document, path);
        let values = within.into_iter().map(|value| (value, true)).chain(over.into_iter().map(|value| (value, false)));
        for (number, (value, is_within)) in values.enumerate() {
            let mut changed = requests.of(path, at).clone();
            *changed.pointer_mut(&pointer).unwrap_or_else(|| panic!("{path} {pointer}")) = value;
            assert_eq!(problems(&document, schema, &changed).is_empty(), is_within, "{path} {pointer} {number}");
            let answer = stage.post(path, &changed).await;
            assert_eq!(is_taken(answer.code()), is_within, "{path} {pointer} {number} {}", answer.text);
        }
    }
}

fn declared_members(document: &Value, schema: &Value, names: &mut BTreeSet<String>) {
    let schema = resolve(document, schema);
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        names.insert(name.clone());
        declared_members(document, schema, names);
    }
    if schema["items"].is_object() {
        declared_members(document, &schema["items"], names);
    }
    // An object or null.
    for schema in schema["anyOf"].as_array().into_iter().flatten().filter(|schema| schema.get("$ref").is_some()) {
        declared_members(document, schema, names);
    }
}

fn members(body: &Value, names: &mut BTreeSet<String>) {
    match body {
        Value::Object(object) => object.iter().for_each(|(name, value)| {
            names.insert(name.clone());
            members(value, names);
        }),
        Value::Array(values) => values.iter().for_each(|value| members(value, names)),
        _ => {}
    }
}

struct Change {
    what: String,
    changed: Value,
    is_same_type: bool,
}

/// The body itself and every body that differs from it in one value. The items that must be given stay as they are.
fn changes(body: &Value) -> Vec<Change> {
    let mut pointers = Vec::new();
    collect(body, String::new(), &mut pointers);
    let first = ["ItemList/0", "ItemList/1", "ItemList/2"];
    pointers.retain(|pointer| !first.iter().any(|first| pointer.contains(first)));
    let mut changes = vec![Change { what: "as it is".to_owned(), changed: body.clone(), is_same_type: false }];
    for pointer in pointers {
        for other in [json!(null), json!(true), json!(7), json!("x"), json!([]), json!({})] {
            let mut changed = body.clone();
            let what = format!("{pointer} = {other}");
            let replaced = std::mem::replace(changed.pointer_mut(&pointer).unwrap(), other);
            let is_same_type =
                std::mem::discriminant(&replaced) == std::mem::discriminant(changed.pointer(&pointer).unwrap());
            changes.push(Change { what, changed, is_same_type });
        }
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let mut changed = body.clone();
        if changed.pointer_mut(parent).unwrap().as_object_mut().is_some_and(|members| members.remove(name).is_some()) {
            changes.push(Change { what: format!("without {pointer}"), changed, is_same_type: false });
        }
    }
    changes
}

fn collect(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| collect(value, format!("{pointer}/{name}"), pointers));
        }
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(at, value)| collect(value, format!("{pointer}/{at}"), pointers));
        }
        _ => {}
    }
    if !pointer.is_empty() {
        pointers.push(pointer);
    }
}
