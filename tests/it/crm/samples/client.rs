//! The samples of clients.

use libtest_mimic::Trial;
use musubi_service::linkage::linkage_slot_set;
use musubi_testkit::app::Answer;
use musubi_testkit::engine::async_on_both;
use serde_json::{Value, json};

use super::{replaced, same_shape};
use crate::crm::stage::{DELETE, DETAIL, LIST, REGISTER, Stage, TEMPLATE, UPDATE};

const REGISTER_1: &str = include_str!("../../samples/api_crm_client_register.request.1.json");
const REGISTER_2: &str = include_str!("../../samples/api_crm_client_register.request.2.json");
const REGISTERED: &str = include_str!("../../samples/api_crm_client_register.response.1.json");
const UPDATE_1: &str = include_str!("../../samples/api_crm_client_update.request.1.json");
const UPDATE_2: &str = include_str!("../../samples/api_crm_client_update.request.2.json");
const UPDATE_3: &str = include_str!("../../samples/api_crm_client_update.request.3.json");
const UPDATE_4: &str = include_str!("../../samples/api_crm_client_update.request.4.json");
const UPDATED: &str = include_str!("../../samples/api_crm_client_update.response.1.json");
const DELETE_1: &str = include_str!("../../samples/api_crm_client_delete.request.1.json");
const DELETE_2: &str = include_str!("../../samples/api_crm_client_delete.request.2.json");
const DELETED: &str = include_str!("../../samples/api_crm_client_delete.response.1.json");
const TEMPLATED: &str = include_str!("../../samples/api_crm_get-client-template.response.1.json");
const LIST_1: &str = include_str!("../../samples/api_crm_get-client-list.request.1.json");
const LISTED: &str = include_str!("../../samples/api_crm_get-client-list.response.1.json");
const DETAIL_1: &str = include_str!("../../samples/api_crm_get-client-detail.request.1.json");
const DETAILED: &str = include_str!("../../samples/api_crm_get-client-detail.response.1.json");

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("samples: register, list and detail answer as the source's samples", |engine| async move {
            registers_and_lists(Stage::new(engine).await).await;
        }),
        async_on_both(
            "samples: update, delete and template of clients answer as the source's samples",
            |engine| async move {
                updates_and_deletes(Stage::new(engine).await).await;
            },
        ),
        async_on_both("samples: a client with the values of the detail sample gives them back", |engine| async move {
            gives_back_the_detail_sample(Stage::new(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A sample with its placeholders replaced by what is real here.
fn sample(text: &str, stage: &Stage, parent: &str) -> Value {
    let placeholders = [
        ("28ca2537-d541-42f9-b444-eca8144e130d", stage.organization.to_string()),
        ("c84aa9a5-1390-41a4-9786-7cda5fd9971f", stage.user.to_string()),
        ("UUID-AAA", stage.route.category.to_string()),
        ("UUID-BBB", stage.route.route.to_string()),
        ("UUID-PARENT-CLIENT", parent.to_owned()),
        ("UUID-DIVISION", stage.organization.to_string()),
        ("UUID-USER", stage.user.to_string()),
        ("aa426c02-561c-4ac7-8f53-7849b2235bbc", stage.user.to_string()),
        ("b74922c9-727e-40a1-9034-e2a9446f9df9", stage.second_user.to_string()),
        ("0792591a-4e6f-4c8f-9e6d-be0cd0d25679", stage.route.category.to_string()),
        ("db0deb22-768b-400f-9b93-8cddfd000045", stage.route.route.to_string()),
        ("003e346b-0447-45fd-8581-66cf4309e264", parent.to_owned()),
    ];
    replaced(text, &placeholders)
}

async fn registers_and_lists(stage: Stage) {
    let first = stage.post(REGISTER, &sample(REGISTER_1, &stage, "")).await;
    assert_eq!(first.status, 200, "{}", first.text);
    same_shape(&serde_json::from_str(REGISTERED).unwrap(), &first.body, "");
    let parent = first.body["registerClientResult"]["clientID"].as_str().unwrap().to_owned();
    let second = stage.post(REGISTER, &sample(REGISTER_2, &stage, &parent)).await;
    assert_eq!(second.status, 200, "{}", second.text);
    same_shape(&serde_json::from_str(REGISTERED).unwrap(), &second.body, "");

    let listed = stage.post(LIST, &sample(LIST_1, &stage, "")).await;
    same_shape(&serde_json::from_str(LISTED).unwrap(), &listed.body, "");
    let rows = &listed.body["clientListInfo"]["clientList"];
    assert_eq!(
        rows[0],
        json!({"clientID": parent, "clientName": "TEST", "systemLinkageInfoList": [{"systemLinkageID": 999000001, "linkageIDValue": "string"}]})
    );
    assert_eq!(rows[1]["clientName"], "株式会社サンプル");
    assert_eq!(rows[1]["systemLinkageInfoList"][0]["linkageIDValue"], "");

    // The detail sample names a client by its id and by slot and value at once: the id decides.
    let detail = stage.post(DETAIL, &sample(DETAIL_1, &stage, &parent)).await;
    assert_eq!(detail.code(), "S000", "{}", detail.text);
    let by_slot =
        stage.post(DETAIL, &json!({"param": {"systemLinkageID": 999000001, "linkageIDValue": "string"}})).await;
    assert_eq!(by_slot.text, detail.text);
}

async fn gives_back_the_detail_sample(stage: Stage) {
    let wanted = sample(DETAILED, &stage, "");
    // What the sample answers is what is registered, but for the date of creation and a second route that is not set up.
    let mut items = wanted["clientDetailInfo"]["clientItemList"].as_array().unwrap().clone();
    items.retain(|item| item["itemType"] != "datetime");
    let routes = items.iter_mut().find(|item| item["itemType"] == "inquiry_route").unwrap();
    routes["itemInquiryRouteData"]["values"].as_array_mut().unwrap().truncate(1);
    let mut given = items.clone();
    given.push(crate::crm::stage::uuids(
        "81818574-827d-4084-8b12-97b5b9a8d593",
        "division_single",
        &[stage.organization],
    ));
    let linkage = wanted["clientDetailInfo"]["systemLinkageInfoList"].clone();
    let body = json!({"param": {"toData": {"clientRegisterInfo": {"clientItemList": given, "systemLinkageInfoList": linkage}}}});
    let registered = stage.post(REGISTER, &body).await;
    assert_eq!(registered.code(), "S000", "{}", registered.text);
    let id = registered.body["registerClientResult"]["clientID"].as_str().unwrap();

    let answer = stage.post(DETAIL, &json!({"param": {"clientID": id.to_uppercase()}})).await;
    assert_eq!(answer.code(), "S000", "{}", answer.text);
    let answered = answer.body["clientDetailInfo"]["clientItemList"].as_array().unwrap().clone();
    for item in &items {
        let own =
            answered.iter().find(|own| own["itemID"] == item["itemID"]).unwrap_or_else(|| panic!("{item} is missing"));
        for (name, value) in item.as_object().unwrap() {
            assert_eq!(&own[name], value, "{name} of {item}");
        }
    }
    assert_eq!(answer.body["clientDetailInfo"]["systemLinkageInfoList"], linkage);
    let system = |id: &str| answered.iter().find(|own| own["itemID"] == id).unwrap().clone();
    assert_eq!(system("abaf7064-0eba-497c-a907-386a41ec71d3")["itemTextData"]["value"], "2026-04-01T00:00:00Z");
    assert_eq!(
        system("c3fdda6a-9eb5-427b-af55-45037f3889dd")["itemUuidDataList"][0]["itemDisplayValue"],
        "APIトークン"
    );
    assert_eq!(system("88795555-0d22-46fd-bc6d-8a14c5d0dc7a")["itemUuidDataList"][0]["itemDisplayValue"], "山田 太郎");
}

async fn updates_and_deletes(stage: Stage) {
    linkage_slot_set(&stage.app.service, &stage.app.context(), 999_000_002, "基幹システムB".into()).await.unwrap();
    let registered = |answer: Answer| {
        assert_eq!(answer.code(), "S000", "{}", answer.text);
        answer.body["registerClientResult"]["clientID"].as_str().unwrap().to_owned()
    };
    let parent = registered(stage.register("親会社A", "オヤガイシャエー", &[]).await);
    let id = registered(stage.register("変える前", "カエルマエ", &[]).await);
    // The first sample gives the client the linkage value by which the second finds it; the fourth finds it by another.
    let samples = [
        (sample(UPDATE_1, &stage, &parent), "TEST_TEST"),
        (sample(UPDATE_2, &stage, &parent), "TEST_TEST"),
        (sample(UPDATE_3, &stage, &parent), "株式会社サンプル"),
    ];
    for (mut request, name) in samples {
        let info = &mut request["param"]["toData"]["clientUpdateInfo"];
        if info.get("clientInfo").is_some() {
            info["clientInfo"]["clientID"] = json!(id);
        }
        let answer = stage.post(UPDATE, &request).await;
        assert_eq!(answer.code(), "S000", "{}", answer.text);
        same_shape(&serde_json::from_str(UPDATED).unwrap(), &answer.body, "");
        assert_eq!(answer.body["updateClientResult"]["clientID"], json!(id));
        let detail = stage.post(DETAIL, &json!({"param": {"clientID": id}})).await;
        assert_eq!(detail.body["clientDetailInfo"]["clientItemList"][0]["itemTextData"]["value"], name);
    }
    // The third one took the values of all slots away.
    let linked = json!({"param": {"toData": {"clientUpdateInfo": {"clientInfo": {"clientID": id}, "clientItemList": [],
        "systemLinkageInfoList": [{"systemLinkageID": 999000001, "linkageIDValue": "tes12345"}]}}}});
    assert_eq!(stage.post(UPDATE, &linked).await.code(), "S000");
    let answer = stage.post(UPDATE, &sample(UPDATE_4, &stage, &parent)).await;
    assert_eq!(answer.code(), "S000", "{}", answer.text);
    assert_eq!(answer.body["updateClientResult"]["clientID"], json!(id));

    let template = stage.post(TEMPLATE, &json!({})).await;
    same_names(&serde_json::from_str(TEMPLATED).unwrap(), &template.body, "");

    let mut linked = linked;
    linked["param"]["toData"]["clientUpdateInfo"]["systemLinkageInfoList"] =
        json!([{"systemLinkageID": 999000002, "linkageIDValue": "string"}]);
    assert_eq!(stage.post(UPDATE, &linked).await.code(), "S000");
    let deleted = stage.post(DELETE, &sample(DELETE_2, &stage, &parent)).await;
    same_shape(&serde_json::from_str(DELETED).unwrap(), &deleted.body, "");
    assert_eq!(deleted.body["deletedClientList"], json!([{"clientID": id}]));
    let mut request = sample(DELETE_1, &stage, &parent);
    request["param"]["toData"]["deleteClientInfo"]["deleteClientList"][0]["clientID"] = json!(parent);
    let deleted = stage.post(DELETE, &request).await;
    same_shape(&serde_json::from_str(DELETED).unwrap(), &deleted.body, "");
    assert_eq!(stage.names(json!({}), 0, 10).await.0, Vec::<String>::new());
}

/// Every object of the answer has the members that the sample's first one of that place has.
fn same_names(sample: &Value, answer: &Value, path: &str) {
    match (sample, answer) {
        (Value::Object(sample), Value::Object(answer)) => {
            assert_eq!(answer.keys().collect::<Vec<_>>(), sample.keys().collect::<Vec<_>>(), "{path}");
            sample.iter().for_each(|(name, value)| same_names(value, &answer[name], &format!("{path}.{name}")));
        }
        (Value::Array(sample), Value::Array(answer)) => {
            let Some(first) = sample.first() else { return };
            answer.iter().for_each(|value| same_names(first, value, path));
        }
        _ => {}
    }
}
