//! Requests: the server takes what the schemas take.

use std::collections::BTreeSet;

use musubi_http::openapi;
use serde_json::{Value, json};

use super::content;
use super::schema::{problems, resolve};
use crate::crm::stage::{DETAIL, LIST, ORGANIZATIONS, REGISTER, Stage, USERS, list_body, options_body};

/// Two registrations that have every member of the schema between them: of two members that say the same, the server reads
/// one. The first three items must be given.
pub(super) fn full_registers(stage: &Stage) -> [Value; 2] {
    let route = json!({"inquiryRouteCategoryId": stage.route.category, "inquiryRouteId": stage.route.route});
    let ids = [
        ("itemUuidData", json!({"values": [stage.user]})),
        ("itemUuidDataList", json!([{"itemUuid": stage.second_user}])),
    ];
    let routes = [("itemInquiryRouteDataList", json!([route])), ("itemInquiryRouteData", json!({"values": [route]}))];
    [0, 1].map(|at| {
        let item = |id: &str, item_type: &str, (member, data): (&str, Value)| {
            json!({"itemID": id, "itemType": item_type, member: data})
        };
        let text = ("itemTextData", json!({"value": "港区", "ruby": ""}));
        let more = [
            item("0a244d28-0e66-49ef-8cd9-8aa53760e6d8", "text_multiple", text),
            item("69c313b1-823e-4940-aa7c-f9482319227f", "amount_decimal", ("itemNumericData", json!({"value": "1.50"}))),
            item("55567a07-a4a2-4dea-86f6-33bddfd3bcd2", "checkbox", ("itemSelectionData", json!({"values": [1, 2]}))),
            item("182651e5-4c24-4190-b41b-5708d2342c22", "user_multiple", ids[at].clone()),
            item("09cdb725-3cde-4f53-bc3f-8f9b2fef09f6", "inquiry_route", routes[at].clone()),
        ];
        let mut body = stage.register_body("全項目の会社", "ゼンコウモクノカイシャ", &more);
        body["param"]["toData"]["clientRegisterInfo"]["systemLinkageInfoList"] = linkage("");
        body
    })
}

fn linkage(value: &str) -> Value {
    json!([{"systemLinkageID": 999000001, "linkageIDValue": value}])
}

fn full_list(stage: &Stage) -> Value {
    let conditions = json!({
        "clientName": "会社", "prefectures": ["東京都"], "address": "港区",
        "salesPersonDepartmentIDList": [stage.organization], "salesPersonUserIDList": [stage.user],
        "createDateFrom": "2026-04-01", "createDateTo": "2026-04-01", "updateDateFrom": "2026-04-01", "updateDateTo": "2026-04-01",
    });
    list_body(conditions, 0, 10)
}

fn full_user_list(stage: &Stage) -> Value {
    options_body(json!({"SearchKeyword": ["山田", ""], "OrganizationID": stage.organization}), 0, 10)
}

/// Each value of a sound request in turn is left out, made null, and made something else: the server takes what the schema
/// takes, and nothing else.
pub(super) async fn takes_as_documented(stage: Stage) {
    let document = openapi::crm();
    let mut body = stage.register_body("会社", "", &[]);
    body["param"]["toData"]["clientRegisterInfo"]["systemLinkageInfoList"] = linkage("C1");
    let registered = stage.post(REGISTER, &body).await;
    let by_id = json!({"param": {"clientID": registered.body["registerClientResult"]["clientID"]}});
    let by_linkage = json!({"param": linkage("C1")[0]});
    let [one, other] = full_registers(&stage);
    let list = full_list(&stage);
    let mut counts = [0; 2];
    for (path, bodies) in [
        (REGISTER, vec![one, other]),
        (LIST, vec![list]),
        (DETAIL, vec![by_id, by_linkage]),
        (ORGANIZATIONS, vec![options_body(json!({}), 0, 10)]),
        (USERS, vec![full_user_list(&stage)]),
    ] {
        let schema = &content(&document["paths"][path]["post"]["requestBody"])["schema"];
        let (mut declared, mut tried) = (BTreeSet::new(), BTreeSet::new());
        declared_members(&document, schema, &mut declared);
        bodies.iter().for_each(|body| members(body, &mut tried));
        assert_eq!(declared, tried, "{path}: each member is tried");
        for Change { what, changed, is_same_type } in bodies.iter().flat_map(changes) {
            let told = problems(&document, schema, &changed);
            if told.is_empty() && is_same_type {
                // What a template or a calendar says of another text or number is not a matter of the schema.
                continue;
            }
            let answer = stage.post(path, &changed).await;
            assert_eq!(told.is_empty(), answer.code() == "S000", "{path} {what}: {told:?} {}", answer.text);
            counts[usize::from(told.is_empty())] += 1;
        }
    }
    assert!(counts.iter().all(|count| *count > 50), "{counts:?}");
}

