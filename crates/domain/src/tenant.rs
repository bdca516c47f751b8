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
    /// 企業情報 beside its name.
    pub profile: TenantProfile,
}

/// What is known of a company beside its name; "" where nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "snake_case")]
pub struct TenantProfile {
    /// 電話番号.
    pub phone: String,
    /// メールアドレス.
    pub mail: String,
    /// 国.
    pub country: String,
    /// 郵便番号.
    pub postal_code: String,
    /// 都道府県.
    pub prefecture: String,
    /// 市区郡.
    pub city: String,
    /// 町名・番地・建物名.
    pub street: String,
    /// カスタム属性: names with their values, in the order in which they were given.
    pub attributes: Vec<(String, String)>,
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

/// Whether a text is a host and perhaps a port, as a `Host` header has them (RFC 9110, 7.2), and nothing besides: it becomes part of links.
#[must_use]
pub fn is_authority(header: &str) -> bool {
    let (name, rest) = match header.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => (address.parse::<std::net::Ipv6Addr>().is_ok(), rest),
        None => {
            let (name, rest) = header.find(':').and_then(|at| header.split_at_checked(at)).unwrap_or((header, ""));
            let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
            (!name.is_empty() && name.bytes().all(is_sign), rest)
        }
    };
    let is_port = |port: &str| (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
    name && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port))
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
    fn an_authority_is_a_host_and_perhaps_a_port() {
        for text in ["k5.example", "K5.example.:8443", "127.0.0.1:80", "[::1]", "[2001:db8::1]:443", "a_b"] {
            assert!(is_authority(text), "{text}");
        }
        for text in [
            "",
            ":80",
            "k5.example:",
            "k5.example:a",
            "k5.example:1@evil",
            "k5/x",
            "me@k5",
            "[::1]x",
            "[x]:1",
            "::1",
            "あ",
        ] {
            assert!(!is_authority(text), "{text}");
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
