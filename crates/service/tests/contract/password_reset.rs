//! Setting a password that was forgotten, by a link that goes through a real mail server.

use libtest_mimic::Trial;
use musubi_domain::error::{Error, Kind};
use musubi_domain::job::JobState;
use musubi_domain::limits;
use musubi_domain::mail::Mail;
use musubi_service::job::job_list;
use musubi_service::password_reset::{LinkOver, password_reset_ask, password_reset_check, password_reset_redeem};
use musubi_service::user::{UserSet, user_set};
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_testkit::hostile;
use musubi_testkit::smtp::SmtpServer;
use musubi_testkit::tool::{Tool, need};
use serde_json::Value;
use uuid::Uuid;

use crate::session::session;
use crate::sign_in::{PASSWORD, attempt, cookie, cookie_of, peer, person, request};

const HOME: &str = "192.0.2.1";
const BASE: &str = "https://ro7jrw.example.jp";
const NEW: &str = "紫陽花と雨の朝食";

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = async_on_both("without_a_mail_server_no_link_is_asked_for", without_mail);
    if need(Tool::SmtpServer) {
        trials.extend(async_on_both("a_link_by_mail_sets_a_password_once", link));
        trials.extend(async_on_both("who_asks_for_a_link_learns_nothing_and_is_sent_a_few", asks));
        trials.extend(async_on_both("a_mail_that_is_refused_says_why_and_one_that_is_put_off_is_sent_again", refused));
        trials.extend(async_on_both("texts_come_through_a_mail_server_as_they_are", texts));
    }
    trials
}

async fn ask(app: &TestApp, address: &str, typed: &str) {
    let (peer, request) = (peer(address), request());
    let asked = password_reset_ask(&app.service, app.tenant, &peer, &request, typed, BASE.to_owned());
    asked.await.unwrap();
}

async fn redeem(app: &TestApp, token: &str, new: &str) -> Result<Result<(), LinkOver>, Error> {
    password_reset_redeem(&app.service, app.tenant, &peer(HOME), &request(), token, new).await
}

async fn is_good(app: &TestApp, token: &str) -> bool {
    password_reset_check(&app.service, app.tenant, token).await.unwrap()
}

/// The token of the link in a mail.
fn token(mail: &Value) -> String {
    let body = mail["body"].as_str().unwrap();
    let beginning = format!("{BASE}/password/reset?token=");
    body.lines().find_map(|line| line.strip_prefix(beginning.as_str())).unwrap().to_owned()
}

async fn without_mail(engine: Engine) {
    let app = TestApp::new(engine).await;
    person(&app, "hanako", Some(PASSWORD)).await;
    assert!(!app.service.has_mail());
    ask(&app, HOME, "hanako").await;
    assert!(job_list(&app.service, &app.context(), None, 10).await.unwrap().is_empty());
}

async fn link(engine: Engine) {
    let server = SmtpServer::open();
    let app = TestApp::with_mail(engine, &server).await;
    let other = app.instance().await;
    person(&app, "hanako", Some(PASSWORD)).await;
    let signed_in = cookie(&app, HOME, "hanako").await;
    for _ in 0..limits::SIGN_IN_FAILURES {
        assert!(attempt(&app, HOME, "hanako", "まちがい").await.is_err());
    }
    ask(&app, HOME, "Hanako").await;
    assert_eq!(other.run_jobs().await, 2);
    let mail = server.mail();
    assert_eq!(mail["to"], serde_json::json!(["hanako@example.jp"]));
    assert_eq!((mail["headers"]["Subject"].as_str(), mail["count"].as_i64()), (Some("パスワードの再設定"), Some(9)));
    assert_eq!(mail["headers"]["From"].as_str(), Some("むすび <musubi@example.jp>"));
    assert_eq!(mail["headers"]["Auto-Submitted"].as_str(), Some("auto-generated"));
    let token = token(&mail);
    // Neither what was typed nor the link stands in the queue.
    for job in job_list(&app.service, &app.context(), None, 10).await.unwrap() {
        let payload = job.payload.to_string();
        assert!(!payload.to_lowercase().contains("hanako") && !payload.contains(&token), "{payload}");
    }

    assert!(is_good(&app, &token).await && !is_good(&app, "").await && !is_good(&app, &"A".repeat(43)).await);
    let weak = redeem(&app, &token, "12345678").await.unwrap_err();
    assert_eq!(weak.problems()[0].message.code(), "password_well_known");
    let (one, two) = tokio::join!(redeem(&app, &token, NEW), redeem(&other, &token, "別の花と別の雨の夜"));
    assert_eq!([one.unwrap(), two.unwrap()].iter().filter(|redeemed| redeemed.is_ok()).count(), 1);
    assert!(!is_good(&app, &token).await);
    assert_eq!(redeem(&app, &token, NEW).await.unwrap(), Err(LinkOver));
    assert!(session(&app, &signed_in).await.is_none());
    assert!(cookie_of(attempt(&app, "198.51.100.7", "hanako", PASSWORD).await).is_none());
    let mut let_in = 0;
    for new in [NEW, "別の花と別の雨の夜"] {
        let_in += usize::from(cookie_of(attempt(&app, HOME, "hanako", new).await).is_some());
    }
    assert_eq!(let_in, 1, "locked nowhere, with the one password that was set");
    assert_eq!(app.run_jobs().await, 1);
    assert_eq!(server.mail()["headers"]["Subject"].as_str(), Some("パスワードが変更されました"));
    assert!(!server.has_mail());
}

