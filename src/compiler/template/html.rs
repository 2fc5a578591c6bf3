//! HTML content: a tokenizer that knows where each placeholder stands and that nothing is left open.
//!
//! It follows the tokenizer of the HTML standard and is stricter than a browser: what a browser would repair
//! by guessing is refused, because the repair could reach beyond the slot.

use super::attributes::attribute;
use super::builder::{Builder, within_limits};
use super::placeholder::Placeholders;
use super::raw_text::{self, RawText};
use super::reader::{Ended, FoundHole, Reader};
use super::tree::Tag;
use super::url::Link;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use attune_core::bundle::{Context, Template};

/// Compiles an HTML file.
pub(crate) fn html(text: Text<'_>, placeholders: &mut Placeholders<'_, '_>, sink: &mut Sink<'_>) -> Option<Template> {
    let before = sink.count();
    let mut reader = Reader::of(text, sink);
    reader.content();
    let Reader { holes, .. } = reader;
    let mut builder = Builder::default();
    let mut at = 0;
    for hole in holes {
        builder.literal(text.decoded.get(at..hole.range.start).unwrap_or(""));
        at = hole.range.end;
        if let Some(hole) = placeholders.hole(text, hole.range, hole.context, sink) {
            builder.hole(hole);
        }
    }
    builder.literal(text.decoded.get(at..).unwrap_or(""));
    let template = builder.finish();
    (within_limits(&template, text, sink) && sink.count() == before).then_some(template)
}

/// The links and pictures of an HTML file.
pub(crate) fn links(text: Text<'_>) -> Vec<Link> {
    // Compiling reports problems of the file.
    let mut sink = Sink::new(&[]);
    let mut reader = Reader::of(text, &mut sink);
    reader.content();
    reader.links
}

