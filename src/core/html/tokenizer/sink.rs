//! What receives the tags and attributes that the tokenizer finds.
use super::wanted::Wanted;
use crate::html::element::Element;
#[expect(unused_imports, reason = "documentation")]
use crate::html::limits::MAX_NAME_BYTES;

/// Receives what the tokenizer finds; `at` counts bytes from where the caller's positions begin.
pub(in crate::html) trait Sink: Shortcuts {
    /// Text in data, as far as a chunk has it.
    fn text(&mut self, _text: &[u8]) {}
    /// A `<` in data, which may begin a tag.
    fn tag_opened(&mut self, at: usize);
    /// A tag's name is complete; says whether its attributes are wanted.
    fn tag_named(&mut self, tag: &Tag<'_>, at: usize) -> bool;
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

/// What the fast path asks, so that it passes over tags and attributes that cannot matter. It changes how much work is
/// done and never what is found: with the answers given here, the [`Sink`] sees every tag and attribute.
pub(in crate::html) trait Shortcuts {
    /// Whether an attribute whose name begins with `first`, in lower case, and has `len` bytes may be of interest.
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
    /// Whether no tag need be reported but those that [`Shortcuts::pass`] does not take; taking one does not change that.
    fn is_quiet(&self) -> bool {
        false
    }
    /// Takes a whole tag of which no attribute is of interest and after which text is data; `false` if it is to be
    /// reported.
    fn pass<'n>(&mut self, _element: Element, _name: impl FnOnce() -> &'n [u8], _is_end: bool) -> bool {
        false
    }
}

/// A start or end tag.
#[derive(Debug, Clone, Copy)]
pub(in crate::html) struct Tag<'n> {
    pub(in crate::html) element: Element,
    /// Lower-case name, `None` if longer than [`MAX_NAME_BYTES`].
    pub(in crate::html) name: Option<&'n [u8]>,
    pub(in crate::html) is_end: bool,
    /// Written with `/>`; known when the tag is complete.
    pub(in crate::html) self_closing: bool,
    /// The end tag of raw text.
    pub(in crate::html) ends_raw: bool,
}

/// What a [`Sink`] wants of an attribute's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::html) struct Interest {
    pub(in crate::html) value: bool,
    pub(in crate::html) words: bool,
}

/// How the text after a tag is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::html) enum Text {
    /// With tags in it.
    Data,
    /// As text, up to the end tag of this element.
    Raw(Element),
}
