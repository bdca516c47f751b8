//! A clock that steps and randomness that repeats.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use musubi_domain::time::Timestamp;
use musubi_service::Source;

/// 2026-04-01T00:00:00Z, where the clock of a test begins.
const BEGINNING: i64 = 1_775_001_600_000_000;

/// A source of time and randomness for tests: time stands still until it is moved, seeds are numbered.
#[derive(Debug)]
pub struct SteppedSource {
    now: AtomicI64,
    seeds: AtomicU64,
}

impl Default for SteppedSource {
    fn default() -> Self {
        Self { now: AtomicI64::new(BEGINNING), seeds: AtomicU64::new(1) }
    }
}

impl SteppedSource {
    /// A clock as the others have it, and seeds that no other instance draws: there is room for a million of each.
    #[must_use]
    pub fn of_instance(number: u64) -> Self {
        let seeds = Self::default();
        seeds.seeds.fetch_add(number * 1_000_000, Ordering::SeqCst);
        seeds
    }

    /// Moves the clock.
    pub fn advance_seconds(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Source for SteppedSource {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.now.load(Ordering::SeqCst))
    }

    fn seed(&self) -> [u8; 32] {
        let number = self.seeds.fetch_add(1, Ordering::SeqCst);
        let mut seed = [0; 32];
        seed.chunks_mut(8).for_each(|part| part.copy_from_slice(&number.to_le_bytes()));
        seed
    }
}
