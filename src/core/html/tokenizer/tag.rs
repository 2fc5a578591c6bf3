//! Tags and attributes.
use super::bytes::{CAPITAL, TAG_END, class, is};
use super::{Chunk, Element, Interest, Sink, State, Text, Tokenizer, ends_name, is_space};

impl Tokenizer {
    /// Reads at least one byte or changes the state; returns where to go on.
    pub(super) fn in_tag(&mut self, chunk: Chunk<'_>, at: usize, byte: u8, sink: &mut impl Sink) -> usize {
        match self.state {
            State::TagOpen => self.tag_open(at, byte, sink),
            State::EndTagOpen => self.end_tag_open(at, byte),
            State::TagName => self.tag_name(chunk, at, sink),
            State::BeforeAttributeName => self.attributes(chunk, at, sink),
            State::AttributeStart => self.attribute_start(chunk, at),
            State::AttributeName => self.attribute_name(chunk, at, sink),
            State::AfterAttributeName => self.after_attribute_name(chunk, at, byte, sink),
            State::BeforeAttributeValue => self.before_attribute_value(chunk, at, byte, sink),
            State::DoubleQuotedValue => self.quoted_value(chunk, at, b'"', sink),
            State::SingleQuotedValue => self.quoted_value(chunk, at, b'\'', sink),
            State::UnquotedValue => self.unquoted_value(chunk, at, sink),
            State::AfterQuotedValue => {
                if ends_name(byte) {
                    self.name_delimiter(chunk, at, byte, sink)
                } else {
                    self.state = State::BeforeAttributeName;
                    at
                }
            }
            _ => {
                if byte == b'>' {
                    self.self_closing = true;
                    self.end_tag(chunk, at, sink)
                } else {
                    self.state = State::BeforeAttributeName;
                    at
                }
            }
        }
    }

    /// Reads on after a `<`: a tag as far as the chunk has it; whatever else it begins is left to the states.
    pub(super) fn tag(&mut self, chunk: Chunk<'_>, at: usize, sink: &mut impl Sink) -> usize {
        let is_end = chunk.bytes.get(at) == Some(&b'/');
        let name = at + usize::from(is_end);
        if !chunk.bytes.get(name).is_some_and(u8::is_ascii_alphabetic) {
            return at;
        }
        self.begin_tag(is_end);
        let after = self.tag_name(chunk, name, sink);
        if self.state == State::BeforeAttributeName { self.attributes(chunk, after, sink) } else { after }
    }

    fn tag_open(&mut self, at: usize, byte: u8, sink: &mut impl Sink) -> usize {
        self.state = match byte {
            b'!' => State::MarkupDeclaration,
            b'/' => State::EndTagOpen,
            b'?' => State::BogusComment,
            _ if byte.is_ascii_alphabetic() => {
                self.begin_tag(false);
                return at;
            }
            _ => {
                sink.text(b"<");
                self.state = State::Data;
                return at;
            }
        };
        at + 1
    }

    fn end_tag_open(&mut self, at: usize, byte: u8) -> usize {
        if byte.is_ascii_alphabetic() {
            self.begin_tag(true);
            at
        } else if byte == b'>' {
            self.state = State::Data;
            at + 1
        } else {
            self.state = State::BogusComment;
            at
        }
    }

    pub(super) fn begin_tag(&mut self, is_end: bool) {
        self.tag.clear();
        self.is_end = is_end;
        self.self_closing = false;
        self.wants_attributes = false;
        self.in_attribute = false;
        self.state = State::TagName;
    }

    /// Begins the end tag of raw text, whose name was matched byte by byte, at the byte after it.
    pub(super) fn begin_raw_end_tag(&mut self, chunk: Chunk<'_>, at: usize, byte: u8, sink: &mut impl Sink) -> usize {
        self.begin_tag(true);
        self.element = self.raw.unwrap_or(Element::OTHER);
        sink.tag_named(&self.current_tag(), chunk.base + at);
        self.name_delimiter(chunk, at, byte, sink)
    }

    fn tag_name(&mut self, chunk: Chunk<'_>, at: usize, sink: &mut impl Sink) -> usize {
        let mut classes = 0;
        let end = chunk.find_by(at, |byte| {
            classes |= class(byte);
            is(byte, TAG_END)
        });
        let name = chunk.slice(at, end);
        if classes & CAPITAL == 0 {
            self.tag.push(name);
        } else {
            self.tag.push_lower(name);
        }
        let Some(&byte) = chunk.bytes.get(end) else {
            return end;
        };
        self.element = self.tag.get().map_or(Element::OTHER, Element::of);
        self.wants_attributes = sink.tag_named(&self.current_tag(), chunk.base + end);
        self.name_delimiter(chunk, end, byte, sink)
    }

    /// After a tag's name or a quoted value: a space, `/` or `>`.
    fn name_delimiter(&mut self, chunk: Chunk<'_>, at: usize, byte: u8, sink: &mut impl Sink) -> usize {
        match byte {
            b'>' => self.end_tag(chunk, at, sink),
            b'/' => {
                self.state = State::SelfClosing;
                at + 1
            }
            _ => {
                self.state = State::BeforeAttributeName;
                at + 1
            }
        }
    }

