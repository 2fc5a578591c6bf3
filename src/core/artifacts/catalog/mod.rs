//! The product catalogue that the edge reads in place.
//!
//! A product is an ordinal: its number in the list of all products that ever were, which only grows. The epoch says
//! which list that is. Bytes: SPEC.md, "Catalogue".

mod availability;
mod check;
mod encode;
mod error;
mod item;
pub(super) mod layout;
mod parts;
mod read;
#[cfg(test)]
mod tests;

pub use availability::Availability;
pub use check::CatalogCheck;
pub use encode::{CatalogParts, ExtraPart, FieldPart, ItemPart, LocalePart, OfferPart, encode};
pub use error::{CATALOG_FORMAT, CATALOG_FORMAT_MIN, CatalogError};
pub use item::{Item, Market};
pub use read::Catalog;
