//! Who is let in at the provider: requests are counted by client and person, and addresses are those of the client.

use libtest_mimic::Trial;
use musubi_service::group::{GroupCreate, group_create};
use musubi_service::oauth_client::{OauthClientSet, OauthClientSettings, oauth_client_set};
use musubi_service::request::Peer;
use musubi_service::security::{SecuritySet, security_set};
use musubi_testkit::app::{Answer, HOST, TestApp};
use musubi_testkit::engine::async_on_both;
use serde_json::json;

use super::stage::{FORM, Stage, answered, basic, client, header, person, post, session_of, settings};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("openid admission: clients ask for as many tokens as they may", |engine| async move {
            limits_the_token_endpoint(Stage::new(engine).await).await;
        }),
        async_on_both("openid admission: more tokens are not more requests", |engine| async move {
            counts_by_client_and_person(Stage::new(engine).await).await;
        }),
        async_on_both("openid admission: groups do not say from where servers of clients ask", |engine| async move {
            asks_no_groups_of_servers(Stage::new(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn limit(stage: &Stage, requests: u32) {
    let change = SecuritySet { requests_per_minute: Some(requests), ..SecuritySet::default() };
    security_set(&stage.app.service, &stage.context(), change).await.unwrap();
}

fn machine() -> OauthClientSettings {
    OauthClientSettings {
        scope: "crm:read service_contract".to_owned(),
        grants: vec!["client_credentials".to_owned()],
        ..OauthClientSettings::default()
    }
}

fn refusal(answer: &Answer) -> (u16, &str, &str) {
    (answer.status.as_u16(), answer.body["error"].as_str().unwrap_or_default(), header(answer, "retry-after"))
}

async fn limits_the_token_endpoint(stage: Stage) {
    let (one, other) = (client(&stage.app, machine()).await, client(&stage.app, machine()).await);
    limit(&stage, 3).await;
    let ask = async |authorization: &str| {
        post(&stage.app, "/oidc-auth/token", Some(authorization), "grant_type=client_credentials").await
    };
    for _ in 0..5 {
        // Whoever does not show that he is it uses nothing up.
        assert_eq!(ask("Basic eDp5").await.status, 401);
        let (id, wrong) = (&one.client_id, "grant_type=client_credentials&client_secret=wrong");
        let answer = post(&stage.app, "/oidc-auth/token", None, &format!("{wrong}&client_id={id}")).await;
        assert_eq!(answer.status, 401);
    }
    for _ in 0..3 {
        assert_eq!(ask(&basic(&one)).await.status, 200);
    }
    assert_eq!(refusal(&ask(&basic(&one)).await), (429, "temporarily_unavailable", "20"));
    let (id, secret) = (&one.client_id, one.client_secret.as_deref().unwrap());
    let body = format!("grant_type=client_credentials&scope=service_contract&client_id={id}&client_secret={secret}");
    let contract = post(&stage.app, "/API/oauth2/token", None, &body).await;
    assert_eq!(refusal(&contract), (429, "temporarily_unavailable", "20"));
    assert_eq!(ask(&basic(&other)).await.status, 200);
    stage.app.source.advance_seconds(20);
    assert_eq!(ask(&basic(&one)).await.status, 200);
    assert_eq!(ask(&basic(&one)).await.status, 429);
    limit(&stage, 0).await;
    assert_eq!(ask(&basic(&one)).await.status, 200);
    // Of a client that has no secret anybody says that he is it: one network does not use up what another has.
    let public = client(&stage.app, OauthClientSettings { public: true, ..settings() }).await;
    limit(&stage, 2).await;
    let body = format!("grant_type=refresh_token&refresh_token=x&client_id={}", public.client_id);
    let from = async |address: &str| {
        let mut request = TestApp::request("POST", "/oidc-auth/token", HOST, None, body.clone());
        request.headers_mut().insert("content-type", FORM.parse().unwrap());
        request.extensions_mut().insert(Peer { address: address.parse().unwrap(), ..Peer::default() });
        stage.app.send(request).await.status.as_u16()
    };
    for status in [400, 400, 429] {
        assert_eq!(from("198.51.100.1").await, status);
    }
    assert_eq!(from("198.51.100.2").await, 400);
}

async fn counts_by_client_and_person(stage: Stage) {
    let machine = basic(&client(&stage.app, machine()).await);
    let other = person(&stage.app, "suzuki").await;
    limit(&stage, 3).await;
    let token = |answer: &Answer| answer.body["access_token"].as_str().unwrap().to_owned();
    let mut tokens = Vec::new();
    for _ in 0..3 {
        let body = "grant_type=client_credentials&scope=crm:read";
        tokens.push(token(&post(&stage.app, "/oidc-auth/token", Some(&machine), body).await));
    }
    let call =
        async |token: &str| stage.app.post("/api/crm/get-client-list", token, &json!({"param": {}})).await.status;
    for token in &tokens {
        assert_ne!(call(token).await, 429);
    }
    for token in &tokens {
        assert_eq!(call(token).await, 429);
    }
    let tokens = [token(&stage.tokens("openid").await), token(&stage.tokens("openid").await)];
    for at in [0, 1, 0] {
        assert_eq!(stage.userinfo(&tokens[at]).await.status, 200);
    }
    for token in &tokens {
        assert_eq!(stage.userinfo(token).await.status, 429);
    }
    let session = session_of(&stage.app, &other);
    let query = stage.query("openid", "");
    let code = answered(&stage.authorize(&query, Some(session)).await).get("code").unwrap().to_owned();
    let others = token(&stage.exchange(&code).await);
    assert_eq!(stage.userinfo(&others).await.status, 200, "somebody else by the same client");
}

async fn asks_no_groups_of_servers(stage: Stage) {
    let group = GroupCreate {
        name: "本社".to_owned(),
        members: vec!["yamadatest".to_owned()],
        allowed_addresses: vec!["192.0.2.0/24".to_owned()],
    };
    group_create(&stage.app.service, &stage.context(), group).await.unwrap();
    let resource = client(&stage.app, OauthClientSettings::default()).await;
    let token = stage.tokens("openid crm:read").await.body["access_token"].as_str().unwrap().to_owned();
    let from = async |address: &str, mut request: axum::http::Request<axum::body::Body>| {
        request.extensions_mut().insert(Peer { address: address.parse().unwrap(), ..Peer::default() });
        stage.app.send(request).await
    };
    let userinfo = || TestApp::request("GET", "/oidc-auth/userinfo", HOST, Some(&token), "");
    let introspect = || {
        let mut request = TestApp::request("POST", "/oidc-auth/introspect", HOST, None, format!("token={token}"));
        request.headers_mut().insert("content-type", FORM.parse().unwrap());
        request.headers_mut().insert("authorization", basic(&resource).parse().unwrap());
        request
    };
    let list = || TestApp::request("POST", "/api/crm/get-client-list", HOST, Some(&token), r#"{"param": {}}"#);
    assert_eq!(from("198.51.100.1", userinfo()).await.status, 200);
    assert_eq!(from("198.51.100.1", introspect()).await.body["active"], true);
    assert_eq!(from("198.51.100.1", list()).await.status, 403, "a call is made where the person sits");
    assert_ne!(from("192.0.2.1", list()).await.status, 403);
    for id in [&stage.client.client_id, &resource.client_id] {
        let addresses = Some(vec!["203.0.113.0/24".to_owned()]);
        let change = OauthClientSet { allowed_addresses: addresses, ..OauthClientSet::default() };
        oauth_client_set(&stage.app.service, &stage.context(), id.clone(), change).await.unwrap();
    }
    for (address, status) in [("198.51.100.1", 401), ("192.0.2.1", 401), ("203.0.113.1", 200)] {
        assert_eq!(from(address, userinfo()).await.status, status, "{address}");
        assert_eq!(from(address, introspect()).await.status, status, "{address}");
    }
}
