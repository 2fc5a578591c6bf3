//! A small generator of random numbers, and the few distributions that are needed.

/// Xoshiro256++ (Blackman and Vigna), seeded by `SplitMix64`.
pub(crate) struct Random([u64; 4]);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        };
        Self([next(), next(), next(), next()])
    }

    pub(crate) fn bits(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// Above 0 and at most 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        let high = u32::try_from(self.bits() >> 32).unwrap_or(0);
        let low = u32::try_from(self.bits() >> 43).unwrap_or(0);
        (f64::from(high) * 2_097_152.0 + f64::from(low) + 1.0) / 9_007_199_254_740_992.0
    }

    /// The value of an order: a Pareto tail without variance (exponent 1.5) from 30 on, capped at 1,000.
    pub(crate) fn order(&mut self) -> f64 {
        attune_stats::winsorize(30.0 * self.uniform().powf(-1.0 / 1.5), 1_000.0)
    }
}
