//! How good an index is, on sessions that it did not learn from.

pub mod baselines;
mod evaluate;
mod held_out;
mod metrics;
mod prefix;
pub mod rotation;

pub(crate) use evaluate::evaluate_each;
pub use evaluate::{evaluate, measure};
pub use held_out::{HeldOut, known_only};
pub use metrics::Metrics;

#[cfg(test)]
mod tests;
