//! Novelty: whether an effect wears off as visitors get used to the treatment.

use crate::special::normal;
use crate::{Comparison, Effect, Measure, Sums};
use alloc::vec::Vec;

/// What the units did on one day since their first exposure (not their totals up to it).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Day {
    /// Days since the first exposure: 0 is the day of the exposure.
    pub day: f64,
    /// The control's units that have had this day.
    pub control: Sums,
    /// The treatment's.
    pub treatment: Sums,
}

/// The effect by day, and the line through it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Trend {
    /// The absolute difference on each day that has one, with the day.
    pub by_day: Vec<(f64, Effect)>,
    /// The mean effect, weighted by precision.
    pub mean: f64,
    /// How the effect changes a day.
    pub slope: f64,
    /// The standard error of `slope`.
    pub standard_error: f64,
    /// The two-sided p of no change.
    pub p_value: f64,
}

impl Trend {
    /// Whether the effect goes towards zero, at level `alpha` (one-sided). The mean effect says which side it is on.
    pub fn is_shrinking(&self, alpha: f64) -> bool {
        self.slope * self.mean < 0.0 && 0.5 * self.p_value <= alpha
    }
}

/// The effect by day since first exposure, with a weighted least-squares line through it (weights `1 / se²`).
///
/// The days are taken as independent. One unit counts on several days, so they are not quite; where a goal is rare on
/// any one day, the correlation is small. `None` with fewer than three days that can be compared.
pub fn trend(measure: Measure, days: &[Day]) -> Option<Trend> {
    let mut by_day = Vec::with_capacity(days.len());
    for Day { day, control, treatment } in days {
        if let Ok(comparison) = Comparison::new(measure, &[*control], &[*treatment], false) {
            by_day.push((*day, comparison.difference()));
        }
    }
    if by_day.len() < 3 {
        return None;
    }
    let weight = |effect: &Effect| 1.0 / (effect.standard_error * effect.standard_error);
    let total: f64 = by_day.iter().map(|(_, effect)| weight(effect)).sum();
    let center = by_day.iter().map(|(day, effect)| weight(effect) * day).sum::<f64>() / total;
    let mean = by_day.iter().map(|(_, effect)| weight(effect) * effect.estimate).sum::<f64>() / total;
    let spread: f64 = by_day.iter().map(|(day, effect)| weight(effect) * (day - center) * (day - center)).sum();
    if spread <= 0.0 {
        return None;
    }
    let product: f64 =
        by_day.iter().map(|(day, effect)| weight(effect) * (day - center) * (effect.estimate - mean)).sum();
    let (slope, standard_error) = (product / spread, libm::sqrt(1.0 / spread));
    let p_value = 2.0 * normal::sf((slope / standard_error).abs());
    Some(Trend { by_day, mean, slope, standard_error, p_value })
}
