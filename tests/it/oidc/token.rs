//! The token endpoint: codes, clients, revocation, introspection, and the token that a client asks for itself.

use libtest_mimic::Trial;
use musubi_domain::parameters::encoded;
use musubi_service::oauth_client::{OauthClientSettings, oauth_client_remove};
use musubi_service::user::{UserSet, user_set};
use musubi_testkit::app::{Answer, TestApp};
use musubi_testkit::engine::async_on_both;

use super::stage::{FORM, ISSUER, REDIRECT, SCOPE, Stage, basic, claims, client, header, post, send, settings};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("openid token: a code gives tokens as the source shows them", |engine| async move {
            gives_tokens(Stage::new(engine).await).await;
        }),
        async_on_both("openid token: a code is good once, for its client, for a minute", |engine| async move {
            is_good_once(Stage::new(engine).await).await;
        }),
        async_on_both("openid token: what is taken back already makes nobody read anew", |engine| async move {
            is_taken_back_once(Stage::new(engine).await).await;
        }),
        async_on_both("openid token: clients show who they are by header, body or both", |engine| async move {
            clients_show_themselves(Stage::new(engine).await).await;
        }),
        async_on_both("openid token: requests that cannot be read are refused", |engine| async move {
            refuses_what_it_cannot_read(Stage::new(engine).await).await;
        }),
        async_on_both("openid token: revocation answers as the source says", |engine| async move {
            takes_back(Stage::new(engine).await).await;
        }),
        async_on_both("openid token: introspection tells of what is alive", |engine| async move {
            tells_of_tokens(Stage::new(engine).await).await;
        }),
        async_on_both("openid token: a client asks for itself within its API scopes", |engine| async move {
            gives_clients_their_own(Stage::new(engine).await).await;
        }),
        async_on_both("openid token: who leaves and what is removed is worth nothing at once", |engine| async move {
            ends_at_once(Stage::new(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn error(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.body["error"].as_str().unwrap_or_default())
}

async fn gives_tokens(stage: Stage) {
    let code = stage.code(SCOPE, "&nonce=roWfwEbRU0G8HO0&state=bd83xwghJW").await;
    stage.app.source.advance_seconds(1);
    let answer = stage.exchange(&code).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    for (name, value) in
        [("cache-control", "no-store"), ("pragma", "no-cache"), ("content-type", "application/json;charset=UTF-8")]
    {
        assert_eq!(header(&answer, name), value);
    }
    let body = answer.body.as_object().unwrap();
    assert_eq!((body["token_type"].as_str(), body["expires_in"].as_i64()), (Some("Bearer"), Some(3_600)));
    assert_eq!(body["scope"].as_str(), Some(SCOPE));
    assert!(body["refresh_token"].is_string() && body.len() == 6);
    let told = claims(body["id_token"].as_str().unwrap());
    let now = stage.app.service.now().micros() / 1_000_000;
    assert_eq!((told["iss"].as_str(), told["sub"].as_str()), (Some(ISSUER), Some("yamadatest")));
    assert_eq!(told["aud"].as_str(), Some(stage.client.client_id.as_str()));
    assert_eq!((told["nonce"].as_str(), told["iat"].as_i64()), (Some("roWfwEbRU0G8HO0"), Some(now)));
    assert_eq!((told["auth_time"].as_i64(), told["exp"].as_i64()), (Some(now - 1), Some(now + 3_600)));
    // The access token opens the calls of its scope.
    let list = serde_json::json!({ "param": {} });
    let token = body["access_token"].as_str().unwrap();
    let called = stage.app.post("/api/crm/get-client-list", token, &list).await;
    assert_ne!(called.status, 401);
    assert_ne!(called.status, 403);
    let called = stage.app.post("/api/crm/client/register", token, &list).await;
    assert_eq!(called.status, 403);
    // Without openid there is no ID token, without offline_access no refresh token (source).
    let answer = stage.tokens("email phone").await;
    assert!(answer.body.get("id_token").is_none() && answer.body.get("refresh_token").is_none(), "{}", answer.text);
    assert_eq!(answer.body["scope"].as_str(), Some("email phone"));
}

async fn is_good_once(stage: Stage) {
    let code = stage.code(SCOPE, "").await;
    let first = stage.exchange(&code).await;
    let (access, refresh) =
        (first.body["access_token"].as_str().unwrap(), first.body["refresh_token"].as_str().unwrap());
    assert_eq!(stage.userinfo(access).await.status, 200);
    assert_eq!(error(&stage.exchange(&code).await), (400, "invalid_grant"));
    assert_eq!(stage.userinfo(access).await.status, 401, "a second use takes back what the first gave");
    assert_eq!(error(&stage.refresh(refresh).await), (400, "invalid_grant"));

    let code = stage.code(SCOPE, "").await;
    let other = client(&stage.app, settings()).await;
    let body = format!("grant_type=authorization_code&code={code}&redirect_uri={}", encoded(REDIRECT));
    assert_eq!(error(&post(&stage.app, "/oidc-auth/token", Some(&basic(&other)), &body).await), (400, "invalid_grant"));
    let elsewhere = format!("grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fexample.com%2Fhome2");
    assert_eq!(error(&stage.post("/oidc-auth/token", &elsewhere).await), (400, "invalid_grant"));
    let verified = format!("{body}&code_verifier={}", "v".repeat(43));
    assert_eq!(error(&stage.post("/oidc-auth/token", &verified).await), (400, "invalid_grant"));
    assert_eq!(stage.exchange(&code).await.status, 200, "who may not have it does not use it up");

    let code = stage.code(SCOPE, "").await;
    stage.app.source.advance_seconds(60);
    assert_eq!(error(&stage.exchange(&code).await), (400, "invalid_grant"));
    let code = stage.code(SCOPE, "").await;
    stage.app.source.advance_seconds(-3_600);
    assert_eq!(error(&stage.exchange(&code).await), (400, "invalid_grant"), "the clock went back");

    let challenge = "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    let code = stage.code("openid", challenge).await;
    let body = format!("grant_type=authorization_code&code={code}&redirect_uri={}", encoded(REDIRECT));
    for verifier in ["", "&code_verifier=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"] {
        assert_eq!(error(&stage.post("/oidc-auth/token", &format!("{body}{verifier}")).await), (400, "invalid_grant"));
    }
    let right = format!("{body}&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    assert_eq!(stage.post("/oidc-auth/token", &right).await.status, 200);
}

async fn is_taken_back_once(stage: Stage) {
    let epoch = || stage.app.service.db().epochs().of(stage.app.tenant);
    let code = stage.code(SCOPE, "").await;
    let given = stage.exchange(&code).await;
    let before = epoch();
    for again in 0..3 {
        assert_eq!(error(&stage.exchange(&code).await), (400, "invalid_grant"));
        assert_eq!(epoch(), before + 1, "{again}");
    }
    for name in ["access_token", "refresh_token"] {
        let body = format!("token={}", given.body[name].as_str().unwrap());
        assert_eq!(stage.post("/oidc-auth/revoke", &body).await.status, 200);
        assert_eq!(epoch(), before + 1, "{name}");
    }
    let given = stage.tokens(SCOPE).await;
    let before = epoch();
    let refreshed = stage.refresh(given.body["refresh_token"].as_str().unwrap()).await;
    assert_eq!((refreshed.status.as_u16(), epoch()), (200, before), "a refresh raises nothing");
    let body = format!("token={}", given.body["access_token"].as_str().unwrap());
    for again in 0..3 {
        assert_eq!(stage.post("/oidc-auth/revoke", &body).await.status, 200);
        assert_eq!(epoch(), before + 1, "{again}");
    }
}

async fn clients_show_themselves(stage: Stage) {
    let (id, secret) = (stage.client.client_id.clone(), stage.client.client_secret.clone().unwrap());
    let by_body = format!("&client_id={id}&client_secret={secret}");
    for (header, more, status) in [
        (true, "", 200),
        (false, by_body.as_str(), 200),
        (true, by_body.as_str(), 200),
        (false, "", 401),
        (false, &format!("&client_id={id}"), 401),
        (false, &format!("&client_id={id}&client_secret={}", "x".repeat(43)), 401),
        (false, "&client_id=nobody&client_secret=x", 401),
        (true, "&client_id=nobody", 400),
    ] {
        let code = stage.code("openid", "").await;
        let body = format!("grant_type=authorization_code&code={code}&redirect_uri={}{more}", encoded(REDIRECT));
        let authorization = header.then(|| stage.basic());
        let answer = post(&stage.app, "/oidc-auth/token", authorization.as_deref(), &body).await;
        assert_eq!(answer.status, status, "{header} {more} {}", answer.text);
        if status == 401 {
            assert_eq!(error(&answer), (401, "invalid_client"));
            assert!(super::stage::header(&answer, "www-authenticate").starts_with("Basic "));
        }
    }
}

async fn refuses_what_it_cannot_read(stage: Stage) {
    let basic = stage.basic();
    let send = async |method: &str, content_type: Option<&str>, body: &str| {
        let headers = [("content-type", content_type), ("authorization", Some(basic.as_str()))];
        send(&stage.app, method, "/oidc-auth/token", headers, body).await
    };
    let too_large = format!("grant_type=refresh_token&refresh_token={}", "x".repeat(70_000));
    for (content_type, body, expected) in [
        (Some(FORM), "", (400, "invalid_request")),
        (Some(FORM), "grant_type=password&username=a", (400, "unsupported_grant_type")),
        (Some(FORM), "grant_type=refresh_token", (400, "invalid_request")),
        (Some(FORM), "grant_type=refresh_token&refresh_token=x", (400, "invalid_grant")),
        (Some(FORM), "grant_type=refresh_token&grant_type=refresh_token&refresh_token=x", (400, "invalid_request")),
        (Some(FORM), "grant_type=authorization_code&code=x", (400, "invalid_request")),
        (Some(FORM), "grant_type=%zz", (400, "invalid_request")),
        (Some(FORM), "grant_type=refresh_token&refresh_token=%00", (400, "invalid_request")),
        (Some("application/json"), "{}", (400, "invalid_request")),
        (None, "grant_type=refresh_token&refresh_token=x", (400, "invalid_request")),
        (Some(FORM), &too_large, (413, "invalid_request")),
    ] {
        let answer = send("POST", content_type, body).await;
        assert_eq!(error(&answer), expected, "{content_type:?} {}", body.get(..60).unwrap_or(body));
    }
    let answer = send("GET", None, "").await;
    assert_eq!((answer.status.as_u16(), header(&answer, "allow")), (405, "POST"));
    let elsewhere = TestApp::request("POST", "/oidc-auth/token", "nobody.example.jp", None, "");
    assert_eq!(stage.app.send(elsewhere).await.status, 404);
}

async fn takes_back(stage: Stage) {
    let first = stage.tokens(SCOPE).await;
    let (access, refresh) =
        (first.body["access_token"].as_str().unwrap(), first.body["refresh_token"].as_str().unwrap());
    let other = client(&stage.app, settings()).await;
    for (authorization, body) in [
        (None, format!("token={access}")),
        (Some("Basic eDp5".to_owned()), format!("token={access}")),
        (Some(basic(&other)), format!("token={access}")),
        (Some(basic(&other)), format!("token={refresh}")),
        (Some(stage.basic()), String::new()),
        (Some(stage.basic()), format!("token={access}&token={access}")),
    ] {
        let answer = post(&stage.app, "/oidc-auth/revoke", authorization.as_deref(), &body).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (403, ""), "{authorization:?} {body}");
        assert_eq!(header(&answer, "cache-control"), "no-store");
    }
    assert_eq!(stage.userinfo(access).await.status, 200);
    let unknown = stage.post("/oidc-auth/revoke", "token=unknown&token_type_hint=whatever").await;
    assert_eq!((unknown.status.as_u16(), unknown.text.as_str()), (200, ""));
    let answer = stage.post("/oidc-auth/revoke", &format!("token={access}")).await;
    assert_eq!((answer.status.as_u16(), header(&answer, "pragma")), (200, "no-cache"));
    assert_eq!(stage.userinfo(access).await.status, 401);
    let again = stage.refresh(refresh).await;
    let second = again.body["access_token"].as_str().unwrap();
    assert_eq!(stage.userinfo(second).await.status, 200, "an access token is taken back alone");
    assert_eq!(stage.post("/oidc-auth/revoke", &format!("token={refresh}")).await.status, 200);
    assert_eq!(stage.userinfo(second).await.status, 401, "a refresh token takes all with it");
    assert_eq!(error(&stage.refresh(refresh).await), (400, "invalid_grant"));
}

async fn tells_of_tokens(stage: Stage) {
    let given = stage.tokens("openid email offline_access").await;
    let (access, refresh) =
        (given.body["access_token"].as_str().unwrap(), given.body["refresh_token"].as_str().unwrap());
    let resource = client(&stage.app, OauthClientSettings::default()).await;
    let ask = async |authorization: &str, token: &str| {
        post(&stage.app, "/oidc-auth/introspect", Some(authorization), &format!("token={token}")).await
    };
    let told = ask(&basic(&resource), access).await;
    let now = stage.app.service.now().micros() / 1_000_000;
    assert_eq!(
        told.body,
        serde_json::json!({
            "active": true, "scope": "openid email offline_access", "client_id": stage.client.client_id,
            "username": "yamadatest", "sub": "yamadatest", "token_type": "Bearer", "iss": ISSUER, "exp": now + 3_600,
        })
    );
    assert_eq!(header(&told, "cache-control"), "no-store");
    assert_eq!(ask(&stage.basic(), refresh).await.body["active"].as_bool(), Some(true));
    let inactive = serde_json::json!({ "active": false });
    assert_eq!(ask(&basic(&resource), refresh).await.body, inactive, "a refresh token is its client's own");
    assert_eq!(ask(&stage.basic(), "unknown").await.body, inactive);
    let public = client(&stage.app, OauthClientSettings { public: true, ..settings() }).await;
    let body = format!("token={access}&client_id={}", public.client_id);
    assert_eq!(error(&post(&stage.app, "/oidc-auth/introspect", None, &body).await), (401, "invalid_client"));
    stage.app.source.advance_seconds(3_600);
    assert_eq!(ask(&stage.basic(), access).await.body, inactive);
}

async fn gives_clients_their_own(stage: Stage) {
    let machine = OauthClientSettings {
        scope: "crm:read organization:read openid".to_owned(),
        grants: vec!["client_credentials".to_owned()],
        ..OauthClientSettings::default()
    };
    let machine = basic(&client(&stage.app, machine).await);
    let ask = async |authorization: &str, scope: &str| {
        let body = format!("grant_type=client_credentials{scope}");
        post(&stage.app, "/oidc-auth/token", Some(authorization), &body).await
    };
    let given = ask(&machine, "&scope=crm:read").await;
    assert_eq!((given.status.as_u16(), given.body["scope"].as_str()), (200, Some("crm:read")), "{}", given.text);
    assert_eq!(given.body.as_object().unwrap().len(), 4);
    assert_eq!(ask(&machine, "").await.body["scope"].as_str(), Some("crm:read organization:read"));
    for scope in ["&scope=crm:read%20openid", "&scope=crm:write", "&scope=unknown"] {
        assert_eq!(error(&ask(&machine, scope).await), (400, "invalid_scope"), "{scope}");
    }
    assert_eq!(error(&ask(&stage.basic(), "&scope=crm:read").await), (400, "unauthorized_client"));
    let token = given.body["access_token"].as_str().unwrap();
    let list = serde_json::json!({ "param": {} });
    assert_ne!(stage.app.post("/api/crm/get-client-list", token, &list).await.status, 401);
    assert_eq!(stage.userinfo(token).await.status, 403, "it speaks of no person");
    assert_ne!(ask(&machine, "").await.body["access_token"].as_str(), Some(token));
}

async fn ends_at_once(stage: Stage) {
    let given = stage.tokens(SCOPE).await;
    let (access, refresh) =
        (given.body["access_token"].as_str().unwrap(), given.body["refresh_token"].as_str().unwrap());
    let code = stage.code("openid", "").await;
    let (service, context) = (&stage.app.service, stage.context());
    let leaves = UserSet { active: Some(false), ..UserSet::default() };
    user_set(service, &context, "yamadatest".to_owned(), leaves).await.unwrap();
    assert_eq!(stage.userinfo(access).await.status, 401);
    assert_eq!(error(&stage.refresh(refresh).await), (400, "invalid_grant"));
    assert_eq!(error(&stage.exchange(&code).await), (400, "invalid_grant"));
    let comes_back = UserSet { active: Some(true), ..UserSet::default() };
    user_set(service, &stage.context(), "yamadatest".to_owned(), comes_back).await.unwrap();
    assert_eq!(stage.userinfo(access).await.status, 401, "what ended does not begin again");
    assert_eq!(error(&stage.refresh(refresh).await), (400, "invalid_grant"));

    let given = stage.tokens(SCOPE).await;
    oauth_client_remove(service, &stage.context(), stage.client.client_id.clone()).await.unwrap();
    assert_eq!(stage.userinfo(given.body["access_token"].as_str().unwrap()).await.status, 401);
    assert_eq!(error(&stage.refresh(given.body["refresh_token"].as_str().unwrap()).await), (401, "invalid_client"));
}
