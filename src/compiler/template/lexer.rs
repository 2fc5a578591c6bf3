//! Finds placeholders in text.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use std::ops::Range;

/// A part of a text.
pub(super) enum Piece {
    /// As it is.
    Literal(Range<usize>),
    /// With its braces.
    Placeholder(Range<usize>),
}

/// The end of the placeholder that begins here, braces included. Quoted arguments may contain anything.
pub(super) fn placeholder_end(text: &str, start: usize) -> Option<usize> {
    let mut at = start + 2;
    let mut quote: Option<char> = None;
    let mut chars = text.get(at..)?.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') => {
                chars.next();
            }
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '}') if chars.peek().is_some_and(|(_, next)| *next == '}') => {
                at += i + 2;
                return Some(at);
            }
            _ => {}
        }
    }
    None
}

/// Splits a part of a text into literals and placeholders.
pub(super) fn pieces(text: Text<'_>, range: Range<usize>, sink: &mut Sink<'_>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = range.start;
    let source = text.decoded.get(..range.end).unwrap_or(text.decoded);
    while let Some(found) = source.get(at..).and_then(|rest| rest.find("{{")) {
        let start = at + found;
        let Some(end) = placeholder_end(source, start) else {
            unclosed(text, start, sink);
            break;
        };
        push_literal(&mut pieces, at..start);
        pieces.push(Piece::Placeholder(start..end));
        at = end;
    }
    push_literal(&mut pieces, at..range.end);
    pieces
}

/// Adds a literal, unless it is empty.
pub(super) fn push_literal(pieces: &mut Vec<Piece>, range: Range<usize>) {
    if !range.is_empty() {
        pieces.push(Piece::Literal(range));
    }
}

/// Reports `{{` without `}}`.
pub(super) fn unclosed(text: Text<'_>, start: usize, sink: &mut Sink<'_>) {
    let place = text.at(sink.files(), start..start + 2);
    sink.report(
        Code::PlaceholderSyntax,
        place,
        "the placeholder is not closed",
        "close it with }} and its texts with the quote that opened them",
    );
}
