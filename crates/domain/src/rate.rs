//! How many requests somebody makes in a minute: the generic cell rate algorithm (ITU-T I.371), a minute's worth of which may come at once.

use crate::time::Timestamp;

/// A minute, in microseconds.
const MINUTE: i64 = 60_000_000;

/// What is remembered of somebody's requests: when those that he has made would have ended, had they come evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    until: Timestamp,
}

impl Rate {
    /// Of somebody who has made no request.
    #[must_use]
    pub const fn new(now: Timestamp) -> Self {
        Self { until: now }
    }

    /// Takes one of `per_minute` requests (at least 1) at this moment.
    ///
    /// # Errors
    /// Where there is no room for it: the whole seconds until there is, at least 1.
    pub fn take(&mut self, now: Timestamp, per_minute: u32) -> Result<(), i64> {
        let interval = MINUTE.checked_div(per_minute.into()).unwrap_or(MINUTE).max(1);
        let (now, latest) = (now.micros(), now.micros().saturating_add(MINUTE));
        // Later than a minute from now it was never: the clock has gone back, and does not hold anybody up for longer than that.
        let until = self.until.micros().clamp(now, latest);
        let taken = until.saturating_add(interval);
        if taken > latest {
            self.until = Timestamp::from_micros(until);
            return Err((taken - latest + 999_999) / 1_000_000);
        }
        self.until = Timestamp::from_micros(taken);
        Ok(())
    }

    /// Whether it says no more than a new one would.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_000_000 + milliseconds * 1_000)
    }

    /// How many of `tries` at one moment there is room for.
    fn taken(rate: &mut Rate, now: Timestamp, per_minute: u32, tries: usize) -> usize {
        (0..tries).filter(|_| rate.take(now, per_minute).is_ok()).count()
    }

    #[test]
    fn a_minutes_worth_comes_at_once_and_the_rest_evenly() {
        let mut rate = Rate::new(at(0));
        assert_eq!(taken(&mut rate, at(0), 60, 100), 60);
        assert_eq!(rate.take(at(0), 60), Err(1));
        assert_eq!(rate.take(at(999), 60), Err(1));
        assert_eq!(rate.take(at(1_000), 60), Ok(()));
        assert_eq!(taken(&mut rate, at(11_000), 60, 100), 10);
        assert_eq!(taken(&mut rate, at(600_000), 60, 100), 60);
        assert!(!rate.is_over(at(600_000)) && rate.is_over(at(660_000)));
    }

    #[test]
    fn whoever_is_refused_is_told_the_seconds() {
        let mut rate = Rate::new(at(0));
        assert_eq!((rate.take(at(0), 1), rate.take(at(0), 1)), (Ok(()), Err(60)));
        assert_eq!((rate.take(at(58_500), 1), rate.take(at(60_000), 1)), (Err(2), Ok(())));
        let mut rate = Rate::new(at(0));
        assert_eq!(taken(&mut rate, at(0), 1_000_000, 1_000_001), 1_000_000);
    }

    #[test]
    fn a_limit_that_changes_holds_from_then_on() {
        let mut rate = Rate::new(at(0));
        assert_eq!(taken(&mut rate, at(0), 60, 60), 60);
        assert_eq!(rate.take(at(0), 6), Err(10));
        assert_eq!(taken(&mut rate, at(30_000), 600, 1_000), 300);
    }

    #[test]
    fn a_clock_that_goes_back_holds_nobody_up_for_long() {
        let mut rate = Rate::new(at(86_400_000));
        assert_eq!(taken(&mut rate, at(86_400_000), 60, 60), 60);
        // A day earlier: as if it had all been used up at this moment.
        assert_eq!(rate.take(at(0), 60), Err(1));
        assert_eq!(taken(&mut rate, at(1_000), 60, 10), 1);
        assert_eq!(taken(&mut rate, at(61_000), 60, 100), 60);
    }

    proptest! {
        #[test]
        fn never_more_than_two_minutes_worth_within_a_minute(
            per_minute in 1_u32..200, gaps in prop::collection::vec(0_i64..3_000, 1..400)
        ) {
            let mut rate = Rate::new(at(0));
            let (mut now, mut passed) = (0, Vec::new());
            for gap in gaps {
                now += gap;
                match rate.take(at(now), per_minute) {
                    Ok(()) => passed.push(now),
                    Err(seconds) => prop_assert!((1..=60).contains(&seconds)),
                }
            }
            for from in &passed {
                let within = passed.iter().filter(|at| (*from..*from + 60_000).contains(*at)).count();
                prop_assert!(within <= usize::try_from(2 * per_minute).unwrap());
            }
        }
    }
}
