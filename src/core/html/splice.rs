//! The steps of a scan, applied: what the shim does at the edge, for callers in Rust.
use super::{
    edit::{EditError, ElementEdit, Unmet, edit_elements},
    op::{GiveUpReason, Op},
    scanner::{scan, scan_start},
    selector::Selector,
    state::ScanError,
    targets::{SlotTarget, TargetsError},
};
use alloc::vec::Vec;

/// What a slot gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotContent {
    /// HTML in place of all it has.
    Html(Vec<u8>),
    /// Edits of elements in it.
    Edits(Vec<ElementEdit>),
}

/// What became of an element that matched a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was filled.
    Filled {
        /// Position of the slot.
        slot: usize,
        /// Edits that could not be made in full.
        unmet: Vec<(usize, Unmet)>,
    },
    /// It keeps the origin's content.
    GivenUp {
        /// Position of the slot.
        slot: usize,
        /// Why.
        reason: GiveUpReason,
    },
}

/// Why a page could not be spliced; what was not sent yet is still to be sent unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpliceError {
    /// The slots do not fit one stream.
    #[error(transparent)]
    Targets(#[from] TargetsError),
    /// The state was not accepted.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// The edits of a slot cannot be applied.
    #[error(transparent)]
    Edit(#[from] EditError),
}

/// Fills slots in a page that comes in chunks.
///
/// ```
/// use attune_core::html::{SlotContent, Splicer};
/// let mut page: Vec<u8> = Vec::new();
/// let slots = [("#hero".parse()?, SlotContent::Html(b"new".to_vec()))];
/// let mut splicer = Splicer::new(slots)?;
/// splicer.push(b"<div id=he", |bytes| page.extend(bytes))?;
/// splicer.push(b"ro>old</div>", |bytes| page.extend(bytes))?;
/// splicer.finish(|bytes| page.extend(bytes))?;
/// assert_eq!(page, b"<div id=hero>new</div>");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Splicer {
    state: Vec<u8>,
    held: Vec<u8>,
    ops: Vec<Op>,
    contents: Vec<SlotContent>,
    insertion: Option<Vec<u8>>,
    outcomes: Vec<Outcome>,
}

impl Splicer {
    /// Begins a page whose slots get these contents; where two selectors match, the first counts.
    ///
    /// # Errors
    /// When the slots do not fit one stream.
    pub fn new(slots: impl IntoIterator<Item = (Selector, SlotContent)>) -> Result<Self, SpliceError> {
        Self::begin(slots, None)
    }

    /// As [`Splicer::new`], with bytes to insert before `</body>` or at the end of the page.
    ///
    /// # Errors
    /// When the slots do not fit one stream.
    pub fn with_insertion(
        slots: impl IntoIterator<Item = (Selector, SlotContent)>,
        insertion: Vec<u8>,
    ) -> Result<Self, SpliceError> {
        Self::begin(slots, Some(insertion))
    }

    fn begin(
        slots: impl IntoIterator<Item = (Selector, SlotContent)>,
        insertion: Option<Vec<u8>>,
    ) -> Result<Self, SpliceError> {
        let (selectors, contents): (Vec<_>, Vec<_>) = slots.into_iter().unzip();
        let targets: Vec<SlotTarget> =
            (0..=u16::MAX).zip(selectors).map(|(index, selector)| SlotTarget { index, selector }).collect();
        let state = scan_start(&targets, insertion.is_some())?;
        Ok(Self { state, held: Vec::new(), ops: Vec::new(), contents, insertion, outcomes: Vec::new() })
    }

    /// Takes the next chunk and sends what can be sent.
    ///
    /// # Errors
    /// When a slot's edits cannot be applied; the page is then to be abandoned.
    pub fn push(&mut self, chunk: &[u8], send: impl FnMut(&[u8])) -> Result<(), SpliceError> {
        self.step(chunk, false, send)
    }

    /// Ends the page, sends what is left, and says what became of each element that matched.
    ///
    /// # Errors
    /// As [`Splicer::push`].
    pub fn finish(mut self, send: impl FnMut(&[u8])) -> Result<Vec<Outcome>, SpliceError> {
        self.step(b"", true, send)?;
        Ok(self.outcomes)
    }

    /// The stream's state, at most [`MAX_STATE_BYTES`](super::limits::MAX_STATE_BYTES).
    pub fn state(&self) -> &[u8] {
        &self.state
    }

    /// Number of bytes held back.
    pub fn held_bytes(&self) -> usize {
        self.held.len()
    }

    fn step(&mut self, chunk: &[u8], is_last: bool, mut send: impl FnMut(&[u8])) -> Result<(), SpliceError> {
        self.ops.clear();
        scan(&mut self.state, chunk, is_last, &mut self.ops)?;
        let mut pending = Pending { held: &self.held, chunk };
        for op in &self.ops {
            match *op {
                Op::Send { len } => pending.take(len).into_iter().for_each(&mut send),
                Op::Insert => send(self.insertion.as_deref().unwrap_or_default()),
                Op::GiveUp { slot, reason } => {
                    self.outcomes.push(Outcome::GivenUp { slot: usize::from(slot), reason });
                }
                Op::Fill { slot, len } => {
                    let slot = usize::from(slot);
                    let origin = pending.take(len);
                    let mut unmet = Vec::new();
                    match self.contents.get(slot) {
                        Some(SlotContent::Html(html)) => send(html),
                        Some(SlotContent::Edits(edits)) => {
                            let edited = edit_elements(&origin.concat(), edits)?;
                            send(&edited.html);
                            unmet = edited.unmet;
                        }
                        None => origin.into_iter().for_each(&mut send),
                    }
                    self.outcomes.push(Outcome::Filled { slot, unmet });
                }
            }
        }
        // What stays is not copied again for every chunk: a slot may be held over many.
        let (held, unread) = (pending.held.len(), pending.chunk.len());
        self.held.drain(..self.held.len() - held);
        self.held.extend_from_slice(chunk.split_at(chunk.len() - unread).1);
        Ok(())
    }
}

/// The bytes that the steps are about: those held, then those of the chunk.
struct Pending<'b> {
    held: &'b [u8],
    chunk: &'b [u8],
}

impl<'b> Pending<'b> {
    fn take(&mut self, len: u32) -> [&'b [u8]; 2] {
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        let (from_held, held) = self.held.split_at(len.min(self.held.len()));
        let rest = (len - from_held.len()).min(self.chunk.len());
        let (from_chunk, chunk) = self.chunk.split_at(rest);
        *self = Self { held, chunk };
        [from_held, from_chunk]
    }
}
