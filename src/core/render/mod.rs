//! Puts values into templates, each written for its locale and escaped for its place.

mod escape;
mod format;

pub use escape::url_part;

use crate::bundle::{AttributeRef, Context, Field, Format, Hole, Part, Slot, Template};
use crate::decide::Fill;
use crate::html::{self, ElementEdit};
use crate::limits;
use crate::segment::{Facts, Value};
use alloc::string::String;
use alloc::vec::Vec;

/// Why a content cannot be shown to this visitor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// A placeholder has no value, and no default.
    #[error("a placeholder has no value")]
    Unknown,
    /// A value in the place of a URL has a scheme that may run code.
    #[error("a value is not a safe URL")]
    UnsafeUrl,
    /// Beyond the limit of one slot.
    #[error("the content is larger than {max} bytes", max = limits::CONTENT_BYTES_MAX)]
    TooLarge,
    /// A named element that the slot does not have.
    #[error("the slot has no element for a field")]
    NoElement,
}

/// Renders a template.
///
/// # Errors
/// [`RenderError`] when a value is missing, unsafe or too large: then nothing of it is shown.
pub fn template(template: &Template, facts: &Facts) -> Result<String, RenderError> {
    let literal = |part: &Part| if let Part::Literal(text) = part { text.len() } else { 16 };
    let mut out = String::with_capacity(template.parts.iter().map(literal).sum());
    for part in &template.parts {
        match part {
            Part::Literal(text) => out.push_str(text),
            Part::Hole(hole) => fill_hole(hole, facts, &mut out)?,
        }
        if out.len() > limits::CONTENT_BYTES_MAX {
            return Err(RenderError::TooLarge);
        }
    }
    Ok(out)
}

/// Renders a template with values from elsewhere, at the end of a text.
///
/// # Errors
/// [`RenderError`] as for [`template`]; then the text ends in the middle.
pub(crate) fn append<'v>(
    template: &Template,
    value: impl Fn(&AttributeRef) -> Value<'v>,
    out: &mut String,
) -> Result<(), RenderError> {
    for part in &template.parts {
        match part {
            Part::Literal(text) => out.push_str(text),
            Part::Hole(hole) => write_hole(hole, value(&hole.source), out)?,
        }
        if out.len() > limits::CONTENT_BYTES_MAX {
            return Err(RenderError::TooLarge);
        }
    }
    Ok(())
}

/// Renders a field's template as plain text, for what is no HTML.
///
/// # Errors
/// [`RenderError`] as for [`template`].
pub fn plain(of: &Template, facts: &Facts) -> Result<String, RenderError> {
    template(of, facts).map(|html| escape::plain(&html))
}

fn fill_hole(hole: &Hole, facts: &Facts, out: &mut String) -> Result<(), RenderError> {
    write_hole(hole, facts.value(&hole.source), out)
}

fn write_hole(hole: &Hole, value: Value, out: &mut String) -> Result<(), RenderError> {
    let mut text = match (value, &hole.default) {
        (Value::Unknown(_), Some(default)) => default.clone(),
        // The compiler lets no placeholder name a place.
        (Value::Unknown(_), None) | (Value::Place(..), _) => return Err(RenderError::Unknown),
        (Value::Bool(holds), _) => String::from(if holds { "yes" } else { "no" }),
        (Value::Number(number), _) => format::number(&hole.format, number),
        (Value::Text(text), _) if hole.format == Format::Title => format::title(&text),
        (Value::Text(text), _) => text.into_owned(),
    };
    if text.len() > limits::HOLE_BYTES_MAX {
        let end = (0..=limits::HOLE_BYTES_MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
    }
    match hole.context {
        Context::Text | Context::Attribute => escape::html(&text, out),
        Context::UrlStart if escape::is_safe_url(&text) => escape::html(&text, out),
        Context::UrlStart => return Err(RenderError::UnsafeUrl),
        Context::UrlPart => url_part(&text, out),
    }
    Ok(())
}

/// Renders typed fields: edits of the slot's elements, or, for a slot without elements, its whole text.
///
/// # Errors
/// [`RenderError`] as for [`template`].
pub fn fields(fields: &[Field], slot: &Slot, facts: &Facts) -> Result<Fill, RenderError> {
    if slot.elements.is_empty() {
        let inner = fields.iter().find_map(|field| field.inner.as_ref()).ok_or(RenderError::NoElement)?;
        return template(inner, facts).map(Fill::Html);
    }
    let edits = fields.iter().map(|field| {
        let selector = slot.elements.iter().find(|(name, _)| *name == field.name).map(|(_, selector)| selector);
        let selector = selector.cloned().ok_or(RenderError::NoElement)?;
        let inner = field.inner.as_ref().map(|inner| template(inner, facts).map(String::into_bytes)).transpose()?;
        let attributes = field.attributes.iter();
        let attributes = attributes
            .map(|(name, value)| Ok((name.clone(), template(value, facts)?.into_bytes())))
            .collect::<Result<Vec<_>, RenderError>>()?;
        Ok(ElementEdit { selector, inner, attributes })
    });
    let edits = edits.collect::<Result<Vec<_>, RenderError>>()?;
    html::encode_edits(&edits).map(Fill::Edits).map_err(|_| RenderError::TooLarge)
}
