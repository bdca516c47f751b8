//! Connections: TLS with a verified name wherever the server is not on this machine.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use musubi_domain::error::{Error, Kind, Result};
use postgres::config::{Host, SslMode, TargetSessionAttrs};
use postgres::{Client, Config};
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::super::failure::Failure;
use super::session::{Session, words};

/// How long a connection may take to be made.
const PATIENCE: Duration = Duration::from_secs(5);

/// Makes connections.
pub(in crate::db) struct Connector {
    config: Config,
    tls: MakeRustlsConnect,
}

impl Connector {
    /// Reads the URL.
    pub(super) fn new(url: &str) -> Result<Self> {
        let unreadable =
            |error| Error::new(Kind::Unavailable).with_cause(format!("the database URL cannot be read: {error}"));
        let mut config = Config::from_str(url).map_err(unreadable)?;
        config.connect_timeout(PATIENCE).application_name("musubi");
        // A server that went without a word is noticed within half a minute.
        config
            .keepalives_idle(Duration::from_secs(10))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(3);
        config.tcp_user_timeout(Duration::from_secs(30));
        // Of several hosts the one that can be written to, wherever it has moved.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        if config.get_ssl_mode() == SslMode::Prefer {
            // A server on this machine often shows a certificate that nobody signed; what does not leave the machine needs none.
            let stays = config.get_hosts().iter().all(is_here);
            config.ssl_mode(if stays { SslMode::Disable } else { SslMode::Require });
        }
        Ok(Self { config, tls: MakeRustlsConnect::new(client_config()?) })
    }

    /// A new connection. Not on an async thread.
    pub(super) fn connect(&self) -> std::result::Result<Session, (Failure, String)> {
        let made = self.config.connect(self.tls.clone());
        let client: Client = made.map_err(|error| (Failure::Lost, format!("no connection: {}", words(&error))))?;
        Session::new(client)
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => musubi_domain::tenant::is_loopback(name),
        Host::Unix(_) => true,
    }
}

fn client_config() -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::internal(format!("no TLS: {error}")))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