    /// Begins an attribute that goes on in the next chunk.
    pub(super) fn begin_attribute(&mut self, chunk: Chunk<'_>, at: usize) {
        self.attribute.clear();
        self.attribute_at = chunk.base + at;
        self.state = State::AttributeStart;
    }

    /// The first byte of an attribute's name, which may be `=`.
    fn attribute_start(&mut self, chunk: Chunk<'_>, at: usize) -> usize {
        if self.wants_attributes {
            self.attribute.push_lower(chunk.slice(at, at + 1));
        }
        self.state = State::AttributeName;
        at + 1
    }

    fn attribute_name(&mut self, chunk: Chunk<'_>, at: usize, sink: &mut impl Sink) -> usize {
        let end = chunk.find_by(at, |byte| ends_name(byte) || byte == b'=');
        if self.wants_attributes {
            self.attribute.push_lower(chunk.slice(at, end));
        }
        if end < chunk.bytes.len() {
            self.state = State::AfterAttributeName;
            if self.wants_attributes {
                self.in_attribute = true;
                self.value.clear();
                self.word.clear();
                let span = (self.attribute_at, chunk.base + end);
                self.interest = sink.attribute_named(self.attribute.get(), span);
            }
        }
        end
    }

    fn after_attribute_name(&mut self, chunk: Chunk<'_>, at: usize, byte: u8, sink: &mut impl Sink) -> usize {
        if is_space(byte) {
            return chunk.find_by(at, |byte| !is_space(byte));
        }
        if byte == b'=' {
            self.state = State::BeforeAttributeValue;
            return at + 1;
        }
        self.end_attribute(None, sink);
        self.state = State::BeforeAttributeName;
        at
    }

    fn before_attribute_value(&mut self, chunk: Chunk<'_>, at: usize, byte: u8, sink: &mut impl Sink) -> usize {
        self.state = match byte {
            b'"' => State::DoubleQuotedValue,
            b'\'' => State::SingleQuotedValue,
            b'>' => {
                self.end_attribute(Some(chunk.base + at), sink);
                return self.end_tag(chunk, at, sink);
            }
            _ if is_space(byte) => return chunk.find_by(at, |byte| !is_space(byte)),
            _ => {
                self.state = State::UnquotedValue;
                return at;
            }
        };
        at + 1
    }

    fn quoted_value(&mut self, chunk: Chunk<'_>, at: usize, quote: u8, sink: &mut impl Sink) -> usize {
        let end = chunk.find(quote, at);
        self.collect(chunk.slice(at, end), sink);
        if end < chunk.bytes.len() {
            self.end_attribute(Some(chunk.base + end + 1), sink);
            self.state = State::AfterQuotedValue;
        }
        end + 1
    }

    fn unquoted_value(&mut self, chunk: Chunk<'_>, at: usize, sink: &mut impl Sink) -> usize {
        let end = chunk.find_by(at, |byte| is_space(byte) || byte == b'>');
        self.collect(chunk.slice(at, end), sink);
        if end < chunk.bytes.len() {
            self.end_attribute(Some(chunk.base + end), sink);
            self.state = State::BeforeAttributeName;
        }
        end
    }

    pub(super) fn collect(&mut self, bytes: &[u8], sink: &mut impl Sink) {
        if self.interest.value {
            self.value.push(bytes);
        }
        if self.interest.words {
            for (index, piece) in bytes.split(|byte| is_space(*byte)).enumerate() {
                if index > 0 {
                    self.end_word(sink);
                }
                self.word.push(piece);
            }
        }
    }

    fn end_word(&mut self, sink: &mut impl Sink) {
        if let Some(word) = self.word.get()
            && !word.is_empty()
        {
            sink.word(word);
        }
        self.word.clear();
    }

    pub(super) fn end_attribute(&mut self, at: Option<usize>, sink: &mut impl Sink) {
        if !self.in_attribute {
            return;
        }
        self.in_attribute = false;
        if self.interest.words {
            self.end_word(sink);
        }
        if self.interest.value
            && let Some(value) = self.value.get()
        {
            sink.value(value);
        }
        self.interest = Interest::default();
        sink.attribute_ended(at);
    }

    pub(super) fn end_tag(&mut self, chunk: Chunk<'_>, at: usize, sink: &mut impl Sink) -> usize {
        let text = sink.tag_ended(&self.current_tag(), chunk.base + at + 1);
        self.read_text(text);
        at + 1
    }

    /// Reads what follows a tag in this way.
    pub(super) fn read_text(&mut self, text: Text) {
        (self.state, self.raw) = match text {
            Text::Data => (State::Data, None),
            Text::Raw(Element::PLAINTEXT) => (State::Plaintext, None),
            Text::Raw(element) => (State::Raw, Some(element)),
        };
    }
}
