//! Consents (同意): what a person has allowed a client to do while he is away.

use crate::scope;
use crate::time::Timestamp;

/// The scope that a consent is asked for: it gives a refresh token (source: スコープ仕様, offline_access).
pub const OFFLINE: &str = "offline_access";

/// What a person has allowed a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The names of the scopes, separated by spaces.
    pub scope: String,
    /// When.
    pub given_at: Timestamp,
    /// Until when: refresh tokens that follow from it end then too.
    pub expires_at: Timestamp,
}

impl Consent {
    /// Whether it stands at a moment. What was given long after that moment does not: the clock went back, and it would live too long.
    #[must_use]
    pub fn stands(&self, now: Timestamp) -> bool {
        now < self.expires_at && self.given_at <= now.plus_seconds(86_400)
    }

    /// Whether all of these scopes were allowed.
    #[must_use]
    pub fn covers(&self, asked: &[String]) -> bool {
        let allowed = scope::names(&self.scope);
        asked.iter().all(|name| allowed.contains(&name.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_consent_stands_until_its_end_and_for_what_was_allowed() {
        let moment = |day: i64| Timestamp::from_micros(0).plus_seconds(day * 86_400);
        let consent = Consent { scope: "openid a".to_owned(), given_at: moment(10), expires_at: moment(40) };
        for (day, stands) in [(10, true), (39, true), (40, false), (9, true), (8, false)] {
            assert_eq!(consent.stands(moment(day)), stands, "{day}");
        }
        let asked = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(consent.covers(&asked(&["a"])) && consent.covers(&[]));
        assert!(!consent.covers(&asked(&["openid", "b"])));
    }
}
