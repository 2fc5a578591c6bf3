//! The slot scanner: reads a page chunk by chunk and says which bytes to send, and what in place of which.
use super::{
    element::{Element, FOREIGN, ONCE, RAW},
    limits::MAX_HELD_BYTES,
    op::{GiveUpReason, Op},
    open::{Effect, OpenElements, Outside, Space},
    selector::Selector,
    state::{self, ScanError},
    targets::{Match, SlotTarget, Targets, TargetsError},
    tokenizer::{Interest, Sink, State, Tag, Text, Tokenizer, Wanted},
};
use alloc::vec::Vec;

/// Longest chunk accepted, in bytes, so that every position fits the steps.
pub const MAX_CHUNK_BYTES: usize = 1 << 30;

/// Longest beginning of `</body` that can be at a chunk's end.
const BODY: &[u8] = b"body";

/// The state of a stream that has not begun: the slots to fill, and whether something is to be
/// inserted before `</body>`, or at the end of a page that does not have it.
///
/// # Errors
/// When there are more slots, or longer selectors, than a state of
/// [`MAX_STATE_BYTES`](super::limits::MAX_STATE_BYTES) holds.
pub fn scan_start(slots: &[SlotTarget], insert_at_body_end: bool) -> Result<Vec<u8>, TargetsError> {
    scan_start_of(slots.iter().map(|slot| (slot.index, &slot.selector)), insert_at_body_end)
}

/// [`scan_start`] with selectors that live elsewhere: copying them is a good part of the work.
pub(crate) fn scan_start_of<'s>(
    slots: impl Iterator<Item = (u16, &'s Selector)>,
    insert_at_body_end: bool,
) -> Result<Vec<u8>, TargetsError> {
    let targets = Targets::of(slots)?;
    let mut bytes = Vec::with_capacity(256);
    targets.write(&mut bytes)?;
    let mut out = state::write_targets(&bytes);
    let stream = Stream { wants_insertion: insert_at_body_end, ..Stream::default() };
    state::write(&mut out, &Tokenizer::new(), &stream);
    Ok(out)
}

/// Scans the next chunk of a stream (`is_last`: the last one, which may be empty) and appends what to
/// do with it to `ops`; see [`Op`] for what the steps mean.
///
/// # Errors
/// When the state is not one that [`scan_start`] or this function made, or the stream has ended
/// already. Nothing is changed then.
///
/// ```
/// use attune_core::html::{Op, SlotTarget, scan, scan_start};
/// let slots = [SlotTarget { index: 7, selector: "#hero".parse()? }];
/// let mut state = scan_start(&slots, false)?;
/// let mut ops = Vec::new();
/// scan(&mut state, b"<p>Hello</p><div id=hero>old</div>", true, &mut ops)?;
/// assert_eq!(ops, [Op::Send { len: 25 }, Op::Fill { slot: 7, len: 3 }, Op::Send { len: 6 }]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn scan(state: &mut Vec<u8>, chunk: &[u8], is_last: bool, ops: &mut Vec<Op>) -> Result<(), ScanError> {
    if chunk.len() > MAX_CHUNK_BYTES {
        return Err(ScanError::ChunkTooLong);
    }
    let (targets, rest) = state::split(state)?;
    let keep = state.len() - rest.len();
    let targets = Targets::read(targets).ok_or(ScanError::State)?;
    let (mut tokenizer, mut stream) = state::read(rest, &targets)?;
    let mut scanner = Scanner { targets, stream: &mut stream, sent: 0, ops };
    let held = scanner.stream.held;
    tokenizer.run(chunk, held, &mut scanner);
    scanner.end_chunk(held + chunk.len(), &tokenizer, is_last);
    state.truncate(keep);
    if is_last {
        state::write_end(state);
    } else {
        state::write(state, &tokenizer, &stream);
    }
    Ok(())
}

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

