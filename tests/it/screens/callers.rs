//! Every route of the screens with every kind of wrong caller, and what every page carries.

use axum::body::Body;
use axum::http::Request;
use libtest_mimic::Trial;
use musubi_domain::route::Guard;
use musubi_screens::router::routes;
use musubi_testkit::app::{HOST, TestApp};
use musubi_testkit::engine::async_on_both;

use super::stage::{Reader, after, header, stage};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("screens: every route turns every wrong caller away", |engine| async move {
            turns_away(stage(engine).await).await;
        }),
        async_on_both(
            "screens: every page loads nothing but its own style and script and is kept nowhere",
            |engine| async move {
                carries_headers(stage(engine).await).await;
            },
        ),
        async_on_both("screens: what is wrong with a request is told by a page", |engine| async move {
            tells_by_pages(stage(engine).await).await;
        }),
        async_on_both("screens: assets are kept for good under a name that says what they are", |engine| async move {
            keeps_assets(stage(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn turns_away(app: TestApp) {
    for route in routes() {
        for method in route.methods.split(", ") {
            let stranger = Request::builder().method(method).uri(route.path).header("host", "unknown.example.jp");
            let answer = app.send(stranger.body(Body::empty()).unwrap()).await;
            // Assets and the choice of a language are no tenant's; a form of a client's page is asked once more by GET.
            let is_of_anybody = ["/assets/{name}", "/language", "/signed-out"].contains(&route.path);
            let is_of_a_client =
                method == "POST" && route.path.starts_with("/oidc-auth/") && route.guard == Guard::Open;
            if !is_of_anybody && !is_of_a_client {
                assert_eq!(answer.status, 404, "{method} {}", route.path);
                assert!(answer.text.contains("このアドレスに対応する企業が見つかりません"), "{}", answer.text);
            }
            let visitor = Request::builder().method(method).uri(route.path).header("host", HOST);
            let answer =
                app.send(visitor.header("cookie", "musubi=nobody-knows-this").body(Body::empty()).unwrap()).await;
            if route.guard == Guard::Session {
                let back = if method == "GET" { super::stage::encoded(&[("", route.path)]) } else { "=%2F".to_owned() };
                let back = back.replace("%2F", "/").replace("%2D", "-");
                assert_eq!(answer.status, 303, "{method} {}", route.path);
                assert_eq!(header(&answer, "location"), format!("/sign-in?continue{back}"), "{method} {}", route.path);
            }
        }
        for method in ["PUT", "DELETE", "PATCH", "TRACE"] {
            let wrong = Request::builder().method(method).uri(route.path).header("host", HOST);
            let answer = app.send(wrong.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, 405, "{method} {}", route.path);
            let allowed: Vec<&str> = header(&answer, "allow").split(',').filter(|name| *name != "HEAD").collect();
            assert_eq!(allowed.join(", "), route.methods, "{}", route.path);
        }
    }
}

async fn carries_headers(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    for path in [
        "/",
        "/account",
        "/account/totp",
        "/sign-in?continue=/oidc-auth/authorize",
        "/password/forgot",
        "/no-such-page",
    ] {
        let answer = reader.get(path).await;
        assert_eq!(header(&answer, "content-type"), "text/html; charset=utf-8", "{path}");
        assert_eq!(header(&answer, "cache-control"), "no-store", "{path}");
        assert_eq!(header(&answer, "referrer-policy"), "same-origin", "{path}");
        assert_eq!(
            header(&answer, "content-security-policy"),
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "{path}"
        );
        for tag in answer.text.split('<').skip(1).filter_map(|tag| tag.split('>').next()) {
            let runs = |word: &str| word.contains('=') && (word.starts_with("on") || word.starts_with("style"));
            assert!(!tag.split_whitespace().any(runs), "{tag} on {path}");
            let is_ours = tag.starts_with("script src=\"/assets/musubi.") && tag.ends_with(" defer");
            assert!((!tag.starts_with("script") || is_ours) && !tag.starts_with("style"), "{tag} on {path}");
            let loads = |word: &str| word.starts_with("src=") || word.starts_with("href=");
            let leads_away = |word: &str| loads(word) && (word.contains("//") || word.contains("script:"));
            assert!(!tag.split_whitespace().any(leads_away), "{tag} on {path}");
        }
    }
}

async fn tells_by_pages(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    let missing = reader.get("/no-such-page").await;
    assert_eq!(missing.status, 404);
    assert!(missing.text.contains("<title>ページが見つかりません | Musubi</title>"), "{}", missing.text);
    assert!(missing.text.contains(header(&missing, "x-request-id")), "the page names the request");

    let large = format!("token={}", "a".repeat(64 * 1024));
    let answer = reader.post_raw("/sign-in", &large).await;
    assert_eq!(answer.status, 413);
    assert!(answer.text.contains("大きすぎます"));

    for body in ["login_id=a&login_id=b", "login_id=%FF", "login_id=%00"] {
        assert_eq!(reader.post_raw("/sign-in", body).await.status, 400, "{body}");
    }
    let json = TestApp::request("POST", "/sign-in", HOST, None, "{}");
    let answer = app.send(json).await;
    assert_eq!(answer.status, 415);
    assert_eq!(header(&answer, "content-type"), "text/html; charset=utf-8");
}

async fn keeps_assets(app: TestApp) {
    let mut reader = Reader::new(&app);
    let page = reader.get("/sign-in").await;
    for (begin, content_type) in [
        ("stylesheet\" href=\"", "text/css; charset=utf-8"),
        ("script src=\"", "text/javascript; charset=utf-8"),
        ("svg+xml\" href=\"", "image/svg+xml"),
    ] {
        let path = after(&page.text, begin, '"');
        let asset = reader.get(path).await;
        assert_eq!((asset.status.as_u16(), header(&asset, "content-type")), (200, content_type));
        assert_eq!(header(&asset, "cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(reader.get(&path.replace("musubi.", "musubi.0")).await.status, 404, "another name is none");
    }
}
