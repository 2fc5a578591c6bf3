//! A streaming HTML tokenizer: sees every byte once and never looks back.
//!
//! It follows the states of the HTML standard's tokenization section, with those merged that differ
//! only in parse errors. Tags and the attributes that the [`Sink`] asks for are reported; everything
//! else is skipped as fast as `memchr` goes.
mod attributes;
mod block;
mod bytes;
mod comment;
mod raw;
mod tag;
mod whole;

pub(super) use whole::Wanted;

use super::{
    element::Element,
    limits::{MAX_NAME_BYTES, MAX_RAW_VALUE_BYTES},
    prefix::Prefix,
};

/// Receives what the tokenizer finds; `at` counts bytes from where the caller's positions begin.
pub(super) trait Sink {
    /// Text in data, as far as a chunk has it.
    fn text(&mut self, _text: &[u8]) {}
    /// A `<` in data, which may begin a tag.
    fn tag_opened(&mut self, at: usize);
    /// A tag's name is complete; says whether its attributes are wanted.
    fn tag_named(&mut self, tag: &Tag<'_>, at: usize) -> bool;
    /// Whether an attribute whose name begins with `first`, in lower case, and has `len` bytes may be of
    /// interest: a cheap question that spares most attributes the next one.
    fn may_want(&self, _first: u8, _len: usize) -> bool {
        true
    }
    /// Which attributes may be of interest in the tag that begins; `None` if every one may be.
    fn wanted(&self) -> Option<Wanted> {
        None
    }
    /// Whether the attribute whose name ends `name`, where other ones without a value may be before it, may be of
    /// interest for this value. The answer no is final for the tag.
    fn may_match(&self, _name: &[u8], _value: &[u8]) -> bool {
        true
    }
    /// Whether no tag need be reported but those that [`Sink::pass`] does not take; taking one does not change that.
    fn is_quiet(&self) -> bool {
        false
    }
    /// Takes a whole tag of which no attribute is of interest and after which text is data; `false` if it is to be
    /// reported.
    fn pass<'n>(&mut self, _element: Element, _name: impl FnOnce() -> &'n [u8], _is_end: bool) -> bool {
        false
    }
    /// An attribute's name is complete (`None`: longer than [`MAX_NAME_BYTES`]); says what is wanted of its value.
    fn attribute_named(&mut self, name: Option<&[u8]>, span: (usize, usize)) -> Interest;
    /// One space-separated word of a value, as written.
    fn word(&mut self, word: &[u8]);
    /// A whole value, as written.
    fn value(&mut self, value: &[u8]);
    /// An attribute is complete; `None` when it has no value.
    fn attribute_ended(&mut self, _at: Option<usize>) {}
    /// A tag is complete, its `>` included; says how the text after it is read.
    fn tag_ended(&mut self, tag: &Tag<'_>, at: usize) -> Text;
    /// Whether `<![CDATA[` opens a CDATA section here; asked where it may begin.
    fn allows_cdata(&mut self) -> bool;
}

/// A start or end tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag<'n> {
    pub(super) element: Element,
    /// Lower-case name, `None` if longer than [`MAX_NAME_BYTES`].
    pub(super) name: Option<&'n [u8]>,
    pub(super) is_end: bool,
    /// Written with `/>`; known when the tag is complete.
    pub(super) self_closing: bool,
    /// The end tag of raw text.
    pub(super) ends_raw: bool,
}

/// What a [`Sink`] wants of an attribute's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Interest {
    pub(super) value: bool,
    pub(super) words: bool,
}

/// How the text after a tag is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    /// With tags in it.
    Data,
    /// As text, up to the end tag of this element.
    Raw(Element),
}

macro_rules! states {
    ($($state:ident)*) => {
        /// Where in the grammar the next byte stands.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum State { $($state),* }

        impl State {
            const ALL: &[Self] = &[$(Self::$state),*];
        }
    };
}

states! {
    Data TagOpen EndTagOpen TagName
    BeforeAttributeName AttributeStart AttributeName AfterAttributeName BeforeAttributeValue
    DoubleQuotedValue SingleQuotedValue UnquotedValue AfterQuotedValue SelfClosing
    MarkupDeclaration DeclarationDash DeclarationCdata BogusComment
    CommentStart CommentStartDash Comment CommentEndDash CommentEnd CommentEndBang
    Cdata CdataBracket CdataEnd
    Raw RawLessThan RawEndTagOpen RawEndTagName Plaintext
    EscapeStart EscapeStartDash Escaped EscapedDash EscapedDashDash EscapedLessThan
    EscapedEndTagOpen EscapedEndTagName DoubleEscapeStart
    DoubleEscaped DoubleEscapedDash DoubleEscapedDashDash DoubleEscapedLessThan DoubleEscapeEnd
}

