//! The samples of contacts and their cards.

use libtest_mimic::Trial;
use musubi_service::linkage::linkage_slot_set;
use musubi_service::organization::organization_create;
use musubi_service::template::template_apply;
use musubi_service::token::{TokenCreate, token_create};
use musubi_testkit::app::ALL_SCOPES;
use musubi_testkit::engine::async_on_both;
use serde_json::{Value, json};

use super::{replaced, same_shape};
use crate::crm::stage::{
    CARD_LIST, CONTACT_DELETE, CONTACT_DETAIL, CONTACT_LIST, CONTACT_REGISTER, CONTACT_TEMPLATE, CONTACT_UPDATE, Stage,
    person,
};

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../samples/api_crm_", $name, ".json"))
    };
}

const TEMPLATED: [&str; 2] =
    [sample!("get-client-responsible-template.response.1"), sample!("get-client-responsible-template.response.2")];
const REGISTER: &str = sample!("client-responsible_register.request.1");
const REGISTERED: &str = sample!("client-responsible_register.response.1");
const UPDATES: [&str; 2] =
    [sample!("client-responsible_update.request.1"), sample!("client-responsible_update.request.2")];
const UPDATED: &str = sample!("client-responsible_update.response.1");
const DELETES: [&str; 2] =
    [sample!("client-responsible_delete.request.1"), sample!("client-responsible_delete.request.2")];
const DELETED: &str = sample!("client-responsible_delete.response.1");
const LIST: &str = sample!("get-client-responsible-list.request.1");
const LISTED: &str = sample!("get-client-responsible-list.response.1");
const DETAIL: &str = sample!("get-client-responsible-detail.request.1");
const DETAILED: &str = sample!("get-client-responsible-detail.response.1");
const CARDS: &str = sample!("get-client-responsible-businesscard-list.request.1");
const CARDS_LISTED: &str = sample!("get-client-responsible-businesscard-list.response.1");

pub(super) fn trials() -> Vec<Trial> {
    async_on_both("samples: every call of contacts answers as the source's samples", |engine| async move {
        run(Stage::new(engine).await).await;
    })
}

/// The ids of the samples' client and contact.
const CLIENT: &str = "7402ce69-57c3-4ea4-8a5d-d5a2765e8b32";
const CONTACT: &str = "45153ad1-ca31-4fe1-9eb3-a90186321613";

/// The people, organizations and the client of the samples, by the ids there; a token of the first person.
async fn cast(stage: &mut Stage) -> Vec<(&'static str, String)> {
    let (service, context) = (&stage.app.service, stage.app.context());
    let mut cast = Vec::new();
    for (id, name) in [
        ("41573754-0873-4a46-8f54-1cc318dd21a8", "開発"),
        ("1a493c22-c031-4952-9ed7-ca3823f91114", "営業"),
        ("be5a42cd-9f28-465f-81a3-b763d74a2300", "サポート"),
    ] {
        let organization = organization_create(service, &stage.app.context(), name.into(), None).await.unwrap();
        cast.push((id, organization.to_string()));
    }
    for (id, login, name) in [
        ("0501b83b-1b21-46f0-b21b-609e276c413e", "taro", "太朗"),
        ("4d62a0df-29c1-49a6-a5df-b3f546b59846", "hanako", "花子"),
        ("a6c837f9-3fc0-4357-94f5-466d9f7ecfa9", "jiro", "二郎"),
    ] {
        cast.push((id, person(&stage.app, login, "手須戸", name, stage.organization).await.to_string()));
    }
    linkage_slot_set(service, &context, 999_000_001, "test10".into()).await.unwrap();
    let sample: Value = serde_json::from_str(TEMPLATED[0]).unwrap();
    let shipped = service.template(stage.app.tenant, "contacts").await.unwrap();
    let is_custom = |item: &&Value| shipped.item(item["itemID"].as_str().unwrap().parse().unwrap()).is_none();
    let items = sample["clientResponsibleTemplateInfo"]["templateList"].as_array().unwrap();
    let custom: Vec<_> = items.iter().filter(is_custom).cloned().collect();
    let custom = serde_json::from_value(json!(custom)).unwrap();
    template_apply(service, &stage.app.context(), "contacts", custom).await.unwrap();
    let command = TokenCreate { scope: ALL_SCOPES.into(), user: Some("taro".into()), ..TokenCreate::default() };
    stage.token = token_create(service, &stage.app.context(), command).await.unwrap();
    let client = stage.register("KDDI株式会社", "ケーディーディーアイカブシキガイシャ", &[]).await;
    cast.push((CLIENT, client.body["registerClientResult"]["clientID"].as_str().unwrap().to_owned()));
    cast
}

