//! How much a pair of products weighs, by where its two clicks are in a session.

use crate::sessions::SESSION_CLICKS_MAX;

/// A weight of 1, in the unit of the sums.
pub(crate) const ONE: f64 = 1_048_576.0;
/// Steps over which a click leads to a later one, for the rows of what comes next.
const NEXT_STEPS: usize = 10;

/// How much a pair weighs, by the number of products in its session and the clicks between the two.
#[derive(Debug, Clone)]
pub(crate) struct PairWeights {
    /// Of a later click, by `[products - 1][clicks between]`.
    pub(super) forward: Vec<Vec<u32>>,
    /// Of an earlier click, by the same.
    pub(super) backward: Vec<Vec<u32>>,
    /// Of baskets, by `[products - 1]`.
    pub(super) flat: Vec<u32>,
    /// Of what comes next, by `[clicks between - 1]`.
    pub(super) next: Vec<u32>,
    pub(super) with_next: bool,
}

impl PairWeights {
    /// `products^-0.5 * exp(-clicks / distance)`, times `backward` where the second product came first.
    pub(crate) fn decaying(distance: f64, backward: f64, with_next: bool) -> Self {
        let table = |factor: f64| {
            let row = |size: f64| {
                let weight = |clicks: f64| fixed(factor * size.powf(-0.5) * (-clicks / distance).exp());
                numbers(0..=SESSION_CLICKS_MAX).map(weight).collect()
            };
            numbers(1..=SESSION_CLICKS_MAX).map(row).collect()
        };
        let flat = numbers(1..=SESSION_CLICKS_MAX).map(|size| fixed(size.powf(-0.5))).collect();
        let next = numbers(1..=NEXT_STEPS).map(|gap| fixed(1.0 / gap)).collect();
        Self { forward: table(1.0), backward: table(backward), flat, next, with_next }
    }

    /// Every pair weighs 1, whatever the session: plain co-occurrence.
    pub(crate) fn plain() -> Self {
        let ones = vec![vec![fixed(1.0); SESSION_CLICKS_MAX + 1]; SESSION_CLICKS_MAX];
        let flat = vec![fixed(1.0); SESSION_CLICKS_MAX];
        Self { forward: ones.clone(), backward: ones, flat, next: Vec::new(), with_next: false }
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most 100")]
fn numbers(range: std::ops::RangeInclusive<usize>) -> impl Iterator<Item = f64> {
    range.map(|number| number as f64)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a weight is between 0 and 1")]
fn fixed(weight: f64) -> u32 {
    (weight * ONE).round() as u32
}
