//! Raw text: elements whose content is text, and script with its escaped states.
use super::{Chunk, Element, MISMATCH, Sink, State, Tokenizer, ends_name};

impl Tokenizer {
    /// Reads at least one byte or changes the state; returns where to go on.
    pub(super) fn in_raw(&mut self, chunk: Chunk<'_>, at: usize, byte: u8, sink: &mut impl Sink) -> usize {
        match self.state {
            State::Plaintext => chunk.bytes.len(),
            State::Raw => {
                let found = chunk.find(b'<', at);
                if found < chunk.bytes.len() {
                    self.state = State::RawLessThan;
                }
                found + 1
            }
            State::RawLessThan => match byte {
                b'!' if self.raw == Some(Element::SCRIPT) => self.to(State::EscapeStart, at),
                _ => self.either(at, byte == b'/', State::RawEndTagOpen, State::Raw),
            },
            State::EscapeStart => self.either(at, byte == b'-', State::EscapeStartDash, State::Raw),
            State::EscapeStartDash => self.either(at, byte == b'-', State::EscapedDashDash, State::Raw),
            State::RawEndTagOpen | State::EscapedEndTagOpen => {
                let escaped = self.state == State::EscapedEndTagOpen;
                self.matched = 0;
                self.state = match (byte.is_ascii_alphabetic(), escaped) {
                    (true, false) => State::RawEndTagName,
                    (true, true) => State::EscapedEndTagName,
                    (false, false) => State::Raw,
                    (false, true) => State::Escaped,
                };
                at
            }
            State::RawEndTagName => self.raw_end_tag_name(chunk, at, byte, State::Raw, sink),
            State::EscapedEndTagName => self.raw_end_tag_name(chunk, at, byte, State::Escaped, sink),
            State::DoubleEscapeStart => self.script_name(at, byte, State::DoubleEscaped, State::Escaped),
            State::DoubleEscapeEnd => self.script_name(at, byte, State::Escaped, State::DoubleEscaped),
            State::EscapedLessThan => match byte {
                b'/' => self.to(State::EscapedEndTagOpen, at),
                _ if byte.is_ascii_alphabetic() => {
                    self.matched = 0;
                    self.state = State::DoubleEscapeStart;
                    at
                }
                _ => self.either(at, false, State::Escaped, State::Escaped),
            },
            State::DoubleEscapedLessThan => {
                self.matched = 0;
                self.either(at, byte == b'/', State::DoubleEscapeEnd, State::DoubleEscaped)
            }
            State::Escaped | State::EscapedDash | State::EscapedDashDash => self.escaped(
                chunk,
                at,
                [State::Escaped, State::EscapedDash, State::EscapedDashDash, State::EscapedLessThan],
            ),
            _ => self.escaped(
                chunk,
                at,
                [
                    State::DoubleEscaped,
                    State::DoubleEscapedDash,
                    State::DoubleEscapedDashDash,
                    State::DoubleEscapedLessThan,
                ],
            ),
        }
    }

    fn to(&mut self, state: State, at: usize) -> usize {
        self.state = state;
        at + 1
    }

    /// Script text after `<!--`: only dashes, `<` and `-->` matter.
    fn escaped(&mut self, chunk: Chunk<'_>, at: usize, states: [State; 4]) -> usize {
        let [text, dash, dash_dash, less_than] = states;
        let found = if self.state == text {
            memchr::memchr2(b'-', b'<', chunk.from(at)).map_or(chunk.bytes.len(), |found| at + found)
        } else {
            at
        };
        let Some(&byte) = chunk.bytes.get(found) else {
            return found;
        };
        self.state = match byte {
            b'<' => less_than,
            b'-' if self.state == text => dash,
            b'-' => dash_dash,
            b'>' if self.state == dash_dash => State::Raw,
            _ => text,
        };
        found + 1
    }

    /// The name of an end tag in raw text; it counts only if it is the element's own.
    fn raw_end_tag_name(
        &mut self,
        chunk: Chunk<'_>,
        at: usize,
        byte: u8,
        otherwise: State,
        sink: &mut impl Sink,
    ) -> usize {
        let name = self.raw.unwrap_or(Element::OTHER).name();
        match name.get(usize::from(self.matched)) {
            Some(expected) if byte.eq_ignore_ascii_case(expected) => {
                self.matched += 1;
                at + 1
            }
            None if ends_name(byte) => self.begin_raw_end_tag(chunk, at, byte, sink),
            _ => {
                self.state = otherwise;
                at
            }
        }
    }

    /// A tag-like name in escaped script text: `script` changes the state.
    fn script_name(&mut self, at: usize, byte: u8, if_script: State, otherwise: State) -> usize {
        const SCRIPT: &[u8] = b"script";
        if ends_name(byte) {
            let is_whole = usize::from(self.matched) == SCRIPT.len();
            return self.to(if is_whole { if_script } else { otherwise }, at);
        }
        if !byte.is_ascii_alphabetic() {
            self.state = otherwise;
            return at;
        }
        self.matched = match SCRIPT.get(usize::from(self.matched)) {
            Some(expected) if byte.eq_ignore_ascii_case(expected) => self.matched + 1,
            _ => MISMATCH,
        };
        at + 1
    }
}
