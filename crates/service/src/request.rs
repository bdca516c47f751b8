//! What doors know of a request beside what it asks: where it came from, and what is learnt of it on its way.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::OnceLock;

use musubi_domain::id::{TenantNo, UserNo};
use musubi_domain::messages::Locale;
use uuid::Uuid;

/// Where a request came from and what it was sent to, as the connection or a trusted proxy says. Every request carries one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The address of the client.
    pub address: IpAddr,
    /// It came by https: by the connection, or as a trusted proxy or the public URL says.
    pub secure: bool,
    /// The host that it was sent to, with its port where one was said; none where it is missing or said twice (RFC 9112, 3.2).
    pub host: Option<String>,
}

impl Default for Peer {
    fn default() -> Self {
        Self { address: IpAddr::V4(Ipv4Addr::LOCALHOST), secure: false, host: None }
    }
}

/// What is learnt of a request on its way: for its one log line. Secrets, bodies and query strings never go in.
#[derive(Debug)]
pub struct Note {
    /// Names the request in the log and in answers.
    pub request_id: Uuid,
    /// The language that it asks for.
    pub locale: Locale,
    /// Its path.
    pub path: String,
    /// The tenant of the host.
    pub tenant: OnceLock<TenantNo>,
    /// Who acts.
    pub user: OnceLock<UserNo>,
    /// The code of the facade's answer.
    pub code: OnceLock<&'static str>,
    /// What only the log may know.
    pub cause: OnceLock<String>,
    /// The tenant has failures of the call itself answered with 200.
    pub soft: OnceLock<bool>,
}

impl Note {
    /// The note of a request that has just come.
    #[must_use]
    pub fn new(request_id: Uuid, locale: Locale, path: String) -> Self {
        Self {
            request_id,
            locale,
            path,
            tenant: OnceLock::new(),
            user: OnceLock::new(),
            code: OnceLock::new(),
            cause: OnceLock::new(),
            soft: OnceLock::new(),
        }
    }
}