impl State {
    pub(super) fn to_byte(self) -> u8 {
        self as u8
    }

    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.get(usize::from(byte)).copied()
    }
}

/// Everything that is remembered between chunks.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, as the standard has them")]
pub(super) struct Tokenizer {
    pub(super) state: State,
    pub(super) is_end: bool,
    pub(super) self_closing: bool,
    pub(super) wants_attributes: bool,
    /// An attribute's name was seen, its end was not.
    pub(super) in_attribute: bool,
    pub(super) interest: Interest,
    /// The element whose raw text is being read.
    pub(super) raw: Option<Element>,
    /// Bytes of an expected word that were seen; [`MISMATCH`] once it cannot be that word.
    pub(super) matched: u8,
    pub(super) tag: Prefix,
    /// The element that `tag` names, once it is complete.
    pub(super) element: Element,
    pub(super) attribute: Prefix,
    pub(super) value: Prefix,
    pub(super) word: Prefix,
    /// Where the attribute's name began; a hint for whole inputs, not kept between chunks.
    attribute_at: usize,
}

/// `matched` of a name that is not the expected one.
pub(super) const MISMATCH: u8 = u8::MAX;

/// A chunk and where its first byte stands in the sink's positions.
#[derive(Clone, Copy)]
struct Chunk<'b> {
    bytes: &'b [u8],
    base: usize,
}

impl<'b> Chunk<'b> {
    fn from(self, at: usize) -> &'b [u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    fn slice(self, from: usize, to: usize) -> &'b [u8] {
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// Index of the next `byte` at or after `at`, or the chunk's end.
    fn find(self, byte: u8, at: usize) -> usize {
        memchr::memchr(byte, self.from(at)).map_or(self.bytes.len(), |found| at + found)
    }

    /// Index of the next byte at or after `at` for which `ends` holds, or the chunk's end.
    fn find_by(self, at: usize, mut ends: impl FnMut(u8) -> bool) -> usize {
        self.from(at).iter().position(|byte| ends(*byte)).map_or(self.bytes.len(), |found| at + found)
    }
}

impl Tokenizer {
    pub(super) fn new() -> Self {
        Self {
            state: State::Data,
            is_end: false,
            self_closing: false,
            wants_attributes: false,
            in_attribute: false,
            interest: Interest::default(),
            raw: None,
            matched: 0,
            tag: Prefix::new(MAX_NAME_BYTES),
            element: Element::OTHER,
            attribute: Prefix::new(MAX_NAME_BYTES),
            value: Prefix::new(MAX_RAW_VALUE_BYTES),
            word: Prefix::new(MAX_RAW_VALUE_BYTES),
            attribute_at: 0,
        }
    }

    /// Reads all of `bytes`, whose first byte stands at `base` in the sink's positions.
    pub(super) fn run(&mut self, bytes: &[u8], base: usize, sink: &mut impl Sink) {
        let chunk = Chunk { bytes, base };
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            at = match self.state {
                State::Data => self.data(chunk, at, sink),
                State::TagOpen
                | State::EndTagOpen
                | State::TagName
                | State::BeforeAttributeName
                | State::AttributeStart
                | State::AttributeName
                | State::AfterAttributeName
                | State::BeforeAttributeValue
                | State::DoubleQuotedValue
                | State::SingleQuotedValue
                | State::UnquotedValue
                | State::AfterQuotedValue
                | State::SelfClosing => self.in_tag(chunk, at, byte, sink),
                State::MarkupDeclaration
                | State::DeclarationDash
                | State::DeclarationCdata
                | State::BogusComment
                | State::CommentStart
                | State::CommentStartDash
                | State::Comment
                | State::CommentEndDash
                | State::CommentEnd
                | State::CommentEndBang
                | State::Cdata
                | State::CdataBracket
                | State::CdataEnd => self.in_comment(chunk, at, byte, sink),
                _ => self.in_raw(chunk, at, byte, sink),
            };
        }
    }

    /// The tag being read.
    fn current_tag(&self) -> Tag<'_> {
        Tag {
            element: self.element,
            name: self.tag.get(),
            is_end: self.is_end,
            self_closing: self.self_closing,
            ends_raw: self.raw.is_some(),
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | 0x0C)
}

/// Ends a tag or attribute name.
fn ends_name(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'/' | b'>')
}
