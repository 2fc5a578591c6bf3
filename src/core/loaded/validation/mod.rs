//! What a part of a bundle has to be, so that it can be used.

pub(super) mod campaign;
pub(super) mod condition;
pub(super) mod content;
pub(super) mod site;

/// Why a content is disabled that the lean core cannot fill.
pub(in crate::loaded) const LEAN: &str = "this build of the page core has no recommendations";

/// Whether a list has something at an index that was not disabled.
fn exists<T>(list: &[Option<T>], index: usize) -> bool {
    matches!(list.get(index), Some(Some(_)))
}
