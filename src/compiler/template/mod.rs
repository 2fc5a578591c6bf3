//! Templates: literal HTML with typed holes, each escaped for the place it stands in.

mod allowed;
mod attributes;
mod cards;
mod html;
mod lexer;
mod placeholder;
mod raw_text;
mod tree;
mod url;

pub(crate) use allowed::takes_url;
pub(crate) use cards::cards;
pub(crate) use html::{html, links};
pub(crate) use placeholder::{ItemScope, Placeholders};
pub(crate) use url::{HOLE, Link, PLACEHOLDER};

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use attune_core::bundle::{Context, Hole, Part, Template};
use attune_core::limits;
use std::ops::Range;

/// What a placeholder that stands in the wrong place is told.
pub(super) const WHERE_IT_MAY_STAND: &str = "put it between tags, in a quoted attribute that takes text (title, alt, aria-label, value, class, data-sku ...), or in the path of a link or picture such as href=\"/c/{{...}}\"";

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
    // What is wrong with its placeholders is reported when it is compiled.
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

/// Whether a template is within the limits; if not, that is reported.
fn within_limits(template: &Template, text: Text<'_>, sink: &mut Sink<'_>) -> bool {
    let bytes: usize = template
        .parts
        .iter()
        .map(|part| match part {
            Part::Literal(literal) => literal.len(),
            Part::Hole(_) => 0,
        })
        .sum();
    let parts = template.parts.len();
    let good = bytes <= limits::CONTENT_BYTES_MAX && parts <= limits::TEMPLATE_PARTS_MAX;
    if !good {
        sink.report(
            Code::TooLarge,
            text.place,
            format!("the content has {bytes} bytes in {parts} parts"),
            format!("at most {} bytes in {} parts are possible", limits::CONTENT_BYTES_MAX, limits::TEMPLATE_PARTS_MAX),
        );
    }
    good
}

/// Joins neighbouring literals.
#[derive(Default)]
pub(super) struct Builder {
    parts: Vec<Part>,
}

impl Builder {
    pub(super) fn literal(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Part::Literal(last)) = self.parts.last_mut() {
            last.push_str(text);
        } else {
            self.parts.push(Part::Literal(text.to_owned()));
        }
    }

    pub(super) fn hole(&mut self, hole: Hole) {
        self.parts.push(Part::Hole(hole));
    }

    pub(super) fn finish(self) -> Template {
        Template { parts: self.parts }
    }
}

/// A hole of HTML content: where it stands in the source and how its value is escaped.
pub(super) struct Found {
    pub(super) range: Range<usize>,
    pub(super) context: Context,
}
