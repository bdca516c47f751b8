//! Signing in: who gets in, who is kept from trying, and what those learn who are turned away.

use libtest_mimic::Trial;
use musubi_domain::error::Kind;
use musubi_domain::messages::Locale;
use musubi_domain::sign_in::{FAILURES, LOCK_SECONDS};
use musubi_service::request::{Note, Peer};
use musubi_service::sign_in::{Outcome, SignIn, SignInRefusal, SignedIn, sign_in};
use musubi_service::user::{UserCreate, UserSet, user_create, user_set};
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::{Engine, async_on_both};
use uuid::Uuid;

pub(crate) const PASSWORD: &str = "むすびの山 海 川";

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("who_knows_the_password_gets_in_and_others_get_one_answer", one_answer),
        async_on_both("five_failures_lock_an_account_for_a_network", failures_lock),
        async_on_both("tries_at_the_same_time_are_not_more_tries", tries_at_once),
        async_on_both("a_network_that_floods_keeps_no_other_from_signing_in", flood),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(crate) fn peer(address: &str) -> Peer {
    Peer { address: address.parse().unwrap(), ..Peer::default() }
}

pub(crate) fn request() -> Note {
    Note::new(Uuid::nil(), Locale::Ja, "/sign-in".to_owned())
}

pub(crate) async fn person(app: &TestApp, login: &str, password: Option<&str>) -> Uuid {
    let command = UserCreate {
        login_id: login.to_owned(),
        family_name: "山田".to_owned(),
        first_name: "太郎".to_owned(),
        mail: format!("{login}@example.jp"),
        password: password.map(str::to_owned),
        ..UserCreate::default()
    };
    user_create(&app.service, &app.context(), command).await.unwrap()
}

pub(crate) async fn attempt(app: &TestApp, address: &str, login: &str, password: &str) -> Outcome {
    let command = SignIn { login_id: login.to_owned(), password: password.to_owned(), ..SignIn::default() };
    sign_in(&app.service, app.tenant, &peer(address), &request(), command).await.unwrap()
}

/// The cookie of somebody who gets in.
pub(crate) async fn cookie(app: &TestApp, address: &str, login: &str) -> String {
    cookie_of(attempt(app, address, login, PASSWORD).await).unwrap()
}

/// The cookie that a sign-in comes to.
pub(crate) fn cookie_of(outcome: Outcome) -> Option<String> {
    match outcome {
        Ok(SignedIn::Session(cookie)) => Some(cookie),
        Ok(SignedIn::Totp(_)) | Err(_) => None,
    }
}

fn is_refused(outcome: &Outcome) -> bool {
    matches!(outcome, Err(SignInRefusal::Refused))
}

async fn one_answer(engine: Engine) {
    let app = TestApp::new(engine).await;
    person(&app, "hanako", Some(PASSWORD)).await;
    person(&app, "left", Some(PASSWORD)).await;
    person(&app, "silent", None).await;
    let leave = UserSet { active: Some(false), ..UserSet::default() };
    user_set(&app.service, &app.context(), "left".to_owned(), leave).await.unwrap();

    for typed in [PASSWORD, "むすひ\u{3099}の山　海\u{a0}川"] {
        assert!(matches!(attempt(&app, "192.0.2.1", "Hanako", typed).await, Ok(SignedIn::Session(_))), "{typed}");
    }
    let long = "x".repeat(100_000);
    for (login, password) in [
        ("hanako", "むすびの山 海"),
        ("hanako", ""),
        ("hanako", long.as_str()),
        ("nobody", PASSWORD),
        ("left", PASSWORD),
        ("silent", PASSWORD),
        ("silent", ""),
        ("system:musubi", PASSWORD),
        ("\u{0}", "\u{0}"),
        (long.as_str(), "x"),
    ] {
        assert!(is_refused(&attempt(&app, "192.0.2.1", login, password).await), "{login:.20} {password:.20}");
    }
    assert!(attempt(&app, "192.0.2.1", "hanako", PASSWORD).await.is_ok());
}

