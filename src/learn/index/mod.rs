//! Sessions to a recommendation index: what is in one session belongs together.

mod budget;
mod build;
mod chunks;
pub(crate) mod cooccurrence;
pub(crate) mod encode;
pub(crate) mod inverted;
pub(crate) mod neighbours;
mod popularity;
pub(crate) mod rows;
pub(crate) mod scaling;
pub(crate) mod second_order;
pub(crate) mod weights;

pub use budget::entries_within;
pub use build::build;
pub use encode::{Built, Target};
pub use popularity::Popularity;

#[cfg(test)]
mod tests;
