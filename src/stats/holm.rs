//! Several hypotheses at once.

use alloc::vec;
use alloc::vec::Vec;

/// Holm's adjusted p of each hypothesis, in the order given: rejecting those at most `alpha` makes one wrong rejection or more
/// with chance at most `alpha` (Holm 1979). With always-valid p that holds on all days at once.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut ranked: Vec<(usize, f64)> = p_values.iter().copied().enumerate().collect();
    ranked.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut adjusted = vec![1.0; p_values.len()];
    let (mut at_least, mut remaining) = (0.0_f64, p_values.len());
    for (place, p) in ranked {
        at_least = at_least.max((p * as_f64(remaining)).min(1.0));
        remaining -= 1;
        if let Some(slot) = adjusted.get_mut(place) {
            *slot = at_least;
        }
    }
    adjusted
}

/// A count of hypotheses as a number. Beyond `u32` there are none.
pub(crate) fn as_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
