//! Weights of arms by their chance to be the best.
//!
//! Thompson's rule gives each arm the chance that it is the best, given what was seen. Here that chance is integrated,
//! not drawn: the same sums give the same weights, everywhere.

use crate::comparison::mean_of;
use crate::special::{beta, normal, quadrature::nodes};
use crate::{Measure, Sums, holm::as_f64};
use alloc::vec;
use alloc::vec::Vec;

/// The least weight of an arm, in basis points.
pub const FLOOR_BP: u16 = 1_000;
/// All weights together, in basis points.
pub const WHOLE_BP: u16 = 10_000;
/// The most arms: more have no room above the floor.
pub const ARMS_MAX: usize = 10;

/// What is believed of an arm.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Belief {
    /// A normal posterior of its mean.
    Normal {
        /// Its mean.
        mean: f64,
        /// Its standard deviation, above 0.
        stddev: f64,
    },
    /// A beta posterior of its share, with both parameters at least 1.
    Beta {
        /// One plus those with the goal.
        a: f64,
        /// One plus those without.
        b: f64,
    },
}

impl Belief {
    /// From `successes` of `trials`, with a uniform prior.
    pub fn of_counts(successes: f64, trials: f64) -> Self {
        Self::Beta { a: 1.0 + successes.max(0.0), b: 1.0 + (trials - successes).max(0.0) }
    }

    fn mean(&self) -> f64 {
        match *self {
            Self::Normal { mean, .. } => mean,
            Self::Beta { a, b } => a / (a + b),
        }
    }

    fn stddev(&self) -> f64 {
        match *self {
            Self::Normal { stddev, .. } => stddev,
            Self::Beta { a, b } => libm::sqrt(a * b / (a + b + 1.0)) / (a + b),
        }
    }

    fn cdf(&self, x: f64) -> f64 {
        match *self {
            Self::Normal { mean, stddev } => normal::cdf((x - mean) / stddev),
            Self::Beta { .. } if x <= 0.0 => 0.0,
            Self::Beta { .. } if x >= 1.0 => 1.0,
            Self::Beta { a, b } => beta::cdf(a, b, x),
        }
    }

    fn density(&self, x: f64) -> f64 {
        match *self {
            Self::Normal { mean, stddev } => normal::density((x - mean) / stddev) / stddev,
            Self::Beta { a, b } => beta::density(a, b, x),
        }
    }

    fn is_proper(&self) -> bool {
        match *self {
            Self::Normal { mean, stddev } => mean.is_finite() && stddev.is_finite() && stddev > 0.0,
            Self::Beta { a, b } => a.is_finite() && b.is_finite() && a >= 1.0 && b >= 1.0,
        }
    }
}

/// What is believed of each arm from its sums over the same strata (weight epochs): the mean weighted by the strata's
/// shares of units, so that an arm whose weight rose on good days does not look better for it.
///
/// `None` where a mean has a stratum with units that leaves an arm with fewer than 2, or an arm without variance. A
/// share needs neither: in each stratum it has a beta posterior with a uniform prior. One of them is the belief; of
/// several, the weighted mean is taken as normal.
pub fn beliefs(measure: Measure, arms: &[&[Sums]]) -> Option<Vec<Belief>> {
    let strata = arms.first()?.len();
    if arms.iter().any(|arm| arm.len() != strata) {
        return None;
    }
    if let (Measure::Proportion, 1) = (measure, strata) {
        let of_count = |arm: &&[Sums]| arm.first().map(|sums| Belief::of_counts(sums.converters, sums.n));
        return arms.iter().map(of_count).collect();
    }
    let mut shares = vec![0.0; strata];
    for arm in arms {
        for (share, sums) in shares.iter_mut().zip(*arm) {
            *share += sums.n;
        }
    }
    let all: f64 = shares.iter().sum();
    for share in &mut shares {
        *share /= all;
    }
    if measure == Measure::Proportion {
        return Some(arms.iter().map(|arm| of_shares(arm, &shares)).collect());
    }
    let of_arm = |arm: &&[Sums]| {
        let mean = mean_of(measure, arm, &shares).ok()?;
        let belief = Belief::Normal { mean: mean.mean, stddev: libm::sqrt(mean.variance) };
        belief.is_proper().then_some(belief)
    };
    arms.iter().map(of_arm).collect()
}

/// A share over strata, from the mean and the variance of the posterior of each.
fn of_shares(arm: &[Sums], shares: &[f64]) -> Belief {
    let (mut mean, mut variance) = (0.0, 0.0);
    for (sums, share) in arm.iter().zip(shares) {
        let posterior = Belief::of_counts(sums.converters, sums.n);
        mean += share * posterior.mean();
        variance += share * share * posterior.stddev() * posterior.stddev();
    }
    Belief::Normal { mean, stddev: libm::sqrt(variance) }
}