/// What is at a limit of a schema is taken, what is over it is not.
pub(super) async fn takes_up_to_the_limits(stage: Stage) {
    let document = openapi::crm();
    let ([register, _], list) = (full_registers(&stage), full_list(&stage));
    let info = "/param/toData/clientRegisterInfo";
    let (pagination, conditions) =
        ("/param/requiredConditions/pagination", "/param/optionalConditions/searchConditions");
    let options = "/Param/Options";
    let (texts, ids) = (|count| json!(vec!["東京都"; count]), |count| json!(vec![stage.user; count]));
    let signs = |count| json!("あ".repeat(count));
    let cases = [
        (LIST, format!("{pagination}/limit"), vec![json!(1), json!(100)], vec![json!(0), json!(101)]),
        (
            LIST,
            format!("{pagination}/offset"),
            vec![json!(0), json!(1_000_000_000)],
            vec![json!(-1), json!(1_000_000_001)],
        ),
        (LIST, format!("{conditions}/clientName"), vec![signs(255)], vec![signs(256)]),
        (LIST, format!("{conditions}/address"), vec![signs(255)], vec![signs(256)]),
        (LIST, format!("{conditions}/prefectures"), vec![texts(1_000)], vec![texts(1_001)]),
        (LIST, format!("{conditions}/salesPersonUserIDList"), vec![ids(1_000)], vec![ids(1_001)]),
        (LIST, format!("{conditions}/salesPersonDepartmentIDList"), vec![ids(1_000)], vec![ids(1_001)]),
        (REGISTER, format!("{info}/clientItemList/3/itemTextData/value"), vec![signs(2_000)], vec![signs(2_001)]),
        (
            REGISTER,
            format!("{info}/clientItemList/4/itemNumericData/value"),
            vec![json!("999999999999999.99")],
            vec![json!("9999999999999999.99")],
        ),
        (
            REGISTER,
            format!("{info}/systemLinkageInfoList/0/systemLinkageID"),
            vec![json!(999_000_001), json!(999_000_020)],
            vec![json!(999_000_000), json!(999_000_021)],
        ),
        (REGISTER, format!("{info}/systemLinkageInfoList/0/linkageIDValue"), vec![signs(255)], vec![signs(256)]),
        (ORGANIZATIONS, format!("{options}/Pagination/Limit"), vec![json!(1), json!(100)], vec![json!(0), json!(101)]),
        (
            ORGANIZATIONS,
            format!("{options}/Pagination/Offset"),
            vec![json!(0), json!(1_000_000_000)],
            vec![json!(-1), json!(1_000_000_001)],
        ),
        (USERS, format!("{options}/Pagination/Limit"), vec![json!(1), json!(100)], vec![json!(0), json!(101)]),
        (USERS, format!("{options}/SearchKeyword"), vec![json!([]), texts(1_000)], vec![texts(1_001)]),
        (USERS, format!("{options}/SearchKeyword/0"), vec![json!(""), signs(255)], vec![signs(256)]),
        (
            USERS,
            format!("{options}/OrganizationID"),
            vec![json!(""), json!("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF")],
            vec![json!(" ")],
        ),
    ];
    for (path, pointer, within, over) in cases {
        let schema = &content(&document["paths"][path]["post"]["requestBody"])["schema"];
        let values =
            within.into_iter().map(|value| (value, "S000")).chain(over.into_iter().map(|value| (value, "E041")));
        for (value, code) in values {
            let mut changed = match path {
                LIST => list.clone(),
                REGISTER => register.clone(),
                _ => full_user_list(&stage),
            };
            *changed.pointer_mut(&pointer).unwrap() = value;
            assert_eq!(problems(&document, schema, &changed).is_empty(), code == "S000", "{path} {pointer} {code}");
            let answer = stage.post(path, &changed).await;
            assert_eq!(answer.code(), code, "{path} {pointer} {}", answer.text);
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
    let first = [0, 1, 2].map(|at| format!("/param/toData/clientRegisterInfo/clientItemList/{at}"));
    pointers.retain(|pointer| !first.iter().any(|first| pointer.starts_with(first)));
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
