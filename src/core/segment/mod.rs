//! Conditions over what is known of a visitor: three-valued, without failure.

mod eval;
mod facts;
mod truth;

pub use eval::Evaluation;
pub use facts::{Facts, Page, Value, Why};
pub use truth::Truth;
