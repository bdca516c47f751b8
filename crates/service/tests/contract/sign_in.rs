//! Signing in: who gets in, who is kept from trying, and what those learn who are turned away.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Params, PasswordHasher as _};
use libtest_mimic::Trial;
use musubi_domain::error::Kind;
use musubi_domain::limits;
use musubi_domain::messages::Locale;

use musubi_service::request::{Note, Peer};
use musubi_service::sign_in::{Outcome, SignIn, SignInRefusal, SignedIn, sign_in};
use musubi_service::user::{UserCreate, UserSet, user_create, user_set};
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_text::opaque_string::opaque_string;
use uuid::Uuid;

pub(crate) const PASSWORD: &str = "むすびの山 海 川";

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("who_knows_the_password_gets_in_and_others_get_one_answer", one_answer),
        async_on_both("five_failures_lock_an_account_for_a_network", failures_lock),
        async_on_both("tries_at_the_same_time_are_not_more_tries", tries_at_once),
        async_on_both("how_long_a_refusal_takes_tells_nothing", one_time),
        async_on_both("a_hash_of_other_parameters_is_made_anew_with_a_sign_in", hashed_anew),
        async_on_both("failures_are_forgotten_and_tell_nobody_what_was_typed", forgotten),
        async_on_both("the_log_tells_who_signed_in_from_where_and_no_password", log),
        async_on_both("the_log_learns_that_somebody_was_turned_away_and_from_where", is_told),
        async_on_both("a_network_that_floods_keeps_no_other_from_signing_in", flood),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(crate) fn peer(address: &str) -> Peer {
    Peer { address: address.parse().unwrap(), ..Peer::default() }
}

async fn is_told(engine: Engine) {
    let app = TestApp::new(engine).await;
    person(&app, "hanako", Some(PASSWORD)).await;
    let mut told = Vec::new();
    for login in ["hanako", "nobody"] {
        let note = request();
        let command = SignIn { login_id: login.to_owned(), password: "まちがい".to_owned(), ..SignIn::default() };
        assert!(is_refused(&sign_in(&app.service, app.tenant, &peer("192.0.2.1"), &note, command).await.unwrap()));
        told.push((note.code.get().copied(), note.cause.get().cloned()));
    }
    assert_eq!(told[0], (Some("sign_in_refused"), Some("sign-in refused from 192.0.2.1".to_owned())));
    assert_eq!(told[0], told[1], "the log does not say either who is there");
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
    fail(&app, "2001:db8::1", limits::SIGN_IN_FAILURES - 1).await;
    cookie(&app, "2001:db8::1", "hanako").await;
    fail(&app, "2001:db8::1", limits::SIGN_IN_FAILURES - 1).await;
    cookie(&app, "2001:db8::1", "hanako").await;
    // Two instances count together, and a /64 is one network.
    fail(&app, "2001:db8::1", limits::SIGN_IN_FAILURES - 2).await;
    fail(&other, "2001:db8::2", 2).await;
    for app in [&app, &other] {
        assert!(is_refused(&attempt(app, "2001:db8:0:0:1::", "hanako", PASSWORD).await));
        cookie(app, "2001:db8:0:1::1", "hanako").await;
    }
    // Tries while it is locked do not make it longer.
    app.source.advance_seconds(limits::SIGN_IN_LOCK_SECONDS - 1);
    fail(&app, "2001:db8::1", 2).await;
    app.source.advance_seconds(1);
    cookie(&app, "2001:db8::1", "hanako").await;
    // A clock that goes back locks nobody for ever.
    fail(&app, "192.0.2.1", limits::SIGN_IN_FAILURES).await;
    app.source.advance_seconds(-86_400);
    cookie(&app, "192.0.2.1", "hanako").await;
}

