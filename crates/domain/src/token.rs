//! Access tokens: opaque texts of which the store keeps a hash only.

use std::sync::Arc;

use crate::authorization::CLOCK_SECONDS;
use crate::id::{OauthClientNo, OauthGrantNo, TenantNo, TokenNo, UserNo};
use crate::limits;
use crate::time::Timestamp;

/// A token as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The tenant that it belongs to.
    pub tenant: TenantNo,
    /// Its number.
    pub number: TokenNo,
    /// Scope names separated by spaces.
    pub scope: String,
    /// The user that acts with it: a person, or the system user of a program.
    pub user: UserNo,
    /// The OpenID client that it was given to, if any.
    pub client: Option<OauthClientNo>,
    /// The rights to which it is held, where no person acts with it: those that both itself and its client have, as far as either is held to
    /// some; none: it has all.
    pub rights: Option<Arc<[String]>>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Taken back before its time.
    pub revoked: bool,
    /// The family of tokens that it belongs to, where it follows from a code.
    pub grant: Option<OauthGrantNo>,
    /// Who gave it out.
    pub source: TokenSource,
}

/// Who gives tokens out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenSource {
    /// An administrator.
    #[default]
    Hand,
    /// The token endpoint of the OpenID provider.
    Endpoint,
    /// The token service of the contract API, which gives a token again as long as it lives.
    Contract,
}

impl TokenSource {
    /// How it is kept.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Hand => 0,
            Self::Endpoint => 1,
            Self::Contract => 2,
        }
    }

    /// What is kept as this number.
    #[must_use]
    pub const fn of(number: i64) -> Self {
        match number {
            1 => Self::Endpoint,
            2 => Self::Contract,
            _ => Self::Hand,
        }
    }
}

/// What a token is worth at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It may be used.
    Valid,
    /// It was taken back.
    Revoked,
    /// Its time has passed.
    Expired,
}

impl Token {
    /// What the token is worth at `now`. A token that was taken back stays taken back when its time has passed too. One that an endpoint gave
    /// out and that would live longer than a new one is over: the clock was ahead when it was given, and it would live too long.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        if self.revoked {
            Standing::Revoked
        } else if now >= self.expires_at || self.is_beyond(now) {
            Standing::Expired
        } else {
            Standing::Valid
        }
    }

    fn is_beyond(&self, now: Timestamp) -> bool {
        let latest = now.plus_seconds(limits::TOKEN_SECONDS + CLOCK_SECONDS);
        self.source != TokenSource::Hand && self.expires_at > latest
    }

    /// Whether the token carries this scope.
    #[must_use]
    pub fn has_scope(&self, name: &str) -> bool {
        self.scope.split(' ').any(|own| own == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_lives_its_time_and_no_longer_for_a_clock_that_was_ahead() {
        let at = |seconds: i64| Timestamp::from_micros(0).plus_seconds(seconds);
        let token = |source, expires| Token {
            tenant: TenantNo(1),
            number: TokenNo(1),
            scope: String::new(),
            user: UserNo(2),
            client: None,
            rights: None,
            expires_at: at(expires),
            revoked: false,
            grant: None,
            source,
        };
        for (source, expires, standing) in [
            (TokenSource::Endpoint, 10_000, Standing::Expired),
            (TokenSource::Endpoint, 10_001, Standing::Valid),
            (TokenSource::Endpoint, 13_600 + CLOCK_SECONDS, Standing::Valid),
            (TokenSource::Endpoint, 13_601 + CLOCK_SECONDS, Standing::Expired),
            (TokenSource::Contract, 13_601 + CLOCK_SECONDS, Standing::Expired),
            (TokenSource::Hand, limits::TOKEN_SECONDS_MOST, Standing::Valid),
        ] {
            assert_eq!(token(source, expires).standing(at(10_000)), standing, "{source:?} {expires}");
        }
        let revoked = Token { revoked: true, ..token(TokenSource::Endpoint, 100_000) };
        assert_eq!(revoked.standing(at(10_000)), Standing::Revoked);
    }
}
