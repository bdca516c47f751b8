//! Who is let in: allowed addresses of the tenant, of groups and of clients, and requests in a minute.

use libtest_mimic::Trial;
use musubi_service::group::{GroupCreate, GroupSet, group_create, group_set};
use musubi_service::oauth_client::{OauthClientCreate, OauthClientSet, OauthClientSettings};
use musubi_service::oauth_client::{oauth_client_create, oauth_client_set};
use musubi_service::request::Peer;
use musubi_service::security::{SecuritySet, security_set};
use musubi_service::tenant::{TenantSet, tenant_set};
use musubi_service::token::{TokenCreate, token_create};
use musubi_testkit::app::{ALL_SCOPES, Answer, HOST, TestApp};
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::{Value, json};

use crate::crm::stage::{LIST, Stage, USERS, list_body};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("admission: callers come from the addresses that the tenant allows", of_the_tenant),
        async_on_both("admission: groups and clients say from where, beside the tenant", of_groups_and_clients),
        async_on_both("admission: a token makes as many requests in a minute as it may", requests),
        async_on_both("admission: a token of a client makes as many as the client may", requests_of_clients),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn peer(address: &str) -> Peer {
    Peer { address: address.parse().unwrap(), ..Peer::default() }
}

/// A call from an address.
async fn call(app: &TestApp, path: &str, address: &str, token: &str) -> Answer {
    let body = if path == LIST { list_body(json!({}), 0, 1) } else { json!({"param": {}}) };
    let mut request = TestApp::request("POST", path, HOST, Some(token), body.to_string());
    request.extensions_mut().insert(peer(address));
    app.send(request).await
}

async fn is_let_in(app: &TestApp, address: &str, token: &str) -> bool {
    match call(app, LIST, address, token).await {
        answer if answer.status == 200 => true,
        answer => {
            assert_eq!((answer.status.as_u16(), answer.code()), (403, "E199"), "{}", answer.text);
            assert_eq!(answer.details(), [(String::new(), "address_not_allowed".to_owned())]);
            false
        }
    }
}

async fn allow(app: &TestApp, addresses: &[&str]) {
    let change = SecuritySet { allowed_addresses: Some(texts(addresses)), ..SecuritySet::default() };
    security_set(&app.service, &app.context(), change).await.unwrap();
}

async fn limit(app: &TestApp, requests: u32) {
    let change = SecuritySet { requests_per_minute: Some(requests), ..SecuritySet::default() };
    security_set(&app.service, &app.context(), change).await.unwrap();
}

async fn of_the_tenant(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (app, token) = (&stage.app, &stage.token);
    assert!(is_let_in(app, "198.51.100.1", token).await);
    allow(app, &["192.0.2.0/24", "2001:db8::/32"]).await;
    for (address, is_in) in [
        ("192.0.2.200", true),
        ("::ffff:192.0.2.200", true),
        ("2001:db8::9", true),
        ("198.51.100.1", false),
        ("127.0.0.1", false),
        ("2001:db9::9", false),
    ] {
        assert_eq!(is_let_in(app, address, token).await, is_in, "{address}");
    }
    // Whoever has no token that is worth anything learns nothing of addresses.
    let nobody = call(app, LIST, "198.51.100.1", "no-such-token").await;
    assert_eq!((nobody.status.as_u16(), nobody.code()), (401, "E282"));
    // What he writes himself of where he comes from is not believed: he is no trusted proxy.
    let mut request = TestApp::request("POST", LIST, HOST, Some(token), list_body(json!({}), 0, 1).to_string());
    request.extensions_mut().insert(peer("198.51.100.1"));
    for name in ["x-forwarded-for", "x-real-ip", "forwarded", "client-ip"] {
        request.headers_mut().insert(name, "192.0.2.1".parse().unwrap());
    }
    assert_eq!(app.send(request).await.status, 403);
    // Another form of the same answer, and not softened: it concerns the call itself.
    let soft = TenantSet { failures_answer_200: Some(true), ..TenantSet::default() };
    tenant_set(&app.service, &app.context(), soft).await.unwrap();
    let users = call(app, USERS, "198.51.100.1", token).await;
    let status = &users.body["AppStatus"];
    assert_eq!((users.status.as_u16(), &status["Code"]), (403, &json!("E199")), "{}", users.text);
    assert_eq!(status["RequestID"].as_str(), users.headers["x-request-id"].to_str().ok());
    allow(app, &[]).await;
    assert!(is_let_in(app, "198.51.100.1", token).await);
}

