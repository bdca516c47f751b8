//! How long things took: counts in buckets whose width grows with the time, so that each is exact to 3 %.

use std::time::Duration;

/// Bits of a time that its bucket keeps after the highest one.
const PRECISION: u32 = 5;
/// Buckets of one doubling.
const STEPS: u64 = 1 << PRECISION;
/// Buckets of all times that 64 bits of nanoseconds hold.
const BUCKETS: usize = 64 << PRECISION;

/// Times, counted.
#[derive(Clone)]
pub(crate) struct Histogram {
    counts: Vec<u64>,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS] }
    }
}

impl Histogram {
    /// Counts a time.
    pub(crate) fn note(&mut self, took: Duration) {
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        if let Some(count) = self.counts.get_mut(bucket(nanoseconds)) {
            *count += 1;
        }
    }

    /// Adds what another one has counted.
    pub(crate) fn add(&mut self, other: &Self) {
        for (own, more) in self.counts.iter_mut().zip(&other.counts) {
            *own += more;
        }
    }

    /// How many were counted.
    pub(crate) fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The time that `share` in a thousand did not exceed; zero where nothing was counted.
    pub(crate) fn quantile(&self, share: u64) -> Duration {
        let wanted = (self.total() * share).div_ceil(1_000).max(1);
        let mut seen = 0;
        for (at, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return Duration::from_nanos(highest(at));
            }
        }
        Duration::ZERO
    }
}

/// The bucket of a time.
fn bucket(nanoseconds: u64) -> usize {
    let doublings = (u64::BITS - nanoseconds.leading_zeros()).saturating_sub(PRECISION + 1);
    let step = nanoseconds >> doublings;
    usize::try_from(u64::from(doublings) * STEPS + step).expect("fewer than 2048")
}

/// The longest time of a bucket.
fn highest(bucket: usize) -> u64 {
    let bucket = u64::try_from(bucket).unwrap_or(u64::MAX);
    let doublings = (bucket / STEPS).saturating_sub(1);
    let step = bucket - doublings * STEPS;
    // The last bucket ends where 64 bits end.
    (step + 1).checked_shl(u32::try_from(doublings).unwrap_or(u32::MAX)).map_or(u64::MAX, |end| end.wrapping_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_lies_in_its_bucket_within_three_percent() {
        let mut before = 0;
        for exponent in 0..64 {
            for extra in [0, 1, 3, 1 << 20] {
                let time = (1_u64 << exponent).saturating_add(extra);
                let bucket = bucket(time);
                assert!(bucket < BUCKETS, "{time}");
                let end = highest(bucket);
                assert!(end >= time && end - time <= time / 32, "{time} {end}");
                if extra == 0 {
                    assert!(bucket >= before);
                    before = bucket;
                }
            }
        }
    }

    #[test]
    fn quantiles_are_those_of_what_was_counted() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.quantile(500), Duration::ZERO);
        let mut other = Histogram::default();
        for micros in 1..=1_000 {
            (if micros % 2 == 0 { &mut histogram } else { &mut other }).note(Duration::from_micros(micros));
        }
        histogram.add(&other);
        assert_eq!(histogram.total(), 1_000);
        for (share, exact) in [(500, 500), (990, 990), (1_000, 1_000)] {
            let found = histogram.quantile(share).as_micros();
            assert!(found >= exact && found <= exact + exact / 31, "{share}: {found}");
        }
    }
}
