//! What a stream remembers from chunk to chunk.
use super::{
    open::{OpenElements, Outside},
    targets::Match,
};

/// What a stream remembers besides the tokenizer. Positions count from the first pending byte.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// Tests on the start tag being read.
    pub(super) start: Match,
    /// Facts about its attributes that the rules for foreign content need.
    pub(super) hints: Hints,
    /// The insertion is still to come.
    pub(super) wants_insertion: bool,
    /// The slot being held, a position in the targets; its content begins at the first pending byte
    /// when a chunk begins.
    pub(super) slot: Option<usize>,
    /// Bytes pending when a chunk begins.
    pub(super) held: usize,
    /// Where the tag being read begins.
    pub(super) tag_start: usize,
    /// Where the held slot's content begins; 0 between chunks.
    pub(super) content_start: usize,
    /// The page around.
    pub(super) outside: Outside,
    /// Elements open in the slot, or in SVG or `MathML`.
    pub(super) open: OpenElements,
    /// What a browser makes of the page so far is certain, so that slots may be filled.
    pub(super) is_certain: bool,
    /// The page may be in SVG or `MathML`, as `open` says, or have left them: nothing yet has been read in two ways.
    pub(super) is_torn: bool,
}

impl Stream {
    pub(super) fn new(wants_insertion: bool) -> Self {
        Self { wants_insertion, is_certain: true, ..Self::default() }
    }
}

/// Facts about a start tag's attributes that the rules for foreign content need.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Hints {
    /// `<font>` with `color`, `face` or `size`.
    pub(super) font_breaks_out: bool,
    /// `<annotation-xml>` whose encoding is HTML.
    pub(super) is_html_point: bool,
    /// The attribute being read is the first `encoding` of an `<annotation-xml>`.
    pub(super) reads_encoding: bool,
}
