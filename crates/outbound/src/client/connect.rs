//! From a URL to a connection: the name is resolved, each address judged, and the first that answers is taken.

use std::net::{IpAddr, SocketAddr};

use musubi_domain::outgoing::CallFault;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Host;

use super::{CallFailure, Client, Target};

/// A connection, encrypted or not.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Client {
    /// Connects to where a URL leads.
    pub(super) async fn connect(&self, target: &Target) -> Result<Box<dyn Stream>, CallFailure> {
        let stream = self.reach(&self.addresses(target).await?).await?;
        // Small requests are not to wait for one another; without it they come later, no worse.
        let _ = stream.set_nodelay(true);
        if !target.is_encrypted {
            return Ok(Box::new(stream));
        }
        let tls = |detail: String| CallFailure::before(CallFault::Tls, detail);
        let name = match &target.host {
            Host::Domain(name) => ServerName::try_from(name.trim_end_matches('.').to_owned()),
            Host::Ipv4(address) => Ok(ServerName::from(IpAddr::V4(*address))),
            Host::Ipv6(address) => Ok(ServerName::from(IpAddr::V6(*address))),
        };
        let name = name.map_err(|error| tls(error.to_string()))?;
        let connector = TlsConnector::from(std::sync::Arc::clone(&self.tls));
        let stream = connector.connect(name, stream).await.map_err(|error| tls(error.to_string()))?;
        Ok(Box::new(stream))
    }

    /// The addresses of a host that may be called, in the order in which they were found. A literal address is judged without asking
    /// anybody.
    async fn addresses(&self, target: &Target) -> Result<Vec<SocketAddr>, CallFailure> {
        let found: Vec<SocketAddr> = match &target.host {
            Host::Ipv4(address) => vec![SocketAddr::new(IpAddr::V4(*address), target.port)],
            Host::Ipv6(address) => vec![SocketAddr::new(IpAddr::V6(*address), target.port)],
            Host::Domain(name) => {
                let resolved = tokio::net::lookup_host((name.as_str(), target.port)).await;
                resolved.map_err(|error| CallFailure::before(CallFault::Name, error.to_string()))?.collect()
            }
        };
        let mut refused = CallFailure::before(CallFault::Name, "the name has no address");
        let mut addresses = Vec::new();
        for address in found {
            match self.judge(address.ip(), target.is_encrypted) {
                Ok(()) => addresses.push(address),
                Err(failure) => refused = failure,
            }
        }
        if addresses.is_empty() { Err(refused) } else { Ok(addresses) }
    }

    async fn reach(&self, addresses: &[SocketAddr]) -> Result<TcpStream, CallFailure> {
        let mut last = CallFailure::before(CallFault::Connection, "there is no address");
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = CallFailure::before(CallFault::Connection, format!("{address}: {error}")),
            }
        }
        Err(last)
    }
}
