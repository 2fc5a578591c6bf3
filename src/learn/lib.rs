//! Learning recommendations from logs: readers, sessions, counts, rows, tuning and evaluation.
//!
//! The pipeline: [`input`] gives rows, [`log`] cleans them, [`sessions`] groups them, [`count`] turns them into rows of neighbours under
//! [`Parameters`], [`index`] writes the index that `attune-core` reads, [`evaluate()`] measures it with the core's own
//! scorer, and [`tune`] chooses the parameters on a part of the training data that was held out.

pub mod baselines;
pub mod beta;
pub mod error;
pub mod evaluate;
mod header;
pub mod held_out;
pub mod index;
pub mod input;
pub mod items;
pub mod log;
pub mod metrics;
pub mod noise;
pub mod ordinals;
pub mod pairs;
pub mod parameters;
pub mod posteriors;
pub mod rotate;
pub mod sessions;
mod temporary;
mod trial;
pub mod tune;

pub use error::LearnError;
pub use evaluate::evaluate;
pub use noise::Noise;
pub use parameters::Parameters;

#[cfg(test)]
mod tests;
