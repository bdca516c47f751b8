//! Tenants (企業) and the names under which they are reached.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Problem, Result};
use crate::item::Form;
use crate::limits;
use crate::messages::Message;
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

/// What is changed of it: what is absent stays, "" takes away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantProfileSet {
    /// 電話番号.
    pub phone: Option<String>,
    /// メールアドレス.
    pub mail: Option<String>,
    /// 国.
    pub country: Option<String>,
    /// 郵便番号.
    pub postal_code: Option<String>,
    /// 都道府県.
    pub prefecture: Option<String>,
    /// 市区郡.
    pub city: Option<String>,
    /// 町名・番地・建物名.
    pub street: Option<String>,
    /// カスタム属性 that are given a value.
    pub attributes: Vec<(String, String)>,
    /// Names of カスタム属性 that are taken away.
    pub removed_attributes: Vec<String>,
}

impl TenantProfileSet {
    /// Everything that is wrong with it by itself.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let texts = [
            ("--phone", &self.phone),
            ("--mail", &self.mail),
            ("--country", &self.country),
            ("--postal-code", &self.postal_code),
            ("--prefecture", &self.prefecture),
            ("--city", &self.city),
            ("--street", &self.street),
        ];
        let given = texts.into_iter().filter_map(|(path, text)| Some((path, text.as_deref()?)));
        let pairs = self.attributes.iter().flat_map(|(name, value)| [name.as_str(), value]);
        let given = given.chain(pairs.map(|text| ("--attribute", text)));
        let mut problems: Vec<_> = given.filter_map(|(path, text)| text_problem(path, text)).collect();
        if self.attributes.iter().any(|(name, _)| name.is_empty()) {
            problems.push(Problem { path: "--attribute".to_owned(), item: None, message: Message::NotKeyValue });
        }
        problems
    }

    /// Changes a profile.
    ///
    /// # Errors
    /// NotFound for an attribute to be taken away that is not there; Invalid where there are too many.
    pub fn apply(&self, profile: &mut TenantProfile) -> Result<()> {
        for (own, given) in [
            (&mut profile.phone, &self.phone),
            (&mut profile.mail, &self.mail),
            (&mut profile.country, &self.country),
            (&mut profile.postal_code, &self.postal_code),
            (&mut profile.prefecture, &self.prefecture),
            (&mut profile.city, &self.city),
            (&mut profile.street, &self.street),
        ] {
            if let Some(given) = given {
                own.clone_from(given);
            }
        }
        for removed in &self.removed_attributes {
            let at = profile.attributes.iter().position(|(name, _)| name == removed);
            profile.attributes.remove(at.ok_or_else(|| Error::not_found("--remove-attribute"))?);
        }
        for (name, value) in &self.attributes {
            match profile.attributes.iter_mut().find(|(own, _)| own == name) {
                Some((_, own)) => own.clone_from(value),
                None => profile.attributes.push((name.clone(), value.clone())),
            }
        }
        let most = limits::TENANT_ATTRIBUTES;
        if profile.attributes.len() > most {
            return Err(Error::invalid_at("--attribute", Message::TooMany { most }));
        }
        Ok(())
    }
}

fn text_problem(path: &str, text: &str) -> Option<Problem> {
    let message = if text.chars().any(char::is_control) {
        Message::ControlCharacter
    } else if text.chars().count() > limits::USER_FIELD_CHARACTERS {
        Message::TooLong { most: limits::USER_FIELD_CHARACTERS }
    } else if path == "--mail" && !text.is_empty() {
        Form::MailAddress.check(text, limits::USER_FIELD_CHARACTERS).err()?
    } else {
        return None;
    };
    Some(Problem { path: path.to_owned(), item: None, message })
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
    fn what_is_known_of_a_company_is_changed_as_far_as_it_is_given() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut profile =
            TenantProfile { city: "港区".to_owned(), attributes: vec![pair("a", "1")], ..TenantProfile::default() };
        let change = TenantProfileSet {
            phone: Some("03".to_owned()),
            city: Some(String::new()),
            attributes: vec![pair("b", "2"), pair("a", "3")],
            ..TenantProfileSet::default()
        };
        assert_eq!(change.problems(), []);
        change.apply(&mut profile).unwrap();
        assert_eq!((profile.phone.as_str(), profile.city.as_str()), ("03", ""));
        assert_eq!(profile.attributes, [pair("a", "3"), pair("b", "2")]);
        let removal = TenantProfileSet { removed_attributes: vec!["a".to_owned()], ..TenantProfileSet::default() };
        removal.apply(&mut profile).unwrap();
        assert_eq!(profile.attributes, [pair("b", "2")]);
        assert!(removal.apply(&mut profile).is_err());
        let wrong = TenantProfileSet {
            mail: Some("no address".to_owned()),
            street: Some("a\nb".to_owned()),
            attributes: vec![pair("", "1")],
            ..TenantProfileSet::default()
        };
        let paths: Vec<_> = wrong.problems().into_iter().map(|problem| problem.path).collect();
        assert_eq!(paths, ["--mail", "--street", "--attribute"]);
        let many = (0..=limits::TENANT_ATTRIBUTES).map(|at| pair(&at.to_string(), "")).collect();
        assert!(TenantProfileSet { attributes: many, ..TenantProfileSet::default() }.apply(&mut profile).is_err());
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
