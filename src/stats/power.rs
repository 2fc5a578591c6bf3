//! What an experiment can find: power, the smallest detectable effect, and units needed.

use crate::sequential::{Tuning, multiple};
use crate::special::normal;
use crate::{Comparison, Measure, Sums};

/// How the experiment is read.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Reading {
    /// Once, on a day fixed before.
    Once,
    /// On every day, by the always-valid interval. The power is that of the last day alone, so the true power is
    /// somewhat higher.
    Daily(Tuning),
}

/// Two arms, as planned or as measured.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Design {
    /// Variance of one unit in the control.
    pub control_variance: f64,
    /// Variance of one unit in the treatment.
    pub treatment_variance: f64,
    /// The treatment's share of the units of both arms (0 to 1).
    pub treatment_share: f64,
    /// The chance of a false positive, after the split over arms and goals.
    pub alpha: f64,
    /// How it is read.
    pub reading: Reading,
}

impl Design {
    /// Arms with the variance that `before` shows: the sums of any period before the experiment, without a treatment.
    /// `None` where it has fewer than 2 units or no variance.
    pub fn before(measure: Measure, before: &Sums, treatment_share: f64, alpha: f64, reading: Reading) -> Option<Self> {
        let same = Comparison::new(measure, &[*before], &[*before], false).ok()?;
        let variance = same.control.variance * same.control.n;
        Some(Self { control_variance: variance, treatment_variance: variance, treatment_share, alpha, reading })
    }

    /// The arms as they are now.
    pub fn now(comparison: &Comparison, alpha: f64, reading: Reading) -> Self {
        let (a, b) = (&comparison.control, &comparison.treatment);
        Self {
            control_variance: a.variance * a.n,
            treatment_variance: b.variance * b.n,
            treatment_share: b.n / (a.n + b.n),
            alpha,
            reading,
        }
    }

    /// The standard error of the difference with `units` in both arms together.
    fn standard_error(&self, units: f64) -> f64 {
        let treated = self.treatment_share * units;
        libm::sqrt(self.control_variance / (units - treated) + self.treatment_variance / treated)
    }

    /// The chance to find the absolute difference `effect` with `units` in both arms together.
    pub fn power(&self, effect: f64, units: f64) -> f64 {
        let reach = match self.reading {
            Reading::Once => normal::upper_quantile(0.5 * self.alpha),
            Reading::Daily(tuning) => multiple(units, self.alpha, &tuning),
        };
        let z = effect / self.standard_error(units);
        normal::cdf(z - reach) + normal::cdf(-z - reach)
    }

    /// The smallest absolute difference that is found with chance `power` with `units` in both arms together.
    pub fn smallest_detectable(&self, units: f64, power: f64) -> f64 {
        let unit = self.standard_error(units);
        first_above(0.0, 1e3 * unit, |effect| self.power(effect, units) >= power)
    }

    /// The units of both arms together that find the absolute difference `effect` with chance `power`, rounded up.
    /// Infinite beyond 10^15.
    pub fn units_needed(&self, effect: f64, power: f64) -> f64 {
        let units = first_above(2.0, 1e15, |units| self.power(effect, units) >= power);
        if units >= 1e15 { f64::INFINITY } else { libm::ceil(units) }
    }
}

/// Bisection, to the last digits: the place from where on `holds` is true, or `high`.
fn first_above(low: f64, high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (low, high);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}
