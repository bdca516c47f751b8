//! TLS: the certificate of the server, read anew when its files change, and the handshake.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);
/// The one protocol that is spoken (RFC 7301).
const PROTOCOL: &[u8] = b"http/1.1";

/// What a server with TLS needs. Cheap to clone.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    certificate: Arc<Certificate>,
}

/// Why a certificate and its key cannot be used.
#[derive(Debug)]
pub enum TlsTrouble {
    /// A file cannot be read.
    Unreadable {
        /// Its path.
        file: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
    /// A file holds no certificate in PEM.
    NoCertificate {
        /// Its path.
        file: PathBuf,
    },
    /// A file holds no private key in PEM, or one behind a password.
    NoKey {
        /// Its path.
        file: PathBuf,
    },
    /// A certificate or a key is broken or of a kind that cannot be used.
    Unusable {
        /// The path of its file.
        file: PathBuf,
    },
    /// The key is not that of the certificate.
    Mismatch,
    /// TLS itself cannot be set up.
    Broken {
        /// Why.
        error: String,
    },
}

impl fmt::Display for TlsTrouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { file, error } => write!(formatter, "{} cannot be read ({error})", file.display()),
            Self::NoCertificate { file } => write!(formatter, "{} holds no certificate in PEM", file.display()),
            Self::NoKey { file } => {
                write!(formatter, "{} holds no private key in PEM without a password", file.display())
            }
            Self::Unusable { file } => {
                write!(formatter, "what {} holds is broken or of an unknown kind", file.display())
            }
            Self::Mismatch => write!(formatter, "the private key is not that of the certificate"),
            Self::Broken { error } => write!(formatter, "TLS cannot be set up ({error})"),
        }
    }
}

impl Tls {
    /// TLS 1.2 and 1.3 with the certificate, and those that follow it, of one file and the private key of another, both in PEM.
    ///
    /// # Errors
    /// Where the two cannot be used together.
    pub fn open(certificate: PathBuf, key: PathBuf) -> Result<Self, TlsTrouble> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let certificate = Arc::new(Certificate::open(certificate, key, Arc::clone(&provider))?);
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.map_err(|error| TlsTrouble::Broken { error: error.to_string() })?;
        let mut config = config.with_no_client_auth().with_cert_resolver(Arc::clone(&certificate) as _);
        config.alpn_protocols = vec![PROTOCOL.to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), certificate })
    }

    /// Makes a connection a secret one, within a time.
    ///
    /// # Errors
    /// Where the other side does not speak TLS, or not in time.
    pub(crate) async fn handshake(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let handshake = tokio::time::timeout(HANDSHAKE, self.acceptor.accept(stream)).await;
        handshake.unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "no handshake in time")))
    }

    /// Looks at the files again and again, until it is told to stop.
    pub(crate) async fn follow(self, mut stop: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let certificate = Arc::clone(&self.certificate);
            if tokio::task::spawn_blocking(move || certificate.look()).await.is_err() {
                return;
            }
        }
    }
}

/// A certificate with its key, as their files say.
struct Certificate {
    certificate_file: PathBuf,
    key_file: PathBuf,
    provider: Arc<CryptoProvider>,
    current: RwLock<Arc<CertifiedKey>>,
    seen: Mutex<Seen>,
}

/// What the files held when they were last looked at.
#[derive(Default)]
struct Seen {
    held: Option<[Vec<u8>; 2]>,
    /// Why they could not be read, as it was last said.
    unread: Option<String>,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Certificate").field("certificate_file", &self.certificate_file).finish_non_exhaustive()
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Certificate {
    fn open(certificate_file: PathBuf, key_file: PathBuf, provider: Arc<CryptoProvider>) -> Result<Self, TlsTrouble> {
        let held = [read(&certificate_file)?, read(&key_file)?];
        let current = certified(&held, [&certificate_file, &key_file], &provider)?;
        let seen = Mutex::new(Seen { held: Some(held), unread: None });
        Ok(Self { certificate_file, key_file, provider, current: RwLock::new(Arc::new(current)), seen })
    }

    /// Takes what the files hold, where it is something else than before and can be used. Else the certificate stays, and the log says why;
    /// between the writing of the one file and of the other the two do not belong together.
    fn look(&self) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let read = read(&self.certificate_file).and_then(|first| Ok([first, read(&self.key_file)?]));
        let held = match read {
            Ok(held) => held,
            Err(trouble) => {
                let trouble = trouble.to_string();
                if seen.unread.as_ref() != Some(&trouble) {
                    tracing::warn!(trouble, "the certificate cannot be read again; the one until now stays");
                }
                seen.unread = Some(trouble);
                return;
            }
        };
        seen.unread = None;
        if seen.held.as_ref() == Some(&held) {
            return;
        }
        match certified(&held, [&self.certificate_file, &self.key_file], &self.provider) {
            Ok(certified) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(certified);
                tracing::info!("the certificate was read again and is used from now on");
            }
            Err(trouble) => {
                tracing::warn!(%trouble, "the new certificate cannot be used; the one until now stays");
            }
        }
        seen.held = Some(held);
    }
}

fn read(file: &Path) -> Result<Vec<u8>, TlsTrouble> {
    std::fs::read(file).map_err(|error| TlsTrouble::Unreadable { file: file.to_owned(), error })
}

