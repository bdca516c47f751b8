//! Templates: by GET and POST, with what the caller may see and change.

use libtest_mimic::Trial;
use musubi_domain::rights::{DatabaseRight, ItemAccess};
use musubi_service::linkage::{linkage_slot_remove, linkage_slot_set};
use musubi_service::rights::database_right_set;
use musubi_testkit::app::{HOST, TestApp};
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::{Value, json};

use super::stage::{CONTACT_TEMPLATE, Stage, TEMPLATE};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("template: GET and POST answer alike, other methods do not", methods),
        async_on_both("template: linkage slots are listed where there are any", slots),
        async_on_both("template: what the caller may not read is not there, what he may not change is read-only", seen),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn methods(engine: Engine) {
    let stage = Stage::new(engine).await;
    for path in [TEMPLATE, CONTACT_TEMPLATE] {
        let posted = stage.ok(path, &json!({"any": [1]})).await;
        for (method, body) in [("GET", ""), ("POST", ""), ("POST", "no JSON")] {
            let answer = stage.app.send(TestApp::request(method, path, HOST, Some(&stage.token), body)).await;
            assert_eq!((answer.code(), &answer.text), ("S000", &posted.text), "{method} {body}");
        }
        let mut form = TestApp::request("POST", path, HOST, Some(&stage.token), "a=b");
        form.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
        assert_eq!(stage.app.send(form).await.status, 415);
        let large = vec![b' '; musubi_domain::limits::BODY_BYTES + 1];
        let large = stage.app.send(TestApp::request("POST", path, HOST, Some(&stage.token), large)).await;
        assert_eq!((large.status.as_u16(), large.code()), (413, "E199"));
        for method in ["PUT", "DELETE"] {
            let answer = stage.app.send(TestApp::request(method, path, HOST, Some(&stage.token), "")).await;
            assert_eq!((answer.status.as_u16(), answer.code()), (405, "E199"));
            assert_eq!(answer.headers["allow"], "GET, POST");
        }
    }
}

async fn slots(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, context) = (&stage.app.service, stage.app.context());
    let told = async || stage.ok(TEMPLATE, &json!({})).await.body["systemLinkageSettingInfoList"].clone();
    let one = |slot: i64, name: &str| json!({"systemLinkageID": slot, "linkageSystemName": name});
    assert_eq!(told().await, json!([one(999_000_001, "基幹システムA")]));
    linkage_slot_set(service, &stage.app.context(), 999_000_020, "会計".into()).await.unwrap();
    assert_eq!(told().await, json!([one(999_000_001, "基幹システムA"), one(999_000_020, "会計")]));
    for slot in [999_000_001, 999_000_020] {
        linkage_slot_remove(service, &context, slot).await.unwrap();
    }
    assert_eq!(told().await, Value::Null);
}

async fn seen(engine: Engine) {
    let mut stage = Stage::new(engine).await;
    let (service, context) = (&stage.app.service, stage.app.context());
    let template = service.template(stage.app.tenant, "clients").await.unwrap();
    let number = |name: &str| template.items().iter().find(|item| item.name == name).unwrap().number;
    let items = vec![(number("資本金"), ItemAccess::Hidden), (number("年間売上"), ItemAccess::Read)];
    let right = DatabaseRight { items, ..DatabaseRight::default() };
    database_right_set(service, &context, stage.user, "clients", right).await.unwrap();
    let all = stage.ok(TEMPLATE, &json!({})).await.body["clientTemplateInfo"]["templateList"].clone();
    stage.token = stage.token_of("yamada").await;
    let own = stage.ok(TEMPLATE, &json!({})).await.body["clientTemplateInfo"]["templateList"].clone();
    let mut wanted = all.as_array().unwrap().clone();
    wanted.retain(|item| item["itemName"] != "資本金");
    let sales = wanted.iter_mut().find(|item| item["itemName"] == "年間売上").unwrap();
    assert_eq!(sales["readOnlyFlag"], false);
    sales["readOnlyFlag"] = json!(true);
    assert_eq!(own, Value::from(wanted));
}
