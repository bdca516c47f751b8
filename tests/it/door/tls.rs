//! The real program with TLS: versions, certificates that change, and those who speak something else.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use musubi_testkit::engine::Engine;
use musubi_testkit::process::ServerProcess;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion, version};

use crate::faults::stage::Installation;

const FIRST: [&str; 2] = [
    include_str!("../../../crates/testkit/certificates/first.cert.pem"),
    include_str!("../../../crates/testkit/certificates/first.key.pem"),
];
const SECOND: [&str; 2] = [
    include_str!("../../../crates/testkit/certificates/second.cert.pem"),
    include_str!("../../../crates/testkit/certificates/second.key.pem"),
];
/// How long a new certificate may take to be used, and anything else to be there.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("tls: both versions are spoken, and HTTP/1.1 alone", both_versions).with_kind("sqlite"),
        Trial::test("tls: whoever speaks something else stands in nobody's way", something_else).with_kind("sqlite"),
        Trial::test("tls: a new certificate is used without a restart", a_new_certificate).with_kind("sqlite"),
        Trial::test("tls: what cannot work gets one clear line", one_clear_line).with_kind("sqlite"),
    ]
}

/// An installation with the files of a certificate.
struct Secret {
    installation: Installation,
    files: [PathBuf; 2],
}

impl Secret {
    fn new() -> Self {
        let installation = Installation::new(Engine::Sqlite);
        let files = ["cert.pem", "key.pem"].map(|name| Path::new(&installation.place()[1]).join(name));
        let secret = Self { installation, files };
        secret.write(FIRST);
        secret
    }

    fn write(&self, pair: [&str; 2]) {
        for (file, pem) in self.files.iter().zip(pair) {
            std::fs::write(file, pem).unwrap();
        }
    }

    fn words(&self) -> [&str; 7] {
        let [cert, key] = self.files.each_ref().map(|file| file.to_str().unwrap());
        ["serve", "--listen", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key]
    }

    fn serve(&self) -> ServerProcess {
        self.installation.serve_with(self.installation.command(&self.words()))
    }
}

/// A client that trusts this certificate alone.
fn client(certificate: &str, version: &'static SupportedProtocolVersion, protocols: &[&str]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[version]).unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    Arc::new(config)
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// The head and the body of an answer, and the protocol that was agreed on.
fn get(address: SocketAddr, config: Arc<ClientConfig>) -> io::Result<(String, Option<String>)> {
    let connection = ClientConnection::new(config, ServerName::try_from("localhost").unwrap()).unwrap();
    let mut stream = StreamOwned::new(connection, connect(address));
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let agreed = stream.conn.alpn_protocol().map(|name| String::from_utf8(name.to_vec()).unwrap());
    Ok((answer, agreed))
}

fn is_answered(address: SocketAddr, certificate: &str) -> bool {
    get(address, client(certificate, &version::TLS13, &[])).is_ok_and(|(answer, _)| answer.starts_with("HTTP/1.1 200 "))
}

fn both_versions() -> Result<(), Failed> {
    let secret = Secret::new();
    let mut server = secret.serve();
    for version in [&version::TLS12, &version::TLS13] {
        let (answer, agreed) = get(server.address, client(FIRST[0], version, &["h2", "http/1.1"])).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("strict-transport-security: "), "{answer}");
        assert_eq!(agreed.as_deref(), Some("http/1.1"));
        assert_eq!(get(server.address, client(FIRST[0], version, &[])).unwrap().1, None);
        assert!(get(server.address, client(FIRST[0], version, &["h2"])).is_err(), "nothing in common");
        assert!(get(server.address, client(SECOND[0], version, &[])).is_err(), "another certificate");
    }
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0));
    Ok(())
}

fn something_else() -> Result<(), Failed> {
    let secret = Secret::new();
    let mut server = secret.serve();
    // Many who say nothing, and who are still at their handshake when the server is to stop.
    let silent: Vec<_> = (0..200).map(|_| connect(server.address)).collect();
    let hello = [&[0x16, 0x03, 0x01, 0x40, 0x00, 0x01][..], &[0xff; 512]].concat();
    let garbage: [&[u8]; 4] =
        [b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", &[0; 64], "こんにちは\n".as_bytes(), &hello];
    for said in garbage {
        let mut stream = connect(server.address);
        stream.write_all(said).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        // An alert or a connection that is cut: no answer of ours in any case.
        drop(stream.read_to_end(&mut answer));
        assert!(!answer.starts_with(b"HTTP"), "{said:?}");
    }
    assert!(is_answered(server.address, FIRST[0]));
    let begun = Instant::now();
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0));
    assert!(begun.elapsed() < PATIENCE);
    drop(silent);
    Ok(())
}

fn a_new_certificate() -> Result<(), Failed> {
    let secret = Secret::new();
    let mut server = secret.serve();
    // A connection from before goes on with what it has.
    let connection =
        ClientConnection::new(client(FIRST[0], &version::TLS13, &[]), ServerName::try_from("localhost").unwrap());
    let mut before = StreamOwned::new(connection.unwrap(), connect(server.address));
    before.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert_eq!(before.read(&mut [0; 9]).unwrap(), 9);
    // Half of the change alone is none.
    std::fs::write(&secret.files[0], SECOND[0]).unwrap();
    assert!(is_answered(server.address, FIRST[0]));
    std::fs::write(&secret.files[1], SECOND[1]).unwrap();
    let begun = Instant::now();
    while !is_answered(server.address, SECOND[0]) {
        assert!(begun.elapsed() < PATIENCE, "the new certificate is not used");
        std::thread::yield_now();
    }
    assert!(!is_answered(server.address, FIRST[0]));
    before.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut rest = String::new();
    before.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("HTTP/1.1 200 "), "{rest}");
    server.signal("TERM");
    let log = server.errors();
    assert!(log.contains("the certificate was read again"), "{log}");
    assert!(!log.contains("BEGIN"), "{log}");
    Ok(())
}

fn one_clear_line() -> Result<(), Failed> {
    let secret = Secret::new();
    let said = |status: i32, words: &[&str]| {
        let output = secret.installation.command(words).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{words:?}: {errors}");
        assert_eq!(errors.lines().count(), 1, "{errors}");
        errors
    };
    secret.write([FIRST[0], SECOND[1]]);
    assert!(said(1, &secret.words()).contains("the private key is not that of the certificate"));
    secret.write(["x", FIRST[1]]);
    assert!(said(1, &secret.words()).contains("cert.pem holds no certificate in PEM"));
    std::fs::remove_file(&secret.files[1]).unwrap();
    assert!(said(1, &secret.words()).contains("key.pem cannot be read"));
    assert!(said(2, &["serve", "--tls-cert", "cert.pem"]).contains("--tls-key must be given too"));
    assert!(said(2, &["serve", "--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "proxy"]).contains("10.0.0.0/8"));
    Ok(())
}
