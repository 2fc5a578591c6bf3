//! Conditions over what is known of a visitor: three-valued, without failure.

mod eval;
mod facts;
mod globe;
mod index;
mod operator;
mod sieve;
#[cfg(test)]
mod tests;
mod truth;
mod version;

pub use eval::Evaluation;
pub(crate) use facts::announced_on;
pub use facts::{Facts, Page, Value, Why};
pub use globe::EARTH_KM;
pub(crate) use index::Index;
pub use operator::verdict;
pub use sieve::Sieve;
pub use truth::Truth;
pub use version::Version;
