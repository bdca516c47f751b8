//! Families of tokens: all that follow from one code, and how refresh tokens follow each other (RFC 6749, 6; RFC 9700, 4.14).

use crate::authorization::CLOCK_SECONDS;
use crate::id::{OauthClientNo, OauthGrantNo, UserNo};
use crate::time::Timestamp;

/// Seconds within which an old refresh token is answered with the one that followed it: the answer may have been lost.
pub const GRACE_SECONDS: i64 = 10;

/// A family of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OauthGrant {
    /// Its number.
    pub number: OauthGrantNo,
    /// The client that has it.
    pub client: OauthClientNo,
    /// The person who has let the client in.
    pub user: UserNo,
    /// The names of the scopes, separated by spaces.
    pub scope: String,
    /// When the person had last shown who he is.
    pub auth_at: Timestamp,
    /// There is a refresh token.
    pub refreshes: bool,
    /// When the last token of it ends.
    pub ends_at: Timestamp,
    /// It was taken back.
    pub revoked: bool,
    /// When it began.
    pub created_at: Timestamp,
}

impl OauthGrant {
    /// Whether nothing is given for it any more. One that began long after the present moment is over: the clock went back, and it would live
    /// too long.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.revoked || now >= self.ends_at || self.created_at > now.plus_seconds(86_400)
    }
}

/// A refresh token that somebody shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// Its family.
    pub grant: OauthGrantNo,
    /// Which one in it, from 1.
    pub generation: i64,
    /// When the next was given for it.
    pub used_at: Option<Timestamp>,
}

/// What is given for a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshStep {
    /// The refresh token of this generation, which is there already.
    Same(i64),
    /// A new one, of this generation.
    Next(i64),
    /// Nothing: it was used before, by somebody else perhaps. The family ends.
    Reused,
}

/// What is given for a refresh token whose family has come to `latest`. A client whose tokens do not change is given the same one each time.
/// A clock that went back a little counts as no time gone by; one that went back further makes no old token good for as long.
#[must_use]
pub fn refresh_step(rotates: bool, shown: &RefreshToken, latest: i64, now: Timestamp) -> RefreshStep {
    if shown.generation == latest {
        return if rotates { RefreshStep::Next(latest + 1) } else { RefreshStep::Same(latest) };
    }
    let is_just_used = shown.used_at.is_some_and(|used_at| {
        now <= used_at.plus_seconds(GRACE_SECONDS) && used_at <= now.plus_seconds(CLOCK_SECONDS)
    });
    // The latest one is unused, or there would be a later one.
    if shown.generation == latest - 1 && is_just_used { RefreshStep::Same(latest) } else { RefreshStep::Reused }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refresh_tokens_follow_each_other() {
        let at = |seconds: i64| Timestamp::from_micros(0).plus_seconds(seconds);
        for (rotates, generation, used_at, latest, step) in [
            (false, 1, None, 1, RefreshStep::Same(1)),
            (true, 1, None, 1, RefreshStep::Next(2)),
            (true, 3, None, 3, RefreshStep::Next(4)),
            (true, 1, Some(100), 2, RefreshStep::Same(2)),
            (true, 1, Some(90), 2, RefreshStep::Same(2)),
            (true, 1, Some(89), 2, RefreshStep::Reused),
            (true, 1, Some(100 + CLOCK_SECONDS), 2, RefreshStep::Same(2)),
            (true, 1, Some(101 + CLOCK_SECONDS), 2, RefreshStep::Reused),
            (true, 1, Some(100), 3, RefreshStep::Reused),
            (true, 1, None, 2, RefreshStep::Reused),
            (false, 1, Some(89), 2, RefreshStep::Reused),
            (false, 2, None, 2, RefreshStep::Same(2)),
        ] {
            let shown = RefreshToken { grant: OauthGrantNo(1), generation, used_at: used_at.map(at) };
            assert_eq!(refresh_step(rotates, &shown, latest, at(100)), step, "{rotates} {shown:?} {latest}");
        }
    }

    #[test]
    fn a_family_ends_with_its_time_and_with_a_clock_that_goes_back() {
        let at = |day: i64| Timestamp::from_micros(0).plus_seconds(day * 86_400);
        let grant = OauthGrant {
            number: OauthGrantNo(1),
            client: OauthClientNo(1),
            user: UserNo(2),
            scope: String::new(),
            auth_at: at(10),
            refreshes: true,
            ends_at: at(40),
            revoked: false,
            created_at: at(10),
        };
        for (day, over) in [(10, false), (39, false), (40, true), (9, false), (8, true)] {
            assert_eq!(grant.is_over(at(day)), over, "{day}");
        }
        assert!(OauthGrant { revoked: true, ..grant }.is_over(at(20)));
    }
}
