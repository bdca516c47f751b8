//! The OpenAPI document: the calls that exist, the answers that they give, the requests that they take.

mod requests;
mod schema;

use std::collections::BTreeSet;

use libtest_mimic::Trial;
use musubi_domain::limits;
use musubi_domain::scope;
use musubi_http::openapi;
use musubi_http::router::{Guard, ROUTES};
use musubi_service::linkage::linkage_slot_remove;
use musubi_service::tenant::{TenantCreate, TenantSet, tenant_create, tenant_set};
use musubi_service::token::{TokenCreate, token_create};
use musubi_testkit::app::{ALL_SCOPES, Answer, HOST, TestApp, crm_member};
use musubi_testkit::engine::async_on_both;
use serde_json::{Value, json};

use self::schema::{problems, resolve};
use super::stage::{DETAIL, LIST, ORGANIZATIONS, REGISTER, Stage, USERS, list_body, options_body};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("openapi: the document has the calls that the router has", || {
            has_the_calls();
            Ok(())
        }),
        Trial::test("openapi: examples and the source's samples are what the schemas say", || {
            has_sound_examples();
            Ok(())
        }),
    ];
    trials.extend(async_on_both("openapi: answers are what the document says", |engine| async move {
        answers_as_documented(Stage::new(engine).await).await;
    }));
    trials.extend(async_on_both("openapi: callers are turned away as the document says", |engine| async move {
        turns_away_as_documented(Stage::new(engine).await).await;
    }));
    trials.extend(async_on_both("openapi: the server takes what the schemas take", |engine| async move {
        requests::takes_as_documented(Stage::new(engine).await).await;
    }));
    trials.extend(async_on_both("openapi: what is at a limit is taken, what is over it is not", |engine| async move {
        requests::takes_up_to_the_limits(Stage::new(engine).await).await;
    }));
    trials
}

fn has_the_calls() {
    let document = openapi::crm();
    let documented: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(|method| (path.clone(), method.to_uppercase())))
        .collect();
    let guarded = ROUTES.iter().filter(|route| route.guard == Guard::Scope);
    let routed: BTreeSet<(String, String)> = guarded
        .flat_map(|route| route.methods.split([',', ' ']).map(|method| (route.path.to_owned(), method.to_owned())))
        .filter(|(_, method)| !method.is_empty())
        .collect();
    assert_eq!(documented, routed);
    for (path, item) in document["paths"].as_object().unwrap() {
        let scopes: Vec<Value> =
            scope::SHIPPED.iter().filter(|(own, _)| own == path).map(|(_, scope)| json!({"bearer": [scope]})).collect();
        assert!(!scopes.is_empty());
        assert_eq!(item["post"]["security"], json!(scopes), "{path}");
    }
}

fn content(part: &Value) -> &Value {
    &part["content"]["application/json"]
}

fn has_sound_examples() {
    let document = openapi::crm();
    let check = |schema: &Value, value: &Value, of: &str| {
        assert_eq!(problems(&document, schema, value), Vec::<String>::new(), "{of}");
    };
    for (path, item) in document["paths"].as_object().unwrap() {
        let operation = &item["post"];
        let answers = operation["responses"].as_object().unwrap().values().map(|answer| resolve(&document, answer));
        for part in answers.chain([&operation["requestBody"]]) {
            let examples = content(part)["examples"].as_object().unwrap();
            assert!(!examples.is_empty(), "{path}");
            examples.iter().for_each(|(name, example)| {
                check(&content(part)["schema"], &example["value"], &format!("{path} {name}"));
            });
        }
    }
    let sample = |path: &str, text: &str| {
        let id = "00000000-0000-4000-8000-000000000001";
        let places = ["UUID-AAA", "UUID-BBB", "UUID-PARENT-CLIENT", "UUID-DIVISION", "UUID-USER"];
        let text = places.iter().fold(text.to_owned(), |text, place| text.replace(place, id));
        let schema = &content(&document["paths"][path]["post"]["requestBody"])["schema"];
        check(schema, &serde_json::from_str(&text).unwrap(), path);
    };
    sample(REGISTER, include_str!("../../samples/api_crm_client_register.request.1.json"));
    sample(REGISTER, include_str!("../../samples/api_crm_client_register.request.2.json"));
    sample(LIST, include_str!("../../samples/api_crm_get-client-list.request.1.json"));
    sample(DETAIL, include_str!("../../samples/api_crm_get-client-detail.request.1.json"));
    sample(ORGANIZATIONS, include_str!("../../samples/api_organization_get-organization-list.request.1.json"));
    sample(USERS, include_str!("../../samples/api_organization_get-user-list.request.1.json"));
}

/// Status and code are in the document, body and headers are what it says there.
fn is_documented(document: &Value, path: &str, answer: &Answer, status: u16, code: &str) {
    let of = format!("{path} {status} {code}: {}", answer.text);
    assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{of}");
    let documented = resolve(document, &document["paths"][path]["post"]["responses"][status.to_string()]);
    assert!(documented.is_object(), "{of}");
    let content_type = answer.headers["content-type"].to_str().unwrap();
    let content = &documented["content"][content_type];
    assert_eq!(problems(document, &content["schema"], &answer.body), Vec::<String>::new(), "{of}");
    let example = crm_member(&content["examples"][code]["value"], "appStatus").unwrap();
    assert_eq!(crm_member(example, "message"), answer.app_status("message"), "{of}");
    for member in ["details", "requestID"] {
        assert_eq!(crm_member(example, member).is_some(), answer.app_status(member).is_some(), "{member} of {of}");
    }
    for (name, header) in documented["headers"].as_object().unwrap() {
        let header = resolve(document, header);
        assert_eq!(header["required"], true);
        let value = answer.headers.get(name).unwrap_or_else(|| panic!("{name} is missing: {of}")).to_str().unwrap();
        assert_eq!(problems(document, &header["schema"], &json!(value)), Vec::<String>::new(), "{name} of {of}");
    }
}

