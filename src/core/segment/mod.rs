//! Conditions over what is known of a visitor: three-valued, without failure.

mod eval;
mod facts;
mod globe;
mod operator;
mod truth;
mod version;

pub use eval::Evaluation;
pub use facts::{Facts, Page, Value, Why};
pub use globe::EARTH_KM;
pub use operator::verdict;
pub use truth::Truth;
pub use version::Version;
