//! What every answer tells a browser, as a table over all routes.

use std::net::{IpAddr, Ipv4Addr};

use libtest_mimic::Trial;
use musubi_domain::route::Route;
use musubi_service::request::Peer;
use musubi_testkit::app::{Answer, HOST, TestApp};
use musubi_testkit::engine::{Engine, async_on_both};

pub(crate) fn trials() -> Vec<Trial> {
    async_on_both("headers: every answer of every route says what a browser is to keep to", every_route)
}

async fn ask(app: &TestApp, method: &str, path: &str, secure: bool) -> Answer {
    let mut request = TestApp::request(method, path, HOST, None, "");
    request.extensions_mut().insert(Peer { address: IpAddr::V4(Ipv4Addr::LOCALHOST), secure, host: None });
    app.send(request).await
}

fn said<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

async fn every_route(engine: Engine) {
    let app = TestApp::new(engine).await;
    let routes: Vec<&Route> = musubi_http::router::ROUTES.iter().chain(musubi_screens::router::routes()).collect();
    let listed = routes.iter().flat_map(|route| route.methods.split(", ").map(|method| (method, route.path)));
    // Errors are answers too: no such page, no such call, a method that nobody knows.
    let others = [("GET", "/no-such-page"), ("POST", "/api/no-such-call"), ("DELETE", "/healthz"), ("OPTIONS", "/")];
    for (method, path) in listed.chain(others) {
        for secure in [false, true] {
            let answer = ask(&app, method, path, secure).await;
            let what = format!("{method} {path} {}", answer.status);
            assert_eq!(said(&answer, "x-content-type-options"), "nosniff", "{what}");
            assert_eq!(said(&answer, "cross-origin-resource-policy"), "same-origin", "{what}");
            let referrer = said(&answer, "referrer-policy");
            assert!(["same-origin", "no-referrer"].contains(&referrer), "{what}: {referrer}");
            assert!(said(&answer, "permissions-policy").contains("camera=()"), "{what}");
            let policy = said(&answer, "content-security-policy");
            assert!(
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
                "{what}: {policy}"
            );
            assert!(!policy.contains("unsafe"), "{what}: {policy}");
            // A relying party that opened a window to sign in waits for it to come back.
            let is_opened = path.starts_with("/oidc-auth/") || path.starts_with("/sign-in");
            let opener = if is_opened { "unsafe-none" } else { "same-origin" };
            assert_eq!(said(&answer, "cross-origin-opener-policy"), opener, "{what}");
            assert_eq!(said(&answer, "strict-transport-security").starts_with("max-age="), secure, "{what}");
            assert!(!said(&answer, "x-request-id").is_empty(), "{what}");
        }
    }
}
