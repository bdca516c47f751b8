//! The userinfo endpoint, discovery and the published keys.

use libtest_mimic::Trial;
use musubi_domain::tenant::{TenantProfile, TenantSettings};
use musubi_service::oauth_client::OauthClientSettings;
use musubi_service::signing_key::{SigningKeyState, signing_key_list, signing_key_rotate};
use musubi_store::tenant::{tenant_name_set, tenant_settings, tenant_settings_set};
use musubi_testkit::app::{HOST, TestApp};
use musubi_testkit::engine::async_on_both;
use serde_json::json;

use super::stage::{ISSUER, SCOPE, Stage, header, post, settings};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("openid userinfo: the sample of the source", |engine| async move {
            answers_as_the_source(Stage::new(engine).await).await;
        }),
        async_on_both("openid userinfo: the standard profile", |engine| async move {
            let standard = OauthClientSettings { claims: "standard".to_owned(), ..settings() };
            answers_as_the_standard(Stage::with(engine, standard).await).await;
        }),
        async_on_both("openid userinfo: tokens in header or body, and refusals", |engine| async move {
            refuses(Stage::new(engine).await).await;
        }),
        async_on_both("openid discovery: what it says is so", |engine| async move {
            says_what_it_can(Stage::new(engine).await).await;
        }),
        async_on_both("openid keys: they are replaced while tokens live", |engine| async move {
            replaces_keys(Stage::new(engine).await).await;
        }),
        async_on_both("openid keys: two instances have one first key", |engine| async move {
            makes_one_key(Stage::new(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn company(stage: &Stage) {
    let text = str::to_owned;
    let profile = TenantProfile {
        phone: text("0312345678"),
        prefecture: text("東京都"),
        city: text("港区"),
        street: text("1-2-3テストビル5F"),
        postal_code: text("105-0001"),
        attributes: vec![
            (text("サンプルサイト用メールアドレス"), text("yamada001@example.co.jp")),
            (text("サンプルサイトユーザー権限"), text("1")),
        ],
        ..TenantProfile::default()
    };
    let write = move |tx: &mut musubi_service::Tx<'_>| {
        tenant_name_set(tx, "ABC株式会社")?;
        let settings = tenant_settings(tx)?;
        tenant_settings_set(tx, &TenantSettings { profile: profile.clone(), ..settings })
    };
    stage.app.write(write).await.unwrap();
}

async fn answers_as_the_source(stage: Stage) {
    company(&stage).await;
    let scope = "ks3_user_tenant ks3_custom_attribute address openid profile email offline_access";
    let given = stage.tokens(scope).await;
    let answer = stage.userinfo(given.body["access_token"].as_str().unwrap()).await;
    for (name, value) in
        [("cache-control", "no-store"), ("pragma", "no-cache"), ("content-type", "application/json;charset=UTF-8")]
    {
        assert_eq!(header(&answer, name), value);
    }
    let sample = json!({
        "sub": "yamadatest",
        "address": "東京都港区1-2-3テストビル5F",
        "ks3_tenant_name": "ABC株式会社",
        "ks3_tenant_phone": "0312345678",
        "name": "山田 太郎",
        "ks3_custom_attribute": [
            { "value": "yamada001@example.co.jp", "key": "サンプルサイト用メールアドレス" },
            { "value": "1", "key": "サンプルサイトユーザー権限" }
        ],
        "given_name": "太郎",
        "middle_name": "",
        "family_name": "山田",
        "email": "tarou.yamada@example.co.jp",
        "ks3_tenant_id": "ro7jrw"
    });
    assert_eq!(answer.body, sample);
    let without = stage.tokens("phone").await;
    let told = stage.userinfo(without.body["access_token"].as_str().unwrap()).await.body;
    assert_eq!(told, json!({ "phone_number": "090-1111-2222", "mobile_phone_number": "090-1111-2222" }));
}

async fn answers_as_the_standard(stage: Stage) {
    company(&stage).await;
    let given = stage.tokens("openid profile address").await;
    let told = stage.userinfo(given.body["access_token"].as_str().unwrap()).await.body;
    assert_eq!(
        told,
        json!({
            "sub": "yamadatest", "name": "山田 太郎", "given_name": "太郎", "family_name": "山田",
            "address": {
                "formatted": "東京都港区1-2-3テストビル5F", "region": "東京都", "locality": "港区",
                "street_address": "1-2-3テストビル5F", "postal_code": "105-0001",
            },
        })
    );
}

async fn refuses(stage: Stage) {
    let token = stage.tokens("openid").await.body["access_token"].as_str().unwrap().to_owned();
    let path = "/oidc-auth/userinfo";
    let posted = post(&stage.app, path, None, &format!("access_token={token}")).await;
    assert_eq!(posted.body, json!({ "sub": "yamadatest" }));
    let posted = post(&stage.app, path, Some(&format!("Bearer {token}")), "").await;
    assert_eq!(posted.status, 200);
    let twice = post(&stage.app, path, Some(&format!("Bearer {token}")), &format!("access_token={token}")).await;
    assert_eq!(twice.status, 400);
    let none = stage.app.send(TestApp::request("GET", path, HOST, None, "")).await;
    assert_eq!((none.status.as_u16(), header(&none, "www-authenticate")), (401, "Bearer"));
    let unknown = stage.userinfo("unknown").await;
    assert!(header(&unknown, "www-authenticate").starts_with("Bearer error=\"invalid_token\""));
    assert_eq!(unknown.status, 401);
    let calls = stage.app.token("crm:read").await;
    let calls = stage.userinfo(&calls).await;
    assert_eq!(calls.status, 403);
    assert!(header(&calls, "www-authenticate").contains("insufficient_scope"));
    let deleted = stage.app.send(TestApp::request("DELETE", path, HOST, Some(&token), "")).await;
    assert_eq!(deleted.status, 405);
    stage.app.source.advance_seconds(3_600);
    assert_eq!(stage.userinfo(&token).await.status, 401);
}

async fn get(stage: &Stage, path: &str) -> musubi_testkit::app::Answer {
    stage.app.send(TestApp::request("GET", path, HOST, None, "")).await
}

async fn says_what_it_can(stage: Stage) {
    let answer = get(&stage, "/.well-known/openid-configuration").await;
    assert_eq!((answer.status.as_u16(), answer.body["issuer"].as_str()), (200, Some(ISSUER)));
    assert_eq!(answer.body["authorization_endpoint"], format!("{ISSUER}/oidc-auth/authorize"));
    let list = |name: &str| {
        let values = answer.body[name].as_array().unwrap_or_else(|| panic!("{name}"));
        values.iter().map(|value| value.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for scope in SCOPE.split(' ') {
        assert!(list("scopes_supported").iter().any(|own| own == scope), "{scope}");
    }
    for claim in ["sub", "name", "ks3_tenant_id", "ks3_custom_attribute", "auth_time"] {
        assert!(list("claims_supported").iter().any(|own| own == claim), "{claim}");
    }
    for (name, path) in [
        ("token_endpoint", "/oidc-auth/token"),
        ("revocation_endpoint", "/oidc-auth/revoke"),
        ("introspection_endpoint", "/oidc-auth/introspect"),
    ] {
        assert_eq!(answer.body[name], format!("{ISSUER}{path}"));
        assert_eq!(get(&stage, path).await.status, 405, "{path} is there");
    }
    assert_eq!(list("code_challenge_methods_supported"), ["S256"]);
    assert_eq!(answer.body["request_uri_parameter_supported"], json!(false));
    assert_eq!(answer.body["authorization_response_iss_parameter_supported"], json!(true));
}

async fn kids(stage: &Stage) -> Vec<String> {
    let answer = get(stage, "/oidc-auth/jwks").await;
    assert_eq!(header(&answer, "cache-control"), "public, max-age=3600");
    let keys = answer.body["keys"].as_array().unwrap();
    for key in keys {
        assert_eq!(
            (key["kty"].as_str(), key["alg"].as_str(), key["e"].as_str()),
            (Some("RSA"), Some("RS256"), Some("AQAB"))
        );
        assert_eq!(key["n"].as_str().map(str::len), Some(342));
        assert!(key.get("d").is_none());
    }
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn replaces_keys(stage: Stage) {
    let first = kids(&stage).await;
    assert_eq!(first.len(), 1);
    let hint = async |stage: &Stage| stage.tokens("openid").await.body["id_token"].as_str().unwrap().to_owned();
    let old = hint(&stage).await;
    stage.app.source.advance_seconds(89 * 86_400);
    let both = kids(&stage).await;
    assert_eq!((both.len(), &both[0]), (2, &first[0]), "the next is published a day before it signs");
    stage.app.source.advance_seconds(86_400);
    let new = hint(&stage).await;
    assert_ne!(old.split('.').next(), new.split('.').next(), "another key signs");
    assert_eq!(kids(&stage).await, both);
    stage.app.source.advance_seconds(7_200);
    assert_eq!(kids(&stage).await, both[1..]);
    let hinted = stage.query("openid", &format!("&prompt=none&id_token_hint={old}"));
    assert!(stage.come_back(&hinted).await.get("code").is_some(), "what an old key has signed is still ours");
    signing_key_rotate(&stage.app.service, &stage.context(), false).await.unwrap();
    let states: Vec<_> = signing_key_list(&stage.app.service, &stage.context()).await.unwrap();
    let states: Vec<_> = states.into_iter().map(|key| key.state).collect();
    assert_eq!(states, [SigningKeyState::Over, SigningKeyState::Used, SigningKeyState::Next]);
    signing_key_rotate(&stage.app.service, &stage.context(), true).await.unwrap();
    stage.app.source.advance_seconds(1);
    let latest = signing_key_list(&stage.app.service, &stage.context()).await.unwrap();
    assert_eq!(latest.last().map(|key| key.state), Some(SigningKeyState::Used));
}

async fn makes_one_key(stage: Stage) {
    let other = stage.app.instance().await;
    let (one, two) = (stage.app.service.clone(), other.service.clone());
    let tenant = stage.app.tenant;
    let one = tokio::spawn(async move { one.public_keys(tenant).await.unwrap() });
    let two = tokio::spawn(async move { two.public_keys(tenant).await.unwrap() });
    let (one, two) = (one.await.unwrap(), two.await.unwrap());
    assert_eq!((one.len(), one), (1, two));
}
