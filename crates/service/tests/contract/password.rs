//! Passwords and second factors: what may be taken, how they are changed, and what ends with the old ones.

use libtest_mimic::Trial;
use musubi_domain::error::{Error, Kind};
use musubi_domain::limits;
use musubi_service::password::password_change;
use musubi_service::session::{Whose, session_list};
use musubi_service::sign_in::{Outcome, SignInRefusal, SignInTotp, SignedIn, sign_in_totp};
use musubi_service::totp::{totp_begin, totp_confirm, totp_has, totp_remove};
use musubi_service::user::{UserCreate, UserSet, user_create, user_set};
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::{Engine, async_on_both};

use crate::session::{context, session};
use crate::sign_in::{PASSWORD, attempt, cookie, cookie_of, peer, person, request};

const HOME: &str = "192.0.2.1";
const NEW: &str = "紫陽花と雨の朝食";

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("a_password_that_everybody_guesses_is_not_taken", rule),
        async_on_both("who_changes_his_password_stays_and_his_other_sessions_end", change),
        async_on_both("an_administrator_sets_a_password_and_takes_a_second_factor_away", administrator),
        async_on_both("a_second_factor_is_asked_for_and_each_code_is_good_once", second_factor),
        async_on_both("wrong_codes_lock_as_wrong_passwords_do", wrong_codes),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn codes(error: &Error) -> Vec<(&str, &str)> {
    error.problems().iter().map(|problem| (problem.path.as_str(), problem.message.code())).collect()
}

async fn rule(engine: Engine) {
    let app = TestApp::new(engine).await;
    for (password, code) in [
        ("short", "password_too_short"),
        ("password2026", "password_well_known"),
        ("xx-HANAKO-71", "password_tells_person"),
        ("紫陽花と雨の\n朝食", "control_character"),
        (&"長".repeat(257), "too_long"),
    ] {
        let command = UserCreate {
            login_id: "hanako".to_owned(),
            family_name: "山田".to_owned(),
            first_name: "花子".to_owned(),
            mail: "h@example.jp".to_owned(),
            password: Some(password.to_owned()),
            ..UserCreate::default()
        };
        let refused = user_create(&app.service, &app.context(), command).await.unwrap_err();
        assert_eq!(codes(&refused), [("--password-stdin", code)], "{password:.20}");
    }
}

async fn change(engine: Engine) {
    let app = TestApp::new(engine).await;
    person(&app, "hanako", Some(PASSWORD)).await;
    let (own, other) = (cookie(&app, HOME, "hanako").await, cookie(&app, HOME, "hanako").await);
    let me = context(&app, &own).await;
    let change =
        async |current: &str, new: &str| password_change(&app.service, &me, &peer("198.51.100.7"), current, new).await;
    assert_eq!(codes(&change("まちがいです", NEW).await.unwrap_err()), [("current", "wrong_password")]);
    assert_eq!(codes(&change(PASSWORD, "12345678").await.unwrap_err()), [("new", "password_well_known")]);
    assert!(session(&app, &own).await.is_some() && session(&app, &other).await.is_some());

    let renewed = change(PASSWORD, NEW).await.unwrap();
    assert!(session(&app, &own).await.is_none() && session(&app, &other).await.is_none());
    assert_eq!(session(&app, &renewed).await.unwrap().user.login_id, "hanako");
    let left = session_list(&app.service, &context(&app, &renewed).await, Whose::Own).await.unwrap();
    assert_eq!(left.len(), 1);
    assert!(cookie_of(attempt(&app, HOME, "hanako", PASSWORD).await).is_none());
    assert!(cookie_of(attempt(&app, HOME, "hanako", NEW).await).is_some());

    // A session that was left open is no place to try passwords.
    let me = context(&app, &renewed).await;
    for _ in 0..limits::SIGN_IN_FAILURES {
        password_change(&app.service, &me, &peer(HOME), "まちがいです", PASSWORD).await.unwrap_err();
    }
    let locked = password_change(&app.service, &me, &peer(HOME), NEW, PASSWORD).await.unwrap_err();
    assert_eq!(codes(&locked), [("current", "wrong_password")]);
    assert!(cookie_of(attempt(&app, HOME, "hanako", NEW).await).is_none());
}

/// The code of a device with this secret, in Base32.
fn code(app: &TestApp, secret: &str) -> String {
    musubi_testkit::totp::code(secret, musubi_service::Source::now(app.source.as_ref()))
}

/// Sets a second factor up; its secret.
async fn set_up(app: &TestApp, cookie: &str) -> String {
    let me = context(app, cookie).await;
    let draft = totp_begin(&app.service, &me, "https://ro7jrw.example.jp").await.unwrap();
    totp_confirm(&app.service, &me, &draft.draft, &code(app, &draft.secret)).await.unwrap();
    app.source.advance_seconds(60);
    draft.secret
}

async fn ticket(app: &TestApp, address: &str) -> String {
    match attempt(app, address, "hanako", PASSWORD).await {
        Ok(SignedIn::Totp(ticket)) => ticket,
        Ok(SignedIn::Session(_)) | Err(_) => String::new(),
    }
}

async fn send(app: &TestApp, address: &str, ticket: &str, code: &str) -> Outcome {
    let command = SignInTotp { ticket: ticket.to_owned(), code: code.to_owned(), ..SignInTotp::default() };
    sign_in_totp(&app.service, app.tenant, &peer(address), &request(), command).await.unwrap()
}

