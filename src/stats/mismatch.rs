//! Sample ratio mismatch: whether the arms get the shares of units that were planned.
//!
//! A mismatch means that units were lost or counted differently by arm. The comparison is worthless then, whatever it
//! says.

use crate::special::gamma::{chi_squared_sf, stirling_error};
use core::iter::Sum;

/// The concentration of the alternative around the planned shares: it is most sensitive to shares that are off by
/// about 1 % of themselves at 50/50.
pub const CONCENTRATION: f64 = 10_000.0;
/// A mismatch is reported at this always-valid p or below.
pub const ALPHA: f64 = 0.001;

/// The units that were first exposed in one weight epoch.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Epoch<'a> {
    /// The planned weight of each arm. Only their ratio counts.
    pub weights: &'a [f64],
    /// Units in each arm, in the same order.
    pub counts: &'a [f64],
}

/// How well the shares fit.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SampleRatio {
    /// The logarithm of the evidence against the planned shares; infinite where an arm of weight 0 has units.
    pub log_e: f64,
    /// The always-valid p: one over the evidence, at most 1. It may be looked at on every day.
    pub p_value: f64,
    /// Pearson's chi-squared p, for one look only. For display.
    pub chi_squared_p: f64,
}

impl SampleRatio {
    /// Whether the shares are off: always-valid p at most [`ALPHA`].
    pub fn is_mismatch(&self) -> bool {
        self.p_value <= ALPHA
    }
}

/// Tests the shares of units over weight epochs.
///
/// In each epoch the evidence is the Bayes factor of a Dirichlet-multinomial with `concentration` times the planned
/// shares against the planned shares (Lindon and Malek, "Anytime-valid inference for multinomial count data", 2022,
/// arXiv:2011.03567). The units of different epochs are different units, so their evidence multiplies.
pub fn sample_ratio(epochs: &[Epoch<'_>], concentration: f64) -> SampleRatio {
    let log_e: f64 = epochs.iter().map(|epoch| log_evidence(epoch, concentration)).sum();
    let (mut distance, mut degrees) = (0.0, 0.0);
    for epoch in epochs {
        let (weight, total) = (sum(epoch.weights), sum(epoch.counts));
        if total == 0.0 {
            continue;
        }
        degrees -= 1.0;
        for (count, share) in epoch.counts.iter().zip(epoch.weights).filter(|(_, share)| **share > 0.0) {
            let expected = share / weight * total;
            distance += (count - expected) * (count - expected) / expected;
            degrees += 1.0;
        }
    }
    SampleRatio { log_e, p_value: libm::exp(-log_e).min(1.0), chi_squared_p: chi_squared_sf(distance, degrees) }
}

fn sum(values: &[f64]) -> f64 {
    f64::sum(values.iter())
}

/// The gamma functions of the Bayes factor in Stirling's form, arranged so that no large logarithms are subtracted.
fn log_evidence(epoch: &Epoch<'_>, concentration: f64) -> f64 {
    let (weight, total) = (sum(epoch.weights), sum(epoch.counts));
    if total == 0.0 || weight == 0.0 {
        return 0.0;
    }
    let mut log_e = -rise(concentration, total);
    for (&count, &share) in epoch.counts.iter().zip(epoch.weights) {
        if share <= 0.0 {
            if count > 0.0 {
                return f64::INFINITY;
            }
            continue;
        }
        let planned = share / weight;
        let prior = concentration * planned;
        log_e += rise(prior, count);
        if count > 0.0 {
            log_e += count * libm::log((prior + count) / (planned * (concentration + total)));
        }
    }
    log_e
}

/// `ln Γ(a + x) - ln Γ(a) - x ln(a + x) + x`.
fn rise(a: f64, x: f64) -> f64 {
    (a - 0.5) * libm::log1p(x / a) + stirling_error(a + x) - stirling_error(a)
}
