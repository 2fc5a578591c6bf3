//! The slot scanner: reads a page chunk by chunk and says which bytes to send, and what in place of which.
mod sink;

use super::{
    element::{Element, RAW},
    limits::MAX_HELD_BYTES,
    op::{GiveUpReason, Op},
    open::{Effect, Space},
    selector::Selector,
    state::{self, ScanError},
    stream::Stream,
    targets::{Listed, SlotTarget, Targets, TargetsError},
    tokenizer::{State, Tag, Text, Tokenizer},
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
    let mut out = state::write_targets(&Listed::of(slots)?.to_bytes()?);
    state::write(&mut out, &Tokenizer::new(), &Stream::new(insert_at_body_end));
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
    let mut now = Reached::new();
    let keep = now.read_on(state, chunk, is_last, ops)?;
    if is_last {
        state.clear();
        state.extend(state::ENDED);
    } else {
        state.truncate(keep);
        state::write(state, &now.tokenizer, &now.stream);
    }
    Ok(())
}

/// [`scan`] for those who take bytes: the number of steps in four bytes, each step as two 32-bit words, all little endian,
/// then the state for the next chunk.
///
/// # Errors
/// As of [`scan`].
pub fn scan_to_bytes(state: &[u8], chunk: &[u8], is_last: bool) -> Result<Vec<u8>, ScanError> {
    let (mut now, mut ops) = (Reached::new(), Vec::new());
    let keep = now.read_on(state, chunk, is_last, &mut ops)?;
    let mut out = Vec::with_capacity(4 + ops.len() * 8 + keep + state::USUAL_BYTES);
    out.extend(to_u32(ops.len()).to_le_bytes());
    for [first, second] in ops.into_iter().map(Op::to_words) {
        out.extend(first.to_le_bytes());
        out.extend(second.to_le_bytes());
    }
    if is_last {
        out.extend(state::ENDED);
    } else {
        out.extend_from_slice(state.get(..keep).unwrap_or_default());
        state::write(&mut out, &now.tokenizer, &now.stream);
    }
    Ok(out)
}

/// Where a stream is, while a chunk is read.
struct Reached {
    tokenizer: Tokenizer,
    stream: Stream,
}

impl Reached {
    fn new() -> Self {
        Self { tokenizer: Tokenizer::new(), stream: Stream::default() }
    }

    /// Takes up a state and reads a chunk; says how many bytes of the state stay as they are.
    fn read_on(&mut self, state: &[u8], chunk: &[u8], is_last: bool, ops: &mut Vec<Op>) -> Result<usize, ScanError> {
        if chunk.len() > MAX_CHUNK_BYTES {
            return Err(ScanError::ChunkTooLong);
        }
        let (targets, rest) = state::split(state)?;
        let Self { tokenizer, stream } = self;
        state::read(rest, &targets, tokenizer, stream)?;
        let held = stream.held;
        let mut scanner = Scanner { targets, stream, sent: 0, ops };
        tokenizer.run(chunk, held, &mut scanner);
        scanner.end_chunk(held + chunk.len(), tokenizer, is_last);
        Ok(state.len() - rest.len())
    }
}

