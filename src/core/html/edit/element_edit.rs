//! Edits of elements, and what can be said of them.
use crate::codec::blob::{Blob, Read, Write};
#[expect(unused_imports, reason = "documentation")]
use crate::html::limits::{MAX_EDIT_ATTRIBUTES, MAX_EDITS, MAX_HELD_BYTES, MAX_NAME_BYTES};
use crate::html::selector::Selector;
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// What to change in the first element of a slot that matches a selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementEdit {
    /// Which element; the first one in the slot.
    pub selector: Selector,
    /// HTML to put in place of the element's content; `None` leaves it.
    pub inner: Option<Vec<u8>>,
    /// Attributes to set: lower-case name, value escaped for double quotes.
    pub attributes: Vec<(String, Vec<u8>)>,
}

impl Read for ElementEdit {
    fn read(blob: &mut Blob<'_>) -> Self {
        Self {
            selector: Read::read(blob),
            inner: bool::read(blob).then(|| blob.bytes().to_vec()),
            attributes: Read::read(blob),
        }
    }
}

/// An [`ElementEdit`] of borrowed parts, to be encoded.
#[derive(Debug)]
pub(crate) struct EditOf<'a> {
    pub(crate) selector: &'a Selector,
    pub(crate) inner: Option<EditText<'a>>,
    pub(crate) attributes: Vec<(&'a str, EditText<'a>)>,
}

/// A text that is written as the bytes it is, all at once.
#[derive(Debug)]
pub(crate) struct EditText<'a>(pub(crate) Cow<'a, str>);

impl Write for EditText<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.as_ref().write(out);
    }
}

impl Write for EditOf<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        self.selector.write(out);
        self.inner.write(out);
        self.attributes.write(out);
    }
}

impl Write for ElementEdit {
    fn write(&self, out: &mut Vec<u8>) {
        self.selector.write(out);
        self.inner.write(out);
        self.attributes.write(out);
    }
}

/// A slot's content after edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The content.
    pub html: Vec<u8>,
    /// Edits that could not be made in full, by position; all others were.
    pub unmet: Vec<(usize, Unmet)>,
}

/// Why an edit could not be made in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unmet {
    /// Nothing in the slot matches.
    #[error("no element in the slot matches")]
    NotFound,
    /// The element is void or raw text, so that only its attributes were set.
    #[error("the element cannot have content")]
    NoContent,
    /// The element's end tag is missing, so that only its attributes were set.
    #[error("the element is not closed in the slot")]
    Unclosed,
    /// Another edit replaces this, or the element that this is in.
    #[error("another edit replaces the same place")]
    Replaced,
}

/// Why edits cannot be applied at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// More than [`MAX_EDITS`] edits, or more than [`MAX_EDIT_ATTRIBUTES`] attributes in one.
    #[error("more than {MAX_EDITS} element edits, or more than {MAX_EDIT_ATTRIBUTES} attributes in one")]
    TooMany,
    /// The slot's content is longer than [`MAX_HELD_BYTES`], or the selectors do not fit together.
    #[error("the slot's content is longer than {MAX_HELD_BYTES} bytes, or the selectors are too long")]
    TooLong,
    /// An attribute's name is empty, longer than [`MAX_NAME_BYTES`], or not lower-case ASCII.
    #[error("edit {edit} sets an attribute whose name is not lower-case letters, digits, `-`, `_`, `:` or `.`")]
    Name {
        /// Position of the edit.
        edit: usize,
    },
    /// An attribute's value contains `"`.
    #[error("edit {edit} sets an attribute to a value with an unescaped double quote")]
    Value {
        /// Position of the edit.
        edit: usize,
    },
    /// The bytes are not edits of this version.
    #[error("the element edits are damaged or of another version")]
    Format,
}