struct Scanner<'s> {
    targets: Targets<'s>,
    stream: &'s mut Stream,
    /// Pending bytes that the steps so far take.
    sent: usize,
    ops: &'s mut Vec<Op>,
}

impl Scanner<'_> {
    fn send_to(&mut self, at: usize) {
        let len = at.saturating_sub(self.sent);
        self.sent = self.sent.max(at);
        if len == 0 {
            return;
        }
        match self.ops.last_mut() {
            Some(Op::Send { len: before }) => *before = before.saturating_add(to_u32(len)),
            _ => self.ops.push(Op::Send { len: to_u32(len) }),
        }
    }

    fn begin_slot(&mut self, slot: usize, tag: &Tag<'_>, at: usize) {
        let reason = if !tag.element.is_fillable() {
            Some(GiveUpReason::NotFillable)
        } else if self.stream.outside.template_depth > 0 {
            Some(GiveUpReason::InTemplate)
        } else if self.stream.outside.in_table() {
            Some(GiveUpReason::InTable)
        } else if !self.stream.open.begin(tag.element, tag.name, Space::Html) {
            Some(GiveUpReason::TooDeep)
        } else {
            None
        };
        if let Some(reason) = reason {
            self.report(slot, reason);
            return;
        }
        self.stream.slot = Some(slot);
        self.stream.content_start = at;
        self.send_to(at);
    }

    fn report(&mut self, slot: usize, reason: GiveUpReason) {
        let slot = self.targets.index(slot);
        self.ops.push(Op::GiveUp { slot, reason });
    }

    /// Leaves the slot as it is. What is open in it is open around what follows.
    fn give_up(&mut self, reason: GiveUpReason) {
        let Some(slot) = self.stream.slot.take() else {
            return;
        };
        self.report(slot, reason);
        let entries = &mut self.stream.open.entries;
        let foreign = entries.iter().position(|entry| entry.space != Space::Html);
        let html = foreign.unwrap_or(entries.len());
        for entry in entries.drain(..html).skip(1) {
            self.stream.outside.start(entry.element);
        }
    }

    /// Whether more is held than allowed, now that `at` is reached; gives the slot up if so.
    fn check_overflow(&mut self, at: usize) {
        if self.stream.slot.is_some() && at.saturating_sub(self.stream.content_start) > MAX_HELD_BYTES {
            self.give_up(GiveUpReason::Overflow);
        }
    }

    fn fill(&mut self) {
        self.stream.open.clear();
        let Some(slot) = self.stream.slot.take() else {
            return;
        };
        let Stream { content_start, tag_start, .. } = *self.stream;
        self.send_to(content_start);
        let slot = self.targets.index(slot);
        self.ops.push(Op::Fill { slot, len: to_u32(tag_start.saturating_sub(content_start)) });
        self.sent = tag_start;
    }

    fn insert(&mut self, at: usize) {
        self.stream.wants_insertion = false;
        self.send_to(at);
        self.ops.push(Op::Insert);
    }

    fn start(&mut self, tag: &Tag<'_>, at: usize) -> Text {
        let text = if tag.element.is(RAW) { Text::Raw(tag.element) } else { Text::Data };
        // A slot that is given up may leave SVG or MathML behind, for which the tag counts too.
        while !self.stream.open.is_empty() {
            let font_breaks_out = self.stream.hints.font_breaks_out;
            match self.stream.open.start(tag, font_breaks_out, &self.stream.outside) {
                Effect::Inside | Effect::Closed => {
                    self.report_foreign(tag);
                    return text;
                }
                Effect::Foreign => {
                    if self.stream.hints.is_html_point && !tag.self_closing {
                        self.stream.open.mark_html_point();
                    }
                    self.report_foreign(tag);
                    return Text::Data;
                }
                Effect::Left(reason) => self.leave(reason),
            }
        }
        let is_ignored = tag.element == Element::FORM && self.stream.outside.in_form;
        self.stream.outside.start(tag.element);
        if matches!(tag.element, Element::SVG | Element::MATH) && !tag.self_closing {
            let space = if tag.element == Element::SVG { Space::Svg } else { Space::Math };
            self.stream.open.begin(tag.element, tag.name, space);
        }
        if let Some(slot) = self.targets.find(&self.stream.start, tag) {
            if is_ignored {
                self.report(slot, GiveUpReason::NotFillable);
            } else {
                self.begin_slot(slot, tag, at);
            }
        }
        text
    }

    fn report_foreign(&mut self, tag: &Tag<'_>) {
        if self.stream.slot.is_none()
            && let Some(slot) = self.targets.find(&self.stream.start, tag)
        {
            self.report(slot, GiveUpReason::InForeign);
        }
    }

    fn end(&mut self, tag: &Tag<'_>) {
        while !self.stream.open.is_empty() {
            match self.stream.open.end(tag, &self.stream.outside) {
                Effect::Inside | Effect::Foreign => return,
                Effect::Closed => self.fill(),
                Effect::Left(reason) => self.leave(reason),
            }
        }
        self.stream.outside.end(tag.element);
    }

    /// The tag being read leaves the slot, or SVG or `MathML`.
    fn leave(&mut self, reason: GiveUpReason) {
        if self.stream.slot.is_some() {
            self.give_up(reason);
        } else {
            self.stream.open.clear();
        }
    }

    /// Decides what of the pending bytes, which end at `total`, is held back.
    fn end_chunk(&mut self, total: usize, tokenizer: &Tokenizer, is_last: bool) {
        self.check_overflow(total);
        let keep_from = if is_last {
            self.give_up(GiveUpReason::EndOfFile);
            // In any other place nothing that follows would be read as a tag.
            if self.stream.wants_insertion && matches!(tokenizer.state, State::Data | State::TagOpen) {
                self.insert(total);
            }
            total
        } else if self.stream.slot.is_some() {
            self.stream.content_start
        } else if self.stream.wants_insertion && may_be_body_end(tokenizer) {
            self.stream.tag_start
        } else {
            total
        };
        self.send_to(keep_from);
        let stream = &mut *self.stream;
        stream.held = total - keep_from;
        stream.tag_start = stream.tag_start.saturating_sub(keep_from);
        stream.content_start = 0;
    }
}

