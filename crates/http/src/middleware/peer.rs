//! Where a request came from: the connection says it, or a proxy that is trusted.
//!
//! Of a trusted proxy `X-Forwarded-For`, `-Proto` and `-Host` are believed; of anybody else they are what he likes to write. `Forwarded`
//! (RFC 7239) is not looked at.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use musubi_domain::tenant::{host_name, is_authority, is_loopback};
use musubi_service::request::Peer;
use musubi_service::{Reach, Service};

const FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED_PROTO: &str = "x-forwarded-proto";
const FORWARDED_HOST: &str = "x-forwarded-host";

/// Wraps a request. A connection has put what it knows into the extensions.
pub(crate) async fn of_each_request(State(service): State<Service>, mut request: Request, next: Next) -> Response {
    let connected = request.extensions_mut().remove::<Peer>().unwrap_or_default();
    let peer = peer(request.headers(), request.uri(), &connected, service.reach());
    request.extensions_mut().insert(peer);
    next.run(request).await
}

fn peer(headers: &HeaderMap, uri: &Uri, connected: &Peer, reach: &Reach) -> Peer {
    let is_trusted = |address: IpAddr| reach.trusted_proxies.iter().any(|network| network.contains(address));
    let by_proxy = is_trusted(connected.address);
    let forwarded = |name| if by_proxy { last(headers, name) } else { None };
    let sent_to = forwarded(FORWARDED_HOST).or_else(|| host(headers, uri));
    let host = sent_to.filter(|host| is_authority(host)).map(str::to_owned);
    let secure = match forwarded(FORWARDED_PROTO) {
        Some(scheme) if scheme.eq_ignore_ascii_case("https") => true,
        Some(scheme) if scheme.eq_ignore_ascii_case("http") => false,
        _ => connected.secure,
    };
    Peer {
        address: client(headers, connected.address.to_canonical(), is_trusted),
        secure: secure || is_public_secure(host.as_deref(), reach),
        host,
    }
}

/// The host that a request was sent to; none where it is said twice, or not in text.
fn host<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    let mut said = headers.get_all(header::HOST).iter();
    match (said.next(), said.next()) {
        (Some(host), None) => host.to_str().ok(),
        (None, _) => uri.authority().map(|authority| authority.as_str()),
        (Some(_), Some(_)) => None,
    }
}

/// What people open is https, whatever lies between. This very machine is reached past all that.
fn is_public_secure(host: Option<&str>, reach: &Reach) -> bool {
    let is_https = reach.public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
    is_https && host.and_then(host_name).is_some_and(|name| !is_loopback(&name))
}

/// The elements of a header, the last first, whether it came on one line or on several.
fn elements<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = &'h str> {
    let text = |value: &'h HeaderValue| value.to_str().unwrap_or_default();
    headers.get_all(name).iter().rev().flat_map(move |value| text(value).rsplit(',')).map(str::trim)
}

/// The last element is what the proxy wrote that is nearest; those before it may be what it was sent.
fn last<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    elements(headers, name).next().filter(|element| !element.is_empty())
}

/// Goes back from proxy to proxy as long as each is trusted: the first that is not is the client. Where one wrote what is no address, the
/// way back ends with it.
fn client(headers: &HeaderMap, connected: IpAddr, is_trusted: impl Fn(IpAddr) -> bool) -> IpAddr {
    let mut address = connected;
    for element in elements(headers, FORWARDED_FOR) {
        match written_address(element) {
            Some(before) if is_trusted(address) => address = before,
            _ => break,
        }
    }
    address
}

