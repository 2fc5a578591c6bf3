//! Contents: what is put into a slot.

use super::Template;
use super::cards::Cards;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// A content: one body for each of the site's locales.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// Key.
    pub key: String,
    /// Distinct bodies.
    pub bodies: Vec<Body>,
    /// For each locale of the site, which body.
    pub by_locale: Vec<u16>,
}

/// What a content puts into a slot.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Replaces everything inside the slot.
    Html(Template),
    /// Fills the slot's named elements, or (one text field, no elements) the slot itself.
    Fields(Vec<Field>),
    /// Product cards, picked for the visitor.
    Cards(Box<Cards>),
}

/// One field of a content.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The element it fills.
    pub name: String,
    /// What goes inside the element.
    pub inner: Option<Template>,
    /// Attributes to set, such as `src`, `alt`, `href`; escaped for a double-quoted attribute.
    pub attributes: Vec<(String, Template)>,
}
