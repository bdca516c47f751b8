//! セキュリティ設定: what a tenant decides about who gets in.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::error::Problem;
use crate::limits;
use crate::messages::Message;
use crate::network::Network;
use crate::tenant::is_authority;

/// The security settings of a tenant. Stored as JSON; absent members take their default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "snake_case")]
pub struct SecuritySettings {
    /// The fewest characters of a password.
    pub password_characters: usize,
    /// Minutes without a request after which a session ends.
    pub session_idle_minutes: i64,
    /// Hours after sign-in at which a session ends in any case.
    pub session_hours: i64,
    /// The addresses and networks (`192.0.2.0/24`, `2001:db8::/32`) from which people sign in and programs call; none: any.
    pub allowed_addresses: Vec<String>,
    /// Requests that a token may make in a minute, unless its client says otherwise; 0: any number.
    pub requests_per_minute: u32,
    /// The origins (`https://app.example.co.jp`) whose pages may call the APIs from a browser.
    pub cors_origins: Vec<String>,
}

impl Default for SecuritySettings {
    fn default() -> Self {
        Self {
            password_characters: 8,
            session_idle_minutes: 120,
            session_hours: 24,
            allowed_addresses: Vec::new(),
            requests_per_minute: 0,
            cors_origins: Vec::new(),
        }
    }
}

impl SecuritySettings {
    /// Whether nobody may come from an address.
    #[must_use]
    pub fn shuts_out(&self, address: IpAddr) -> bool {
        let is_in = |text: &String| text.parse::<Network>().is_ok_and(|network| network.contains(address));
        !self.allowed_addresses.is_empty() && !self.allowed_addresses.iter().any(is_in)
    }

    /// Puts addresses and origins as they are kept. Everything that is wrong, each with the option of the command line that gives it.
    pub fn settle(&mut self) -> Vec<Problem> {
        let range = |path: &str, value: i64, least: i64, most: i64| {
            let problem =
                || Problem { path: path.to_owned(), item: None, message: Message::OutOfRange { least, most } };
            (!(least..=most).contains(&value)).then(problem)
        };
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let (least, most) = limits::PASSWORD_CHARACTERS;
        let numbers = [
            range("--password-characters", count(self.password_characters), count(least), count(most)),
            range("--session-idle-minutes", self.session_idle_minutes, 1, limits::SESSION_IDLE_MINUTES),
            range("--session-hours", self.session_hours, 1, limits::SESSION_HOURS),
            rate_problem(self.requests_per_minute),
        ];
        let mut problems: Vec<Problem> = numbers.into_iter().flatten().collect();
        let (addresses, wrong) = addresses_settled("--address", &self.allowed_addresses);
        self.allowed_addresses = addresses;
        problems.extend(wrong);
        let (origins, wrong) =
            settled("--cors-origin", &self.cors_origins, limits::CORS_ORIGINS, &Message::NotOrigin, origin);
        self.cors_origins = origins;
        problems.extend(wrong);
        problems
    }
}

/// An origin as a browser says it (RFC 6454, 6.2; Fetch standard, Origin header): lower case, without the port that the scheme has anyway.
/// `None` where a text is none.
#[must_use]
pub fn origin(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let (scheme, authority) = lower.split_once("://")?;
    let own_port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let authority = authority.strip_suffix(own_port).unwrap_or(authority);
    is_authority(authority).then(|| format!("{scheme}://{authority}"))
}

/// Addresses and networks as they are kept: a network by its first address, each once. With a problem at `path` for each that is none,
/// and where there are too many.
#[must_use]
pub fn addresses_settled(path: &str, given: &[String]) -> (Vec<String>, Vec<Problem>) {
    settled(path, given, limits::ALLOWED_ADDRESSES, &Message::NotNetwork, |text| {
        text.parse::<Network>().ok().map(|network| network.to_string())
    })
}

/// What is wrong with a number of requests in a minute; 0 is any number.
#[must_use]
pub fn rate_problem(requests_per_minute: u32) -> Option<Problem> {
    let most = limits::REQUESTS_PER_MINUTE;
    (requests_per_minute > most).then(|| Problem {
        path: "--requests-per-minute".to_owned(),
        item: None,
        message: Message::OutOfRange { least: 0, most: most.into() },
    })
}

fn settled(
    path: &str,
    given: &[String],
    most: usize,
    wrong: &Message,
    read: impl Fn(&str) -> Option<String>,
) -> (Vec<String>, Vec<Problem>) {
    let problem = |message| Problem { path: path.to_owned(), item: None, message };
    let (mut kept, mut problems) = (Vec::new(), Vec::new());
    for text in given {
        match read(text) {
            Some(text) if kept.contains(&text) => {}
            Some(text) => kept.push(text),
            None => problems.push(problem(wrong.clone())),
        }
    }
    if kept.len() > most {
        problems.push(problem(Message::TooMany { most }));
    }
    (kept, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn an_origin_is_a_scheme_and_a_host_as_browsers_say_it() {
        for (text, kept) in [
            ("https://app.example.co.jp", "https://app.example.co.jp"),
            ("HTTPS://App.Example.co.jp:443", "https://app.example.co.jp"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://app.example:443", "http://app.example:443"),
            ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ] {
            assert_eq!(origin(text).as_deref(), Some(kept));
        }
        for text in [
            "",
            "*",
            "null",
            "app.example",
            "https://",
            "https://app.example/",
            "https://app.example/x",
            "https://me@app.example",
            "https://*.example",
            "https://app.example?x",
            "ftp://app.example",
            "https://例.jp",
            "https://app.example, https://b.example",
        ] {
            assert_eq!(origin(text), None, "{text}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let mut settings = SecuritySettings {
            password_characters: 7,
            session_idle_minutes: 0,
            session_hours: limits::SESSION_HOURS + 1,
            allowed_addresses: texts(&["300.0.0.1"]),
            requests_per_minute: limits::REQUESTS_PER_MINUTE + 1,
            cors_origins: texts(&["https://a.example/", "https://b.example"]),
        };
        let problems = settings.settle();
        let paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
        let wrong = [
            "--password-characters",
            "--session-idle-minutes",
            "--session-hours",
            "--requests-per-minute",
            "--address",
            "--cors-origin",
        ];
        assert_eq!(paths, wrong);
        assert_eq!(SecuritySettings::default().settle(), []);
    }

    #[test]
    fn addresses_are_kept_by_their_networks_once_each() {
        let given = texts(&["192.0.2.9/24", "192.0.2.0/24", "2001:DB8::1"]);
        let (kept, problems) = addresses_settled("--address", &given);
        assert_eq!((kept, problems), (texts(&["192.0.2.0/24", "2001:db8::1"]), Vec::new()));
        let (_, problems) = addresses_settled("--address", &texts(&["x", "192.0.2.1", "y"]));
        let problem = || Problem { path: "--address".to_owned(), item: None, message: Message::NotNetwork };
        assert_eq!(problems, [problem(), problem()]);
        let many: Vec<_> =
            (0..=limits::ALLOWED_ADDRESSES).map(|at| format!("10.0.{}.{}", at / 200, at % 200)).collect();
        let (_, problems) = addresses_settled("--address", &many);
        assert_eq!(problems[0].message, Message::TooMany { most: limits::ALLOWED_ADDRESSES });
    }
}
