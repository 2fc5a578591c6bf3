//! Comments, bogus comments, doctypes and CDATA sections.
use super::{Chunk, Sink, State, Tokenizer};

const CDATA: &[u8] = b"[CDATA[";

impl Tokenizer {
    /// Reads at least one byte or changes the state; returns where to go on.
    pub(super) fn in_comment(&mut self, chunk: Chunk<'_>, at: usize, byte: u8, sink: &mut impl Sink) -> usize {
        match self.state {
            State::MarkupDeclaration => self.declaration(at, byte, sink),
            State::DeclarationDash => self.either(at, byte == b'-', State::CommentStart, State::BogusComment),
            State::DeclarationCdata => self.declaration_cdata(at, byte),
            // A doctype too ends at the first `>`, even inside its quoted identifiers.
            State::BogusComment => self.skip_to(chunk, at, b'>', State::Data),
            State::Comment => self.skip_to(chunk, at, b'-', State::CommentEndDash),
            State::CommentEndDash => self.either(at, byte == b'-', State::CommentEnd, State::Comment),
            State::CommentStart | State::CommentStartDash | State::CommentEnd | State::CommentEndBang => {
                self.comment_edge(at, byte)
            }
            State::Cdata => self.skip_to(chunk, at, b']', State::CdataBracket),
            State::CdataBracket => self.either(at, byte == b']', State::CdataEnd, State::Cdata),
            _ => match byte {
                b']' => at + 1,
                _ => self.either(at, byte == b'>', State::Data, State::Cdata),
            },
        }
    }

    /// Consumes the byte into `then` if it fits, else goes on with it in `otherwise`.
    pub(super) fn either(&mut self, at: usize, fits: bool, then: State, otherwise: State) -> usize {
        self.state = if fits { then } else { otherwise };
        at + usize::from(fits)
    }

    /// Skips up to and including `byte`.
    fn skip_to(&mut self, chunk: Chunk<'_>, at: usize, byte: u8, then: State) -> usize {
        let found = chunk.find(byte, at);
        if found < chunk.bytes.len() {
            self.state = then;
        }
        found + 1
    }

    fn declaration(&mut self, at: usize, byte: u8, sink: &mut impl Sink) -> usize {
        match byte {
            b'-' => self.state = State::DeclarationDash,
            b'[' if sink.allows_cdata() => {
                self.state = State::DeclarationCdata;
                self.matched = 1;
            }
            _ => {
                self.state = State::BogusComment;
                return at;
            }
        }
        at + 1
    }

    fn declaration_cdata(&mut self, at: usize, byte: u8) -> usize {
        if CDATA.get(usize::from(self.matched)) != Some(&byte) {
            self.state = State::BogusComment;
            return at;
        }
        self.matched += 1;
        if usize::from(self.matched) == CDATA.len() {
            self.state = State::Cdata;
        }
        at + 1
    }

    /// Right after `<!--`, `<!---`, `--` or `--!`.
    fn comment_edge(&mut self, at: usize, byte: u8) -> usize {
        self.state = match (self.state, byte) {
            (_, b'>') => State::Data,
            (State::CommentStart, b'-') => State::CommentStartDash,
            (State::CommentStartDash | State::CommentEnd, b'-') => State::CommentEnd,
            (State::CommentEnd, b'!') => State::CommentEndBang,
            (State::CommentEndBang, b'-') => State::CommentEndDash,
            _ => {
                self.state = State::Comment;
                return at;
            }
        };
        at + 1
    }
}
