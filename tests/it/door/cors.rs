//! Pages of other origins: which may call, what, and with what.

use libtest_mimic::Trial;
use musubi_service::security::{SecuritySet, security_set};
use musubi_testkit::app::{Answer, HOST, TestApp};
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::json;

use crate::crm::stage::{LIST, Stage, list_body};

const APP: &str = "https://app.example.co.jp";
const CALLS: [&str; 9] = [
    LIST,
    "/api/no-such-call",
    "/API/oauth2/token",
    "/.well-known/openid-configuration",
    "/oidc-auth/token",
    "/oidc-auth/revoke",
    "/oidc-auth/userinfo",
    "/oidc-auth/introspect",
    "/oidc-auth/jwks",
];
const PAGES: [&str; 6] =
    ["/", "/sign-in", "/account", "/oidc-auth/authorize", "/oidc-auth/consent", "/oidc-auth/logout"];

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("cors: a browser that asks beforehand is told what pages may do", beforehand),
        async_on_both("cors: pages of listed origins read answers, and no others", answers),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn staged(engine: Engine) -> Stage {
    let stage = Stage::new(engine).await;
    let change = SecuritySet { cors_origins: Some(vec![APP.to_owned()]), ..SecuritySet::default() };
    security_set(&stage.app.service, &stage.app.context(), change).await.unwrap();
    stage
}

fn said<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.get(name).and_then(|value| value.to_str().ok())
}

async fn ask_beforehand(stage: &Stage, path: &str, host: &str, origin: &str) -> Answer {
    let mut request = TestApp::request("OPTIONS", path, host, None, "");
    request.headers_mut().insert("origin", origin.parse().unwrap());
    request.headers_mut().insert("access-control-request-method", "POST".parse().unwrap());
    request.headers_mut().insert("access-control-request-headers", "authorization".parse().unwrap());
    stage.app.send(request).await
}

async fn beforehand(engine: Engine) {
    let stage = staged(engine).await;
    for path in CALLS {
        // Without a token: it is never sent beforehand.
        let answer = ask_beforehand(&stage, path, HOST, APP).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""), "{path}");
        assert_eq!(said(&answer, "access-control-allow-origin"), Some(APP), "{path}");
        assert_eq!(said(&answer, "access-control-allow-methods"), Some("GET, POST"));
        assert_eq!(said(&answer, "access-control-allow-headers"), Some("authorization, content-type"));
        assert_eq!(said(&answer, "access-control-allow-credentials"), None);
        assert_eq!(said(&answer, "vary"), Some("origin"));
        assert!(said(&answer, "access-control-max-age").is_some() && said(&answer, "x-request-id").is_some());
    }
    let others = [
        "https://evil.example",
        "http://app.example.co.jp",
        "https://app.example.co.jp:8443",
        "https://app.example.co.jp.evil.example",
        "https://app.example.co.jp/",
        "HTTPS://APP.EXAMPLE.CO.JP",
        "null",
        "*",
    ];
    for origin in others {
        let answer = ask_beforehand(&stage, LIST, HOST, origin).await;
        assert_eq!(said(&answer, "access-control-allow-origin"), None, "{origin}");
        assert_eq!(said(&answer, "access-control-allow-methods"), None, "{origin}");
        assert_eq!(said(&answer, "vary"), Some("origin"), "{origin}");
    }
    // A host that leads to no tenant has no list.
    let nowhere = ask_beforehand(&stage, LIST, "unknown.example.jp", APP).await;
    assert_eq!(said(&nowhere, "access-control-allow-origin"), None);
    for path in PAGES {
        let answer = ask_beforehand(&stage, path, HOST, APP).await;
        assert_eq!(said(&answer, "access-control-allow-origin"), None, "{path}");
    }
    // OPTIONS by itself is no question of a browser: the caller is judged like any other.
    let plain = stage.app.send(TestApp::request("OPTIONS", LIST, HOST, None, "")).await;
    assert_eq!((plain.status.as_u16(), plain.code()), (401, "E281"));
}

async fn answers(engine: Engine) {
    let stage = staged(engine).await;
    let ask = async |token: Option<&str>, origin: Option<&str>| {
        let body = list_body(json!({}), 0, 1).to_string();
        let mut request = TestApp::request("POST", LIST, HOST, token, body);
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        stage.app.send(request).await
    };
    // Failures are read too, so that the page can tell what is wrong.
    for (token, status) in [(Some(stage.token.as_str()), 200), (None, 401)] {
        let answer = ask(token, Some(APP)).await;
        assert_eq!(answer.status, status);
        assert_eq!(said(&answer, "access-control-allow-origin"), Some(APP));
        let exposed = said(&answer, "access-control-expose-headers");
        assert_eq!(exposed, Some("x-request-id, retry-after, www-authenticate"));
        assert_eq!(said(&answer, "access-control-allow-credentials"), None);
        for origin in [Some("https://evil.example"), None] {
            let answer = ask(token, origin).await;
            assert_eq!((answer.status.as_u16(), said(&answer, "access-control-allow-origin")), (status, None));
            assert_eq!(said(&answer, "vary"), Some("origin"));
        }
    }
    let none = SecuritySet { cors_origins: Some(Vec::new()), ..SecuritySet::default() };
    security_set(&stage.app.service, &stage.app.context(), none).await.unwrap();
    assert_eq!(said(&ask(Some(&stage.token), Some(APP)).await, "access-control-allow-origin"), None);
}
