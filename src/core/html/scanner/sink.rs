//! What the scanner does with what the tokenizer finds.
use super::{
    super::{
        element::{Element, FOREIGN, ONCE, RAW},
        op::GiveUpReason,
        stream::{Hints, Stream},
        targets::Match,
        tokenizer::{Interest, Shortcuts, Sink, Tag, Text, Wanted},
    },
    Scanner,
};

impl Sink for Scanner<'_> {
    fn text(&mut self, text: &[u8]) {
        let is_moved = self.stream.slot.is_some() && self.stream.open.is_in_own_table();
        if is_moved && !text.trim_ascii().is_empty() {
            self.give_up(GiveUpReason::MovedOut);
        }
    }

    fn tag_opened(&mut self, at: usize) {
        self.stream.tag_start = at;
    }

    fn tag_named(&mut self, tag: &Tag<'_>, at: usize) -> bool {
        self.check_overflow(at);
        if tag.is_end {
            let Stream { wants_insertion, is_certain, outside, open, .. } = &*self.stream;
            let ends_body = tag.element == Element::BODY && !tag.ends_raw && *wants_insertion && *is_certain;
            if ends_body && outside.template_depth == 0 && !open.has_template() && !open.is_foreign() {
                self.give_up(GiveUpReason::StrayEndTag);
                self.insert(self.stream.tag_start);
            }
            return false;
        }
        self.stream.start = Match::default();
        self.stream.hints = Hints::default();
        let needs_hints =
            self.stream.open.is_foreign() && matches!(tag.element, Element::FONT | Element::ANNOTATION_XML);
        needs_hints || (self.stream.slot.is_none() && !self.targets.is_empty())
    }

    fn attribute_named(&mut self, name: Option<&[u8]>, _: (usize, usize)) -> Interest {
        let Some(name) = name else {
            return Interest::default();
        };
        let hints = &mut self.stream.hints;
        hints.reads_encoding = name == b"encoding";
        hints.font_breaks_out |= matches!(name, b"color" | b"face" | b"size");
        let mut interest = Interest::default();
        if self.stream.slot.is_none() {
            interest = self.targets.attribute(&mut self.stream.start, name);
        }
        interest.value |= hints.reads_encoding;
        interest
    }

    fn word(&mut self, word: &[u8]) {
        self.targets.word(&mut self.stream.start, word);
    }

    fn value(&mut self, value: &[u8]) {
        if self.stream.hints.reads_encoding {
            self.stream.hints.is_html_point |=
                value.eq_ignore_ascii_case(b"text/html") || value.eq_ignore_ascii_case(b"application/xhtml+xml");
        }
        self.targets.value(&mut self.stream.start, value);
    }

    fn tag_ended(&mut self, tag: &Tag<'_>, at: usize) -> Text {
        self.check_overflow(at);
        match (tag.is_end, tag.ends_raw) {
            (true, true) => Text::Data,
            (true, false) => {
                self.end(tag);
                Text::Data
            }
            (false, _) => self.start(tag, at),
        }
    }

    fn allows_cdata(&mut self) -> bool {
        if self.stream.is_torn {
            self.lose();
        }
        self.stream.open.is_foreign()
    }
}

impl Shortcuts for Scanner<'_> {
    fn wanted(&self) -> Option<Wanted> {
        (!self.stream.open.is_foreign()).then_some(self.targets.wanted())
    }

    #[inline]
    fn is_quiet(&self) -> bool {
        self.stream.open.is_empty()
    }

    #[inline]
    fn pass<'n>(&mut self, element: Element, name: impl FnOnce() -> &'n [u8], is_end: bool) -> bool {
        if element.is(RAW | FOREIGN | ONCE) {
            return false;
        }
        if is_end {
            self.stream.outside.end(element);
        } else if self.targets.may_be_bare(element) {
            return false;
        } else {
            if element == Element::OTHER {
                self.stream.outside.note_name(Some(name()));
            }
            self.stream.outside.start(element);
        }
        true
    }

    fn may_match(&self, name: &[u8], value: &[u8]) -> bool {
        self.targets.may_match(name, value)
    }

    fn may_want(&self, first: u8, len: usize) -> bool {
        // In SVG and MathML a few attributes say where HTML begins.
        self.targets.may_name(first, len) || self.stream.open.is_foreign()
    }
}
