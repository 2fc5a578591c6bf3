//! Two arms compared: their means over strata, with or without a covariate.

use crate::special::power;
use crate::{Measure, Sums};
use alloc::vec::Vec;
use thiserror::Error;

/// Units that a stratum needs in both arms where there are several strata. Smaller ones are left out.
pub const STRATUM_UNITS_MIN: f64 = 10.0;

/// Why two arms cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum NotEstimable {
    /// No stratum has units enough in both arms.
    #[error("an arm has fewer than 2 units")]
    NoUnits,
    /// All units of an arm have the same total.
    #[error("the units of an arm do not differ")]
    NoVariance,
    /// Nothing to divide by: a relative difference from zero.
    #[error("the mean of the control is 0")]
    ZeroBaseline,
    /// A ratio without a denominator.
    #[error("the denominator of an arm is 0")]
    ZeroDenominator,
    /// The arms have different numbers of strata.
    #[error("the arms have different strata")]
    StrataDiffer,
    /// A sum is not a finite number.
    #[error("a sum is not a finite number")]
    NotFinite,
}

/// The mean of one arm.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Mean {
    /// Units in the strata that were used.
    pub n: f64,
    /// The mean, adjusted for the covariate.
    pub mean: f64,
    /// The mean as it was counted.
    pub unadjusted: f64,
    /// The variance of `mean` (its standard error squared).
    pub variance: f64,
}

/// A treatment beside its control.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Comparison {
    /// The control.
    pub control: Mean,
    /// The treatment.
    pub treatment: Mean,
    /// The coefficient of the covariate; 0 where none is used.
    pub theta: f64,
    /// Units in strata that were left out, because an arm has too few there.
    pub left_out: f64,
    /// The degrees of freedom by Welch and Satterthwaite.
    pub degrees_of_freedom: f64,
}

/// Means, variances and covariances of one arm in one stratum, with the stratum's share.
#[derive(Clone, Copy)]
struct Moments {
    share: f64,
    n: f64,
    y: f64,
    d: f64,
    x: f64,
    yy: f64,
    dd: f64,
    yd: f64,
    xx: f64,
    xy: f64,
    xd: f64,
}

impl Moments {
    fn new(sums: &Sums, measure: Measure, share: f64) -> Self {
        let n = sums.n;
        let covariance = |products: f64, a: f64, b: f64| (products - a * b / n) / (n - 1.0);
        let mean = sums.y / n;
        Self {
            share,
            n,
            y: mean,
            d: sums.d / n,
            x: sums.x / n,
            yy: match measure {
                Measure::Proportion => mean * (1.0 - mean),
                Measure::Mean | Measure::Ratio => covariance(sums.yy, sums.y, sums.y),
            },
            dd: covariance(sums.dd, sums.d, sums.d),
            yd: covariance(sums.yd, sums.y, sums.d),
            xx: covariance(sums.xx, sums.x, sums.x),
            xy: covariance(sums.xy, sums.x, sums.y),
            xd: covariance(sums.xd, sums.x, sums.d),
        }
    }
}

/// One arm over its strata. `mean` and `denominator` are those of the whole arm; a ratio is linear around them.
struct Side {
    strata: Vec<Moments>,
    mean: f64,
    denominator: f64,
    covariate: f64,
}

impl Side {
    fn new(strata: Vec<Moments>, measure: Measure) -> Result<Self, NotEstimable> {
        let total = |value: fn(&Moments) -> f64| strata.iter().map(|one| one.share * value(one)).sum::<f64>();
        let (y, d, x) = (total(|one| one.y), total(|one| one.d), total(|one| one.x));
        let (mean, denominator) = match measure {
            Measure::Proportion | Measure::Mean => (y, 1.0),
            Measure::Ratio if d == 0.0 => return Err(NotEstimable::ZeroDenominator),
            Measure::Ratio => (y / d, d),
        };
        Ok(Self { strata, mean, denominator, covariate: x })
    }

    /// The variance of one unit in a stratum, without the covariate.
    fn variance(&self, one: &Moments, measure: Measure) -> f64 {
        match measure {
            Measure::Proportion | Measure::Mean => one.yy,
            Measure::Ratio => {
                (one.yy - 2.0 * self.mean * one.yd + self.mean * self.mean * one.dd)
                    / (self.denominator * self.denominator)
            }
        }
    }

    /// The covariance of one unit with the covariate.
    fn covariance(&self, one: &Moments, measure: Measure) -> f64 {
        match measure {
            Measure::Proportion | Measure::Mean => one.xy,
            Measure::Ratio => (one.xy - self.mean * one.xd) / self.denominator,
        }
    }

    /// The mean with its variance, and what each stratum adds to the degrees of freedom.
    fn mean(&self, measure: Measure, theta: f64) -> (Mean, f64) {
        let (mut n, mut variance, mut spread) = (0.0, 0.0, 0.0);
        for one in &self.strata {
            let unit =
                self.variance(one, measure) + theta * theta * one.xx - 2.0 * theta * self.covariance(one, measure);
            let part = one.share * one.share * unit / one.n;
            n += one.n;
            variance += part;
            spread += part * part / (one.n - 1.0);
        }
        let mean = Mean { n, mean: self.mean - theta * self.covariate, unadjusted: self.mean, variance };
        (mean, spread)
    }
}

