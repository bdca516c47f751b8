//! Forms are sent by those to whom they were shown, and by nobody else.

use libtest_mimic::Trial;
use musubi_domain::route::Guard;
use musubi_screens::router::routes;
use musubi_service::tenant::{TenantCreate, tenant_create};
use musubi_testkit::app::{Answer, TestApp};
use musubi_testkit::engine::async_on_both;

use super::stage::{LOGIN, PASSWORD, Reader, encoded, stage};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("screens: a form without its own token changes nothing", |engine| async move {
            tokens(stage(engine).await).await;
        }),
        async_on_both("screens: a form of another site changes nothing", |engine| async move {
            origins(stage(engine).await).await;
        }),
        async_on_both("screens: nobody is signed in by a form of somebody else", |engine| async move {
            login_csrf(stage(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The sign-in page, for somebody who has signed in too.
const AGAIN: &str = "/sign-in?continue=/oidc-auth/authorize";

/// The routes that take forms of ours.
fn forms() -> impl Iterator<Item = (&'static str, Guard)> {
    // What a client asks may come as a form of the client's page.
    let takes = |route: &&musubi_domain::route::Route| {
        route.methods.contains("POST") && !["/oidc-auth/authorize", "/oidc-auth/logout"].contains(&route.path)
    };
    routes().filter(takes).map(|route| (route.path, route.guard))
}

fn is_refused(answer: &Answer) -> bool {
    answer.status == 403 && answer.text.contains("フォームの有効期限が切れています")
}

async fn tokens(app: TestApp) {
    let mut other = Reader::signed_in(&app).await;
    other.get("/account").await;
    let mut reader = Reader::signed_in(&app).await;
    reader.get("/account").await;
    let of_session = reader.token.clone();
    reader.get(AGAIN).await;
    let of_visitor = reader.token.clone();
    assert_ne!(of_session, of_visitor);
    let mut stranger = Reader::new(&app);
    stranger.get(AGAIN).await;
    for (path, guard) in forms() {
        let own = if guard == Guard::Session { &of_session } else { &of_visitor };
        let crossed = if guard == Guard::Session { &of_visitor } else { &of_session };
        let foreign = if guard == Guard::Session { &other.token } else { &stranger.token };
        let mut broken = own.clone();
        broken.replace_range(0..1, if own.starts_with('A') { "B" } else { "A" });
        for wrong in ["", "x", crossed, foreign, &broken, &format!("{own}="), &own.chars().skip(1).collect::<String>()]
        {
            let answer = reader.post_raw(path, &encoded(&[("token", wrong), ("login_id", LOGIN)])).await;
            assert!(is_refused(&answer), "{path} {wrong}: {}", answer.text);
        }
        assert!(is_refused(&reader.post_raw(path, "").await), "{path}");
    }
    assert_eq!(reader.get("/account").await.status, 200, "still signed in");
}

async fn origins(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    reader.get("/account").await;
    let of_session = reader.token.clone();
    reader.get(AGAIN).await;
    let of_visitor = reader.token.clone();
    let own = reader.says[0].1.clone();
    let wrong: [&[(&'static str, &str)]; 8] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", &own)],
        &[("sec-fetch-site", "same-origin"), ("origin", "http://evil.example")],
        &[("sec-fetch-site", "cross-site"), ("origin", "null")],
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[("origin", &own.replace("http:", "https:"))],
        &[("origin", &format!("{own}:8080"))],
    ];
    for (path, guard) in forms() {
        let token = if guard == Guard::Session { &of_session } else { &of_visitor };
        for headers in wrong {
            reader.says = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            let answer = reader.post_raw(path, &encoded(&[("token", token)])).await;
            assert!(is_refused(&answer), "{path} {headers:?}");
        }
    }
    // What says nothing of itself is held to its token alone.
    reader.says.clear();
    let answer = reader.post_raw("/sign-out", &encoded(&[("token", &of_session)])).await;
    assert_eq!(answer.status, 303);
}

async fn login_csrf(app: TestApp) {
    // Somebody has a form for himself, and has another browser send it.
    let mut attacker = Reader::new(&app);
    attacker.get("/sign-in").await;
    let fields = [("token", attacker.token.as_str()), ("login_id", LOGIN), ("password", PASSWORD), ("continue", "/")];
    let mut victim = Reader::new(&app);
    assert!(is_refused(&victim.post_raw("/sign-in", &encoded(&fields)).await));
    victim.get("/sign-in").await;
    assert!(is_refused(&victim.post_raw("/sign-in", &encoded(&fields)).await));
    assert!(!victim.cookies.contains_key("musubi"));
    // A form of one tenant is none of another.
    let command = TenantCreate {
        code: "other".into(),
        name: "別会社".into(),
        hosts: vec!["other.example.jp".into()],
        administrator: None,
    };
    tenant_create(&app.service, command).await.unwrap();
    let mut foreign = Reader::at(&app, "other.example.jp");
    foreign.cookies = attacker.cookies.clone();
    assert!(is_refused(&foreign.post_raw("/sign-in", &encoded(&fields)).await));
    assert_eq!(attacker.post_raw("/sign-in", &encoded(&fields)).await.status, 303);
}
