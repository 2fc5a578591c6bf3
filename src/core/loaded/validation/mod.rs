//! What a part of a bundle has to be, so that it can be used.

pub(super) mod campaign;
pub(super) mod condition;
pub(super) mod content;
pub(super) mod site;

/// Whether a list has something at an index that was not disabled.
fn exists<T>(list: &[Option<T>], index: usize) -> bool {
    matches!(list.get(index), Some(Some(_)))
}