impl Comparison {
    /// Compares `treatment` with `control`, stratum by stratum, each weighted by its share of the units of both.
    ///
    /// With `with_covariate` the means are adjusted by the covariate (CUPED, Deng and others 2013). The coefficient is
    /// one for both arms: for means and proportions from the joint covariance, as in gbstats' `compute_theta`; for
    /// ratios from the sum of both arms' covariances, as in GrowthBook's `RegressionAdjustedRatioStatistic` with a
    /// denominator of 1 before. A covariate that does not vary is not used.
    ///
    /// A ratio over strata is the ratio of the weighted means ("combined ratio", Cochran, Sampling Techniques, 6.11).
    /// Where there are several strata, those with fewer than [`STRATUM_UNITS_MIN`] units in an arm are left out.
    ///
    /// # Errors
    /// When the arms have too few units, no variance, no denominator, other strata, or sums that are not finite.
    pub fn new(
        measure: Measure,
        control: &[Sums],
        treatment: &[Sums],
        with_covariate: bool,
    ) -> Result<Self, NotEstimable> {
        if control.len() != treatment.len() {
            return Err(NotEstimable::StrataDiffer);
        }
        let needed = if control.len() > 1 { STRATUM_UNITS_MIN } else { 2.0 };
        let pairs = || control.iter().zip(treatment);
        let is_used = |(a, b): &(&Sums, &Sums)| a.n >= needed && b.n >= needed;
        let all: f64 = pairs().map(|(a, b)| a.n + b.n).sum();
        let used: f64 = pairs().filter(is_used).map(|(a, b)| a.n + b.n).sum();
        if !all.is_finite() {
            return Err(NotEstimable::NotFinite);
        }
        if used == 0.0 {
            return Err(NotEstimable::NoUnits);
        }
        let moments = |of: fn((&Sums, &Sums)) -> Sums| {
            let strata = pairs().filter(is_used);
            strata.map(|(a, b)| Moments::new(&of((a, b)), measure, (a.n + b.n) / used)).collect::<Vec<_>>()
        };
        let a = Side::new(moments(|(a, _)| *a), measure)?;
        let b = Side::new(moments(|(_, b)| *b), measure)?;
        let theta = if !with_covariate {
            0.0
        } else if measure == Measure::Ratio {
            theta_of_ratio(&a, &b)
        } else {
            theta_of_mean(&moments(|(a, b)| *a + *b))
        };
        let ((control, spread_a), (treatment, spread_b)) = (a.mean(measure, theta), b.mean(measure, theta));
        let variance = control.variance + treatment.variance;
        if !(variance.is_finite() && control.mean.is_finite() && treatment.mean.is_finite()) {
            return Err(NotEstimable::NotFinite);
        }
        if control.variance <= 0.0 || treatment.variance <= 0.0 {
            return Err(NotEstimable::NoVariance);
        }
        let degrees_of_freedom = power(variance, 2) / (spread_a + spread_b);
        Ok(Self { control, treatment, theta, left_out: all - used, degrees_of_freedom })
    }

    /// Units of both arms in the strata that were used.
    pub fn units(&self) -> f64 {
        self.control.n + self.treatment.n
    }
}

/// The coefficient within strata, over the units of both arms.
fn theta_of_mean(joint: &[Moments]) -> f64 {
    let total = |value: fn(&Moments) -> f64| joint.iter().map(|one| (one.n - 1.0) * value(one)).sum::<f64>();
    let (post, pre) = (total(|one| one.yy), total(|one| one.xx));
    if post <= 0.0 || pre <= 0.0 { 0.0 } else { total(|one| one.xy) / pre }
}

fn theta_of_ratio(a: &Side, b: &Side) -> f64 {
    let total = |value: &dyn Fn(&Side, &Moments) -> f64| {
        let of = |side: &Side| side.strata.iter().map(|one| one.share * value(side, one)).sum::<f64>();
        of(a) + of(b)
    };
    let pre = total(&|_, one| one.xx);
    if pre <= 0.0 { 0.0 } else { total(&|side, one| side.covariance(one, Measure::Ratio)) / pre }
}

/// The mean of one arm over strata with given shares (which sum to 1), without a covariate.
pub(crate) fn mean_of(measure: Measure, strata: &[Sums], shares: &[f64]) -> Result<Mean, NotEstimable> {
    let used = || strata.iter().zip(shares).filter(|(_, share)| **share > 0.0);
    if used().any(|(sums, _)| sums.n < 2.0) {
        return Err(NotEstimable::NoUnits);
    }
    let moments = used().map(|(sums, share)| Moments::new(sums, measure, *share)).collect();
    Ok(Side::new(moments, measure)?.mean(measure, 0.0).0)
}

/// Each stratum alone: what a slice shows. Descriptive: of many slices some differ by chance.
pub fn slices(
    measure: Measure,
    control: &[Sums],
    treatment: &[Sums],
    with_covariate: bool,
) -> Vec<Result<Comparison, NotEstimable>> {
    let pairs = control.iter().zip(treatment);
    pairs.map(|(a, b)| Comparison::new(measure, &[*a], &[*b], with_covariate)).collect()
}