/// An address, with a port or without; one of IPv6 in brackets or without.
fn written_address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use musubi_domain::network::Network;

    use super::*;

    fn reach(trusted: &[&str], public_url: Option<&str>) -> Reach {
        let trusted_proxies: Vec<Network> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        Reach { trusted_proxies, public_url: public_url.map(str::to_owned), ..Reach::default() }
    }

    fn seen(connected: &str, said: &[(&'static str, &'static str)], reach: &Reach) -> Peer {
        let mut headers = HeaderMap::new();
        for (name, value) in said {
            headers.append(*name, HeaderValue::from_static(value));
        }
        let connected = Peer { address: connected.parse().unwrap(), ..Peer::default() };
        peer(&headers, &Uri::from_static("/"), &connected, reach)
    }

    #[test]
    fn the_client_is_the_last_address_that_is_no_trusted_proxy() {
        let trusted = reach(&["10.0.0.0/8", "2001:db8::1"], None);
        for (connected, forwarded, client) in [
            // Nobody who is not trusted is believed.
            ("192.0.2.1", vec!["198.51.100.7"], "192.0.2.1"),
            ("::ffff:192.0.2.1", vec!["198.51.100.7"], "192.0.2.1"),
            ("10.0.0.1", vec![], "10.0.0.1"),
            ("10.0.0.1", vec!["198.51.100.7"], "198.51.100.7"),
            ("::ffff:10.0.0.1", vec!["198.51.100.7"], "198.51.100.7"),
            ("2001:db8::1", vec!["198.51.100.7"], "198.51.100.7"),
            // What the client himself wrote stands to the left.
            ("10.0.0.1", vec!["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1", vec!["10.0.0.9, 198.51.100.7, 10.0.0.2"], "198.51.100.7"),
            ("10.0.0.1", vec!["203.0.113.9", "198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1", vec!["203.0.113.9, 198.51.100.7", "10.0.0.2"], "198.51.100.7"),
            // All of them are trusted: the first is where it began.
            ("10.0.0.1", vec!["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            ("10.0.0.1", vec!["198.51.100.7:4711"], "198.51.100.7"),
            ("10.0.0.1", vec!["[2001:db8::9]:4711"], "2001:db8::9"),
            ("10.0.0.1", vec!["[2001:db8::9]"], "2001:db8::9"),
            ("10.0.0.1", vec!["::ffff:198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1", vec!["198.51.100.7, unknown"], "10.0.0.1"),
            ("10.0.0.1", vec!["198.51.100.7, , 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", vec![""], "10.0.0.1"),
            ("10.0.0.1", vec!["' OR 1=1"], "10.0.0.1"),
        ] {
            let said: Vec<_> = forwarded.iter().map(|value| (FORWARDED_FOR, *value)).collect();
            assert_eq!(seen(connected, &said, &trusted).address.to_string(), client, "{connected} {forwarded:?}");
        }
    }

    #[test]
    fn scheme_and_host_are_believed_of_a_trusted_proxy_alone() {
        let trusted = reach(&["10.0.0.1"], None);
        let said = [("host", "inner:8080"), (FORWARDED_HOST, "k5.example"), (FORWARDED_PROTO, "https")];
        let by_proxy = seen("10.0.0.1", &said, &trusted);
        assert_eq!((by_proxy.host.as_deref(), by_proxy.secure), (Some("k5.example"), true));
        let by_himself = seen("192.0.2.1", &said, &trusted);
        assert_eq!((by_himself.host.as_deref(), by_himself.secure), (Some("inner:8080"), false));
        let twice = [("host", "inner"), (FORWARDED_HOST, "evil.example, k5.example"), (FORWARDED_PROTO, "https, http")];
        let by_proxy = seen("10.0.0.1", &twice, &trusted);
        assert_eq!((by_proxy.host.as_deref(), by_proxy.secure), (Some("k5.example"), false));
        assert_eq!(seen("10.0.0.1", &[("host", "inner")], &trusted).host.as_deref(), Some("inner"));
        assert_eq!(seen("10.0.0.1", &[("host", "inner"), ("host", "k5.example")], &trusted).host, None);
    }

    #[test]
    fn a_host_that_is_none_leads_nowhere() {
        for host in ["k5.example:1@evil.example", "k5.example/x", "k5.example:", "k5.example:80:80", "", "a b", "[::1"]
        {
            assert_eq!(seen("192.0.2.1", &[("host", host)], &Reach::default()).host, None, "{host}");
        }
        assert_eq!(seen("192.0.2.1", &[("host", "[::1]:80")], &Reach::default()).host.as_deref(), Some("[::1]:80"));
    }

    #[test]
    fn the_scheme_of_the_public_url_is_that_of_all_but_this_machine() {
        for (url, host, secure) in [
            (Some("https://k5.example"), "k5.example", true),
            (Some("https://k5.example"), "other.example:8080", true),
            (Some("https://k5.example"), "localhost:8080", false),
            (Some("https://k5.example"), "127.0.0.1", false),
            (Some("http://k5.example"), "k5.example", false),
            (None, "k5.example", false),
        ] {
            assert_eq!(seen("192.0.2.1", &[("host", host)], &reach(&[], url)).secure, secure, "{url:?} {host}");
        }
    }
}