async fn administrator(engine: Engine) {
    let app = TestApp::new(engine).await;
    person(&app, "hanako", Some(PASSWORD)).await;
    let own = cookie(&app, HOME, "hanako").await;
    set_up(&app, &own).await;
    for _ in 0..limits::SIGN_IN_FAILURES {
        attempt(&app, HOME, "hanako", "まちがい").await.err().unwrap();
    }
    let set = async |change: UserSet| user_set(&app.service, &app.context(), "Hanako".to_owned(), change).await;
    let weak = UserSet { password: Some("Hanako-1742".to_owned()), ..UserSet::default() };
    assert_eq!(codes(&set(weak).await.unwrap_err()), [("--password-stdin", "password_tells_person")]);
    set(UserSet { password: Some(NEW.to_owned()), ..UserSet::default() }).await.unwrap();
    assert!(session(&app, &own).await.is_none());
    assert!(matches!(attempt(&app, HOME, "hanako", NEW).await, Ok(SignedIn::Totp(_))), "locked nowhere");
    set(UserSet { reset_totp: true, ..UserSet::default() }).await.unwrap();
    assert!(cookie_of(attempt(&app, HOME, "hanako", NEW).await).is_some());
    let nobody = UserSet { password: Some(NEW.to_owned()), ..UserSet::default() };
    let nobody = user_set(&app.service, &app.context(), "nobody".to_owned(), nobody).await.unwrap_err();
    assert_eq!(nobody.kind(), Kind::NotFound);
}

async fn second_factor(engine: Engine) {
    let app = TestApp::new(engine).await;
    for login in ["hanako", "taro"] {
        person(&app, login, Some(PASSWORD)).await;
    }
    let (own, others) = (cookie(&app, HOME, "hanako").await, cookie(&app, HOME, "taro").await);
    let (me, another) = (context(&app, &own).await, context(&app, &others).await);
    let draft = totp_begin(&app.service, &me, "https://ro7jrw.example.jp:8443").await.unwrap();
    let uri = format!(
        "otpauth://totp/Musubi%20ro7jrw.example.jp:hanako?secret={}&issuer=Musubi%20ro7jrw.example.jp",
        draft.secret
    );
    assert_eq!(draft.uri, uri);
    let now = code(&app, &draft.secret);
    for (whose, draft, code) in
        [(&me, draft.draft.as_str(), "000000"), (&another, &draft.draft, &now), (&me, "A", &now), (&me, "", &now)]
    {
        let refused = totp_confirm(&app.service, whose, draft, code).await.unwrap_err();
        assert_eq!(codes(&refused), [("code", "wrong_code")]);
    }
    assert!(!totp_has(&app.service, &me).await.unwrap());
    totp_confirm(&app.service, &me, &draft.draft, &now).await.unwrap();
    assert!(totp_has(&app.service, &me).await.unwrap());
    let again = totp_confirm(&app.service, &me, &draft.draft, &now).await.unwrap_err();
    assert_eq!(codes(&again), [("code", "second_factor_set")]);

    // The code that confirmed it is used. The next one is good once, and the ticket for five minutes.
    let first = ticket(&app, HOME).await;
    assert!(matches!(send(&app, HOME, &first, &now).await, Err(SignInRefusal::Refused)));
    app.source.advance_seconds(30);
    let next = code(&app, &draft.secret);
    let cookie = cookie_of(send(&app, HOME, &first, &next).await).unwrap();
    assert!(session(&app, &cookie).await.is_some());
    assert!(matches!(send(&app, HOME, &first, &next).await, Err(SignInRefusal::Refused)));
    app.source.advance_seconds(270);
    let last = code(&app, &draft.secret);
    for over in [first.as_str(), "", "A", &draft.draft] {
        assert!(matches!(send(&app, HOME, over, &last).await, Err(SignInRefusal::TicketOver)));
    }
    // A password that is changed meanwhile makes the ticket worth nothing.
    let before = ticket(&app, HOME).await;
    let changed = UserSet { password: Some(NEW.to_owned()), ..UserSet::default() };
    user_set(&app.service, &app.context(), "hanako".to_owned(), changed).await.unwrap();
    assert!(matches!(send(&app, HOME, &before, &last).await, Err(SignInRefusal::TicketOver)));

    let outcome = attempt(&app, HOME, "hanako", NEW).await;
    let Ok(SignedIn::Totp(after)) = outcome else { unreachable!("there is a second factor") };
    let cookie = cookie_of(send(&app, HOME, &after, &last).await).unwrap();
    let me = context(&app, &cookie).await;
    let refused = totp_remove(&app.service, &me, &peer(HOME), PASSWORD).await.unwrap_err();
    assert_eq!(codes(&refused), [("password", "wrong_password")]);
    totp_remove(&app.service, &me, &peer(HOME), NEW).await.unwrap();
    let again = totp_remove(&app.service, &me, &peer(HOME), NEW).await.unwrap_err();
    assert_eq!(again.kind(), Kind::NotFound);
    assert!(cookie_of(attempt(&app, HOME, "hanako", NEW).await).is_some());
}

async fn wrong_codes(engine: Engine) {
    let app = TestApp::new(engine).await;
    person(&app, "hanako", Some(PASSWORD)).await;
    let own = cookie(&app, HOME, "hanako").await;
    let secret = set_up(&app, &own).await;
    // Showing the password again in between clears nothing.
    for at in 0..limits::SIGN_IN_FAILURES {
        let ticket = ticket(&app, HOME).await;
        assert!(!ticket.is_empty(), "try {at}");
        assert!(matches!(send(&app, HOME, &ticket, "000000").await, Err(SignInRefusal::Refused)));
    }
    assert_eq!(ticket(&app, HOME).await, "", "the password no longer helps");
    let elsewhere = ticket(&app, "198.51.100.7").await;
    let now = code(&app, &secret);
    assert!(matches!(send(&app, HOME, &elsewhere, &now).await, Err(SignInRefusal::Refused)), "locked");
    assert!(cookie_of(send(&app, "198.51.100.7", &elsewhere, &now).await).is_some());
}
