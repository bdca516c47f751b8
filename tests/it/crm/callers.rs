//! Every route of the rights table with every kind of wrong caller.

use libtest_mimic::Trial;
use musubi_domain::route::Guard;
use musubi_http::router::ROUTES;
use musubi_service::api_scope::api_scope_enable;
use musubi_service::tenant::{TenantCreate, TenantSet, tenant_create, tenant_set};
use musubi_service::token::{TokenCreate, token_create, token_revoke};
use musubi_service::user::{UserSet, user_set};
use musubi_testkit::app::{ALL_SCOPES, Answer, HOST, TestApp};
use musubi_testkit::engine::async_on_both;
use serde_json::json;

use super::stage::{LIST, REGISTER, Stage, list_body};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("callers: every route turns every wrong caller away", |engine| async move {
            turns_away(Stage::new(engine).await).await;
        }),
        async_on_both("callers: a change of token, person or scope is true at once", |engine| async move {
            is_true_at_once(Stage::new(engine).await).await;
        }),
        async_on_both("callers: failures of the call itself can be answered with 200", |engine| async move {
            answers_softly(Stage::new(engine).await).await;
        }),
        async_on_both("callers: loopback names lead to a tenant only while it is alone", |engine| async move {
            finds_the_only_tenant(Stage::new(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn send(stage: &Stage, path: &str, host: &str, token: Option<&str>) -> Answer {
    stage.app.send(TestApp::request("POST", path, host, token, "{}")).await
}

async fn other_tenant(stage: &Stage) -> (musubi_domain::id::TenantNo, String) {
    let service = &stage.app.service;
    let command = TenantCreate {
        code: "other".into(),
        name: "別会社".into(),
        hosts: vec!["other.example.jp".into()],
        administrator: None,
    };
    let tenant = tenant_create(service, command).await.unwrap();
    let command = TokenCreate { scope: ALL_SCOPES.into(), ..TokenCreate::default() };
    (tenant, token_create(service, &service.command_context(tenant), command).await.unwrap())
}

async fn turns_away(stage: Stage) {
    let (_, foreign) = other_tenant(&stage).await;
    let revoked = stage.app.token(ALL_SCOPES).await;
    token_revoke(&stage.app.service, &stage.app.context(), revoked.clone()).await.unwrap();
    let without_scope = stage.app.token("openid").await;
    let short = TokenCreate { scope: ALL_SCOPES.into(), seconds: Some(60), ..TokenCreate::default() };
    let expired = token_create(&stage.app.service, &stage.app.context(), short).await.unwrap();
    stage.app.source.advance_seconds(60);
    let fresh = stage.app.token(ALL_SCOPES).await;
    for route in &ROUTES {
        if route.guard == Guard::Open {
            let answer = stage.app.send(TestApp::request("GET", route.path, HOST, None, "")).await;
            assert_eq!(answer.status, 200, "{}", route.path);
            continue;
        }
        if route.guard != Guard::Scope {
            turns_away_from_the_provider(&stage, route.path, [&revoked, &expired, &foreign]).await;
            continue;
        }
        let wrong: [(&str, Option<&str>, u16, &str); 8] = [
            ("unknown.example.jp", Some(&fresh), 404, "E280"),
            (HOST, None, 401, "E281"),
            (HOST, Some("no-such-token"), 401, "E282"),
            (HOST, Some("よそのトークン"), 401, "E282"),
            (HOST, Some(&revoked), 401, "E282"),
            (HOST, Some(&expired), 401, "E283"),
            (HOST, Some(&foreign), 403, "E380"),
            (HOST, Some(&without_scope), 403, "E284"),
        ];
        for (host, token, status, code) in wrong {
            let answer = send(&stage, route.path, host, token).await;
            assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{} {host} {token:?}", route.path);
            let message = answer.app_status("message").unwrap().as_str().unwrap();
            assert!(!message.is_empty() && answer.headers.contains_key("x-request-id"));
        }
        // The right caller is let through to the judgement of the body.
        let answer = send(&stage, route.path, HOST, Some(&fresh)).await;
        let code = if route.methods.contains("GET") { "S000" } else { "E041" };
        assert_eq!(answer.code(), code, "{}", route.path);
    }
}

/// What the provider is asked by clients, and by whoever has a token: without credentials, and with those of others.
async fn turns_away_from_the_provider(stage: &Stage, path: &str, tokens: [&String; 3]) {
    let elsewhere = send(stage, path, "unknown.example.jp", None).await;
    assert_eq!(elsewhere.status, 404, "{path}");
    // The source has statuses of its own for two of them.
    let status = match path {
        "/oidc-auth/revoke" => 403,
        "/API/oauth2/token" => 400,
        _ => 401,
    };
    let form = "application/x-www-form-urlencoded";
    let bearers = tokens.map(|token| format!("Bearer {token}"));
    let shown = bearers.iter().map(|bearer| Some(bearer.as_str())).chain([None, Some("Basic eDp5"), Some("よそ")]);
    for authorization in shown {
        let mut request = TestApp::request("POST", path, HOST, None, "token=x&grant_type=refresh_token");
        let headers = request.headers_mut();
        headers.insert("content-type", form.parse().unwrap());
        if let Some(authorization) = authorization {
            headers.insert("authorization", authorization.parse().unwrap());
        }
        let answer = stage.app.send(request).await;
        assert_eq!(answer.status, status, "{path} {authorization:?} {}", answer.text);
        assert!(answer.headers.contains_key("x-request-id"));
    }
}

async fn is_true_at_once(stage: Stage) {
    let (service, app) = (&stage.app.service, &stage.app);
    let command = TokenCreate { scope: ALL_SCOPES.into(), user: Some("Yamada".into()), ..TokenCreate::default() };
    let token = token_create(service, &app.context(), command).await.unwrap();
    let body = list_body(json!({}), 0, 1);
    let code = async || app.post(LIST, &token, &body).await.code().to_owned();
    assert_eq!(code().await, "S000");
    api_scope_enable(service, &app.context(), "crm:read".into(), false).await.unwrap();
    assert_eq!(code().await, "E284");
    api_scope_enable(service, &app.context(), "crm:read".into(), true).await.unwrap();
    assert_eq!(code().await, "S000");
    let active = |active| UserSet { active: Some(active), ..UserSet::default() };
    user_set(service, &app.context(), "yamada".into(), active(false)).await.unwrap();
    assert_eq!(code().await, "E282");
    user_set(service, &app.context(), "YAMADA".into(), active(true)).await.unwrap();
    assert_eq!(code().await, "S000");
    token_revoke(service, &app.context(), token.clone()).await.unwrap();
    assert_eq!(code().await, "E282");
}

async fn answers_softly(stage: Stage) {
    let change = TenantSet { failures_answer_200: Some(true), ..TenantSet::default() };
    tenant_set(&stage.app.service, &stage.app.context(), change).await.unwrap();
    let unreadable = send(&stage, REGISTER, HOST, Some(&stage.token)).await;
    assert_eq!((unreadable.status.as_u16(), unreadable.code()), (200, "E041"));
    let nothing = stage
        .post("/api/crm/get-client-detail", &json!({"param": {"clientID": "003e346b-0447-45fd-8581-66cf4309e264"}}))
        .await;
    assert_eq!((nothing.status.as_u16(), nothing.code()), (200, "E051"));
    let get = stage.app.send(TestApp::request("GET", LIST, HOST, Some(&stage.token), "")).await;
    assert_eq!((get.status.as_u16(), get.code()), (405, "E199"));
    let nobody = send(&stage, LIST, HOST, None).await;
    assert_eq!((nobody.status.as_u16(), nobody.code()), (401, "E281"));
}

async fn finds_the_only_tenant(stage: Stage) {
    let body = list_body(json!({}), 0, 1).to_string();
    let code = async |host: &str| {
        stage.app.send(TestApp::request("POST", LIST, host, Some(&stage.token), body.clone())).await.code().to_owned()
    };
    for host in ["localhost:8080", "127.0.0.1", "[::1]:80", "RO7JRW.example.jp:8443"] {
        assert_eq!(code(host).await, "S000", "{host}");
    }
    assert_eq!(code("10.0.0.1").await, "E280");
    other_tenant(&stage).await;
    assert_eq!(code("localhost:8080").await, "E280");
    assert_eq!(code(HOST).await, "S000");
}
