//! Typed fields: rendered once, and written as what the page or another channel takes.

use super::{MARK, MARK_ATTRIBUTE, RenderError, append_facts, template};
use crate::bundle::{Field, Slot, Template};
use crate::html::limits::{MAX_EDIT_ATTRIBUTES, MAX_EDITS};
use crate::html::{self, EditOf, EditText};
use crate::segment::Facts;
use alloc::string::String;
use alloc::vec::Vec;

/// The rendered texts of a content's fields: for each field what goes inside, where it has that, then its attributes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Texts {
    joined: String,
    /// Where each text ends.
    ends: Vec<usize>,
}

impl Texts {
    /// Renders one more text, and gives it.
    fn push(&mut self, template: &Template, facts: &Facts) -> Result<&str, RenderError> {
        let from = self.joined.len();
        append_facts(template, facts, &mut self.joined)?;
        self.ends.push(self.joined.len());
        Ok(self.joined.get(from..).unwrap_or_default())
    }

    /// The texts, one after the other.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let mut from = 0;
        self.ends.iter().map(move |end| self.joined.get(core::mem::replace(&mut from, *end)..*end).unwrap_or_default())
    }
}

/// What a filled slot gets.
#[derive(Clone, Debug, PartialEq)]
pub enum Fill {
    /// Everything inside the slot is replaced.
    Html(String),
    /// Elements inside the slot are edited: the texts of the content's fields, which [`edits`] makes edits of.
    Fields(Texts),
}

/// Renders typed fields: the texts of the slot's elements, or, for a slot without elements, its whole content.
///
/// # Errors
/// [`RenderError`] as for [`template`].
pub fn fields(fields: &[Field], slot: &Slot, facts: &Facts) -> Result<Fill, RenderError> {
    if slot.elements.is_empty() {
        let inner = fields.iter().find_map(|field| field.inner.as_ref()).ok_or(RenderError::NoElement)?;
        return template(inner, facts).map(Fill::Html);
    }
    if fields.len() > MAX_EDITS {
        return Err(RenderError::TooLarge);
    }
    let mut texts = Texts { joined: String::with_capacity(256), ends: Vec::with_capacity(fields.len() * 2) };
    for field in fields {
        if !slot.elements.iter().any(|(name, _)| *name == field.name) {
            return Err(RenderError::NoElement);
        }
        // One is the mark.
        if field.attributes.len() >= MAX_EDIT_ATTRIBUTES {
            return Err(RenderError::TooLarge);
        }
        if let Some(inner) = &field.inner {
            texts.push(inner, facts)?;
        }
        for (name, value) in &field.attributes {
            let written = texts.push(value, facts)?;
            html::check_attribute(0, name, written.as_bytes()).map_err(|_| RenderError::TooLarge)?;
        }
    }
    Ok(Fill::Fields(texts))
}

/// The rendered fields as edits of the slot's elements: [`html::decode_edits`] reads them.
pub fn edits(fields: &[Field], slot: &Slot, texts: &Texts) -> Vec<u8> {
    html::encode_checked(&edits_of(fields, slot, texts, true))
}

/// The same as they go into a page, with the mark. Without `utf8` in ASCII.
pub fn marked_edits(fields: &[Field], slot: &Slot, texts: &Texts, utf8: bool) -> Vec<u8> {
    let mut edits = edits_of(fields, slot, texts, utf8);
    for edit in &mut edits {
        match &mut edit.inner {
            Some(EditText(inner)) => *inner += MARK,
            None => edit.attributes.push((MARK_ATTRIBUTE, EditText("".into()))),
        }
    }
    html::encode_checked(&edits)
}

fn edits_of<'a>(fields: &'a [Field], slot: &'a Slot, texts: &'a Texts, utf8: bool) -> Vec<EditOf<'a>> {
    let mut texts = texts.iter().map(|text| if utf8 { text.into() } else { html::ascii_references(text) });
    let mut text = || EditText(texts.next().unwrap_or_default());
    let edits = fields.iter().filter_map(|field| {
        let inner = field.inner.as_ref().map(|_| text());
        let attributes = field.attributes.iter().map(|(name, _)| (name.as_str(), text())).collect();
        let (_, selector) = slot.elements.iter().find(|(name, _)| *name == field.name)?;
        Some(EditOf { selector, inner, attributes })
    });
    edits.collect()
}
