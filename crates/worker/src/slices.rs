//! How large a slice is to be: so large that it is worth its commit, so small that nobody waits for it.

use std::time::Duration;

/// How long the work of a slice is to take at most.
const AIM: Duration = Duration::from_millis(10);
/// Rows of one slice at most.
const MOST: usize = 500;
/// Rows of the first slice.
const FIRST: usize = 10;

/// Finds the number of rows of a slice by how long those before it took.
///
/// ```
/// # use std::time::Duration;
/// # use musubi_worker::Slices;
/// let mut slices = Slices::default();
/// let rows = slices.rows();
/// // run.step(.., with so many rows), then slices.note(rows, run.took()):
/// slices.note(rows, Duration::from_millis(1));
/// assert!(slices.rows() > rows);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Slices {
    rows: usize,
}

impl Default for Slices {
    fn default() -> Self {
        Self { rows: FIRST }
    }
}

impl Slices {
    /// How many rows the next slice is to have at most, from 1 to 500.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Takes note that a slice of so many rows took so long ([`crate::JobRun::took`]). The next one is to take four fifths of
    /// 10 ms, and has at most twice as many rows: what took no time at all says little, and what had no rows nothing.
    pub fn note(&mut self, rows: usize, took: Duration) {
        if rows == 0 {
            return;
        }
        let nanoseconds = took.as_nanos().max(1);
        let fitting = u128::try_from(rows).unwrap_or(0) * (AIM.as_nanos() * 4 / 5) / nanoseconds;
        let fitting = usize::try_from(fitting).unwrap_or(MOST);
        self.rows = fitting.min(self.rows.saturating_mul(2)).clamp(1, MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of rows after slices whose rows take so many microseconds each.
    fn settled(micros: u64, slices: usize) -> usize {
        let mut paced = Slices::default();
        for _ in 0..slices {
            let rows = paced.rows();
            paced.note(rows, Duration::from_micros(micros * u64::try_from(rows).unwrap()));
        }
        paced.rows()
    }

    #[test]
    fn a_slice_comes_to_take_a_little_less_than_ten_milliseconds() {
        assert_eq!(settled(100, 8), 80);
        assert_eq!(settled(20, 8), 400);
        assert_eq!(settled(1_000, 8), 8);
    }

    #[test]
    fn it_has_one_row_at_least_and_five_hundred_at_most() {
        assert_eq!(settled(1_000_000, 3), 1);
        assert_eq!(settled(0, 20), 500);
    }

    #[test]
    fn it_shrinks_at_once_and_grows_twofold() {
        let mut slices = Slices::default();
        slices.note(10, Duration::from_millis(1));
        assert_eq!(slices.rows(), 20);
        slices.note(20, Duration::from_millis(80));
        assert_eq!(slices.rows(), 2);
        slices.note(2, Duration::from_nanos(1));
        assert_eq!(slices.rows(), 4);
        slices.note(0, Duration::ZERO);
        assert_eq!(slices.rows(), 4, "a slice that found nothing says nothing");
    }
}