async fn asks(engine: Engine) {
    let server = SmtpServer::open();
    let app = TestApp::with_mail(engine, &server).await;
    person(&app, "hanako", Some(PASSWORD)).await;
    person(&app, "left", Some(PASSWORD)).await;
    let leave = UserSet { active: Some(false), ..UserSet::default() };
    user_set(&app.service, &app.context(), "left".to_owned(), leave).await.unwrap();
    let long = "あ".repeat(10_000);
    for typed in
        ["nobody", "nobody@example.jp", "left", "left@example.jp", "", "\u{0}@", "'; --", "system:musubi", &long]
    {
        ask(&app, HOME, typed).await;
    }
    assert_eq!(app.run_jobs().await, 9, "a job each, whoever is meant");
    assert!(!server.has_mail());

    // Asked twice before the job runs it is one mail; of those in an hour there are three.
    let mut tokens = Vec::new();
    for _ in 0..4 {
        ask(&app, HOME, "HANAKO@example.jp ").await;
        ask(&app, "198.51.100.7", "HANAKO@example.jp").await;
        app.run_jobs().await;
        app.source.advance_seconds(60);
        if tokens.len() < 3 {
            tokens.push(token(&server.mail()));
        }
    }
    assert!(!server.has_mail());
    app.source.advance_seconds(3_600);
    ask(&app, HOME, "hanako").await;
    app.run_jobs().await;
    let last = token(&server.mail());
    assert!(is_good(&app, &last).await && !is_good(&app, &tokens[0]).await);
    app.source.advance_seconds(30 * 60 - 1);
    assert!(is_good(&app, &last).await);
    app.source.advance_seconds(1);
    assert_eq!(redeem(&app, &last, NEW).await.unwrap(), Err(LinkOver));
    // A clock that goes back makes no link good for ever.
    app.source.advance_seconds(-86_400);
    assert!(!is_good(&app, &last).await);
    app.source.advance_seconds(86_400);
    // A mail that comes too late is not sent.
    ask(&app, HOME, "hanako").await;
    let leave = UserSet { active: Some(false), ..UserSet::default() };
    user_set(&app.service, &app.context(), "hanako".to_owned(), leave).await.unwrap();
    app.run_jobs().await;
    assert!(!server.has_mail());
    // One network asks so often, and no oftener.
    app.source.advance_seconds(3_600);
    for at in 0..30 {
        ask(&app, HOME, &format!("nobody{at}")).await;
    }
    assert_eq!(app.run_jobs().await, 20);
}

async fn refused(engine: Engine) {
    let server = SmtpServer::open();
    let app = TestApp::with_mail(engine, &server).await;
    for login in ["refused", "later"] {
        person(&app, login, Some(PASSWORD)).await;
        ask(&app, HOME, login).await;
    }
    app.run_jobs().await;
    let jobs = job_list(&app.service, &app.context(), None, 10).await.unwrap();
    let of_mail: Vec<_> = jobs.iter().filter(|job| job.kind == "mail.send").collect();
    assert_eq!(of_mail.iter().filter(|job| job.state == JobState::Queued).count(), 1, "put off");
    let failed = of_mail.iter().find(|job| job.state == JobState::Failed).unwrap();
    let told = format!("{:?}", failed.failure);
    assert!(told.contains("550") && told.contains("no such user"), "{told}");
    assert!(!server.has_mail());
    app.leave_jobs();
}

/// What is sent comes out of another program's parser as it went in.
async fn texts(engine: Engine) {
    let server = SmtpServer::open();
    let app = TestApp::with_mail(engine, &server).await;
    let mailer = app.mailer.clone().unwrap();
    let send = async |to: &str, subject: &str, body: &str| {
        let mail = Mail { to: to.to_owned(), subject: subject.to_owned(), body: body.to_owned() };
        mailer.send(&mail, Uuid::nil(), app.context().now).await
    };
    let mut sent = 0;
    for text in hostile::texts() {
        let is_line = !text.chars().any(char::is_control);
        // Python's parser joins what stands on several lines; a subject is short.
        let subject: String = text.chars().take(40).collect();
        match send("a@example.jp", &subject, text).await {
            Ok(answer) => {
                assert!(answer.contains("taken as 42"), "{answer}");
                let mail = server.mail();
                let told = mail["headers"]["Subject"].as_str().unwrap_or_default();
                assert_eq!(told.trim(), subject.trim(), "{text:?}");
                assert_eq!(
                    mail["body"].as_str().unwrap().replace("\r\n", "\n"),
                    text.replace("\r\n", "\n"),
                    "{text:?}"
                );
                assert_eq!(mail["count"].as_i64(), Some(9), "{text:?}");
                sent += 1;
            }
            Err(error) => {
                assert!(error.kind() == Kind::Invalid && (!is_line || subject.is_empty()), "{text:?} {error:?}");
            }
        }
    }
    assert!(sent > 20, "{sent}");
    let smuggled = send("a@example.jp", "x", ".\r\nMAIL FROM:<x@example.jp>\r\n.\r\n\r\n").await;
    smuggled.unwrap();
    assert!(server.mail()["body"].as_str().unwrap().contains("MAIL FROM"));
    for to in ["a@example.jp>\r\nRCPT TO:<b@example.jp", "a@example.jp,b@example.jp", "refused@example.jp"] {
        assert_eq!(send(to, "x", "x").await.unwrap_err().kind(), Kind::Invalid, "{to:?}");
    }
    assert_eq!(send("later@example.jp", "x", "x").await.unwrap_err().kind(), Kind::Unavailable);
    assert!(!server.has_mail());
    drop(server);
    assert_eq!(send("a@example.jp", "x", "x").await.unwrap_err().kind(), Kind::Unavailable, "nobody is there");
}