fn certified(
    [certificate, key]: &[Vec<u8>; 2],
    [certificate_file, key_file]: [&Path; 2],
    provider: &CryptoProvider,
) -> Result<CertifiedKey, TlsTrouble> {
    // What the reader says of broken PEM may hold a piece of it, so nothing of that is told.
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificate).collect();
    let chain = chain.map_err(|_| TlsTrouble::Unusable { file: certificate_file.to_owned() })?;
    if chain.is_empty() {
        return Err(TlsTrouble::NoCertificate { file: certificate_file.to_owned() });
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| match error {
        pem::Error::NoItemsFound => TlsTrouble::NoKey { file: key_file.to_owned() },
        _ => TlsTrouble::Unusable { file: key_file.to_owned() },
    })?;
    let key = provider.key_provider.load_private_key(key);
    let key = key.map_err(|_| TlsTrouble::Unusable { file: key_file.to_owned() })?;
    let certified = CertifiedKey::new(chain, key);
    match certified.keys_match() {
        Ok(()) => Ok(certified),
        Err(rustls::Error::InconsistentKeys(_)) => Err(TlsTrouble::Mismatch),
        Err(_) => Err(TlsTrouble::Unusable { file: certificate_file.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Self-made certificates for localhost and their keys, valid for a hundred years; the second pair is of another kind of key.
    const FIRST: [&str; 2] = [
        include_str!("../../testkit/certificates/first.cert.pem"),
        include_str!("../../testkit/certificates/first.key.pem"),
    ];
    const SECOND: [&str; 2] = [
        include_str!("../../testkit/certificates/second.cert.pem"),
        include_str!("../../testkit/certificates/second.key.pem"),
    ];

    struct Files {
        _folder: tempfile::TempDir,
        certificate: PathBuf,
        key: PathBuf,
    }

    impl Files {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
            Self { _folder: folder, certificate, key }
        }

        fn write(&self, [certificate, key]: [&str; 2]) {
            std::fs::write(&self.certificate, certificate).unwrap();
            std::fs::write(&self.key, key).unwrap();
        }

        fn open(&self) -> Result<Certificate, TlsTrouble> {
            Certificate::open(self.certificate.clone(), self.key.clone(), Arc::new(aws_lc_rs::default_provider()))
        }
    }

    fn leaf(certificate: &Certificate) -> Vec<u8> {
        certificate.current.read().unwrap().cert[0].to_vec()
    }

    fn der(pem: &str) -> Vec<u8> {
        CertificateDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec()
    }

    #[test]
    fn files_that_cannot_be_used_are_told_apart() {
        let files = Files::new();
        assert!(matches!(files.open(), Err(TlsTrouble::Unreadable { file, .. }) if file == files.certificate));
        files.write(FIRST);
        std::fs::remove_file(&files.key).unwrap();
        assert!(matches!(files.open(), Err(TlsTrouble::Unreadable { file, .. }) if file == files.key));
        let broken = FIRST[0].replace("MII", "AAA");
        let half = FIRST[1].split_at(60).0;
        let locked = FIRST[1].replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
        type Is = fn(&TlsTrouble, &Files) -> bool;
        let cases: [([&str; 2], Is); 8] = [
            (
                ["", FIRST[1]],
                |trouble, f| matches!(trouble, TlsTrouble::NoCertificate { file } if *file == f.certificate),
            ),
            ([FIRST[1], FIRST[1]], |trouble, _| matches!(trouble, TlsTrouble::NoCertificate { .. })),
            ([FIRST[0], "key"], |trouble, f| matches!(trouble, TlsTrouble::NoKey { file } if *file == f.key)),
            ([FIRST[0], FIRST[0]], |trouble, _| matches!(trouble, TlsTrouble::NoKey { .. })),
            ([FIRST[0], &locked], |trouble, _| matches!(trouble, TlsTrouble::NoKey { .. })),
            (
                [&broken, FIRST[1]],
                |trouble, f| matches!(trouble, TlsTrouble::Unusable { file } if *file == f.certificate),
            ),
            ([FIRST[0], half], |trouble, f| matches!(trouble, TlsTrouble::Unusable { file } if *file == f.key)),
            ([FIRST[0], SECOND[1]], |trouble, _| matches!(trouble, TlsTrouble::Mismatch)),
        ];
        for (at, (pair, is)) in cases.into_iter().enumerate() {
            files.write(pair);
            let trouble = files.open().unwrap_err();
            assert!(is(&trouble, &files), "{at}: {trouble}");
        }
    }

    #[test]
    fn new_files_are_taken_and_broken_ones_leave_what_there_was() {
        let files = Files::new();
        files.write(FIRST);
        let certificate = files.open().unwrap();
        certificate.look();
        assert_eq!(leaf(&certificate), der(FIRST[0]));
        // Half a change, nothing at all, and a file that is gone.
        for pair in [[SECOND[0], FIRST[1]], ["", ""]] {
            files.write(pair);
            certificate.look();
            assert_eq!(leaf(&certificate), der(FIRST[0]));
        }
        std::fs::remove_file(&files.certificate).unwrap();
        certificate.look();
        assert_eq!(leaf(&certificate), der(FIRST[0]));
        files.write(SECOND);
        certificate.look();
        assert_eq!(leaf(&certificate), der(SECOND[0]));
        assert!(!format!("{certificate:?}").contains("BEGIN"));
    }
}
