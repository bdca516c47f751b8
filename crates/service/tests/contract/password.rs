//! Passwords and second factors: what may be taken, how they are changed, and what ends with the old ones.

use libtest_mimic::Trial;
use musubi_domain::authorization::AuthorizationCode;
use musubi_domain::error::{Error, Kind};
use musubi_domain::id::{OauthClientNo, OauthGrantNo};
use musubi_domain::limits;
use musubi_domain::oauth_grant::OauthGrant;
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
        async_on_both("wrong_codes_from_many_networks_lock_the_second_step", codes_from_everywhere),
        async_on_both("a_code_of_a_clock_that_was_ahead_keeps_nobody_out", clock_ahead),
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

    give_access(&app, 71).await;
    let renewed = change(PASSWORD, NEW).await.unwrap();
    assert_eq!(access(&app, 71).await, (false, true), "what clients hold already stays");
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

/// Has a client act for hanako: a family of tokens, and a code that is not exchanged yet, both named by `name`.
async fn give_access(app: &TestApp, name: i64) {
    let give = app.write(move |tx| {
        let (now, client) = (tx.context().now, OauthClientNo(1));
        let user = musubi_store::user::user_by_login(tx, "hanako")?.unwrap().number;
        let code = AuthorizationCode {
            client,
            user,
            redirect_uri: String::new(),
            scope: String::new(),
            nonce: None,
            challenge: None,
            auth_at: now,
            refresh_until: None,
            grant: None,
            created_at: now,
        };
        musubi_store::authorization::authorization_code_insert(tx, &code, &name.to_be_bytes())?;
        let grant = OauthGrant {
            number: OauthGrantNo(name),
            client,
            user,
            scope: String::new(),
            auth_at: now,
            refreshes: false,
            ends_at: now.plus_seconds(3_600),
            revoked: false,
            created_at: now,
        };
        musubi_store::oauth_grant::oauth_grant_insert(tx, &grant)
    });
    give.await.unwrap();
}

/// Whether the code and the family of a name are worth something.
async fn access(app: &TestApp, name: i64) -> (bool, bool) {
    let look = app.write(move |tx| {
        let code = musubi_store::authorization::authorization_code_by_hash(tx, &name.to_be_bytes())?;
        let grant = musubi_store::oauth_grant::oauth_grant_by_number(tx, OauthGrantNo(name))?;
        Ok((code.is_some(), grant.is_some_and(|grant| !grant.revoked)))
    });
    look.await.unwrap()
}

/// The code of a device with this secret, in Base32.
fn code(app: &TestApp, secret: &str) -> String {
    musubi_testkit::totp::code(secret, musubi_service::Source::now(app.source.as_ref()))
}

/// Sets a second factor up; its secret.
async fn set_up(app: &TestApp, cookie: &str) -> String {
    let me = context(app, cookie).await;
    let draft = totp_begin(&app.service, &me, "https://ro7jrw.example.jp").await.unwrap();
    totp_confirm(&app.service, &me, &peer(HOME), PASSWORD, &draft.draft, &code(app, &draft.secret)).await.unwrap();
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
    give_access(&app, 71).await;
    assert_eq!(access(&app, 71).await, (true, true));
    set(UserSet { password: Some(NEW.to_owned()), ..UserSet::default() }).await.unwrap();
    assert_eq!(access(&app, 71).await, (false, false));
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
        let refused = totp_confirm(&app.service, whose, &peer(HOME), PASSWORD, draft, code).await.unwrap_err();
        assert_eq!(codes(&refused), [("code", "wrong_code")]);
    }
    assert!(!totp_has(&app.service, &me).await.unwrap());
    let refused = totp_confirm(&app.service, &me, &peer(HOME), NEW, &draft.draft, &now).await.unwrap_err();
    assert_eq!(codes(&refused), [("password", "wrong_password")]);
    totp_confirm(&app.service, &me, &peer(HOME), PASSWORD, &draft.draft, &now).await.unwrap();
    assert!(totp_has(&app.service, &me).await.unwrap());
    let again = totp_confirm(&app.service, &me, &peer(HOME), PASSWORD, &draft.draft, &now).await.unwrap_err();
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

async fn codes_from_everywhere(engine: Engine) {
    let app = TestApp::new(engine).await;
    person(&app, "hanako", Some(PASSWORD)).await;
    let own = cookie(&app, HOME, "hanako").await;
    let secret = set_up(&app, &own).await;
    let fail = async |from: i64, times: i64| {
        let held = ticket(&app, "203.0.113.1").await;
        for at in from..from + times {
            let outcome = send(&app, &format!("198.51.100.{at}"), &held, "000000").await;
            assert!(matches!(outcome, Err(SignInRefusal::Refused)), "{at}");
        }
    };
    let right = async || {
        let held = ticket(&app, HOME).await;
        app.source.advance_seconds(30);
        cookie_of(send(&app, HOME, &held, &code(&app, &secret)).await)
    };
    // A right code clears what was counted.
    fail(1, limits::TOTP_FAILURES - 1).await;
    assert!(right().await.is_some());
    fail(100, limits::TOTP_FAILURES - 1).await;
    assert!(right().await.is_some());
    fail(150, limits::TOTP_FAILURES).await;
    assert!(right().await.is_none(), "from a network that has not failed");
    app.source.advance_seconds(limits::SIGN_IN_LOCK_SECONDS);
    assert!(right().await.is_some());
}

async fn clock_ahead(engine: Engine) {
    let app = TestApp::new(engine).await;
    person(&app, "hanako", Some(PASSWORD)).await;
    let own = cookie(&app, HOME, "hanako").await;
    let secret = set_up(&app, &own).await;
    let right = async || {
        let held = ticket(&app, HOME).await;
        let now = code(&app, &secret);
        cookie_of(send(&app, HOME, &held, &now).await)
    };
    app.source.advance_seconds(86_400);
    assert!(right().await.is_some());
    app.source.advance_seconds(-240);
    assert!(right().await.is_none(), "clocks that differ a little");
    app.source.advance_seconds(-86_400 + 240);
    assert!(right().await.is_some() && right().await.is_none(), "each code is good once all the same");
}
