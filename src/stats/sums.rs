//! Sums over units: all that is kept of an experiment.

use core::ops::{Add, AddAssign};

/// Sums over the units of one arm in one stratum.
///
/// `y` is the unit's total of the goal (0 or 1 where it is counted once), `d` its total of the denominator for ratios,
/// `x` the covariate as it stood before the experiment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Sums {
    /// Units that were exposed.
    pub n: f64,
    /// Units with the goal at least once.
    pub converters: f64,
    /// Σ y
    pub y: f64,
    /// Σ y²
    pub yy: f64,
    /// Σ d
    pub d: f64,
    /// Σ d²
    pub dd: f64,
    /// Σ y·d
    pub yd: f64,
    /// Σ x
    pub x: f64,
    /// Σ x²
    pub xx: f64,
    /// Σ x·y
    pub xy: f64,
    /// Σ x·d
    pub xd: f64,
}

impl Sums {
    /// The sums of units that convert once or never: `converters` of `n`.
    pub fn of_count(converters: f64, n: f64) -> Self {
        Self { n, converters, y: converters, yy: converters, ..Self::default() }
    }

    /// The sums of one unit: goal `y`, denominator `d`, covariate `x`.
    pub fn of_unit(y: f64, d: f64, x: f64) -> Self {
        let converters = if y == 0.0 { 0.0 } else { 1.0 };
        Self { n: 1.0, converters, y, yy: y * y, d, dd: d * d, yd: y * d, x, xx: x * x, xy: x * y, xd: x * d }
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.n += other.n;
        self.converters += other.converters;
        self.y += other.y;
        self.yy += other.yy;
        self.d += other.d;
        self.dd += other.dd;
        self.yd += other.yd;
        self.x += other.x;
        self.xx += other.xx;
        self.xy += other.xy;
        self.xd += other.xd;
    }
}

impl Add for Sums {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl core::iter::Sum for Sums {
    fn sum<I: Iterator<Item = Self>>(sums: I) -> Self {
        sums.fold(Self::default(), Self::add)
    }
}

/// What is compared between arms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Measure {
    /// The share of units with the goal: `y` is 0 or 1.
    Proportion,
    /// The mean of `y` over units.
    Mean,
    /// Σ y / Σ d, with the unit of assignment as the unit of variance (delta method).
    Ratio,
}

/// One arm of an experiment.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Arm<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its planned share of units. Only the ratio of the arms' weights counts.
    pub weight: f64,
    /// Its sums by weight epoch or slice, in the same order in every arm.
    pub strata: &'a [Sums],
}

/// A unit's total, cut at `cap` on both sides (a refund can make a total negative).
///
/// Apply it to the unit's total before the squares are taken, never to single events.
pub fn winsorize(total: f64, cap: f64) -> f64 {
    total.clamp(-cap.abs(), cap.abs())
}
