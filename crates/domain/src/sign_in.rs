//! Who is kept from trying passwords: an account from a network, after failures in a row.

use crate::time::Timestamp;

/// The same for a client of the token service of the contract API (source: API認証).
pub const CLIENT_LOCK_SECONDS: i64 = 1_800;

/// The failures in a row of an account from a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: i64,
    /// When the last one was.
    pub last_at: Timestamp,
}

impl Failures {
    /// Whether they are forgotten, where a lock lasts for so many seconds: their time has passed, or lies so far ahead that the clock must have
    /// gone back.
    #[must_use]
    pub fn are_over(&self, now: Timestamp, seconds: i64) -> bool {
        now >= self.last_at.plus_seconds(seconds) || now <= self.last_at.plus_seconds(-seconds)
    }

    /// Whether nobody gets in, whatever he knows, where so many are too many.
    #[must_use]
    pub fn is_lock(&self, now: Timestamp, seconds: i64, most: i64) -> bool {
        self.count >= most && !self.are_over(now, seconds)
    }

    /// With one more.
    #[must_use]
    pub fn and_one(before: Option<Self>, now: Timestamp, seconds: i64) -> Self {
        let count = before.filter(|before| !before.are_over(now, seconds)).map_or(0, |before| before.count);
        Self { count: count.saturating_add(1), last_at: now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;

    #[test]
    fn five_failures_in_a_row_lock_for_fifteen_minutes() {
        let at = |seconds| Timestamp::from_micros(0).plus_seconds(seconds);
        let mut failures = None;
        for second in 0..5 {
            assert!(!failures.is_some_and(|failures: Failures| failures.is_lock(
                at(second),
                limits::SIGN_IN_LOCK_SECONDS,
                limits::SIGN_IN_FAILURES
            )));
            failures = Some(Failures::and_one(failures, at(second), limits::SIGN_IN_LOCK_SECONDS));
        }
        let failures = failures.unwrap();
        assert!(
            failures.is_lock(at(4), limits::SIGN_IN_LOCK_SECONDS, limits::SIGN_IN_FAILURES)
                && failures.is_lock(at(903), limits::SIGN_IN_LOCK_SECONDS, limits::SIGN_IN_FAILURES)
        );
        assert!(!failures.is_lock(at(904), limits::SIGN_IN_LOCK_SECONDS, limits::SIGN_IN_FAILURES));
        assert!(
            failures.is_lock(at(-895), limits::SIGN_IN_LOCK_SECONDS, limits::SIGN_IN_FAILURES)
                && !failures.is_lock(at(-896), limits::SIGN_IN_LOCK_SECONDS, limits::SIGN_IN_FAILURES),
            "a clock that went back locks nobody for ever"
        );
        assert_eq!(Failures::and_one(Some(failures), at(904), limits::SIGN_IN_LOCK_SECONDS).count, 1);
        assert_eq!(Failures::and_one(Some(failures), at(903), limits::SIGN_IN_LOCK_SECONDS).count, 6);
    }
}
