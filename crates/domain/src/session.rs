//! Sessions of people who have signed in: how long one lives.

use crate::id::{SessionNo, UserNo};
use crate::limits;
use crate::security::SecuritySettings;
use crate::time::Timestamp;

/// Seconds by which the clocks of two instances may differ. A session that was seen later than that after the present moment is over: the
/// clock went back, and nobody knows how long it really lives.
const CLOCK_SECONDS: i64 = 300;
/// Characters of what is kept of the name that a browser gives itself.
const AGENT_CHARACTERS: usize = 255;

/// A session as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its number.
    pub number: SessionNo,
    /// Who has signed in.
    pub user: UserNo,
    /// When he showed who he is.
    pub auth_at: Timestamp,
    /// When it was last used, give or take [`limits::SESSION_SEEN_SECONDS`] or a quarter of the time that it may rest.
    pub seen_at: Timestamp,
    /// The address from which he signed in.
    pub address: String,
    /// What the browser calls itself.
    pub agent: String,
}

impl SessionRow {
    /// Whether its time has passed: by its age, by its rest, or by a clock that went back.
    #[must_use]
    pub fn is_over(&self, now: Timestamp, settings: &SecuritySettings) -> bool {
        let oldest = now.plus_seconds(settings.session_hours.saturating_mul(-3_600));
        let idlest = now.plus_seconds(settings.session_idle_minutes.saturating_mul(-60));
        self.auth_at <= oldest || self.seen_at <= idlest || self.seen_at > now.plus_seconds(CLOCK_SECONDS)
    }

    /// Whether a use at this moment is to be written down: seldom, but often enough that nobody who goes on is taken for one who rests.
    #[must_use]
    pub fn is_seen_anew(&self, now: Timestamp, settings: &SecuritySettings) -> bool {
        let seconds = limits::SESSION_SEEN_SECONDS.min(settings.session_idle_minutes.saturating_mul(60) / 4);
        now >= self.seen_at.plus_seconds(seconds)
    }
}

/// What is kept of the name that a browser gives itself: no control characters, and not more than a list has room for.
#[must_use]
pub fn agent_kept(agent: &str) -> String {
    agent.chars().filter(|character| !character.is_control()).take(AGENT_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(auth_at: i64, seen_at: i64) -> SessionRow {
        let moment = |seconds| Timestamp::from_micros(0).plus_seconds(seconds);
        SessionRow {
            number: SessionNo(1),
            user: UserNo(2),
            auth_at: moment(auth_at),
            seen_at: moment(seen_at),
            address: String::new(),
            agent: String::new(),
        }
    }

    #[test]
    fn a_session_ends_by_age_by_rest_and_by_a_clock_that_goes_back() {
        let settings = SecuritySettings { session_hours: 2, session_idle_minutes: 30, ..SecuritySettings::default() };
        let now = Timestamp::from_micros(0).plus_seconds(100_000);
        for (auth_at, seen_at, over) in [
            (100_000, 100_000, false),
            (92_801, 99_999, false),
            (92_800, 99_999, true),
            (99_000, 98_201, false),
            (98_000, 98_200, true),
            (100_200, 100_300, false),
            (100_200, 100_301, true),
            (0, 200_000, true),
        ] {
            assert_eq!(row(auth_at, seen_at).is_over(now, &settings), over, "{auth_at} {seen_at}");
        }
    }

    #[test]
    fn a_use_is_written_down_once_a_minute() {
        let (now, settings) = (Timestamp::from_micros(0).plus_seconds(1_000), SecuritySettings::default());
        assert!(row(0, 940).is_seen_anew(now, &settings));
        assert!(!row(0, 941).is_seen_anew(now, &settings));
        assert!(!row(0, 2_000).is_seen_anew(now, &settings), "the clock went back");
    }

    #[test]
    fn nobody_who_goes_on_is_put_out() {
        let settings = SecuritySettings { session_idle_minutes: 1, ..SecuritySettings::default() };
        for every in [1, 14, 15, 29, 45] {
            let mut kept = row(0, 0);
            for second in (0..=600).step_by(every) {
                let now = Timestamp::from_micros(0).plus_seconds(second);
                assert!(!kept.is_over(now, &settings), "used every {every} seconds, over after {second}");
                if kept.is_seen_anew(now, &settings) {
                    kept.seen_at = now;
                }
            }
            let rested = kept.seen_at.plus_seconds(60);
            assert!(kept.is_over(rested, &settings));
        }
    }

    #[test]
    fn what_a_browser_calls_itself_is_kept_in_bounds() {
        assert_eq!(agent_kept("Mozilla/5.0\r\nX: 日本\u{0}"), "Mozilla/5.0X: 日本");
        assert_eq!(agent_kept(&"あ".repeat(300)).chars().count(), 255);
    }
}
