//! Answers: what the server answers is what the document says.

use musubi_domain::limits;
use musubi_http::openapi;
use musubi_service::linkage::linkage_slot_remove;
use musubi_service::security::{SecuritySet, security_set};
use musubi_service::tenant::{TenantCreate, TenantSet, tenant_create, tenant_set};
use musubi_service::token::{TokenCreate, token_create};
use musubi_testkit::app::{ALL_SCOPES, Answer, HOST, TestApp, crm_member};
use serde_json::{Value, json};

use super::schema::{problems, resolve};
use super::{operations, requests};
use crate::crm::stage::{
    CARD_LIST, CONTACT_DELETE, CONTACT_DETAIL, CONTACT_LIST, CONTACT_REGISTER, CONTACT_TEMPLATE, CONTACT_UPDATE,
    DELETE, DETAIL, LIST, ORGANIZATIONS, REGISTER, Stage, TEMPLATE, UPDATE, USERS, list_body, options_body,
};

const NOBODY: &str = "003e346b-0447-45fd-8581-66cf4309e264";

/// The document, and the calls whose answers have been held to it.
struct Judge {
    document: Value,
}

impl Judge {
    /// Status and code are in the document, body and headers are what it says there.
    fn is(&self, call: (&str, &str), answer: &Answer, status: u16, code: &str) {
        let (method, path) = call;
        let of = format!("{method} {path} {status} {code}: {}", answer.text);
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{of}");
        let operation = &self.document["paths"][path][method.to_lowercase()];
        let documented = resolve(&self.document, &operation["responses"][status.to_string()]);
        assert!(documented.is_object(), "{of}");
        let content_type = answer.headers["content-type"].to_str().unwrap();
        let content = &documented["content"][content_type];
        assert_eq!(problems(&self.document, &content["schema"], &answer.body), Vec::<String>::new(), "{of}");
        let example = crm_member(&content["examples"][code]["value"], "appStatus").unwrap();
        assert_eq!(crm_member(example, "message"), answer.app_status("message"), "{of}");
        for member in ["details", "requestID"] {
            assert_eq!(crm_member(example, member).is_some(), answer.app_status(member).is_some(), "{member} of {of}");
        }
        for (name, header) in documented["headers"].as_object().unwrap() {
            let header = resolve(&self.document, header);
            assert_eq!(header["required"], true);
            let value = answer.headers.get(name).unwrap_or_else(|| panic!("{name} is missing: {of}")).to_str().unwrap();
            assert_eq!(
                problems(&self.document, &header["schema"], &json!(value)),
                Vec::<String>::new(),
                "{name} of {of}"
            );
        }
    }

    /// As [`Judge::is`], of a POST with this body; gives the answer.
    async fn posts(&self, stage: &Stage, path: &str, body: &Value, (status, code): (u16, &str)) -> Answer {
        let answer = stage.post(path, body).await;
        self.is(("POST", path), &answer, status, code);
        answer
    }
}

const WELL: (u16, &str) = (200, "S000");

pub(super) async fn as_documented(stage: Stage) {
    let judge = Judge { document: openapi::crm() };
    let served = stage.app.send(TestApp::request("GET", "/openapi/crm.json", HOST, None, "")).await;
    assert_eq!(served.text, openapi::crm_text());
    answers_of_clients(&judge, &stage).await;
    answers_of_contacts(&judge, &stage).await;
    for path in [TEMPLATE, CONTACT_TEMPLATE] {
        judge.posts(&stage, path, &json!({}), WELL).await;
        let got = stage.app.send(TestApp::request("GET", path, HOST, Some(&stage.token), "")).await;
        judge.is(("GET", path), &got, 200, "S000");
    }
    for path in [ORGANIZATIONS, USERS] {
        judge.posts(&stage, path, &options_body(json!({}), 0, 1), WELL).await;
        judge.posts(&stage, path, &options_body(json!({}), 9, 1), WELL).await;
        judge.posts(&stage, path, &options_body(json!({}), 0, 0), (400, "E041")).await;
    }
    for path in [REGISTER, UPDATE, DELETE, LIST, DETAIL] {
        judge.posts(&stage, path, &json!({}), (400, "E041")).await;
    }
    for path in [CONTACT_REGISTER, CONTACT_UPDATE, CONTACT_DELETE, CONTACT_LIST, CONTACT_DETAIL, CARD_LIST] {
        judge.posts(&stage, path, &json!({}), (400, "E041")).await;
    }
    for (path, body) in of_nobody() {
        judge.posts(&stage, path, &body, (404, "E051")).await;
    }

    // Without a linkage slot the lists are null.
    linkage_slot_remove(&stage.app.service, &stage.app.context(), 999_000_001).await.unwrap();
    let listed = judge.posts(&stage, LIST, &list_body(json!({}), 0, 10), WELL).await;
    assert_eq!(listed.body["clientListInfo"]["clientList"][0]["systemLinkageInfoList"], Value::Null);
    judge.posts(&stage, CONTACT_LIST, &list_body(json!({}), 0, 10), WELL).await;
    let key = listed.body["clientListInfo"]["clientList"][0]["clientID"].clone();
    judge.posts(&stage, DETAIL, &json!({"param": {"clientID": key}}), WELL).await;
    let template = judge.posts(&stage, TEMPLATE, &json!({}), WELL).await;
    assert_eq!(template.body["systemLinkageSettingInfoList"], Value::Null);

    let change = TenantSet { failures_answer_200: Some(true), ..TenantSet::default() };
    tenant_set(&stage.app.service, &stage.app.context(), change).await.unwrap();
    for (path, method, operation) in operations(&judge.document) {
        if operation["responses"].get("400").is_some() {
            assert_eq!(method, "POST");
            judge.posts(&stage, &path, &json!({}), (200, "E041")).await;
        }
    }
    for (path, body) in of_nobody() {
        judge.posts(&stage, path, &body, (200, "E051")).await;
    }
}

