//! The one client by which the product calls others over HTTP.
//!
//! It goes nowhere but where it was told: it follows no redirect, asks no proxy of the environment, and connects to the very address that
//! was judged after the name was resolved, so that nothing can be another address by then. Addresses of this machine and of private
//! networks are called only where the administrator of the installation has allowed them. TLS is always checked. There is a limit to
//! everything: time, headers, size.

mod connect;
mod exchange;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::Method;
use musubi_domain::error::{Error, Result};
use musubi_domain::limits;
use musubi_domain::network::Network;
use musubi_domain::outgoing::{CallFault, is_allowed, may_be_called};
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use url::{Host, Url};

/// How the client is set up for an installation.
#[derive(Clone, Debug, Default)]
pub struct ClientSettings {
    /// Networks that may be called although they are not public.
    pub allowed: Vec<Network>,
    /// Certificates of authorities that are believed beside those of the system, in PEM; "" for none.
    pub authorities: String,
}

/// Calls others. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    tls: Arc<ClientConfig>,
    allowed: Arc<[Network]>,
}

/// A call to be made.
#[derive(Clone, Debug)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// Where to.
    pub url: String,
    /// Headers beside those that the client writes itself (`Host`, `Content-Length`, `User-Agent`).
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// How long the whole of it may take, at most [`limits::CALL_SECONDS`].
    pub patience: Duration,
    /// How much of the answer is taken.
    pub answer: AnswerLimit,
}

/// How much of an answer is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerLimit {
    /// All of it; one of more than [`limits::CALL_ANSWER_BYTES`] is refused.
    Whole,
    /// The first bytes; the rest is not read.
    First(usize),
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// `Retry-After`, as it was sent.
    pub retry_after: Option<String>,
    /// `Content-Type`, as it was sent.
    pub content_type: Option<String>,
    /// The body, as far as it was taken.
    pub body: Vec<u8>,
    /// There was more of it.
    pub is_cut: bool,
}

/// A call that had no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallFailure {
    /// Why.
    pub fault: CallFault,
    /// What was found, for whoever looks for the reason: an address, what TLS said.
    pub detail: String,
    /// Whether the other side may have got the call all the same.
    pub is_sent: bool,
}

impl CallFailure {
    fn before(fault: CallFault, detail: impl Into<String>) -> Self {
        Self { fault, detail: detail.into(), is_sent: false }
    }

    fn after(fault: CallFault, detail: impl Into<String>) -> Self {
        Self { fault, detail: detail.into(), is_sent: true }
    }
}

/// A URL that can be called.
struct Target {
    host: Host<String>,
    port: u16,
    is_encrypted: bool,
    /// The value of `Host`.
    authority: String,
    /// Path and query.
    path: String,
}

impl Client {
    /// A client.
    ///
    /// # Errors
    /// Internal where the system has no certificates of authorities, or the further ones cannot be read.
    pub fn new(settings: &ClientSettings) -> Result<Self> {
        let mut roots = rustls::RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(found.certs);
        for certificate in CertificateDer::pem_slice_iter(settings.authorities.as_bytes()) {
            let certificate = certificate.map_err(|error| unusable(&error.to_string()))?;
            roots.add(certificate).map_err(|error| unusable(&error.to_string()))?;
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(&error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { tls: Arc::new(tls), allowed: settings.allowed.clone().into() })
    }

    /// Makes a call.
    ///
    /// # Errors
    /// Why there was no answer. An answer of any status is one.
    pub async fn send(&self, call: &Call) -> std::result::Result<Answer, CallFailure> {
        let target = Target::parse(&call.url)?;
        let request = exchange::request(call, &target)?;
        let patience = call.patience.min(Duration::from_secs(limits::CALL_SECONDS));
        let begun = Instant::now();
        let connect = Duration::from_secs(limits::CALL_CONNECT_SECONDS).min(patience);
        let connecting = tokio::time::timeout(connect, self.connect(&target)).await;
        let stream =
            connecting.map_err(|_| CallFailure::before(CallFault::Time, "connecting took too long")).flatten()?;
        let rest = patience.saturating_sub(begun.elapsed());
        let exchanged = tokio::time::timeout(rest, exchange::exchange(stream, request, call.answer)).await;
        exchanged.map_err(|_| CallFailure::after(CallFault::Time, "no whole answer in time")).flatten()
    }

    /// Whether an address may be called by this kind of URL.
    fn judge(&self, address: IpAddr, is_encrypted: bool) -> std::result::Result<(), CallFailure> {
        if !may_be_called(address, &self.allowed) {
            return Err(CallFailure::before(CallFault::Address, address.to_canonical().to_string()));
        }
        // Unencrypted is for networks of one's own alone.
        if !is_encrypted && !is_allowed(address, &self.allowed) {
            return Err(CallFailure::before(CallFault::NotEncrypted, address.to_canonical().to_string()));
        }
        Ok(())
    }
}

fn unusable(detail: &str) -> Error {
    Error::internal(format!("calls cannot be made: {detail}"))
}

impl Target {
    fn parse(text: &str) -> std::result::Result<Self, CallFailure> {
        let wrong = |detail: &str| CallFailure::before(CallFault::Url, detail);
        let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
        let is_encrypted = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(wrong("it is neither https nor http")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("it holds a password"));
        }
        let (Some(host), Some(port)) = (url.host().map(|host| host.to_owned()), url.port_or_known_default()) else {
            return Err(wrong("it names no host"));
        };
        let authority = url.port().map_or_else(|| host.to_string(), |port| format!("{host}:{port}"));
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        Ok(Self { host, port, is_encrypted, authority, path })
    }
}

#[cfg(test)]
mod tests;