/// Two JSON values, null and [] counting as equal, and absent members as null.
fn same(sample: &Value, answer: &Value, path: &str) {
    match (sample, answer) {
        (Value::Object(one), Value::Object(other)) => {
            for name in one.keys().chain(other.keys()) {
                same(&sample[name], &answer[name], &format!("{path}.{name}"));
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            assert_eq!(one.len(), other.len(), "{path}");
            one.iter().zip(other).enumerate().for_each(|(at, (one, other))| same(one, other, &format!("{path}[{at}]")));
        }
        (Value::Null, Value::Array(empty)) | (Value::Array(empty), Value::Null) => assert!(empty.is_empty(), "{path}"),
        _ => assert_eq!(sample, answer, "{path}"),
    }
}

async fn run(mut stage: Stage) {
    let mut cast = cast(&mut stage).await;
    for sample in TEMPLATED {
        let template = stage.post(CONTACT_TEMPLATE, &json!({})).await;
        same(&serde_json::from_str(sample).unwrap(), &template.body, "");
    }
    let registered = stage.post(CONTACT_REGISTER, &replaced(REGISTER, &cast)).await;
    assert_eq!(registered.code(), "S000", "{}", registered.text);
    same_shape(&serde_json::from_str(REGISTERED).unwrap(), &registered.body, "");
    let id = registered.body["registerClientResponsibleResult"]["clientResponsibleID"].as_str().unwrap().to_owned();
    cast.push((CONTACT, id.clone()));
    cast.push(("3fa85f64-5717-4562-b3fc-2c963f66afa6", id.clone()));
    for sample in UPDATES {
        let updated = stage.post(CONTACT_UPDATE, &replaced(sample, &cast)).await;
        assert_eq!(updated.code(), "S000", "{}", updated.text);
        same(&replaced(UPDATED, &cast), &updated.body, "");
    }
    let detail = stage.post(CONTACT_DETAIL, &replaced(DETAIL, &cast)).await;
    assert_eq!(detail.code(), "S000", "{}", detail.text);
    cast.push(("2025-11-20T10:00:28Z", "2026-04-01T00:00:00Z".into()));
    same(&replaced(DETAILED, &cast), &detail.body, "");

    let mut search = replaced(LIST, &cast);
    let conditions = &mut search["param"]["optionalConditions"]["searchConditions"];
    // The sample looks for people in other prefectures and at other times than those of its contact.
    conditions["prefectures"] = json!(["静岡県"]);
    conditions["address"] = json!("港区");
    conditions["createDateTo"] = json!("2026-12-31T23:59:59Z");
    conditions["updateDateTo"] = json!("2026-12-31T23:59:59Z");
    let listed = stage.post(CONTACT_LIST, &search).await;
    same_shape(&serde_json::from_str(LISTED).unwrap(), &listed.body, "");
    let row = json!({"clientID": client_of(&cast), "clientResponsibleID": id,
        "clientResponsibleName": "手須戸 太朗",
        "systemLinkageInfoList": [{"systemLinkageID": 999000001, "linkageIDValue": "test10"}]});
    assert_eq!(listed.body["clientResponsibleListInfo"], json!({"clientResponsibleList": [row], "getMoreFlag": false}));

    let card = stage.card_of(&id).await;
    let cards = stage.post(CARD_LIST, &replaced(CARDS, &cast)).await;
    same_shape(&serde_json::from_str(CARDS_LISTED).unwrap(), &cards.body, "");
    let row = &cards.body["clientResponsibleBusinesscardListInfo"]["businessCardList"][0];
    assert_eq!((&row["cardID"], &row["personNameLast"]), (&json!(card), &json!("手須戸")));

    let again = stage.post(CONTACT_REGISTER, &replaced(REGISTER, &cast)).await;
    let second = again.body["registerClientResponsibleResult"]["clientResponsibleID"].clone();
    let delete = async |sample, gone| {
        let deleted = stage.post(CONTACT_DELETE, &replaced(sample, &cast)).await;
        assert_eq!(deleted.code(), "S000", "{}", deleted.text);
        same_shape(&serde_json::from_str(DELETED).unwrap(), &deleted.body, "");
        assert_eq!(deleted.body["deletedClientResponsibleList"], json!([{"clientResponsibleID": gone}]));
    };
    delete(DELETES[0], json!(id)).await;
    // The second sample names its contact by the value that the first one held.
    let info = json!({"clientResponsibleInfo": {"clientID": client_of(&cast), "clientResponsibleID": second},
        "clientResponsibleItemList": [],
        "systemLinkageInfoList": [{"systemLinkageID": 999000001, "linkageIDValue": "test10"}]});
    let update = json!({"param": {"toData": {"clientResponsibleUpdateInfo": info}}});
    assert_eq!(stage.post(CONTACT_UPDATE, &update).await.code(), "S000");
    delete(DELETES[1], second).await;
}

fn client_of(cast: &[(&str, String)]) -> String {
    cast.iter().find(|(id, _)| *id == CLIENT).unwrap().1.clone()
}