/// Requests with keys that point at nothing.
fn of_nobody() -> Vec<(&'static str, Value)> {
    let one = json!({"clientID": NOBODY});
    let both = json!({"clientID": NOBODY, "clientResponsibleID": NOBODY});
    let to_data = |info: Value| json!({"param": {"toData": info}});
    vec![
        (UPDATE, to_data(json!({"clientUpdateInfo": {"clientInfo": one, "clientItemList": []}}))),
        (DELETE, to_data(json!({"deleteClientInfo": {"deleteClientList": [one]}}))),
        (DETAIL, json!({"param": one})),
        (
            CONTACT_UPDATE,
            to_data(
                json!({"clientResponsibleUpdateInfo": {"clientResponsibleInfo": both, "clientResponsibleItemList": []}}),
            ),
        ),
        (CONTACT_DELETE, to_data(json!({"deleteClientResponsibleInfo": {"deleteClientResponsibleList": [both]}}))),
        (CONTACT_DETAIL, json!({"param": {"clientResponsibleID": NOBODY}})),
        (
            CARD_LIST,
            json!({"param": {"conditions": {"clientResponsibleID": NOBODY, "pagination": {"offset": 0, "limit": 10}}}}),
        ),
    ]
}

async fn answers_of_clients(judge: &Judge, stage: &Stage) {
    let [full, _] = requests::full_registers(stage);
    let registered = judge.posts(stage, REGISTER, &full, WELL).await;
    let id = &registered.body["registerClientResult"]["clientID"];
    judge.posts(stage, LIST, &list_body(json!({}), 0, 10), WELL).await;
    judge.posts(stage, LIST, &list_body(json!({"clientName": "無い"}), 0, 10), WELL).await;
    let detail = judge.posts(stage, DETAIL, &json!({"param": {"clientID": id}}), WELL).await;
    has_every_kind(&detail.body["clientDetailInfo"]["clientItemList"]);
    let info =
        json!({"clientInfo": {"clientID": id}, "clientItemList": detail.body["clientDetailInfo"]["clientItemList"]});
    judge.posts(stage, UPDATE, &json!({"param": {"toData": {"clientUpdateInfo": info}}}), WELL).await;
    let second = stage.register("消える会社", "", &[]).await;
    let gone = json!({"deleteClientList": [{"clientID": second.body["registerClientResult"]["clientID"]}]});
    judge.posts(stage, DELETE, &json!({"param": {"toData": {"deleteClientInfo": gone}}}), WELL).await;

    judge.is(("POST", REGISTER), &stage.register(&"あ".repeat(256), "", &[]).await, 400, "E041");
    judge.posts(stage, LIST, &list_body(json!({}), 0, 0), (400, "E041")).await;
}

