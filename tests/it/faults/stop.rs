//! Start and stop: what is in flight is finished, a second signal ends at once, and what cannot work gets one clear line.

use std::collections::BTreeSet;
use std::net::TcpStream;
use std::process::Command;

use libtest_mimic::{Failed, Trial};
use musubi_testkit::engine::on_both;
use musubi_testkit::process::Connection;

use super::stage::{Installation, REGISTER};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = on_both("stop: SIGTERM finishes what is in flight", |engine| finishes(&Installation::new(engine)));
    trials.extend(on_both("stop: a second signal ends at once", |engine| ends_at_once(&Installation::new(engine))));
    trials.push(Trial::test("start: what cannot work gets one clear line", one_clear_line).with_kind("sqlite"));
    trials
}

/// A request whose body has come in half.
fn half(installation: &Installation, connection: &mut Connection, name: &str) -> String {
    let body = installation.register_body(name);
    // The server asks for the body: it has read the head, and the connection is no idle one that a stop closes.
    connection.send_head(REGISTER, &installation.token, body.len()).unwrap();
    connection.send(&body.as_bytes()[..10]).unwrap();
    body
}

fn finishes(installation: &Installation) -> Result<(), Failed> {
    let mut server = installation.serve();
    let mut connection = Connection::open(server.address).unwrap();
    // A first answer shows that the connection is served.
    assert_eq!(connection.post(REGISTER, &installation.token, &installation.register_body("first")).unwrap().0, 200);
    let body = half(installation, &mut connection, "in flight");
    server.signal("TERM");
    // The listener is closed before the rest is sent, so the stop has begun.
    while TcpStream::connect(server.address).is_ok() {
        std::thread::yield_now();
    }
    connection.send(&body.as_bytes()[10..]).unwrap();
    let (status, answer) = connection.answer().unwrap();
    assert_eq!(status, 200, "{answer}");
    assert_eq!(server.wait().code(), Some(0));
    installation.judge(&BTreeSet::from(["first".to_owned(), "in flight".to_owned()]));
    Ok(())
}

fn ends_at_once(installation: &Installation) -> Result<(), Failed> {
    let mut server = installation.serve();
    let mut connection = Connection::open(server.address).unwrap();
    // A connection on which nothing has been read yet is closed by the first signal.
    assert_eq!(connection.post(REGISTER, &installation.token, &installation.register_body("first")).unwrap().0, 200);
    half(installation, &mut connection, "never whole");
    server.signal("TERM");
    while TcpStream::connect(server.address).is_ok() {
        std::thread::yield_now();
    }
    server.signal("TERM");
    assert!(!server.wait().success());
    installation.judge(&BTreeSet::from(["first".to_owned()]));
    Ok(())
}

fn one_clear_line() -> Result<(), Failed> {
    let installation = Installation::at(None, None);
    let _server = installation.serve();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    let (file, data) = (file.display().to_string(), folder.path().join("data").display().to_string());
    let cases: [(Vec<&str>, i32); 5] = [
        (vec!["serve", "--no-such-option"], 2),
        (vec!["serve", "--listen", "nonsense", "--data", &data], 2),
        (vec!["serve", "--listen", "127.0.0.1:0", "--data", &file], 1),
        (
            vec![
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--data",
                &data,
                "--database-url",
                "postgresql://127.0.0.1:1/none",
            ],
            1,
        ),
        (vec!["admin", "organization", "list", "--data", &file], 1),
    ];
    for (words, code) in cases {
        let output = Command::new(env!("CARGO_BIN_EXE_musubi"))
            .args(&words)
            .env("LANG", "C")
            .current_dir(folder.path())
            .output()
            .unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{words:?}: {errors}");
        let first = errors.lines().next().unwrap_or_default();
        assert!(first.len() > 10 && !errors.contains("panicked"), "{words:?}: {errors}");
    }
    let second = installation.command(&["serve", "--listen", "127.0.0.1:0"]).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8(second.stderr).unwrap().contains("another server serves this folder"));
    Ok(())
}
