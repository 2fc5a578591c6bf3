//! Recommendations: the index that `attune learn` writes, read in place; scoring; rotation.
//!
//! Products are ordinals here: numbers from 0 that the catalogue gives and never uses again. The index is a linear
//! model in the visitor's latest clicks, so a query is a handful of rows added up, with no allocation.

mod check;
mod encode;
mod query;
mod read;
mod scratch;

pub use check::IndexCheck;
pub use encode::{EncodeError, IndexParts, Rows, encode};
pub use query::Query;
pub use read::{INDEX_FORMAT, Index, IndexError, Row};
pub use scratch::{Scored, Scratch};

#[cfg(test)]
mod tests;
