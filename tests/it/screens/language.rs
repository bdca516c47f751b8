//! In which language pages are.

use libtest_mimic::Trial;
use musubi_testkit::app::{HOST, TestApp};
use musubi_testkit::engine::async_on_both;

use super::stage::{Reader, after, encoded, header, stage};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both(
            "screens: the language is what is asked for, chosen, preferred, in this order",
            |engine| async move {
                order(stage(engine).await).await;
            },
        ),
        async_on_both("screens: nobody is led elsewhere", |engine| async move {
            open_redirect(stage(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn order(app: TestApp) {
    let mut reader = Reader::new(&app);
    let page = reader.get("/sign-in?continue=/account").await;
    assert!(page.text.contains("<html lang=\"ja\">"), "{}", page.text);
    let switch = after(&page.text, "href=\"/language", '"').replace("&#38;", "&").replace("&amp;", "&");
    let answer = reader.get(&format!("/language{switch}")).await;
    assert_eq!((answer.status.as_u16(), header(&answer, "location")), (303, "/sign-in?continue=/account"));
    assert_eq!(header(&answer, "set-cookie"), "musubi-language=en; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000");
    let page = reader.get("/sign-in?continue=/account").await;
    assert!(page.text.contains("<html lang=\"en\">") && page.text.contains(">Sign in</h1>"), "{}", page.text);
    let page = reader.get("/sign-in?ui_locales=fr%20ja-JP%20en").await;
    assert!(page.text.contains("<html lang=\"ja\">"), "{}", page.text);
    assert!(page.text.contains("action=\"/sign-in?ui_locales=ja\""), "the form keeps it: {}", page.text);
    let english =
        axum::http::Request::builder().uri("/sign-in").header("host", HOST).header("accept-language", "en-GB,ja;q=0.5");
    let page = app.send(english.body(axum::body::Body::empty()).unwrap()).await;
    assert!(page.text.contains("<html lang=\"en\">"));
}

/// What would lead out of here, or into another header.
const ELSEWHERE: [&str; 16] = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "data:text/html,hello",
    "evil.example",
    "",
    "@evil.example",
    "/\r\nSet-Cookie: musubi=mine",
    "/\u{85}evil",
];

async fn open_redirect(app: TestApp) {
    for target in ELSEWHERE {
        let mut reader = Reader::new(&app);
        let answer = reader.get(&format!("/language?{}", encoded(&[("to", "en"), ("continue", target)]))).await;
        assert_eq!(header(&answer, "location"), "/", "{target:?}");
        let answer = reader.sign_in(super::stage::LOGIN, super::stage::PASSWORD, target).await;
        assert_eq!((answer.status.as_u16(), header(&answer, "location")), (303, "/"), "{target:?}");
        assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 1, "{target:?}");
        let answer = reader.get(&format!("/sign-in?{}", encoded(&[("continue", target)]))).await;
        assert_eq!((answer.status.as_u16(), header(&answer, "location")), (303, "/"), "{target:?}");
    }
    // What is encoded in a path of ours stays in it.
    for target in ["/account?done=%5C%5Cevil.example", "/%5cevil.example", "/%2F/evil.example"] {
        let mut reader = Reader::new(&app);
        let answer = reader.sign_in(super::stage::LOGIN, super::stage::PASSWORD, target).await;
        assert_eq!(header(&answer, "location"), target);
    }
}
