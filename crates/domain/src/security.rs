//! セキュリティ設定: what a tenant decides about who gets in.

use serde::{Deserialize, Serialize};

use crate::error::Problem;
use crate::limits;
use crate::messages::Message;
use crate::network::Network;

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