async fn answers_as_documented(stage: Stage) {
    let document = openapi::crm();
    let served = stage.app.send(TestApp::request("GET", "/openapi/crm.json", HOST, None, "")).await;
    assert_eq!(served.text, openapi::crm_text());
    let is =
        |path: &str, answer: &Answer, status: u16, code: &str| is_documented(&document, path, answer, status, code);

    let [full, _] = requests::full_registers(&stage);
    let registered = stage.post(REGISTER, &full).await;
    is(REGISTER, &registered, 200, "S000");
    let key = json!({"param": {"clientID": registered.body["registerClientResult"]["clientID"]}});
    is(LIST, &stage.post(LIST, &list_body(json!({}), 0, 10)).await, 200, "S000");
    is(LIST, &stage.post(LIST, &list_body(json!({"clientName": "無い"}), 0, 10)).await, 200, "S000");
    let detail = stage.post(DETAIL, &key).await;
    is(DETAIL, &detail, 200, "S000");
    let items = detail.body["clientDetailInfo"]["clientItemList"].as_array().unwrap();
    let has = |member: &str| items.iter().any(|item| item.get(member).is_some());
    for member in ["itemTextData", "itemNumericData", "itemSelectionData", "itemUuidData", "itemInquiryRouteData"] {
        assert!(has(member), "{member} is not among what was checked");
    }

    is(REGISTER, &stage.register(&"あ".repeat(256), "", &[]).await, 400, "E041");
    is(LIST, &stage.post(LIST, &list_body(json!({}), 0, 0)).await, 400, "E041");
    is(DETAIL, &stage.post(DETAIL, &json!({"param": {}})).await, 400, "E041");
    let nobody = json!({"param": {"clientID": "003e346b-0447-45fd-8581-66cf4309e264"}});
    is(DETAIL, &stage.post(DETAIL, &nobody).await, 404, "E051");

    for path in [ORGANIZATIONS, USERS] {
        is(path, &stage.post(path, &options_body(json!({}), 0, 1)).await, 200, "S000");
        is(path, &stage.post(path, &options_body(json!({}), 9, 1)).await, 200, "S000");
        is(path, &stage.post(path, &options_body(json!({}), 0, 0)).await, 400, "E041");
    }

    // Without a linkage slot the lists are null.
    linkage_slot_remove(&stage.app.service, &stage.app.context(), 999_000_001).await.unwrap();
    let listed = stage.post(LIST, &list_body(json!({}), 0, 10)).await;
    assert_eq!(listed.body["clientListInfo"]["clientList"][0]["systemLinkageInfoList"], Value::Null);
    is(LIST, &listed, 200, "S000");
    is(DETAIL, &stage.post(DETAIL, &key).await, 200, "S000");

    let change = TenantSet { failures_answer_200: Some(true), ..TenantSet::default() };
    tenant_set(&stage.app.service, &stage.app.context(), change).await.unwrap();
    for path in [REGISTER, LIST, DETAIL, ORGANIZATIONS, USERS] {
        is(path, &stage.post(path, &json!({})).await, 200, "E041");
    }
    is(DETAIL, &stage.post(DETAIL, &nobody).await, 200, "E051");
}

async fn turns_away_as_documented(stage: Stage) {
    let document = openapi::crm();
    let other = TenantCreate {
        code: "other".into(),
        name: "別会社".into(),
        hosts: vec!["other.example.jp".into()],
        administrator: None,
    };
    let other = tenant_create(&stage.app.service, other).await.unwrap();
    let command = TokenCreate { scope: ALL_SCOPES.into(), seconds: Some(3_600), ..TokenCreate::default() };
    let foreign = token_create(&stage.app.service, &stage.app.service.command_context(other), command).await.unwrap();
    let expires = TokenCreate { scope: ALL_SCOPES.into(), seconds: Some(60), ..TokenCreate::default() };
    let expired = token_create(&stage.app.service, &stage.app.context(), expires).await.unwrap();
    stage.app.source.advance_seconds(60);
    let (powerless, token) = (stage.app.token("openid").await, Some(stage.token.as_str()));
    for path in [REGISTER, LIST, DETAIL, ORGANIZATIONS, USERS] {
        let send = async |method: &str, host: &str, token: Option<&str>, body: Vec<u8>, content_type: &str| {
            let mut request = TestApp::request(method, path, host, token, body);
            request.headers_mut().insert("content-type", content_type.parse().unwrap());
            stage.app.send(request).await
        };
        let json = "application/json";
        let large = vec![b' '; limits::BODY_BYTES + 1];
        for (answer, status, code) in [
            (send("POST", "unknown.example.jp", token, Vec::new(), json).await, 404, "E280"),
            (send("POST", HOST, None, Vec::new(), json).await, 401, "E281"),
            (send("POST", HOST, Some("no-such-token"), Vec::new(), json).await, 401, "E282"),
            (send("POST", HOST, Some(&expired), Vec::new(), json).await, 401, "E283"),
            (send("POST", HOST, Some(&powerless), Vec::new(), json).await, 403, "E284"),
            (send("POST", HOST, Some(&foreign), Vec::new(), json).await, 403, "E380"),
            (send("PUT", HOST, token, Vec::new(), json).await, 405, "E199"),
            (send("POST", HOST, token, large, json).await, 413, "E199"),
            (send("POST", HOST, token, Vec::new(), "text/plain").await, 415, "E199"),
        ] {
            is_documented(&document, path, &answer, status, code);
        }
    }
}
