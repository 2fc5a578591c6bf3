//! Puts values into templates, each written for its locale and escaped for its place.

mod escape;
mod fields;
mod format;
mod url;

pub use escape::plain;
pub use fields::{Fill, Texts, edits, fields, marked_edits};

use crate::bundle::{AttributeRef, Context, Hole, Part, Template};
use crate::codec::percent_encode;
use crate::limits;
use crate::segment::{Facts, Value};
use alloc::borrow::Cow;
use alloc::string::String;

/// The end of everything that is put into a page: where the page script does not find it, somebody else replaced the
/// content (a framework that hydrates), and nothing is counted as seen.
pub const MARK: &str = "<!--attune-->";
/// The mark of an element of which only attributes are set.
pub const MARK_ATTRIBUTE: &str = "data-attune";

/// Why a content cannot be shown to this visitor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// A placeholder has no value, and no default.
    #[error("a placeholder has no value")]
    Unknown,
    /// A value in a URL would run code, lead to another site, or leave its place in the path.
    #[error("a value is not safe in a URL")]
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
    let mut out = String::with_capacity(template.parts.iter().map(literal).sum::<usize>() + MARK.len());
    append_facts(template, facts, &mut out)?;
    Ok(out)
}

/// Renders a template at the end of a text.
pub(crate) fn append_facts(template: &Template, facts: &Facts, out: &mut String) -> Result<(), RenderError> {
    append(template, |source| facts.value(source), out)
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

/// The most bytes that [`append`] would write; `None` where it may not write anything, or that is not told without writing.
pub(crate) fn bytes_max<'v>(template: &Template, value: impl Fn(&AttributeRef) -> Value<'v>) -> Option<usize> {
    let parts = template.parts.iter().map(|part| match part {
        Part::Literal(text) => Some(text.len()),
        Part::Hole(hole) => hole_bytes_max(hole, &value(&hole.source)),
    });
    parts.sum()
}

fn hole_bytes_max(hole: &Hole, value: &Value) -> Option<usize> {
    let text = match (value, &hole.default) {
        (Value::Unknown(_), Some(default)) => default,
        (Value::Text(text), _) => &**text,
        (Value::Number(_), _) if hole.context != Context::UrlStart => {
            return format::number_bytes_max(&hole.format).map(|bytes| bytes * ESCAPED);
        }
        _ => return None,
    };
    // Whether a changed text is safe in a URL is known only once it is written.
    let is_known = !format::changes_text(&hole.format) || matches!(hole.context, Context::Text | Context::Attribute);
    let is_default = matches!(value, Value::Unknown(_));
    let is_safe = text.len() <= limits::HOLE_BYTES_MAX && is_known && is_safe(hole, is_default, text);
    is_safe.then_some(text.len() * ESCAPED)
}

/// Whether a written value may stand where the hole is.
fn is_safe(hole: &Hole, is_default: bool, text: &str) -> bool {
    match hole.context {
        Context::Text | Context::Attribute => true,
        // A default is the author's own, as the text around it is.
        Context::UrlStart => url::may_begin(text, is_default || hole.source.attribute.is_trusted_url()),
        Context::UrlPart => url::may_be_part(text),
        Context::UrlSegment => url::may_be_segment(text),
    }
}

/// Bytes that one byte becomes at most: `&quot;`.
const ESCAPED: usize = 6;

fn write_hole(hole: &Hole, value: Value, out: &mut String) -> Result<(), RenderError> {
    let is_default = matches!(value, Value::Unknown(_));
    let text: Cow<'_, str> = match (value, &hole.default) {
        (Value::Unknown(_), Some(default)) => default.into(),
        // The compiler lets no placeholder name a place.
        (Value::Unknown(_), None) | (Value::Place(..), _) => return Err(RenderError::Unknown),
        (Value::Bool(holds), _) => if holds { "yes" } else { "no" }.into(),
        (Value::Number(number), _) => {
            // Nearly every number may stand as it is written.
            let from = out.len();
            format::number(&hole.format, number, out);
            let is_text = matches!(hole.context, Context::Text | Context::Attribute);
            let written = out.get(from..).unwrap_or_default();
            if is_text && written.len() <= limits::HOLE_BYTES_MAX && escape::is_clear(written) {
                return Ok(());
            }
            out.split_off(from).into()
        }
        (Value::Text(text), _) => format::text(&hole.format, text),
    };
    let text = text.get(..text.floor_char_boundary(limits::HOLE_BYTES_MAX)).unwrap_or(&text);
    if !is_safe(hole, is_default, text) {
        return Err(RenderError::UnsafeUrl);
    }
    match hole.context {
        Context::Text | Context::Attribute | Context::UrlStart => escape::html(text, out),
        Context::UrlPart | Context::UrlSegment => percent_encode(text, out),
    }
    Ok(())
}
