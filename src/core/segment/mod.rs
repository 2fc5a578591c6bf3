//! Conditions over what is known of a visitor: three-valued, without failure.

mod eval;
mod facts;
mod index;
mod operator;
#[cfg(test)]
mod tests;
mod truth;

pub use eval::Evaluation;
pub use facts::{Facts, Page, Value, Why};
pub(crate) use index::Index;
pub use operator::verdict;
pub use truth::Truth;
