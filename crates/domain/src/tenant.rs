//! Tenants (企業) and the names under which they are reached.

use serde::{Deserialize, Serialize};

use crate::security::SecuritySettings;

/// What an administrator decides for the whole tenant. Stored as JSON; absent members take their default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "snake_case")]
pub struct TenantSettings {
    /// E041, E051 and E199 of the CRM API answer HTTP 200, for clients that read the body alone.
    pub failures_answer_200: bool,
    /// セキュリティ設定.
    pub security: SecuritySettings,
}

/// The host name of a `Host` header: lower case, without port and without a trailing dot. `None` where there is none.
#[must_use]
pub fn host_name(header: &str) -> Option<String> {
    let header = header.trim();
    let name = if let Some(rest) = header.strip_prefix('[') {
        rest.split_once(']')?.0
    } else {
        header.split_once(':').map_or(header, |(name, _)| name)
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    (!name.is_empty()).then(|| name.to_ascii_lowercase())
}

/// Whether a text can be given as a host name of a tenant: letters, digits, `.`, `-` and `_` of ASCII (other letters as `xn--`), a port or
/// the brackets of an address besides, and no name that every machine has for itself.
#[must_use]
pub fn is_host(text: &str) -> bool {
    text.len() <= 253
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte))
        && host_name(text).is_some_and(|name| !is_loopback(&name))
}

/// Whether a host name means this very machine.
#[must_use]
pub fn is_loopback(name: &str) -> bool {
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_that_lead_here_from_elsewhere() {
        for host in ["k5.example", "K5.Example:8080", "192.0.2.1", "[2001:db8::1]:443", "xn--l8j.jp"] {
            assert!(is_host(host), "{host}");
        }
        for host in
            ["", "http://k5.example/", "bad host", "あ.jp", "localhost", "127.0.0.1:80", "[::1]", "k5.example/x"]
        {
            assert!(!is_host(host), "{host}");
        }
    }

    #[test]
    fn hosts_lose_port_case_and_dot() {
        for (header, name) in [
            ("Example.JP:8443", "example.jp"),
            ("[::1]:80", "::1"),
            ("a.example.", "a.example"),
            ("127.0.0.1", "127.0.0.1"),
        ] {
            assert_eq!(host_name(header).as_deref(), Some(name));
        }
        assert_eq!(host_name(":80"), None);
        assert_eq!(host_name("[::1"), None);
    }

    #[test]
    fn loopback_names_are_told_from_others() {
        for name in ["localhost", "127.0.0.1", "127.8.8.8", "::1", "app.localhost"] {
            assert!(is_loopback(name), "{name}");
        }
        for name in ["localhost.example", "10.0.0.1", "example.jp"] {
            assert!(!is_loopback(name), "{name}");
        }
    }
}
