//! The catalogue beside a bundle: its numbers, its file, and the live overlay.

pub(crate) mod compile;
mod file;
mod items;
mod load;
pub(crate) mod overlay;

pub(crate) use items::{for_decisions as catalog_for_decisions, for_publishing as catalog_for_publishing};
pub(crate) use load::load;