/// The chance of each arm to have the highest mean. They sum to 1 up to about 1e-9.
pub fn chances(beliefs: &[Belief]) -> Vec<f64> {
    let cuts = cuts(beliefs);
    let mut chances = vec![0.0; beliefs.len()];
    for pair in cuts.windows(2) {
        let &[low, high] = pair else { continue };
        for (x, weight) in nodes(low, high) {
            let below: Vec<f64> = beliefs.iter().map(|belief| belief.cdf(x)).collect();
            for (place, (belief, chance)) in beliefs.iter().zip(&mut chances).enumerate() {
                let density = belief.density(x);
                if density > 0.0 {
                    let others = below.iter().enumerate().filter(|(other, _)| *other != place);
                    *chance += weight * density * others.map(|(_, below)| below).product::<f64>();
                }
            }
        }
    }
    let sum: f64 = chances.iter().sum();
    if sum > 0.0 {
        for chance in &mut chances {
            *chance /= sum;
        }
    }
    chances
}

/// Where the panels of the integral end: each posterior gets panels of its own width, so that a narrow one among wide
/// ones is not missed.
fn cuts(beliefs: &[Belief]) -> Vec<f64> {
    let mut cuts = Vec::with_capacity(beliefs.len() * STEPS.len());
    for belief in beliefs {
        let (mean, stddev) = (belief.mean(), belief.stddev());
        for step in STEPS {
            let cut = mean + step * stddev;
            cuts.push(if matches!(belief, Belief::Beta { .. }) { cut.clamp(0.0, 1.0) } else { cut });
        }
    }
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
    cuts
}

/// In standard deviations from the mean. A beta posterior of few trials has a longer tail than a normal one.
const STEPS: [f64; 11] = [-9.0, -6.0, -4.0, -2.5, -1.2, 0.0, 1.2, 2.5, 4.0, 7.0, 16.0];
/// The weights of arms in basis points: their chances to be the best, with at least [`FLOOR_BP`] each, exactly
/// [`WHOLE_BP`] together.
///
/// Equal weights where there is nothing to go by: beliefs that are not proper. `None` with no arms or more than
/// [`ARMS_MAX`].
pub fn weights_bp(beliefs: &[Belief]) -> Option<Vec<u16>> {
    if beliefs.is_empty() || beliefs.len() > ARMS_MAX {
        return None;
    }
    let equal = || vec![1.0 / as_f64(beliefs.len()); beliefs.len()];
    let chances = if beliefs.iter().all(Belief::is_proper) { chances(beliefs) } else { equal() };
    Some(round(&with_floor(&chances)))
}

/// Raises arms below the floor to it, and takes that from the others in proportion, until none is below.
fn with_floor(chances: &[f64]) -> Vec<f64> {
    let floor = f64::from(FLOOR_BP) / f64::from(WHOLE_BP);
    let mut is_low = vec![false; chances.len()];
    loop {
        let mut left = 1.0;
        let mut kept = 0.0;
        for (chance, low) in chances.iter().zip(&is_low) {
            if *low {
                left -= floor;
            } else {
                kept += chance;
            }
        }
        let share = |chance: f64, low: bool| if low { floor } else { chance / kept * left };
        let shares: Vec<f64> = chances.iter().zip(&is_low).map(|(chance, low)| share(*chance, *low)).collect();
        let mut is_done = true;
        for (share, low) in shares.iter().zip(&mut is_low) {
            if *share < floor - 1e-12 {
                (*low, is_done) = (true, false);
            }
        }
        if is_done {
            return shares;
        }
    }
}

/// Whole basis points by largest remainder; of equal remainders the first arm's.
fn round(shares: &[f64]) -> Vec<u16> {
    let mut rest = WHOLE_BP;
    let mut parts = Vec::with_capacity(shares.len());
    for (place, share) in shares.iter().enumerate() {
        let exact = share * f64::from(WHOLE_BP);
        let whole = (0..=WHOLE_BP).rev().find(|bp| f64::from(*bp) <= exact + 1e-6).unwrap_or(0);
        rest = rest.saturating_sub(whole);
        parts.push((place, whole, exact - f64::from(whole)));
    }
    parts.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    for (_, whole, _) in parts.iter_mut().take(usize::from(rest)) {
        *whole += 1;
    }
    parts.sort_by_key(|part| part.0);
    parts.into_iter().map(|(_, whole, _)| whole).collect()
}
