//! The attributes of a tag, as many at a time as a chunk has whole.
use super::bytes::{NAME_END, SPACE, VALUE_END, is};
use super::{Chunk, Interest, Sink, State, Tokenizer};

/// An attribute that a chunk has whole; positions are indices of the chunk.
struct Whole {
    start: usize,
    name_end: usize,
    /// Where the value begins and ends, without its quotes.
    value: Option<(usize, usize)>,
    /// After the attribute, its closing quote included.
    end: usize,
}

impl Tokenizer {
    /// Reads attributes up to the end of the tag, and leaves the one that the chunk cuts off to the states,
    /// which can stop after any byte.
    pub(super) fn attributes(&mut self, chunk: Chunk<'_>, mut at: usize, sink: &mut impl Sink) -> usize {
        loop {
            let first = match chunk.bytes.get(at) {
                Some(b'>') => return self.end_tag(chunk, at, sink),
                Some(b'/') => {
                    self.state = State::SelfClosing;
                    return at + 1;
                }
                Some(byte) if is(*byte, SPACE) => {
                    at += 1;
                    continue;
                }
                Some(byte) => byte.to_ascii_lowercase(),
                None => return at,
            };
            let Some(whole) = Whole::at(chunk, at) else {
                self.begin_attribute(chunk, at);
                return at;
            };
            if self.wants_attributes && sink.may_want(first, whole.name_end - at) {
                self.whole_attribute(chunk, &whole, sink);
            }
            at = whole.end;
        }
    }

    fn whole_attribute(&mut self, chunk: Chunk<'_>, whole: &Whole, sink: &mut impl Sink) {
        self.attribute.clear();
        self.attribute.push_lower(chunk.slice(whole.start, whole.name_end));
        let span = (chunk.base + whole.start, chunk.base + whole.name_end);
        self.interest = sink.attribute_named(self.attribute.get(), span);
        self.in_attribute = true;
        if self.interest != Interest::default() {
            self.value.clear();
            self.word.clear();
            if let Some((from, to)) = whole.value {
                self.collect(chunk.slice(from, to), sink);
            }
        }
        self.end_attribute(whole.value.map(|_| chunk.base + whole.end), sink);
    }
}

impl Whole {
    /// The attribute that begins at `start`, unless the chunk ends before it does.
    #[inline]
    fn at(chunk: Chunk<'_>, start: usize) -> Option<Self> {
        let bytes = chunk.bytes;
        // A leading `=` belongs to the name.
        let mut at = start + 1;
        let mut byte = *bytes.get(at)?;
        while !is(byte, NAME_END) {
            at += 1;
            byte = *bytes.get(at)?;
        }
        let name_end = at;
        while is(byte, SPACE) {
            at += 1;
            byte = *bytes.get(at)?;
        }
        if byte != b'=' {
            return Some(Self { start, name_end, value: None, end: at });
        }
        at += 1;
        byte = *bytes.get(at)?;
        while is(byte, SPACE) {
            at += 1;
            byte = *bytes.get(at)?;
        }
        if matches!(byte, b'"' | b'\'') {
            let to = chunk.find(byte, at + 1);
            // The closing quote must be in the chunk.
            return (to < bytes.len()).then_some(Self { start, name_end, value: Some((at + 1, to)), end: to + 1 });
        }
        let from = at;
        while !is(byte, VALUE_END) {
            at += 1;
            byte = *bytes.get(at)?;
        }
        Some(Self { start, name_end, value: Some((from, at)), end: at })
    }
}
