//! The catalogue beside a bundle: its file, and the live overlay.

pub(crate) mod overlay;

pub(crate) use attune_command::catalog::{catalog_for_publishing, load};
