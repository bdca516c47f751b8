//! Passwords, sessions and mail, as an administrator types them.

use std::path::Path;

use libtest_mimic::{Failed, Trial};
use musubi_testkit::engine::{Engine, on_both};
use musubi_testkit::smtp::SmtpServer;
use musubi_testkit::tool::{Tool, need};

use super::{Desk, answer_to};

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = on_both("commands: a password is set and sessions are listed", |engine| door(&Desk::new(engine)));
    if need(Tool::SmtpServer) {
        let mail = || mail(&Desk::new(Engine::Sqlite));
        trials.push(Trial::test("commands: a mail is sent at once and what the server said is told", mail));
    }
    trials
}

fn door(desk: &Desk) -> Result<(), Failed> {
    desk.begin();
    desk.admin(&[
        "user",
        "create",
        "--login",
        "yamada",
        "--family-name",
        "山田",
        "--first-name",
        "太郎",
        "--mail",
        "a@example.com",
    ]);
    let set = ["admin", "user", "set", "--login", "yamada", "--password-stdin"];
    let weak = answer_to(&mut desk.command(&set), "yamada-1742\n");
    assert_eq!(weak.status, Some(1));
    assert!(weak.errors.starts_with("musubi: --password-stdin: A password must not contain"), "{}", weak.errors);
    assert_eq!(answer_to(&mut desk.command(&set), "mizu.to.sora.88\n").status, Some(0));
    assert_eq!(desk.run(&["admin", "user", "set", "--login", "yamada", "--reset-totp"]).status, Some(0));

    assert_eq!(desk.admin_json(&["session", "list"]), serde_json::json!([]));
    assert_eq!(desk.admin_json(&["session", "list", "--login", "Yamada"]), serde_json::json!([]));
    assert_eq!(desk.run(&["admin", "session", "list", "--login", "nobody"]).status, Some(1));
    assert_eq!(desk.run(&["admin", "session", "remove", "7"]).status, Some(1));
    assert_eq!(desk.run(&["admin", "session", "remove", "--login", "yamada"]).status, Some(0));
    assert_eq!(desk.run(&["admin", "session", "remove"]).status, Some(2));
    Ok(())
}

fn mail(desk: &Desk) -> Result<(), Failed> {
    desk.begin();
    let certificates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testkit/certificates");
    let certificate = certificates.join("first.cert.pem");
    let (closed, open) = (SmtpServer::closed(&certificate, &certificates.join("first.key.pem")), SmtpServer::open());
    let send = |to: &str, url: &str, trusted: &Path| {
        let mut command = desk.command(&["admin", "mail", "test", "--to", to]);
        command.env("MUSUBI_SMTP_URL", url).env("MUSUBI_MAIL_FROM", "むすび <musubi@example.jp>");
        answer_to(command.env("SSL_CERT_FILE", trusted), "")
    };
    let known = format!("smtp://musubi:p%40ss%3aw%C3%B6rd@localhost:{}?tls=required", closed.port);
    let sent = send("a@example.jp", &known, &certificate);
    assert!(sent.out.contains("250") && sent.out.contains("taken as 42"), "{} {}", sent.out, sent.errors);
    let mail = closed.mail();
    assert_eq!(mail["tls"], true);
    assert_eq!(mail["headers"]["Subject"], "A test of mail");

    // A certificate that nobody trusts, a wrong password, a server without TLS, nobody there: nothing is sent, and it is said why.
    let other = certificates.join("second.cert.pem");
    let wrong = format!("smtp://musubi:secret@localhost:{}", closed.port);
    let bare = format!("smtp://localhost:{}", open.port);
    for (url, trusted, why) in [
        (known.as_str(), &other, "certificate"),
        (&wrong, &certificate, "535"),
        (&bare, &certificate, "STARTTLS"),
        ("smtp://localhost:1?tls=none", &certificate, "refused"),
    ] {
        let failed = send("a@example.jp", url, trusted);
        assert_eq!(failed.status, Some(1), "{url}");
        assert!(failed.errors.contains(why) && !failed.errors.contains("secret"), "{url}: {}", failed.errors);
    }
    let plain = open.url();
    let refused = send("refused@example.jp", &plain, &certificate);
    assert!(refused.errors.contains("550") && refused.errors.contains("no such user"), "{}", refused.errors);
    let later = send("later@example.jp", &plain, &certificate);
    assert!(later.errors.contains("451") && later.errors.contains("come back later"), "{}", later.errors);
    assert!(!closed.has_mail() && !open.has_mail());
    let unset = desk.run(&["admin", "mail", "test", "--to", "a@example.jp"]);
    assert!(unset.status == Some(1) && unset.errors.contains("--smtp-url"), "{}", unset.errors);

    // What is in force is shown without the password.
    let mut config = desk.command(&["config"]);
    let shown = answer_to(config.env("MUSUBI_SMTP_URL", &wrong).env("MUSUBI_MAIL_FROM", "a@example.jp"), "");
    assert!(shown.out.contains("smtp://musubi:***@localhost") && !shown.out.contains("secret"), "{}", shown.out);
    Ok(())
}
