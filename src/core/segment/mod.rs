//! Conditions over what is known of a visitor: three-valued, without failure.

mod conditions;
mod eval;
mod facts;
mod globe;
mod index;
mod lookup;
mod matchers;
mod operator;
mod page;
mod product;
mod sieve;
#[cfg(test)]
mod tests;
mod truth;
mod value;
mod version;

pub use conditions::Conditions;
pub use eval::Evaluation;
pub use facts::Facts;
pub use globe::EARTH_KM;
pub use matchers::Matchers;
pub use operator::verdict;
pub use page::Page;
pub(crate) use page::decision_header_on;
pub(crate) use product::market;
pub use sieve::Sieve;
pub use truth::Truth;
pub use value::{UnknownReason, Value};
pub use version::Version;