async fn tries_at_once(engine: Engine) {
    let app = TestApp::new(engine).await;
    person(&app, "hanako", Some(PASSWORD)).await;
    for _ in 0..limits::SIGN_IN_FAILURES - 1 {
        assert!(is_refused(&attempt(&app, "192.0.2.1", "hanako", "まちがい").await));
    }
    // Hashing takes its time, so that the right one is there long before the wrong ones are counted, and is hashed after them.
    let slow = Params::new(19_456, 40, 1, None).unwrap();
    let slow: PasswordHash =
        Argon2::from(slow).hash_password_with_salt(opaque_string(PASSWORD).unwrap().as_bytes(), &[7; 16]).unwrap();
    let user = app.write(|tx| Ok(musubi_store::user::user_by_login(tx, "hanako")?.unwrap().number)).await.unwrap();
    app.write(move |tx| musubi_store::password::password_set(tx, user, &slow.to_string())).await.unwrap();
    let begin = |password: &str| {
        let (service, tenant) = (app.service.clone(), app.tenant);
        let command = SignIn { login_id: "hanako".to_owned(), password: password.to_owned(), ..SignIn::default() };
        tokio::spawn(async move { sign_in(&service, tenant, &peer("192.0.2.1"), &request(), command).await })
    };
    // One try is left: when the last of them comes to be judged, it has been used up.
    let wrong: Vec<_> = (0..5).map(|_| begin("まちがい")).collect();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let right = begin(PASSWORD);
    for attempt in wrong {
        assert!(is_refused(&attempt.await.unwrap().unwrap()));
    }
    assert!(is_refused(&right.await.unwrap().unwrap()));
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

/// Each refusal costs one hash and one transaction, which take many times as long as anything else that differs.
async fn one_time(engine: Engine) {
    let app = TestApp::new(engine).await;
    for login in ["hanako", "left", "locked"] {
        person(&app, login, Some(PASSWORD)).await;
    }
    person(&app, "silent", None).await;
    let leave = UserSet { active: Some(false), ..UserSet::default() };
    user_set(&app.service, &app.context(), "left".to_owned(), leave).await.unwrap();
    for login in ["locked", "nobody-locked"] {
        for _ in 0..limits::SIGN_IN_FAILURES {
            attempt(&app, "192.0.2.1", login, "まちがい").await.err().unwrap();
        }
    }
    let kinds = [
        ("hanako", "まちがい"),
        ("nobody", "まちがい"),
        ("left", PASSWORD),
        ("silent", "まちがい"),
        ("locked", "まちがい"),
        ("locked", PASSWORD),
        ("nobody-locked", "まちがい"),
    ];
    let mut took = vec![Vec::new(); kinds.len()];
    for round in 0..15_u8 {
        for (kind, (login, password)) in took.iter_mut().zip(kinds) {
            // An address of its own each time, but for those that are locked.
            let address = if login.ends_with("locked") { 1 } else { 10 + round };
            let begun = std::time::Instant::now();
            assert!(is_refused(&attempt(&app, &format!("192.0.2.{address}"), login, password).await));
            kind.push(begun.elapsed());
        }
    }
    let medians: Vec<_> = took
        .iter_mut()
        .map(|times| {
            times.sort_unstable();
            times[times.len() / 2]
        })
        .collect();
    let (least, most) = (medians.iter().min().unwrap(), medians.iter().max().unwrap());
    // A hash that is left out makes it thirty times as short; a machine that is busy does not.
    assert!(*most < *least * 4, "{kinds:?} take {medians:?}");
}

async fn hashed_anew(engine: Engine) {
    let app = TestApp::new(engine).await;
    person(&app, "hanako", Some(PASSWORD)).await;
    let hash = async || {
        let read = |keyed: &mut musubi_store::db::Keyed<'_>| musubi_store::password::password_of_login(keyed, "hanako");
        app.service.db().get(app.tenant, read).await.unwrap().unwrap().password_hash.unwrap()
    };
    // 8 KiB and one pass, as nobody would take them.
    let weak: PasswordHash = Argon2::from(Params::new(8, 1, 1, None).unwrap())
        .hash_password_with_salt(PASSWORD.as_bytes(), &[3; 16])
        .unwrap();
    let (weak, old) = (weak.to_string(), weak.to_string());
    app.write(move |tx| {
        let user = musubi_store::user::user_by_login(tx, "hanako")?.unwrap();
        musubi_store::password::password_set(tx, user.number, &old)
    })
    .await
    .unwrap();
    assert!(is_refused(&attempt(&app, "192.0.2.1", "hanako", "まちがい").await));
    assert_eq!(hash().await, weak);
    cookie(&app, "192.0.2.1", "hanako").await;
    let anew = hash().await;
    assert!(anew.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{anew}");
    cookie(&app, "192.0.2.1", "hanako").await;
    assert_eq!(hash().await, anew);
}

async fn forgotten(engine: Engine) {
    let app = TestApp::new(engine).await;
    for at in 0..5 {
        attempt(&app, "192.0.2.1", &format!("nobody{at}"), "まちがい").await.err().unwrap();
    }
    let rows = async || {
        let read = |snapshot: &mut musubi_store::db::Snapshot<'_>| {
            snapshot.rows("SELECT account FROM sign_in_failure WHERE tenant_no = ?1 LIMIT 100", &[])
        };
        app.service.db().page(app.tenant, read).await.unwrap()
    };
    let kept = rows().await;
    assert_eq!(kept.len(), 5);
    for mut row in kept {
        assert!(!row.take::<Vec<u8>>().unwrap().starts_with(b"nobody"));
    }
    // They go with the next failure, when the longest lock there is has passed.
    app.source.advance_seconds(1_801);
    attempt(&app, "192.0.2.1", "nobody", "まちがい").await.err().unwrap();
    assert_eq!(rows().await.len(), 1);
}

async fn log(engine: Engine) {
    let app = TestApp::new(engine).await;
    person(&app, "hanako", Some(PASSWORD)).await;
    let cookie = cookie(&app, "192.0.2.1", "hanako").await;
    let me = crate::session::context(&app, &cookie).await;
    let own = crate::session::session(&app, &cookie).await.unwrap().number;
    musubi_service::session::session_end(&app.service, &me, own).await.unwrap();
    for login in ["hanako", "むすびの山"] {
        for _ in 0..limits::SIGN_IN_FAILURES {
            attempt(&app, "192.0.2.7", login, "まちがい").await.err().unwrap();
        }
    }
    let wanted = [
        ("sign_in", "hanako 192.0.2.1", "screen"),
        ("sign_out", "hanako 192.0.2.1", "screen"),
        ("sign_in.lock", "hanako 192.0.2.7", "screen"),
    ];
    let read = |snapshot: &mut musubi_store::db::Snapshot<'_>| {
        let sql = "SELECT kind, target, door FROM operation_log WHERE tenant_no = ?1 ORDER BY number LIMIT 100";
        let rows = snapshot.rows(sql, &[])?;
        rows.into_iter().map(|mut row| Ok((row.take()?, row.take()?, row.take()?))).collect()
    };
    let mut told: Vec<(String, String, String)> = Vec::new();
    for _ in 0..100 {
        // Entries are numbered a moment after they are committed.
        told = app.service.db().page(app.tenant, read).await.unwrap();
        if told.iter().any(|(kind, ..)| kind == "sign_in.lock") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    told.retain(|(kind, ..)| kind.starts_with("sign_"));
    let told: Vec<_> =
        told.iter().map(|(kind, target, door)| (kind.as_str(), target.as_str(), door.as_str())).collect();
    assert_eq!(told, wanted);
}