impl Sink for Scanner<'_> {
    fn tag_opened(&mut self, at: usize) {
        self.stream.tag_start = at;
    }

    fn tag_named(&mut self, tag: &Tag<'_>, at: usize) -> bool {
        self.check_overflow(at);
        if tag.is_end {
            let ends_body = tag.element == Element::BODY && !tag.ends_raw && self.stream.wants_insertion;
            if ends_body && self.stream.outside.template_depth == 0 && !self.stream.open.has_template() {
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

    fn wanted(&self) -> Option<Wanted> {
        (!self.stream.open.is_foreign()).then_some(self.targets.wanted())
    }

    #[inline]
    fn is_quiet(&self) -> bool {
        self.stream.open.is_empty()
    }

    #[inline]
    fn pass(&mut self, element: Element, is_end: bool) -> bool {
        if element.is(RAW | FOREIGN | ONCE) {
            return false;
        }
        if is_end {
            self.stream.outside.end(element);
        } else if self.targets.may_be_bare(element) {
            return false;
        } else {
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

    fn allows_cdata(&self) -> bool {
        self.stream.open.is_foreign()
    }
}

/// Whether the bytes from the last `<` on may turn out to be `</body>`.
fn may_be_body_end(tokenizer: &Tokenizer) -> bool {
    match tokenizer.state {
        State::TagOpen | State::EndTagOpen => true,
        State::TagName => tokenizer.is_end && tokenizer.tag.get().is_some_and(|name| BODY.starts_with(name)),
        _ => false,
    }
}

fn to_u32(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
