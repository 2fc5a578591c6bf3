//! Edits of single elements inside a slot: their content, their attributes, and no other byte.
mod apply;
mod element_edit;
mod find;

pub use element_edit::{EditError, Edited, ElementEdit, Unmet};
pub(crate) use element_edit::{EditOf, EditText};

use super::{
    limits::{MAX_EDIT_ATTRIBUTES, MAX_EDITS, MAX_HELD_BYTES, MAX_NAME_BYTES},
    targets::{Listed, Targets},
};
use crate::codec::blob::{Write, whole};
use alloc::vec;
use alloc::vec::Vec;

const FORMAT: u8 = 1;

/// The edits as bytes, for a caller outside Rust to keep and hand back.
///
/// # Errors
/// As [`edit_elements`], for edits that it would refuse.
pub fn encode_edits(edits: &[ElementEdit]) -> Result<Vec<u8>, EditError> {
    check(edits)?;
    let mut out = vec![FORMAT];
    edits.write(&mut out);
    Ok(out)
}

/// Encodes edits whose number and attributes were checked already, as [`encode_edits`] does.
pub(crate) fn encode_checked(edits: &[EditOf<'_>]) -> Vec<u8> {
    let mut out = vec![FORMAT];
    edits.write(&mut out);
    out
}

/// Reads what [`encode_edits`] wrote.
///
/// # Errors
/// When the bytes are something else, or hold edits that [`edit_elements`] refuses.
pub fn decode_edits(bytes: &[u8]) -> Result<Vec<ElementEdit>, EditError> {
    let Some((&FORMAT, rest)) = bytes.split_first() else {
        return Err(EditError::Format);
    };
    let edits: Vec<ElementEdit> = whole(rest).ok_or(EditError::Format)?;
    check(&edits)?;
    Ok(edits)
}

/// Applies edits to the content of a slot, as held. Each edit is made on the first element that its
/// selector matches; elements in templates, SVG and `MathML` do not count. An existing attribute gets
/// the new value in place, later duplicates of it are dropped (but for one before a `=`), a new one comes right after the tag's name.
///
/// # Errors
/// When the edits or the content exceed a limit, or an attribute would not be well-formed.
pub fn edit_elements(held: &[u8], edits: &[ElementEdit]) -> Result<Edited, EditError> {
    check(edits)?;
    if held.len() > MAX_HELD_BYTES {
        return Err(EditError::TooLong);
    }
    let selectors = (0..).zip(edits.iter().map(|edit| &edit.selector));
    let listed = Listed::of(selectors).and_then(|listed| listed.to_bytes()).map_err(|_| EditError::TooLong)?;
    let targets = Targets::read(&listed).ok_or(EditError::TooLong)?;
    let found = find::sites(held, edits, targets);
    Ok(apply::apply(held, edits, &found))
}

fn check(edits: &[ElementEdit]) -> Result<(), EditError> {
    if edits.len() > MAX_EDITS || edits.iter().any(|edit| edit.attributes.len() > MAX_EDIT_ATTRIBUTES) {
        return Err(EditError::TooMany);
    }
    for (position, edit) in edits.iter().enumerate() {
        for (name, value) in &edit.attributes {
            check_attribute(position, name, value)?;
        }
    }
    Ok(())
}

/// Whether an attribute is well-formed when it is written as it is.
pub(crate) fn check_attribute(edit: usize, name: &str, value: &[u8]) -> Result<(), EditError> {
    let is_char = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_:.".contains(&byte);
    if name.is_empty() || name.len() > MAX_NAME_BYTES || !name.bytes().all(is_char) {
        return Err(EditError::Name { edit });
    }
    if value.contains(&b'"') {
        return Err(EditError::Value { edit });
    }
    Ok(())
}
