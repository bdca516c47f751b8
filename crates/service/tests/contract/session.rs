//! Sessions: how they begin, how long they live, and that their end is true everywhere.

use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;
use musubi_domain::context::Context;
use musubi_domain::error::Kind;
use musubi_domain::id::SessionNo;
use musubi_domain::limits;
use musubi_service::request::Peer;
use musubi_service::session::{Session, Whose, session_end, session_end_all, session_end_all_of, session_list};
use musubi_service::sign_in::{SignIn, sign_in};
use musubi_service::user::{UserSet, user_set};
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::{Engine, async_on_both};

use crate::sign_in::{PASSWORD, attempt, cookie, cookie_of, peer, person, request};

const HOME: &str = "192.0.2.1";

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("a_session_is_found_by_its_cookie_in_its_tenant_alone", is_found),
        async_on_both("a_session_lives_as_long_as_the_tenant_says", lives),
        async_on_both("the_end_of_a_session_is_true_everywhere", ends),
        async_on_both("no_sign_in_makes_caches_worthless", keeps_caches),
        async_on_both("a_session_is_ended_by_its_person_or_an_administrator", is_ended),
        async_on_both("of_many_sessions_the_oldest_end", many),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(crate) async fn session(app: &TestApp, cookie: &str) -> Option<Arc<Session>> {
    app.service.session(app.tenant, cookie, &Peer::default()).await.unwrap()
}

pub(crate) async fn context(app: &TestApp, cookie: &str) -> Arc<Context> {
    app.service.session_context(app.tenant, &session(app, cookie).await.unwrap(), &request())
}

async fn is_found(engine: Engine) {
    let app = TestApp::new(engine).await;
    person(&app, "hanako", Some(PASSWORD)).await;
    let (first, second) = (cookie(&app, HOME, "hanako").await, cookie(&app, HOME, "hanako").await);
    assert_eq!((first.len(), second.len()), (43, 43));
    let (one, two) = (session(&app, &first).await.unwrap(), session(&app, &second).await.unwrap());
    assert_eq!(one.user.login_id, "hanako");
    assert_ne!(one.key, two.key);
    assert_eq!(one.key, session(&app, &first).await.unwrap().key);
    for unknown in ["", "A", &format!("{first}A"), &"A".repeat(43)] {
        assert!(session(&app, unknown).await.is_none());
    }
    let elsewhere = musubi_domain::id::TenantNo(app.tenant.0 + 1);
    assert!(app.service.session(elsewhere, &first, &Peer::default()).await.unwrap().is_none());

    // The cookie that came along with a sign-in is worth nothing afterwards, whoever's it was.
    let command = SignIn {
        login_id: "hanako".to_owned(),
        password: PASSWORD.to_owned(),
        agent: "Firefox\r\n".to_owned(),
        ended: Some(first.clone()),
    };
    let outcome = sign_in(&app.service, app.tenant, &peer(HOME), &request(), command).await.unwrap();
    let third = cookie_of(outcome).unwrap();
    assert!(session(&app, &first).await.is_none() && session(&app, &second).await.is_some());
    let own = session_list(&app.service, &context(&app, &third).await, Whose::Own).await.unwrap();
    let shown: Vec<_> =
        own.iter().map(|view| (view.row.agent.as_str(), view.row.address.as_str(), view.is_own)).collect();
    assert_eq!(shown, [("", HOME, false), ("Firefox", HOME, true)]);
}

async fn lives(engine: Engine) {
    let app = TestApp::new(engine).await;
    let other = app.instance().await;
    person(&app, "hanako", Some(PASSWORD)).await;
    let (used, idle) = (cookie(&app, HOME, "hanako").await, cookie(&app, HOME, "hanako").await);
    let advance = |seconds| {
        app.source.advance_seconds(seconds);
        other.source.advance_seconds(seconds);
    };
    // 24 hours at most, and two without a use: what another instance has seen counts.
    assert!(session(&other, &used).await.is_some() && session(&other, &idle).await.is_some());
    for _ in 0..12 {
        advance(7_000);
        assert!(session(&app, &used).await.is_some());
    }
    assert!(session(&other, &used).await.is_some());
    assert!(session(&other, &idle).await.is_none() && session(&app, &idle).await.is_none());
    advance(86_400 - 12 * 7_000);
    assert!(session(&app, &used).await.is_none() && session(&other, &used).await.is_none());

    // A clock that goes back makes no session live longer.
    let cookie = cookie(&app, HOME, "hanako").await;
    app.source.advance_seconds(-300);
    assert!(session(&app, &cookie).await.is_some());
    app.source.advance_seconds(-1);
    assert!(session(&app, &cookie).await.is_none());
}