async fn of_groups_and_clients(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (app, service) = (&stage.app, &stage.app.service);
    let client = async |addresses: &[&str]| {
        let settings = OauthClientSettings {
            allowed_addresses: texts(addresses),
            scope: ALL_SCOPES.to_owned(),
            ..OauthClientSettings::default()
        };
        let command = OauthClientCreate { name: "app".to_owned(), settings };
        oauth_client_create(service, &app.context(), command).await.unwrap().client_id
    };
    let (free, held) = (client(&[]).await, client(&["192.0.2.0/25"]).await);
    let token = async |user: Option<&str>, client: Option<&String>| {
        let user = user.map(str::to_owned);
        let command = TokenCreate { scope: ALL_SCOPES.into(), user, client: client.cloned(), ..TokenCreate::default() };
        token_create(service, &app.context(), command).await.unwrap()
    };
    let tokens = [
        token(None, None).await,
        token(Some("yamada"), None).await,
        token(Some("yamada"), Some(&free)).await,
        token(Some("yamada"), Some(&held)).await,
        token(Some("suzuki"), Some(&held)).await,
        token(None, Some(&held)).await,
    ];
    let from = async |address: &str| {
        let mut is_in = [false; 6];
        for (is_in, token) in is_in.iter_mut().zip(&tokens) {
            *is_in = is_let_in(app, address, token).await;
        }
        is_in
    };
    let group = async |name: &str, addresses: &[&str]| {
        let command =
            GroupCreate { name: name.to_owned(), members: texts(&["yamada"]), allowed_addresses: texts(addresses) };
        group_create(service, &app.context(), command).await.unwrap();
    };
    assert_eq!(from("198.51.100.1").await, [true, true, true, false, false, false]);
    // A group without addresses says nothing; of those that have some, one is enough.
    group("無制限", &[]).await;
    assert_eq!(from("198.51.100.1").await, [true, true, true, false, false, false]);
    group("本社", &["192.0.2.0/26"]).await;
    group("支店", &["192.0.2.64/26", "203.0.113.0/24"]).await;
    assert_eq!(from("198.51.100.1").await, [true, false, false, false, false, false]);
    for address in ["192.0.2.1", "192.0.2.70"] {
        assert_eq!(from(address).await, [true; 6], "{address}");
    }
    assert_eq!(from("203.0.113.5").await, [true, true, true, false, false, false]);
    // The tenant's list holds beside all of them.
    allow(app, &["192.0.2.0/28"]).await;
    assert_eq!((from("192.0.2.1").await, from("192.0.2.70").await), ([true; 6], [false; 6]));
    allow(app, &[]).await;
    // True at once: out of the groups, and another list of the client.
    let out = || GroupSet { removed_members: texts(&["YAMADA"]), ..GroupSet::default() };
    for name in ["本社", "支店"] {
        group_set(service, &app.context(), name.to_owned(), out()).await.unwrap();
    }
    let change = OauthClientSet { allowed_addresses: Some(Vec::new()), ..OauthClientSet::default() };
    oauth_client_set(service, &app.context(), held.clone(), change).await.unwrap();
    assert_eq!(from("198.51.100.1").await, [true; 6]);
    // As those ask who have no token to show: a person who signs in, a client at the token endpoint.
    allow(app, &["192.0.2.0/24"]).await;
    let is_allowed = async |address| service.check_address(app.tenant, &peer(address), None, None).await.unwrap();
    assert!(is_allowed("192.0.2.1").await && !is_allowed("198.51.100.1").await);
}

async fn requests(engine: Engine) {
    let stage = Stage::new(engine).await;
    let app = &stage.app;
    let other = app.token(ALL_SCOPES).await;
    let ask = async |token: &str| call(app, LIST, "192.0.2.1", token).await;
    limit(app, 3).await;
    for _ in 0..3 {
        assert_eq!(ask(&stage.token).await.status, 200);
    }
    let refused = ask(&stage.token).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (429, "E199"), "{}", refused.text);
    assert_eq!(refused.headers["retry-after"], "20");
    assert_eq!(refused.details(), [(String::new(), "too_many_requests".to_owned())]);
    assert!(refused.app_status("requestID").is_some_and(Value::is_string), "{}", refused.text);
    // The calls of organizations say it in their own form; each token has its own.
    let users = call(app, USERS, "192.0.2.1", &stage.token).await;
    assert_eq!((users.status.as_u16(), &users.body["AppStatus"]["Code"]), (429, &json!("E199")));
    assert_eq!(ask(&other).await.status, 200);
    app.source.advance_seconds(19);
    assert_eq!(ask(&stage.token).await.headers["retry-after"], "1");
    app.source.advance_seconds(1);
    assert_eq!((ask(&stage.token).await.status.as_u16(), ask(&stage.token).await.status.as_u16()), (200, 429));
    // Another instance counts by itself.
    assert_eq!(call(&app.instance().await, LIST, "192.0.2.1", &stage.token).await.status, 200);
    limit(app, 0).await;
    for _ in 0..10 {
        assert_eq!(ask(&stage.token).await.status, 200);
    }
}

async fn requests_of_clients(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (app, service) = (&stage.app, &stage.app.service);
    let settings = OauthClientSettings { scope: ALL_SCOPES.to_owned(), ..OauthClientSettings::default() };
    let command = OauthClientCreate { name: "app".to_owned(), settings };
    let client = oauth_client_create(service, &app.context(), command).await.unwrap().client_id;
    let command = TokenCreate { scope: ALL_SCOPES.into(), client: Some(client.clone()), ..TokenCreate::default() };
    let token = token_create(service, &app.context(), command).await.unwrap();
    let passed = async || {
        app.source.advance_seconds(120);
        let mut passed = 0;
        for _ in 0..6 {
            passed += usize::from(call(app, LIST, "192.0.2.1", &token).await.status == 200);
        }
        passed
    };
    let set = async |requests_per_minute| {
        let change = OauthClientSet { requests_per_minute: Some(requests_per_minute), ..OauthClientSet::default() };
        oauth_client_set(service, &app.context(), client.clone(), change).await.unwrap();
    };
    limit(app, 2).await;
    assert_eq!(passed().await, 2);
    set(Some(4)).await;
    assert_eq!(passed().await, 4);
    set(Some(0)).await;
    assert_eq!(passed().await, 6);
    set(None).await;
    assert_eq!(passed().await, 2);
}
