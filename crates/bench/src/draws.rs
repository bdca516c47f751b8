//! Numbers that look random and are the same in every run.

/// A source of numbers (splitmix64): the same seed gives the same ones.
#[derive(Clone, Debug)]
pub(crate) struct Draws {
    state: u64,
}

impl Draws {
    /// A source of its own for each seed.
    pub(crate) const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next number.
    pub(crate) const fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 for a bound of 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.number().checked_rem(bound).unwrap_or(0)
    }

    /// A number from `least` to `most`.
    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// One of the list, which is not empty.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        one_of(list, self.number())
    }

    /// Whether it comes true, `share` times in a hundred.
    pub(crate) fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }
}

/// The member of a list, which is not empty, that a number stands for.
pub(crate) fn one_of<T>(list: &[T], number: u64) -> &T {
    let count = u64::try_from(list.len()).unwrap_or(u64::MAX);
    let at = usize::try_from(number.checked_rem(count).unwrap_or(0)).unwrap_or(0);
    list.get(at).expect("a list to choose from has a member")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_within_their_bounds() {
        let (mut first, mut second) = (Draws::new(7), Draws::new(7));
        for _ in 0..1_000 {
            assert_eq!(first.number(), second.number());
            assert!((3..=9).contains(&first.between(3, 9)));
            second.number();
        }
        assert_ne!(Draws::new(1).number(), Draws::new(2).number());
        assert_eq!(Draws::new(1).below(0), 0);
    }
}