/// What the place of a start tag makes of it.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// Its element is not made: a browser passes the tag over, or takes it for an end tag.
    is_ignored: bool,
    /// In a table, but in none of its cells.
    is_in_table: bool,
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

    /// Holds what follows, if the element is one that can be filled where it stands.
    fn begin_slot(&mut self, slot: usize, tag: &Tag<'_>, at: usize, place: Place) {
        let reason = if !self.stream.is_certain {
            Some(GiveUpReason::Unsure)
        } else if !tag.element.is_fillable() || place.is_ignored {
            Some(GiveUpReason::NotFillable)
        } else if self.stream.outside.template_depth > 0 {
            Some(GiveUpReason::InTemplate)
        } else if place.is_in_table {
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
        let Stream { open, outside, .. } = &mut *self.stream;
        let foreign = open.entries.iter().position(|entry| entry.space != Space::Html);
        let html = foreign.unwrap_or(open.entries.len());
        for entry in open.entries.drain(..html).skip(1) {
            if entry.element == Element::OTHER {
                outside.note_name(Some(entry.name()));
            }
            outside.start(entry.element);
        }
        if open.is_empty() {
            self.close_open();
        }
    }

    /// Ends what was held or in SVG or `MathML`. Some elements go on after what they are in: after a slot that is filled
    /// with what does without them, this is the more careful view.
    fn close_open(&mut self) {
        let Stream { open, outside, .. } = &mut *self.stream;
        outside.in_form |= open.in_form;
        open.formatting_left().for_each(|element| outside.doubt(element));
        open.clear();
    }

    /// Whether more is held than allowed, now that `at` is reached; gives the slot up if so.
    fn check_overflow(&mut self, at: usize) {
        if self.stream.slot.is_some() && at.saturating_sub(self.stream.content_start) > MAX_HELD_BYTES {
            self.give_up(GiveUpReason::Overflow);
        }
    }

    fn fill(&mut self) {
        self.close_open();
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
        if self.stream.is_torn {
            // Read as SVG or as HTML, these make the difference.
            if tag.element.is(RAW) || matches!(tag.element, Element::SVG | Element::MATH | Element::TEMPLATE) {
                self.lose();
            } else {
                self.start_uncertain(tag);
            }
        }
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
                Effect::Unsure => self.lose(),
            }
        }
        self.start_outside(tag, at);
        text
    }

    /// Takes note of an element that may be one of HTML.
    fn start_uncertain(&mut self, tag: &Tag<'_>) {
        if tag.element == Element::OTHER {
            self.stream.outside.note_name(tag.name);
        }
        self.stream.outside.start(tag.element);
    }

    /// Applies a start tag in HTML, where nothing is held.
    fn start_outside(&mut self, tag: &Tag<'_>, at: usize) {
        let Stream { outside, open, .. } = &mut *self.stream;
        let is_ignored = match tag.element {
            Element::FORM => outside.in_form,
            Element::SELECT => outside.may_be_open(Element::SELECT, None),
            _ => false,
        };
        if tag.element.is(RAW) && outside.has_columns() {
            // A browser passes over all but columns in such a template, and what follows is no raw text.
            return self.lose();
        }
        // What it makes of the place counts for what is in it.
        let place = Place { is_ignored, is_in_table: outside.in_table() };
        if tag.element == Element::OTHER {
            outside.note_name(tag.name);
        }
        outside.start(tag.element);
        if matches!(tag.element, Element::SVG | Element::MATH) && !tag.self_closing {
            let space = if tag.element == Element::SVG { Space::Svg } else { Space::Math };
            open.begin(tag.element, tag.name, space);
        }
        if let Some(slot) = self.targets.find(&self.stream.start, tag) {
            self.begin_slot(slot, tag, at, place);
        }
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
                Effect::Closed if self.stream.slot.is_some() => self.fill(),
                Effect::Closed => self.leave_foreign(),
                Effect::Left(reason) => self.leave(reason),
                Effect::Unsure => {
                    (self.stream.is_certain, self.stream.is_torn) = (false, true);
                    return;
                }
            }
        }
        self.stream.outside.end(tag.element);
    }

    /// The tag being read leaves the slot, or SVG or `MathML`.
    fn leave(&mut self, reason: GiveUpReason) {
        if self.stream.slot.is_some() {
            self.give_up(reason);
        } else if self.stream.open.is_empty() {
            self.leave_foreign();
        } else {
            self.lose();
        }
    }

    /// SVG or `MathML` has ended, in a browser too: there is one way again to read what follows.
    fn leave_foreign(&mut self) {
        self.close_open();
        self.stream.is_torn = false;
    }

    /// What follows may be read in more than one way: from here on the page is the origin's.
    fn lose(&mut self) {
        self.stream.open.clear();
        self.stream.wants_insertion = false;
        (self.stream.is_certain, self.stream.is_torn) = (false, false);
    }

    /// Decides what of the pending bytes, which end at `total`, is held back.
    fn end_chunk(&mut self, total: usize, tokenizer: &Tokenizer, is_last: bool) {
        self.check_overflow(total);
        let keep_from = if is_last {
            self.give_up(GiveUpReason::EndOfFile);
            let Stream { wants_insertion, is_torn, outside, open, .. } = &*self.stream;
            let is_inert = outside.template_depth > 0 || open.has_template() || open.is_foreign();
            // In any other place nothing that follows would be read as a tag, or as one of HTML.
            let is_html = matches!(tokenizer.state, State::Data | State::TagOpen) && !is_inert;
            if *wants_insertion && is_html && !is_torn {
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
