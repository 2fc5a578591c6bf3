//! Random numbers that are the same on every machine.

/// A stream of numbers from a seed (`SplitMix64`, Steele, Lea and Flood 2014).
pub(super) struct Chance(u64);

impl Chance {
    /// The stream of one visitor.
    pub(super) fn of(seed: u64, visitor: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ visitor.wrapping_mul(0xbf58_476d_1ce4_e5b9))
    }

    pub(super) fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `end` - 1; 0 for an `end` of 0.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        u32::try_from((u128::from(self.next_u64()) * u128::from(end)) >> 64).unwrap_or(0)
    }

    /// True with this probability, in percent.
    pub(super) fn percent(&mut self, share: u32) -> bool {
        self.below(100) < share
    }

    /// How often in a row [`Self::percent`] is true, at most `max`: many small numbers, few large ones.
    pub(super) fn run(&mut self, share: u32, max: u32) -> u32 {
        let mut count = 0;
        while count < max && self.percent(share) {
            count += 1;
        }
        count
    }

    /// One of several, with the same probability.
    pub(super) fn pick<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        from.get(self.below(u32::try_from(from.len()).unwrap_or(u32::MAX)) as usize)
    }

    /// One of several, with probabilities by their weights.
    pub(super) fn weighted<T: Copy>(&mut self, from: &[(u32, T)]) -> Option<T> {
        let mut at = self.below(from.iter().map(|(weight, _)| weight).sum());
        from.iter().find_map(|(weight, item)| {
            let here = at < *weight;
            at = at.wrapping_sub(*weight);
            here.then_some(*item)
        })
    }
}
