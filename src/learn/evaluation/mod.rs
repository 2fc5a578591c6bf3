//! How good an index is, on sessions that it did not learn from.

pub mod baselines;
mod evaluate;
mod held_out;
mod metrics;
mod paired;
mod prefix;
mod rolling;
pub mod rotation;

pub use evaluate::{evaluate, measure};
pub use held_out::{HeldOut, known_only};
pub use metrics::{Metrics, Outcome};
pub use paired::{Estimate, Figure, Paired};
pub use rolling::{Rolling, Span};

#[cfg(test)]
mod tests;