/// Whether nothing is left of a session on an instance, within a second and some patience of the machine.
async fn is_gone(app: &TestApp, cookie: &str) -> bool {
    for _ in 0..40 {
        if session(app, cookie).await.is_none() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

async fn ends(engine: Engine) {
    let app = TestApp::new(engine).await;
    let other = app.instance().await;
    person(&app, "hanako", Some(PASSWORD)).await;
    let (one, two) = (cookie(&app, HOME, "hanako").await, cookie(&app, HOME, "hanako").await);
    for app in [&app, &other] {
        assert!(session(app, &one).await.is_some() && session(app, &two).await.is_some());
    }
    let own = context(&app, &one).await;
    let number = session(&app, &one).await.unwrap().number;
    session_end(&app.service, &own, number).await.unwrap();
    assert!(session(&app, &one).await.is_none() && session(&app, &two).await.is_some());
    assert!(is_gone(&other, &one).await && session(&other, &two).await.is_some());
    let again = session_end(&app.service, &own, number).await.unwrap_err();
    assert_eq!(again.kind(), Kind::NotFound);

    let leave = UserSet { active: Some(false), ..UserSet::default() };
    user_set(&app.service, &app.context(), "hanako".to_owned(), leave).await.unwrap();
    assert!(session(&app, &two).await.is_none() && is_gone(&other, &two).await);
    let back = UserSet { active: Some(true), ..UserSet::default() };
    user_set(&app.service, &app.context(), "hanako".to_owned(), back).await.unwrap();
    assert!(session(&app, &two).await.is_none(), "it does not come back with the person");
}

async fn keeps_caches(engine: Engine) {
    let app = TestApp::new(engine).await;
    let other = app.instance().await;
    person(&app, "hanako", Some(PASSWORD)).await;
    let epoch = || app.service.db().epochs().of(app.tenant);
    let before = epoch();
    let first = cookie(&app, HOME, "hanako").await;
    assert!(session(&other, &first).await.is_some());
    // One cookie ends with the sign-in that it comes with, one by signing out, one with the others.
    let command = SignIn {
        login_id: "hanako".to_owned(),
        password: PASSWORD.to_owned(),
        ended: Some(first.clone()),
        ..SignIn::default()
    };
    let outcome = sign_in(&app.service, app.tenant, &peer(HOME), &request(), command).await.unwrap();
    let second = cookie_of(outcome).unwrap();
    assert!(session(&other, &second).await.is_some() && is_gone(&other, &first).await);
    let further = cookie(&app, HOME, "hanako").await;
    assert!(session(&other, &further).await.is_some());
    session_end_all(&app.service, &context(&app, &second).await, true).await.unwrap();
    assert!(is_gone(&other, &further).await && session(&other, &second).await.is_some());
    let number = session(&app, &second).await.unwrap().number;
    session_end(&app.service, &context(&app, &second).await, number).await.unwrap();
    assert!(is_gone(&other, &second).await);
    assert_eq!(epoch(), before);
}

async fn is_ended(engine: Engine) {
    let app = TestApp::new(engine).await;
    for login in ["hanako", "taro"] {
        person(&app, login, Some(PASSWORD)).await;
    }
    let (own, further) = (cookie(&app, HOME, "hanako").await, cookie(&app, HOME, "hanako").await);
    let others = cookie(&app, HOME, "taro").await;
    let (hanako, taros) = (context(&app, &own).await, session(&app, &others).await.unwrap().number);
    let refused = session_end(&app.service, &hanako, taros).await.unwrap_err();
    assert_eq!(refused.kind(), Kind::NotFound, "others' sessions are not there for her");
    for of in [Whose::All, Whose::Person("taro".to_owned())] {
        let refused = session_list(&app.service, &hanako, of).await.unwrap_err();
        assert_eq!(refused.kind(), Kind::Forbidden);
    }
    let refused = session_end_all_of(&app.service, &hanako, "taro".to_owned()).await.unwrap_err();
    assert_eq!(refused.kind(), Kind::Forbidden);

    session_end_all(&app.service, &hanako, true).await.unwrap();
    assert!(session(&app, &own).await.is_some() && session(&app, &further).await.is_none());
    session_end_all(&app.service, &hanako, false).await.unwrap();
    assert!(session(&app, &own).await.is_none() && session(&app, &others).await.is_some());

    let all = session_list(&app.service, &app.context(), Whose::All).await.unwrap();
    assert_eq!(all.iter().map(|view| view.user.login_id.as_str()).collect::<Vec<_>>(), ["taro"]);
    session_end(&app.service, &app.context(), taros).await.unwrap();
    assert!(session(&app, &others).await.is_none());
    let others = cookie(&app, HOME, "taro").await;
    session_end_all_of(&app.service, &app.context(), "Taro".to_owned()).await.unwrap();
    assert!(session(&app, &others).await.is_none());
    let nobody = session_end_all_of(&app.service, &app.context(), "nobody".to_owned()).await.unwrap_err();
    assert_eq!(nobody.kind(), Kind::NotFound);
    assert!(attempt(&app, HOME, "taro", PASSWORD).await.is_ok());
}

async fn many(engine: Engine) {
    let app = TestApp::new(engine).await;
    person(&app, "hanako", Some(PASSWORD)).await;
    let first = cookie(&app, HOME, "hanako").await;
    let user = session(&app, &first).await.unwrap().user.number;
    let fill = app.write(move |tx| {
        let now = tx.context().now;
        for at in 1..limits::SESSIONS_OF_USER {
            let row = musubi_domain::session::SessionRow {
                number: SessionNo(0),
                user,
                auth_at: now,
                seen_at: now,
                address: String::new(),
                agent: String::new(),
            };
            musubi_store::session::session_insert(tx, &row, &at.to_be_bytes())?;
        }
        Ok(())
    });
    fill.await.unwrap();
    assert!(session(&app, &first).await.is_some());
    let last = cookie(&app, HOME, "hanako").await;
    assert!(session(&app, &first).await.is_none() && session(&app, &last).await.is_some());
    let own = session_list(&app.service, &context(&app, &last).await, Whose::Own).await.unwrap();
    assert_eq!(own.len(), usize::try_from(limits::SESSIONS_OF_USER).unwrap());

    // What is over by its age goes with the next ones.
    app.source.advance_seconds(86_401);
    cookie(&app, HOME, "hanako").await;
    let left = app.service.db().page(app.tenant, |s| musubi_store::session::session_list(s, None, SessionNo(0), 1_000));
    assert_eq!(left.await.unwrap().len(), 1);
}