impl Reader<'_, '_, '_> {
    fn content(&mut self) {
        while self.at < self.source.len() {
            let rest = self.rest();
            let Some(next) = rest.find(['<', '{']) else {
                break;
            };
            self.at += next;
            let rest = self.rest();
            let step = if rest.starts_with("{{") {
                self.text_placeholder()
            } else if rest.starts_with('<') {
                self.markup()
            } else {
                self.at += 1;
                Ok(())
            };
            if step.is_err() {
                return;
            }
        }
        let (text, files) = (self.text, self.sink.files());
        self.tree.finish(|range| text.at(files, range), self.sink);
    }

    fn text_placeholder(&mut self) -> Result<(), Ended> {
        let range = self.placeholder()?;
        match self.tree.no_placeholder() {
            Some(where_it_is) => self.unsafe_place(range, &where_it_is),
            None => self.holes.push(FoundHole { range, context: Context::Text }),
        }
        Ok(())
    }

    fn markup(&mut self) -> Result<(), Ended> {
        let start = self.at;
        let rest = self.rest();
        let second = rest.chars().nth(1);
        if rest.starts_with("<!--") {
            return self.comment(start);
        }
        if rest.starts_with("<![CDATA[") && self.tree.in_foreign() {
            let Some(end) = rest.find("]]>") else {
                return Err(self.unfinished(start, "the CDATA section", "close it with ]]>"));
            };
            self.skip(start, start + end + 3, "a CDATA section");
            return Ok(());
        }
        if rest.get(..9).is_some_and(|s| s.eq_ignore_ascii_case("<!doctype")) {
            let place = self.place(start..start + 9);
            self.sink.report(
                Code::ForbiddenElement,
                place,
                "a doctype cannot be in a content",
                "remove it: a content is only the inside of a slot",
            );
            return self.bogus_comment(start);
        }
        match second {
            Some('!' | '?') => self.bogus_comment(start),
            Some('/') => match rest.chars().nth(2) {
                Some(c) if c.is_ascii_alphabetic() => self.tag(start, true),
                Some('>') => {
                    self.at += 3;
                    Ok(())
                }
                _ => self.bogus_comment(start),
            },
            Some(c) if c.is_ascii_alphabetic() => self.tag(start, false),
            Some('{') if rest.starts_with("<{{") => {
                self.at += 1;
                let range = self.placeholder()?;
                self.unsafe_place(range, "the name of a tag");
                Ok(())
            }
            _ => {
                self.at += 1;
                Ok(())
            }
        }
    }

    fn comment(&mut self, start: usize) -> Result<(), Ended> {
        let body = self.source.get(start + 4..).unwrap_or("");
        let end = if body.starts_with('>') {
            Some(1)
        } else if body.starts_with("->") {
            Some(2)
        } else {
            let plain = body.find("-->").map(|i| i + 3);
            let odd = body.find("--!>").map(|i| i + 4);
            match (plain, odd) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            }
        };
        match end {
            Some(end) => {
                self.skip(start, start + 4 + end, "a comment");
                Ok(())
            }
            None => Err(self.unfinished(start, "the comment", "close it with -->")),
        }
    }

    fn bogus_comment(&mut self, start: usize) -> Result<(), Ended> {
        match self.rest().find('>') {
            Some(end) => {
                self.skip(start, start + end + 1, "a comment");
                Ok(())
            }
            None => Err(self.unfinished(start, "the markup", "write &lt; for a less-than sign")),
        }
    }

    fn tag(&mut self, start: usize, closing: bool) -> Result<(), Ended> {
        self.at += if closing { 2 } else { 1 };
        let name_start = self.at;
        let name_len = self
            .rest()
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '{'))
            .unwrap_or(self.rest().len());
        self.at += name_len;
        let name = self.source.get(name_start..self.at).unwrap_or("").to_ascii_lowercase();
        if self.rest().starts_with("{{") {
            let range = self.placeholder()?;
            self.unsafe_place(range, "the name of a tag");
        }
        let no_holes = if closing { Some("an end tag".to_owned()) } else { self.tree.no_placeholder_in_tag(&name) };
        self.quote = None;
        let self_closing = match self.attributes(&name, no_holes.as_deref()) {
            Ok(self_closing) => self_closing,
            Err(Ended::InTheMiddle) => return Err(self.unfinished(start, "the tag", "close it with >")),
            Err(Ended::Reported) => return Err(Ended::Reported),
        };
        let range = start..self.at;
        let (text, files) = (self.text, self.sink.files());
        let tag = Tag { name: &name, range: range.clone(), place: text.at(files, range), self_closing };
        if closing {
            self.tree.close(&tag, |range| text.at(files, range), self.sink);
            return Ok(());
        }
        let raw = self.tree.open(&tag, self.sink);
        match raw {
            Some(kind) => self.raw_text(start, &name, kind),
            None => Ok(()),
        }
    }

    fn raw_text(&mut self, start: usize, name: &str, kind: RawText) -> Result<(), Ended> {
        let begin = self.at;
        let Some(len) = raw_text::len(self.rest(), name, kind) else {
            let help = format!("close it with </{name}>");
            return Err(self.unfinished(start, &format!("<{name}>"), &help));
        };
        self.skip(begin, begin + len, &format!("<{name}>"));
        Ok(())
    }

    /// Reads the attributes and the end of a tag; true when it is self-closing.
    fn attributes(&mut self, element: &str, no_holes: Option<&str>) -> Result<bool, Ended> {
        loop {
            let rest = self.rest();
            let skipped = rest.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']);
            self.at += rest.len() - skipped.len();
            let rest = self.rest();
            if rest.is_empty() {
                return Err(Ended::InTheMiddle);
            }
            if rest.starts_with('>') {
                self.at += 1;
                return Ok(false);
            }
            if rest.starts_with("/>") {
                self.at += 2;
                return Ok(true);
            }
            if rest.starts_with('/') {
                self.at += 1;
                continue;
            }
            attribute(self, element, no_holes)?;
        }
    }
}
