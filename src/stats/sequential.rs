//! Intervals and p that hold on all days at once: look daily, stop when it is clear.
//!
//! The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit
//! theory and asymptotic confidence sequences" (arXiv:2103.06476v7): equations 9, 155 and 161. It is used on the
//! absolute difference.

use crate::{Effect, Interval};

/// How the error is spread over time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Tuning {
    /// ρ of the paper, squared.
    rho_squared: f64,
}

impl Tuning {
    /// The intervals at level `alpha` are narrowest, for their time, when both arms have `units` units together
    /// (equation 161). Fix it before the experiment begins.
    pub fn tightest_at(units: f64, alpha: f64) -> Self {
        let twice = -2.0 * libm::log(alpha);
        Self { rho_squared: (twice + libm::log(twice + 1.0)) / units }
    }
}

impl Effect {
    /// The interval that holds the true effect on all days at once with chance `1 - alpha` (equation 9).
    pub fn sequential_interval(&self, alpha: f64, tuning: &Tuning) -> Interval {
        let multiple = multiple(self.units, alpha, tuning);
        Interval::around(self.estimate, multiple * self.standard_error)
    }

    /// The p that is at most `alpha` on any day with chance at most `alpha`, where there is no effect (equation 155).
    ///
    /// It is exact inversion of [`Self::sequential_interval`]: `p <= alpha` where the interval leaves out 0.
    pub fn sequential_p_value(&self, tuning: &Tuning) -> f64 {
        let z = self.estimate / self.standard_error;
        let time = self.units * tuning.rho_squared;
        let log_e = time * z * z / (2.0 * (time + 1.0)) - 0.5 * libm::log(time + 1.0);
        libm::exp(-log_e).min(1.0)
    }
}

/// How many standard errors the interval reaches to each side at `units` units.
pub fn multiple(units: f64, alpha: f64, tuning: &Tuning) -> f64 {
    let time = units * tuning.rho_squared;
    libm::sqrt(2.0 * (time + 1.0) / time * (0.5 * libm::log(time + 1.0) - libm::log(alpha)))
}
