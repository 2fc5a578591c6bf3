//! The parameters that fit a shop best, on sessions held out of its training data.

mod cache;
mod contest;
mod objective;
mod tune;

pub use tune::{Tuning, steps_max, tune};

#[cfg(test)]
mod tests;
