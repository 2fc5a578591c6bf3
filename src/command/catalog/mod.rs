//! Compiled catalogues: their numbers and their file.

pub(crate) mod compile;
mod file;
mod items;
mod load;

pub(crate) use items::for_decisions as catalog_for_decisions;
pub use items::for_publishing as catalog_for_publishing;
pub use load::load;
