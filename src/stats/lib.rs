//! The statistics of experiments, from sums: no I/O, no clock, no randomness.
//!
//! 1. [`Sums`] of the units of an arm come in, for each stratum.
//! 2. [`Comparison`] makes the means of two arms from them, with a covariate (CUPED) and over strata, and their
//!    difference, absolute or relative: an [`Effect`] with its standard error.
//! 3. An effect gives a fixed-horizon interval and p ([`Effect::interval`], [`Effect::p_value`]), an always-valid one
//!    ([`sequential`]) and a [`posterior`].
//! 4. [`verdict`] says what may be said of the primary goals of an experiment, on any day.
//!
//! Beside it: [`mismatch`] (sample ratio), [`power`], [`novelty`], [`guardrail`] and [`bandit`].
//!
//! Every number is the same natively and in Wasm: the functions of [`libm`] are software, and the order of the
//! additions is fixed.

//!
//! ```
//! use attune_stats::verdict::{Aim, Goal, Rules, Verdict, verdicts};
//! use attune_stats::{Arm, Measure, Sums};
//!
//! let control = [Sums::of_count(1_000.0, 50_000.0)];
//! let sale = [Sums::of_count(1_400.0, 50_000.0)];
//! let arms = [
//!     Arm { key: "control", weight: 1.0, strata: &control },
//!     Arm { key: "sale", weight: 1.0, strata: &sale },
//! ];
//! let purchase = Goal {
//!     key: "purchase",
//!     measure: Measure::Proportion,
//!     aim: Aim::More,
//!     with_covariate: false,
//!     is_unbounded: false,
//!     is_bandit: false,
//!     arms: &arms,
//! };
//! let findings = verdicts(&[purchase], &Rules::default());
//! assert!(findings.iter().all(|finding| finding.verdict == Verdict::Better));
//! ```

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod bandit;
mod comparison;
mod effect;
pub mod guardrail;
mod holm;
pub mod mismatch;
pub mod novelty;
pub mod posterior;
pub mod power;
pub mod sequential;
mod special;
mod sums;
#[cfg(feature = "vectors")]
pub mod vectors;
pub mod verdict;

pub use comparison::{Comparison, Mean, NotEstimable, STRATUM_UNITS_MIN, slices};
pub use effect::{Effect, Interval, Scale};
pub use holm::holm;
pub use sums::{Arm, Measure, Sums, winsorize};
