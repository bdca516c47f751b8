//! Signing in and out by the pages.

use axum::body::Body;
use axum::http::Request;
use libtest_mimic::Trial;
use musubi_service::request::Peer;
use musubi_testkit::app::{HOST, TestApp};
use musubi_testkit::engine::async_on_both;
use musubi_testkit::hostile;

use super::stage::{LOGIN, PASSWORD, Reader, header, person, stage};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("screens: who signs in gets a new session and his page", |engine| async move {
            gets_in(stage(engine).await).await;
        }),
        async_on_both("screens: who is turned away learns nothing and keeps what he typed", |engine| async move {
            is_turned_away(stage(engine).await).await;
        }),
        async_on_both("screens: a session that was there before ends with a sign-in", |engine| async move {
            fixation(stage(engine).await).await;
        }),
        async_on_both("screens: cookies are of this host alone, and of https where it is", |engine| async move {
            cookies(stage(engine).await).await;
        }),
        async_on_both("screens: hostile text is shown as text", |engine| async move {
            hostile_text(stage(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn gets_in(app: TestApp) {
    let mut reader = Reader::new(&app);
    let answer = reader.get("/account").await;
    assert_eq!((answer.status.as_u16(), header(&answer, "location")), (303, "/sign-in?continue=/account"));
    let answer = reader.sign_in(LOGIN, PASSWORD, "/account").await;
    assert_eq!((answer.status.as_u16(), header(&answer, "location")), (303, "/account"), "{}", answer.text);
    let page = reader.get("/account").await;
    assert!(page.text.contains("山田 太郎") && page.text.contains("この端末"), "{}", page.text);
    assert_eq!(header(&reader.get("/sign-in?continue=/account").await, "location"), "/account");
    let answer = reader.post("/sign-out", &[]).await;
    assert_eq!((answer.status.as_u16(), header(&answer, "location")), (303, "/signed-out"));
    assert!(!reader.cookies.contains_key("musubi"));
    assert!(reader.get("/signed-out").await.text.contains("サインアウトしました"));
    assert_eq!(reader.get("/account").await.status, 303);
}

async fn is_turned_away(app: TestApp) {
    let mut reader = Reader::new(&app);
    let page =
        |text: &str| text.replace(text.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap(), "");
    let wrong = reader.sign_in(LOGIN, "no-such-password", "/account").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("<title>エラー: サインイン | Musubi</title>"), "{}", wrong.text);
    assert!(
        wrong.text.contains("role=\"alert\"") && wrong.text.contains(&format!("value=\"{LOGIN}\"")),
        "{}",
        wrong.text
    );
    assert!(!wrong.text.contains("no-such-password"), "the password is not given back");
    let unknown = reader.sign_in("nobody", "wrong", "/account").await;
    assert_eq!(unknown.status, 422);
    assert_eq!(page(&wrong.text).replace(LOGIN, "nobody"), page(&unknown.text));
    let empty = reader.sign_in("", "", "/").await;
    assert_eq!(empty.status, 422);
    for told in [
        "id=\"login_id-error\"",
        "id=\"password-error\"",
        "aria-describedby=\"login_id-error\"",
        "aria-invalid=\"true\"",
    ] {
        assert!(empty.text.contains(told), "{told}: {}", empty.text);
    }
    assert!(!reader.cookies.contains_key("musubi"));
}

async fn fixation(app: TestApp) {
    let mut attacker = Reader::signed_in(&app).await;
    let planted = attacker.cookies["musubi"].clone();
    let mut victim = Reader::new(&app);
    victim.cookies.insert("musubi".to_owned(), planted.clone());
    // An authorization request may have somebody sign in again, who has a session.
    victim.get("/sign-in?continue=/oidc-auth/authorize").await;
    let fields = [("login_id", LOGIN), ("password", PASSWORD), ("continue", "/")];
    assert_eq!(victim.post("/sign-in", &fields).await.status, 303);
    assert_ne!(victim.cookies["musubi"], planted);
    assert_eq!(attacker.get("/account").await.status, 303, "what was planted has ended");
    assert_eq!(victim.get("/account").await.status, 200);
    // A text that nobody gave out begins nothing.
    let mut made_up = Reader::new(&app);
    made_up.cookies.insert("musubi".to_owned(), "A".repeat(43));
    made_up.get("/sign-in").await;
    assert_eq!(made_up.post("/sign-in", &fields).await.status, 303);
    assert_ne!(made_up.cookies["musubi"], "A".repeat(43));
}

async fn cookies(app: TestApp) {
    let page = |secure| {
        let peer = Peer { secure, ..Peer::default() };
        Request::builder().uri("/sign-in").header("host", HOST).extension(peer).body(Body::empty()).unwrap()
    };
    let answer = app.send(page(true)).await;
    let cookie = header(&answer, "set-cookie");
    assert!(
        cookie.starts_with("__Host-musubi-form=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    let answer = app.send(page(false)).await;
    let cookie = header(&answer, "set-cookie");
    assert!(cookie.starts_with("musubi-form=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    let mut reader = Reader::new(&app);
    let answer = reader.sign_in(LOGIN, PASSWORD, "/").await;
    let cookie = header(&answer, "set-cookie");
    assert!(cookie.starts_with("musubi=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
}

/// A text as a page shows it.
fn escaped(text: &str) -> String {
    text.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;").replace('\'', "&#39;")
}

async fn hostile_text(app: TestApp) {
    let lines = |text: &&&str| !text.contains(['\r', '\n']);
    let mut reader = Reader::new(&app);
    reader.get("/sign-in").await;
    let markup = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onfocus='alert(1)",
        "{{ 7 * 7 }}",
        "</title>",
    ];
    for text in markup.iter().chain(hostile::texts().iter().filter(lines)).filter(|text| !text.trim().is_empty()) {
        let answer = reader.post("/sign-in", &[("login_id", text), ("password", "")]).await;
        assert_eq!(answer.status, 422, "{text:?}");
        assert!(answer.text.contains(&format!("value=\"{}\"", escaped(text.trim()))), "{text:?}: {}", answer.text);
    }
    person(&app, "tanaka", "<b>田中</b>", "\"𠮷\" & ♥").await;
    let mut reader = Reader::new(&app);
    assert_eq!(reader.sign_in("tanaka", PASSWORD, "/").await.status, 303);
    let page = reader.get("/").await;
    assert!(page.text.contains(&escaped("<b>田中</b> \"𠮷\" & ♥")), "{}", page.text);
    assert!(!page.text.contains("<b>"));
}
