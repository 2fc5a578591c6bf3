//! Thompson sampling: what is believed of the strategies of a recommendation, from their impressions and clicks.

mod beta;
mod counts;
mod posterior;

pub use counts::{Counts, Key};
pub use posterior::{POOLED_IMPRESSIONS, Posterior, Prior, posteriors};

#[cfg(test)]
mod tests;