async fn failures_lock(engine: Engine) {
    let app = TestApp::new(engine).await;
    let other = app.instance().await;
    person(&app, "hanako", Some(PASSWORD)).await;
    let fail = async |app: &TestApp, address: &str, times: i64| {
        for _ in 0..times {
            assert!(is_refused(&attempt(app, address, "HANAKO", "まちがい").await));
        }
    };
    // A success clears what was counted.
    fail(&app, "2001:db8::1", FAILURES - 1).await;
    cookie(&app, "2001:db8::1", "hanako").await;
    fail(&app, "2001:db8::1", FAILURES - 1).await;
    cookie(&app, "2001:db8::1", "hanako").await;
    // Two instances count together, and a /64 is one network.
    fail(&app, "2001:db8::1", FAILURES - 2).await;
    fail(&other, "2001:db8::2", 2).await;
    for app in [&app, &other] {
        assert!(is_refused(&attempt(app, "2001:db8:0:0:1::", "hanako", PASSWORD).await));
        cookie(app, "2001:db8:0:1::1", "hanako").await;
    }
    // Tries while it is locked do not make it longer.
    app.source.advance_seconds(LOCK_SECONDS - 1);
    fail(&app, "2001:db8::1", 2).await;
    app.source.advance_seconds(1);
    cookie(&app, "2001:db8::1", "hanako").await;
    // A clock that goes back locks nobody for ever.
    fail(&app, "192.0.2.1", FAILURES).await;
    app.source.advance_seconds(-86_400);
    cookie(&app, "192.0.2.1", "hanako").await;
}

async fn tries_at_once(engine: Engine) {
    let app = TestApp::new(engine).await;
    person(&app, "hanako", Some(PASSWORD)).await;
    for _ in 0..FAILURES - 1 {
        assert!(is_refused(&attempt(&app, "192.0.2.1", "hanako", "まちがい").await));
    }
    // One try is left: of these that come together, all hashed before one is counted, at most one is a try.
    let tries: Vec<_> = (0..6)
        .map(|at| {
            let service = app.service.clone();
            let (tenant, password) = (app.tenant, if at == 5 { PASSWORD } else { "まちがい" });
            let command = SignIn { login_id: "hanako".to_owned(), password: password.to_owned(), ..SignIn::default() };
            tokio::spawn(async move { sign_in(&service, tenant, &peer("192.0.2.1"), &request(), command).await })
        })
        .collect();
    let mut let_in = 0;
    for attempt in tries {
        let_in += usize::from(attempt.await.unwrap().unwrap().is_ok());
    }
    assert!(let_in <= 1);
    // Whichever came first: failures that follow one another have locked it, or the right one has cleared them.
    let locked = is_refused(&attempt(&app, "192.0.2.1", "hanako", PASSWORD).await);
    assert!(locked || let_in == 1);
}

async fn flood(engine: Engine) {
    let app = TestApp::new(engine).await;
    person(&app, "hanako", Some(PASSWORD)).await;
    let flood: Vec<_> = (0..200)
        .map(|at| {
            let (service, tenant) = (app.service.clone(), app.tenant);
            let command =
                SignIn {
                    login_id: format!("guess{}", at % 50), password: "まちがい".to_owned(), ..SignIn::default()
                };
            tokio::spawn(async move { sign_in(&service, tenant, &peer("203.0.113.9"), &request(), command).await })
        })
        .collect();
    for _ in 0..5 {
        cookie(&app, "192.0.2.1", "hanako").await;
    }
    let (mut refused, mut busy) = (0, 0);
    for attempt in flood {
        match attempt.await.unwrap() {
            Ok(outcome) => {
                assert!(is_refused(&outcome));
                refused += 1;
            }
            Err(error) => {
                assert_eq!(error.kind(), Kind::Busy);
                busy += 1;
            }
        }
    }
    assert!(refused >= 8 && busy > 0, "{refused} were refused, {busy} were told to come later");
}
