//! The difference of two arms, and what a test on one fixed day says of it.

use crate::special::student;
use crate::{Comparison, NotEstimable};

/// How a difference is expressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Scale {
    /// Treatment minus control, in the goal's own unit.
    Absolute,
    /// Treatment minus control, over the control's mean.
    Relative,
}

/// An interval.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Interval {
    pub(crate) fn around(center: f64, half_width: f64) -> Self {
        Self { low: center - half_width, high: center + half_width }
    }

    /// Whether `value` is inside, ends included.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// The difference of a treatment from its control.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Effect {
    /// The difference.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The degrees of freedom by Welch and Satterthwaite.
    pub degrees_of_freedom: f64,
    /// Units of both arms.
    pub units: f64,
    /// The control's mean as it was counted.
    pub baseline: f64,
    /// Absolute or relative.
    pub scale: Scale,
}

impl Comparison {
    /// The absolute difference of the means.
    pub fn difference(&self) -> Effect {
        self.effect_of(
            self.treatment.mean - self.control.mean,
            self.treatment.variance + self.control.variance,
            Scale::Absolute,
        )
    }

    /// The difference relative to the control's mean, with the standard error of the delta method:
    /// `V_b / a² + V_a b² / a⁴`, with the means `a` and `b` as they were counted.
    ///
    /// # Errors
    /// When the control's mean is 0.
    pub fn lift(&self) -> Result<Effect, NotEstimable> {
        let (a, b) = (self.control.unadjusted, self.treatment.unadjusted);
        if a == 0.0 {
            return Err(NotEstimable::ZeroBaseline);
        }
        let square = a * a;
        let variance = self.treatment.variance / square + self.control.variance * (b * b) / (square * square);
        Ok(self.effect_of((self.treatment.mean - self.control.mean) / a, variance, Scale::Relative))
    }

    /// [`Self::difference`] or [`Self::lift`].
    ///
    /// # Errors
    /// When the difference is relative and the control's mean is 0.
    pub fn effect(&self, scale: Scale) -> Result<Effect, NotEstimable> {
        match scale {
            Scale::Absolute => Ok(self.difference()),
            Scale::Relative => self.lift(),
        }
    }

    fn effect_of(&self, estimate: f64, variance: f64, scale: Scale) -> Effect {
        Effect {
            estimate,
            standard_error: libm::sqrt(variance),
            degrees_of_freedom: self.degrees_of_freedom,
            units: self.units(),
            baseline: self.control.unadjusted,
            scale,
        }
    }
}

impl Effect {
    /// The interval of Welch's t-test that holds the true effect with chance `1 - alpha`, on one day fixed before.
    pub fn interval(&self, alpha: f64) -> Interval {
        let width = student::upper_quantile(0.5 * alpha, self.degrees_of_freedom) * self.standard_error;
        Interval::around(self.estimate, width)
    }

    /// The two-sided p of Welch's t-test of no effect, on one day fixed before.
    pub fn p_value(&self) -> f64 {
        2.0 * student::sf((self.estimate / self.standard_error).abs(), self.degrees_of_freedom)
    }
}
