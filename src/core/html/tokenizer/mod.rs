//! A streaming HTML tokenizer: sees every byte once and never looks back.
//!
//! It follows the states of the HTML standard's tokenization section, with those merged that differ
//! only in parse errors. Tags and the attributes that the [`Sink`] asks for are reported; everything
//! else is skipped as fast as `memchr` goes.
mod attributes;
mod block;
mod bytes;
mod chunk;
mod comment;
mod raw;
mod sink;
mod state;
mod tag;
mod wanted;
mod whole;

pub(super) use sink::{Interest, Shortcuts, Sink, Tag, Text};
pub(super) use state::State;
pub(super) use wanted::Wanted;

use chunk::Chunk;

use super::{
    element::Element,
    limits::{MAX_NAME_BYTES, MAX_RAW_VALUE_BYTES},
    prefix::Prefix,
};

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
    pub(super) tag: Prefix<MAX_NAME_BYTES>,
    /// The element that `tag` names, once it is complete.
    pub(super) element: Element,
    pub(super) attribute: Prefix<MAX_NAME_BYTES>,
    pub(super) value: Prefix<MAX_RAW_VALUE_BYTES>,
    pub(super) word: Prefix<MAX_RAW_VALUE_BYTES>,
    /// Where the attribute's name began; a hint for whole inputs, not kept between chunks.
    attribute_at: usize,
}

/// `matched` of a name that is not the expected one.
pub(super) const MISMATCH: u8 = u8::MAX;

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
            tag: Prefix::default(),
            element: Element::OTHER,
            attribute: Prefix::default(),
            value: Prefix::default(),
            word: Prefix::default(),
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
