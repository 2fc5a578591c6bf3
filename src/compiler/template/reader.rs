//! The reader of HTML content: where it is in the file, and what it has found so far.

use super::lexer::{placeholder_end, unclosed};
use super::tree::Tree;
use super::url::Link;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::{Place, Text};
use attune_core::bundle::Context;
use std::ops::Range;

/// The help for a placeholder in the wrong place.
pub(super) const WHERE_IT_MAY_STAND: &str = "put it between tags, in a quoted attribute that takes text (title, alt, aria-label, value, class, data-sku ...), or in the path of a link or picture such as href=\"/c/{{...}}\"";

/// A hole of HTML content: where it stands in the source and how its value is escaped.
pub(super) struct FoundHole {
    pub(super) range: Range<usize>,
    pub(super) context: Context,
}

/// A position in an HTML file, and what was found before it.
pub(super) struct Reader<'t, 's, 'f> {
    pub(super) text: Text<'t>,
    pub(super) source: &'t str,
    pub(super) at: usize,
    pub(super) holes: Vec<FoundHole>,
    pub(super) links: Vec<Link>,
    /// Where the last quoted value of the tag began.
    pub(super) quote: Option<usize>,
    pub(super) tree: Tree,
    pub(super) sink: &'s mut Sink<'f>,
}

/// Reading cannot go on.
pub(super) enum Ended {
    /// The file ends in the middle of a tag: whoever began it reports it.
    InTheMiddle,
    /// The reason was reported.
    Reported,
}

impl<'t, 's, 'f> Reader<'t, 's, 'f> {
    pub(super) fn of(text: Text<'t>, sink: &'s mut Sink<'f>) -> Self {
        let (holes, links) = (Vec::new(), Vec::new());
        Self { text, source: text.decoded, at: 0, holes, links, quote: None, tree: Tree::default(), sink }
    }

    pub(super) fn rest(&self) -> &'t str {
        self.source.get(self.at..).unwrap_or("")
    }

    pub(super) fn place(&self, range: Range<usize>) -> Place {
        self.text.at(self.sink.files(), range)
    }

    /// Reads the placeholder that begins here.
    pub(super) fn placeholder(&mut self) -> Result<Range<usize>, Ended> {
        let start = self.at;
        let Some(end) = placeholder_end(self.source, start) else {
            unclosed(self.text, start, self.sink);
            return Err(Ended::Reported);
        };
        self.at = end;
        Ok(start..end)
    }

    pub(super) fn unsafe_place(&mut self, range: Range<usize>, where_it_is: &str) {
        let place = self.place(range);
        self.sink.report(
            Code::UnsafePlace,
            place,
            format!("a placeholder cannot stand in {where_it_is}"),
            WHERE_IT_MAY_STAND,
        );
    }

    pub(super) fn unfinished(&mut self, start: usize, what: &str, help: &str) -> Ended {
        let end = (start + 1).min(self.source.len());
        let place = self.place(start..end);
        self.sink.report(Code::Unfinished, place, format!("{what} is not closed"), help);
        Ended::Reported
    }

    /// Reports that the last value has an opening quote and no closing one.
    pub(super) fn unclosed_quote(&mut self) -> Ended {
        let start = self.quote.unwrap_or(self.at);
        self.unfinished(start, "this quote", "write the quote where the value ends")
    }

    /// Reports a quote in the name of an attribute: the value before is not closed, or there is a quote too many.
    pub(super) fn stray_quote(&mut self, at: usize) -> Ended {
        let swallowed =
            |start: &usize| self.source.get(*start..at).is_some_and(|value| value.contains(['<', '>', '\n']));
        if self.quote.as_ref().is_some_and(swallowed) {
            return self.unclosed_quote();
        }
        let place = self.place(at..at + 1);
        self.sink.report(
            Code::Unfinished,
            place,
            "this quote stands outside of a value",
            "write &quot; or &#39; for a quote in a value, or remove it",
        );
        Ended::Reported
    }

    /// Skips text in which no placeholder may stand.
    pub(super) fn skip(&mut self, start: usize, end: usize, what: &str) {
        self.at = start;
        while let Some(found) = self.source.get(self.at..end).and_then(|part| part.find("{{")) {
            self.at += found;
            match placeholder_end(self.source, self.at) {
                Some(stop) if stop <= end => {
                    let range = self.at..stop;
                    self.at = stop;
                    self.unsafe_place(range, what);
                }
                _ => self.at += 2,
            }
        }
        self.at = end;
    }
}
