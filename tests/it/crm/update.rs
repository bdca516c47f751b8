//! Changing clients by difference, and how a change names its client.

use libtest_mimic::Trial;
use musubi_testkit::app::{HOST, TestApp};
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use super::stage::{DETAIL, Stage, UPDATE, text, update_body, uuids};

const NAME: &str = "2205f2e3-839f-4ff3-80f2-1ce6f8a86ac7";
const CITY: &str = "25c58fef-625c-4a47-a5a2-cc2c0c265bc6";
const PARENT: &str = "f8ccf472-16db-4fcb-8e94-d0d92eba67e1";
const SALES_USER: &str = "88795555-0d22-46fd-bc6d-8a14c5d0dc7a";
const UPDATED_AT: &str = "b91ed3f4-d0a0-4337-8d25-4117cb823d83";

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("update: what is not given stays, what is empty is cleared", differs),
        async_on_both("update: nothing changed leaves no trace", leaves_no_trace),
        async_on_both("update: exactly one way names the client", names_the_client),
        async_on_both("update: all failing items are told, in English too, and nothing is changed", tells_all),
        async_on_both("update: linkage values alone are a change", links),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The data of an item of a client.
fn data(items: &[Value], id: &str) -> Value {
    items.iter().find(|item| item["itemID"] == id).map_or(Value::Null, |item| item["itemTextData"]["value"].clone())
}

fn city(value: &Value) -> Value {
    text(CITY, "text_single", json!({"value": value}))
}

async fn differs(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("株式会社一", &[city(&json!("港区1-1"))]).await;
    stage.app.source.advance_seconds(60);
    let name = text(NAME, "text_ruby", json!({"value": "株式会社二", "ruby": "ニ"}));
    let answer = stage.ok(UPDATE, &update_body(client, &[name])).await;
    assert_eq!(answer.body["updateClientResult"], json!({"clientID": client}));
    let items = stage.items(client).await;
    assert_eq!((data(&items, NAME), data(&items, CITY)), (json!("株式会社二"), json!("港区1-1")));
    assert_eq!(data(&items, UPDATED_AT), json!("2026-04-01T00:01:00Z"));
    // A missing object, null, "" and [] clear alike.
    for empty in [
        city(&json!("")),
        city(&Value::Null),
        json!({"itemID": CITY, "itemType": "text_single", "itemTextData": null}),
        json!({"itemID": CITY, "itemType": "text_single"}),
    ] {
        stage.ok(UPDATE, &update_body(client, &[empty])).await;
        assert_eq!(data(&stage.items(client).await, CITY), Value::Null);
        stage.ok(UPDATE, &update_body(client, &[city(&json!("港区1-1"))])).await;
    }
    // The new name is found, the old one is not.
    assert_eq!(stage.names(json!({"clientName": "株式会社二"}), 0, 10).await.0, ["株式会社二"]);
    assert_eq!(stage.names(json!({"clientName": "株式会社一"}), 0, 10).await.0, Vec::<String>::new());
}

async fn leaves_no_trace(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("株式会社一", &[city(&json!("港区"))]).await;
    let before = stage.ok(DETAIL, &json!({"param": {"clientID": client}})).await.text;
    stage.app.source.advance_seconds(60);
    for items in [vec![], vec![city(&json!("港区"))]] {
        stage.ok(UPDATE, &update_body(client, &items)).await;
        assert_eq!(stage.ok(DETAIL, &json!({"param": {"clientID": client}})).await.text, before);
    }
}

async fn names_the_client(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("株式会社一", &[]).await;
    let told = async |info: Value| {
        let answer = stage.post(UPDATE, &json!({"param": {"toData": {"clientUpdateInfo": info}}})).await;
        let place = |(path, code): (String, String)| {
            (path.trim_start_matches("param.toData.clientUpdateInfo").to_owned(), code)
        };
        (answer.status.as_u16(), answer.details().into_iter().map(place).collect::<Vec<_>>())
    };
    let one = |path: &str, code: &str| vec![(path.to_owned(), code.to_owned())];
    let slot = json!({"systemLinkageID": 999000001, "linkageIDValue": "x"});
    assert_eq!(told(json!({"clientItemList": []})).await, (400, one("", "one_required")));
    assert_eq!(
        told(json!({"clientInfo": {"clientID": client}, "systemLinkageInfo": slot, "clientItemList": []})).await,
        (400, one("", "only_one_of"))
    );
    assert_eq!(
        told(json!({"clientInfo": null, "systemLinkageInfo": slot, "clientItemList": []})).await,
        (404, one(".systemLinkageInfo", "not_found"))
    );
    assert_eq!(
        told(json!({"clientInfo": {"clientID": Uuid::from_u128(7)}, "clientItemList": []})).await,
        (404, one(".clientInfo", "not_found"))
    );
    assert_eq!(told(json!({"clientInfo": {"clientID": client}})).await, (400, one(".clientItemList", "required")));
    assert_eq!(
        told(json!({"clientInfo": {}, "clientItemList": [{"itemID": 5}]})).await,
        (
            400,
            vec![
                (".clientInfo.clientID".to_owned(), "required".to_owned()),
                (".clientItemList[0].itemID".to_owned(), "wrong_type".to_owned()),
                (".clientItemList[0].itemType".to_owned(), "required".to_owned()),
            ]
        )
    );
    let wrong = json!({"systemLinkageID": 999000021, "linkageIDValue": "x"});
    assert_eq!(
        told(json!({"systemLinkageInfo": wrong, "clientItemList": []})).await,
        (400, one(".systemLinkageInfo.systemLinkageID", "out_of_range"))
    );
}

