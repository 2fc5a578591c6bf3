//! What is believed of an effect: a normal posterior, the chance to win, and the risk of either choice.

use crate::special::normal;
use crate::{Effect, Interval, Scale};

/// What was believed before.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Prior {
    /// Nothing: the posterior is the likelihood.
    Flat,
    /// A normal distribution of the effect.
    Normal {
        /// Its mean.
        mean: f64,
        /// Its standard deviation.
        stddev: f64,
        /// Of the absolute or of the relative effect. It is converted by the control's mean where the effect is on
        /// the other scale.
        scale: Scale,
    },
}

/// The posterior of an effect.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Posterior {
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation.
    pub stddev: f64,
}

/// What is lost on average by a choice, in the effect's unit.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Risk {
    /// By keeping the control, where the treatment is better.
    pub control: f64,
    /// By choosing the treatment, where it is worse.
    pub treatment: f64,
}

impl Effect {
    /// The posterior of the effect: the precision-weighted mean of prior and estimate (gbstats' `EffectBayesianABTest`).
    pub fn posterior(&self, prior: &Prior) -> Posterior {
        let Prior::Normal { mean, stddev, scale } = *prior else {
            return Posterior { mean: self.estimate, stddev: self.standard_error };
        };
        let unit = match (scale, self.scale) {
            (Scale::Absolute, Scale::Absolute) | (Scale::Relative, Scale::Relative) => 1.0,
            (Scale::Relative, Scale::Absolute) => self.baseline.abs(),
            (Scale::Absolute, Scale::Relative) => 1.0 / self.baseline.abs(),
        };
        let (prior_mean, prior_stddev) = (mean * unit, stddev * unit);
        let data = 1.0 / (self.standard_error * self.standard_error);
        let before = 1.0 / (prior_stddev * prior_stddev);
        let precision = data + before;
        Posterior {
            mean: (self.estimate * data + prior_mean * before) / precision,
            stddev: libm::sqrt(1.0 / precision),
        }
    }
}

impl Posterior {
    /// The chance that the effect is above zero. Where less is better, the chance to win is one minus this.
    pub fn chance_above_zero(&self) -> f64 {
        normal::cdf(self.mean / self.stddev)
    }

    /// The interval that holds the effect with chance `1 - alpha`.
    pub fn interval(&self, alpha: f64) -> Interval {
        Interval::around(self.mean, normal::upper_quantile(0.5 * alpha) * self.stddev)
    }

    /// The expected loss of each choice where more is better: `E[max(δ, 0)]` for the control and `E[max(-δ, 0)]` for
    /// the treatment. Where less is better, exchange the two.
    pub fn risk(&self) -> Risk {
        Risk { control: self.expected_excess(1.0), treatment: self.expected_excess(-1.0) }
    }

    /// `E[max(sign δ, 0)] = σ φ(μ/σ) + sign μ Φ(sign μ/σ)`.
    fn expected_excess(&self, sign: f64) -> f64 {
        let (mean, z) = (sign * self.mean, sign * self.mean / self.stddev);
        (self.stddev * normal::density(z) + mean * normal::cdf(z)).max(0.0)
    }
}
