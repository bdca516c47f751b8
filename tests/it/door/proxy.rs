//! The real program behind a proxy and before strangers, and an administrator who has locked himself out.

use libtest_mimic::{Failed, Trial};
use musubi_testkit::engine::Engine;
use musubi_testkit::process::{Connection, ServerProcess};

use crate::faults::stage::{Installation, LIST};

const BODY: &str = r#"{"param":{"requiredConditions":{"pagination":{"offset":0,"limit":1}}}}"#;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("proxy: where a request came from is believed of a trusted one alone", believed)
            .with_kind("sqlite"),
        Trial::test("proxy: whoever is locked out gets in by a command on the machine", locked_out).with_kind("sqlite"),
    ]
}

/// The status of a call with these lines in its head.
fn call(server: &ServerProcess, installation: &Installation, host: &str, lines: &str) -> u16 {
    let (token, length) = (&installation.token, BODY.len());
    let head = format!(
        "POST {LIST} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\nContent-Length: {length}\r\n{lines}\r\n{BODY}"
    );
    let mut connection = Connection::open(server.address).unwrap();
    connection.send(head.as_bytes()).unwrap();
    connection.answer().unwrap().0
}

fn believed() -> Result<(), Failed> {
    let installation = Installation::new(Engine::Sqlite);
    installation.admin(&["security", "set", "--address", "192.0.2.0/24"]);
    installation.admin(&["tenant", "set", "--host", "k5.example"]);
    let serve = |words: &[&str]| {
        let words = [&["serve", "--listen", "127.0.0.1:0"], words].concat();
        installation.serve_with(installation.command(&words))
    };
    let lines = |client: &str| format!("X-Forwarded-For: {client}\r\nX-Forwarded-Host: k5.example\r\n");
    let behind = serve(&["--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "127.0.0.1"]);
    let status = |client: &str| call(&behind, &installation, "inner.example", &lines(client));
    assert_eq!((status("192.0.2.9"), status("198.51.100.1")), (200, 403));
    // What the client wrote himself stands to the left of what the proxy saw.
    assert_eq!((status("192.0.2.9, 198.51.100.1"), status("198.51.100.1, 192.0.2.9, 10.0.0.7")), (403, 200));
    assert_eq!(call(&behind, &installation, "k5.example", ""), 403, "the proxy itself");
    assert_eq!(call(&behind, &installation, "inner.example", ""), 404, "a host that the proxy does not say");
    let mut behind = behind;
    behind.signal("TERM");
    assert!(behind.errors().contains("not allowed from 198.51.100.1"), "whoever runs the server sees the address");
    let alone = serve(&[]);
    assert_eq!(call(&alone, &installation, "k5.example", &lines("192.0.2.9")), 403);
    assert_eq!(call(&alone, &installation, "inner.example", &lines("192.0.2.9")), 404);
    assert_eq!(call(&alone, &installation, "k5.example:1@evil.example", ""), 404);
    Ok(())
}

fn locked_out() -> Result<(), Failed> {
    let installation = Installation::new(Engine::Sqlite);
    let server = installation.serve();
    let status = || call(&server, &installation, "localhost", "");
    assert_eq!(status(), 200);
    installation.admin(&["security", "set", "--address", "192.0.2.0/24"]);
    // Another process changed it, so it is known within a moment.
    while status() == 200 {
        std::thread::yield_now();
    }
    assert_eq!(status(), 403);
    installation.admin(&["security", "set", "--any-address"]);
    while status() == 403 {
        std::thread::yield_now();
    }
    assert_eq!(status(), 200);
    Ok(())
}