async fn answers_of_contacts(judge: &Judge, stage: &Stage) {
    let [client, _] = stage.client_and_contact("", "").await;
    let [full, _] = requests::full_contacts(stage, client).await;
    let registered = judge.posts(stage, CONTACT_REGISTER, &full, WELL).await;
    let id = registered.body["registerClientResponsibleResult"]["clientResponsibleID"].clone();
    judge.posts(stage, CONTACT_LIST, &list_body(json!({}), 0, 10), WELL).await;
    judge.posts(stage, CONTACT_LIST, &list_body(json!({"address": "無い"}), 0, 10), WELL).await;
    let detail = judge.posts(stage, CONTACT_DETAIL, &json!({"param": {"clientResponsibleID": id}}), WELL).await;
    let detail = &detail.body["clientResponsibleDetailInfo"];
    assert_eq!(detail["clientResponsibleInquiryRouteDataList"].as_array().unwrap().len(), 1);
    let items = &detail["clientResponsibleItemList"];
    let info = json!({"clientResponsibleInfo": {"clientID": client, "clientResponsibleID": id}, "clientResponsibleItemList": items});
    judge
        .posts(stage, CONTACT_UPDATE, &json!({"param": {"toData": {"clientResponsibleUpdateInfo": info}}}), WELL)
        .await;
    stage.card_of(id.as_str().unwrap()).await;
    let conditions = json!({"clientResponsibleID": id, "pagination": {"offset": 0, "limit": 10}});
    let cards = judge.posts(stage, CARD_LIST, &json!({"param": {"conditions": conditions}}), WELL).await;
    assert_eq!(cards.body["clientResponsibleBusinesscardListInfo"]["businessCardList"].as_array().unwrap().len(), 1);
    let gone = json!({"deleteClientResponsibleList": [{"clientID": client, "clientResponsibleID": id}], "forceDeleteFlag": true});
    judge
        .posts(stage, CONTACT_DELETE, &json!({"param": {"toData": {"deleteClientResponsibleInfo": gone}}}), WELL)
        .await;
}

fn has_every_kind(items: &Value) {
    let items = items.as_array().unwrap();
    let has = |member: &str| items.iter().any(|item| item.get(member).is_some());
    for member in ["itemTextData", "itemNumericData", "itemSelectionData", "itemUuidData", "itemInquiryRouteData"] {
        assert!(has(member), "{member} is not among what was checked");
    }
}

pub(super) async fn turned_away_as_documented(stage: Stage) {
    let judge = Judge { document: openapi::crm() };
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
    for (path, method, operation) in operations(&judge.document) {
        let send = async |method: &str, host: &str, token: Option<&str>, body: Vec<u8>, content_type: &str| {
            let mut request = TestApp::request(method, &path, host, token, body);
            request.headers_mut().insert("content-type", content_type.parse().unwrap());
            stage.app.send(request).await
        };
        let json = "application/json";
        let mut answers = vec![
            (send(&method, "unknown.example.jp", token, Vec::new(), json).await, 404, "E280"),
            (send(&method, HOST, None, Vec::new(), json).await, 401, "E281"),
            (send(&method, HOST, Some("no-such-token"), Vec::new(), json).await, 401, "E282"),
            (send(&method, HOST, Some(&expired), Vec::new(), json).await, 401, "E283"),
            (send(&method, HOST, Some(&powerless), Vec::new(), json).await, 403, "E284"),
            (send(&method, HOST, Some(&foreign), Vec::new(), json).await, 403, "E380"),
            (send("PUT", HOST, token, Vec::new(), json).await, 405, "E199"),
        ];
        let large = vec![b' '; limits::BODY_BYTES + 1];
        if operation["responses"].get("415").is_some() {
            answers.push((send("POST", HOST, token, large, json).await, 413, "E199"));
            answers.push((send("POST", HOST, token, b"x".to_vec(), "text/plain").await, 415, "E199"));
        } else {
            answers.push((send(&method, HOST, token, large, "text/plain").await, 200, "S000"));
            assert_eq!(method, "GET");
        }
        for (answer, status, code) in answers {
            judge.is((&method, &path), &answer, status, code);
        }
    }
    not_let_in(&judge, &stage).await;
}

/// A token that has made as many requests as it may, and then an address that is not allowed.
async fn not_let_in(judge: &Judge, stage: &Stage) {
    let one = SecuritySet { requests_per_minute: Some(1), ..SecuritySet::default() };
    let elsewhere = SecuritySet { allowed_addresses: Some(vec!["192.0.2.0/24".to_owned()]), ..SecuritySet::default() };
    for (change, status) in [(one, 429), (elsewhere, 403)] {
        security_set(&stage.app.service, &stage.app.context(), change).await.unwrap();
        stage.post(LIST, &json!({})).await;
        for (path, method, _) in operations(&judge.document) {
            let answer = stage.app.send(TestApp::request(&method, &path, HOST, Some(&stage.token), "")).await;
            judge.is((&method, &path), &answer, status, "E199");
        }
    }
}
