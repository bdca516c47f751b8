//! Numbers that look drawn and are the same for the same seed, on every machine.

/// SplitMix64.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// 0 to `bound` - 1, and 0 for 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.next()) * u128::from(bound);
        u64::try_from(product >> 64).expect("the upper half of a product of two u64")
    }

    pub(crate) fn between(&mut self, first: u64, last: u64) -> u64 {
        first + self.below(last.saturating_sub(first) + 1)
    }

    pub(crate) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("less than a usize")
    }

    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        items.get(self.index(items.len())).expect("the tables are not empty")
    }

    pub(crate) fn weighted<'a, T>(&mut self, items: &'a [T], weight: impl Fn(&T) -> usize) -> &'a T {
        let mut left = self.index(items.iter().map(&weight).sum());
        for item in items {
            match left.checked_sub(weight(item)) {
                Some(rest) => left = rest,
                None => return item,
            }
        }
        items.last().expect("the tables are not empty")
    }

    pub(crate) fn shuffled<T>(&mut self, items: impl Iterator<Item = T>) -> Vec<T> {
        let mut items: Vec<T> = items.collect();
        for end in (1..items.len()).rev() {
            items.swap(end, self.index(end + 1));
        }
        items
    }

    /// A day of a year; four in ten are the first of a month.
    pub(crate) fn date(&mut self, year: u64) -> String {
        let month = self.between(1, 12);
        let day = if self.percent(40) { 1 } else { self.between(1, days_in_month(year, month)) };
        format!("{year}-{month:02}-{day:02}")
    }

    /// Any day of a year.
    pub(crate) fn day(&mut self, year: u64) -> String {
        let month = self.between(1, 12);
        format!("{year}-{month:02}-{:02}", self.between(1, days_in_month(year, month)))
    }
}

pub(crate) fn days_in_month(year: u64, month: u64) -> u64 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
