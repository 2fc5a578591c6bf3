//! Texts with placeholders, outside of HTML files.

use super::builder::{Builder, within_limits};
use super::placeholder::Placeholders;
use super::url::Link;
use super::{lexer, url};
use crate::diagnostic::Sink;
use crate::source::Text;
use attune_core::bundle::{Context, Template};

/// What to escape in literal text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Between tags.
    Text,
    /// In a double-quoted attribute.
    Attribute,
    /// A URL in a double-quoted attribute.
    Url,
}

/// The URL of an attribute, where it is written as a text.
pub(crate) fn link(text: Text<'_>, name: &str) -> Option<Link> {
    // Compiling reports problems of its placeholders.
    let pieces = lexer::pieces(text, 0..text.decoded.len(), &mut Sink::new(&[]));
    Link::of(text, name, &pieces, false)
}

/// Compiles a text with placeholders: everything that is not a placeholder is text, not markup.
pub(crate) fn text(
    text: Text<'_>,
    place: Place,
    placeholders: &mut Placeholders<'_, '_>,
    sink: &mut Sink<'_>,
) -> Option<Template> {
    let before = sink.count();
    let pieces = lexer::pieces(text, 0..text.decoded.len(), sink);
    let mut contexts = match place {
        Place::Text => vec![Context::Text; pieces.len()],
        Place::Attribute => vec![Context::Attribute; pieces.len()],
        Place::Url => url::contexts(text, &pieces, false, sink),
    }
    .into_iter();
    let mut builder = Builder::default();
    for piece in &pieces {
        let context = contexts.next().unwrap_or(Context::Attribute);
        match piece {
            lexer::Piece::Literal(range) => {
                let literal = text.decoded.get(range.clone()).unwrap_or("");
                builder.literal(&escape(literal, place));
            }
            lexer::Piece::Placeholder(range) => {
                if let Some(hole) = placeholders.hole(text, range.clone(), context, sink) {
                    builder.hole(hole);
                }
            }
        }
    }
    let template = builder.finish();
    (within_limits(&template, text, sink) && sink.count() == before).then_some(template)
}

fn escape(literal: &str, place: Place) -> String {
    let mut escaped = String::with_capacity(literal.len());
    for c in literal.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' if place != Place::Text => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}