async fn tells_all(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("株式会社一", &[city(&json!("港区"))]).await;
    let child = stage.client("子会社", &[uuids(PARENT, "client_single", &[client])]).await;
    let items = [
        text(NAME, "text_ruby", json!({"value": ""})),
        city(&json!("a\nb")),
        text(UPDATED_AT, "datetime", json!({"value": ""})),
        uuids(PARENT, "client_single", &[child]),
        uuids(SALES_USER, "user_single", &[Uuid::from_u128(7)]),
        json!({"itemID": "9039dddf-9f34-4154-98f8-e3491d11b46f", "itemType": "number", "itemNumericData": {"value": "1０"}}),
        text("8a87f4ef-19d6-4189-b3ca-6a9788b9ebc7", "prefectures", json!({"value": "東京"})),
    ];
    let mut body = update_body(client, &items);
    body["param"]["toData"]["clientUpdateInfo"]["systemLinkageInfoList"] =
        json!([{"systemLinkageID": 999000009, "linkageIDValue": "x"}]);
    let mut english = TestApp::request("POST", UPDATE, HOST, Some(&stage.token), body.to_string());
    english.headers_mut().insert("accept-language", "en".parse().unwrap());
    let answer = stage.app.send(english).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "E041"), "{}", answer.text);
    let mut told = answer.details();
    told.sort();
    let info = "param.toData.clientUpdateInfo";
    let wanted = [
        ("clientItemList[0]", "required"),
        ("clientItemList[1]", "control_character"),
        ("clientItemList[2]", "read_only"),
        ("clientItemList[3]", "record_cycle"),
        ("clientItemList[4]", "no_such_user"),
        ("clientItemList[5]", "not_digits"),
        ("clientItemList[6]", "not_prefecture"),
        ("systemLinkageInfoList[0]", "no_such_slot"),
    ];
    assert_eq!(told, wanted.map(|(place, code)| (format!("{info}.{place}"), code.to_owned())));
    for detail in answer.body["appStatus"]["details"].as_array().unwrap() {
        assert!(detail["reason"].as_str().unwrap().is_ascii(), "{detail}");
    }
    assert_eq!(data(&stage.items(client).await, NAME), json!("株式会社一"));
    assert_eq!(data(&stage.items(client).await, CITY), json!("港区"));
}

async fn links(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (client, other) = (stage.client("株式会社一", &[]).await, stage.client("株式会社二", &[]).await);
    let link = async |client: Uuid, value: &str| {
        let mut body = update_body(client, &[]);
        body["param"]["toData"]["clientUpdateInfo"]["systemLinkageInfoList"] =
            json!([{"systemLinkageID": 999000001, "linkageIDValue": value}]);
        stage.post(UPDATE, &body).await
    };
    stage.app.source.advance_seconds(60);
    assert_eq!(link(client, "A").await.code(), "S000");
    assert_eq!(data(&stage.items(client).await, UPDATED_AT), json!("2026-04-01T00:01:00Z"));
    assert_eq!(link(other, "A").await.details()[0].1, "linkage_taken");
    // By the slot, and the value changes with it.
    let info = json!({"systemLinkageInfo": {"systemLinkageID": 999000001, "linkageIDValue": "A"}, "clientItemList": [],
        "systemLinkageInfoList": [{"systemLinkageID": 999000001, "linkageIDValue": "B"}]});
    let answer = stage.ok(UPDATE, &json!({"param": {"toData": {"clientUpdateInfo": info}}})).await;
    assert_eq!(answer.body["updateClientResult"]["clientID"], json!(client));
    assert_eq!(link(other, "A").await.code(), "S000");
    assert_eq!(link(client, "").await.code(), "S000");
    assert_eq!(link(other, "B").await.code(), "S000");
}
