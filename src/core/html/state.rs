//! The state of a stream as bytes.
//!
//! ```text
//! off size
//! 0   1    format = 2
//! 1   2    n, length of the selectors
//! 3   n    selectors: names [count][length, bytes]*; tests [count][name, kind (present, equals, word), value]*;
//!          slots [count][index u16, tag, number of tests, test*]*
//! 3+n 1    1: the last chunk was scanned, nothing follows
//!     ..   tokenizer: state, flags, raw text's element, matched; tag, attribute, value, word (length u16, FFFF: over the limit)
//!     ..   start tag being read: names seen u64, tests that hold u128, attribute's name, hints
//!     ..   stream: insertion wanted, certain, torn, slot, bytes held u32, start of the tag being read u32
//!     ..   the page outside: counts, facts, lists u64, tables u32, depths; counts where the table began, if in one
//!     ..   open elements [count u16][element (80 added: not HTML), vocabulary if not HTML, name if not known]*;
//!          formatting counts (14); in a form, miscounted
//! ```
//! Numbers are little endian. Everything is checked when it is read.
use super::{
    codec::{read_facts, read_prefix, read_text, write_facts, write_prefix, write_text},
    element::Element,
    limits::{MAX_HELD_BYTES, MAX_OPEN_BYTES, MAX_OPEN_NAME_BYTES, MAX_STATE_BYTES, MAX_TARGETS_BYTES},
    open::{Entry, OpenElements, Outside, Space},
    stream::{Hints, Stream},
    targets::Targets,
    tokenizer::{Interest, MISMATCH, State, Tokenizer},
};
use crate::codec::Reader;
use alloc::vec::Vec;

const FORMAT: u8 = 2;

/// What follows the selectors takes no more, as a rule.
pub(super) const USUAL_BYTES: usize = 384;

/// Why a state was not accepted. The caller then sends what it holds and every byte after it unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// The bytes are not a state of this version, or were changed.
    #[error("the scanner state is damaged or of another version")]
    State,
    /// The last chunk was scanned already.
    #[error("the stream has ended, and a chunk came after its last one")]
    Ended,
    /// The chunk is longer than 1 GiB.
    #[error("the chunk is longer than {limit} bytes", limit = super::scanner::MAX_CHUNK_BYTES)]
    ChunkTooLong,
}

/// The selectors' bytes and the rest of a state.
pub(super) fn split(state: &[u8]) -> Result<(&[u8], &[u8]), ScanError> {
    let mut reader = Reader::new(state);
    let header = (state.len() <= MAX_STATE_BYTES).then(|| (reader.byte(), reader.u16()));
    let Some((Some(FORMAT), Some(len))) = header else {
        return Err(ScanError::State);
    };
    let len = usize::from(len);
    let targets = reader.take(len).filter(|_| len <= MAX_TARGETS_BYTES).ok_or(ScanError::State)?;
    Ok((targets, state.get(3 + len..).unwrap_or_default()))
}

/// Begins a state with the bytes of its selectors.
pub(super) fn write_targets(targets: &[u8]) -> Vec<u8> {
    let mut state = Vec::with_capacity(3 + targets.len() + USUAL_BYTES);
    state.push(FORMAT);
    state.extend(u16::try_from(targets.len()).unwrap_or(u16::MAX).to_le_bytes());
    state.extend(targets);
    state
}

pub(super) fn write_end(out: &mut Vec<u8>) {
    out.push(1);
}

pub(super) fn write(out: &mut Vec<u8>, tokenizer: &Tokenizer, stream: &Stream) {
    out.reserve(USUAL_BYTES);
    out.push(0);
    write_tokenizer(out, tokenizer);
    out.extend(stream.start.seen.to_le_bytes());
    out.extend(stream.start.holds.to_le_bytes());
    out.push(stream.start.name.map_or(0, |name| name + 1));
    let Hints { font_breaks_out, is_html_point, reads_encoding } = stream.hints;
    let Stream { wants_insertion, is_certain, is_torn, .. } = *stream;
    write_facts(out, [font_breaks_out, is_html_point, reads_encoding, wants_insertion, is_certain, is_torn]);
    out.push(stream.slot.and_then(|slot| u8::try_from(slot + 1).ok()).unwrap_or(0));
    for position in [stream.held, stream.tag_start] {
        out.extend(u32::try_from(position).unwrap_or(u32::MAX).to_le_bytes());
    }
    write_outside(out, &stream.outside);
    write_open(out, &stream.open);
}

fn write_outside(out: &mut Vec<u8>, outside: &Outside) {
    let Outside {
        open,
        floor,
        doubted,
        in_template,
        names,
        is_shielded,
        in_p,
        in_a,
        in_nobr,
        in_select,
        in_button,
        in_form,
        lists,
        tables,
        table_depth,
        template_depth,
    } = outside;
    out.extend(open);
    out.extend(doubted.to_le_bytes());
    out.extend(in_template.to_le_bytes());
    out.extend(names.to_le_bytes());
    write_facts(out, [*is_shielded, *in_p, *in_a, *in_nobr, *in_select, *in_button, *in_form]);
    out.extend(lists.to_le_bytes());
    out.extend(tables.to_le_bytes());
    out.push(*table_depth);
    out.extend(template_depth.to_le_bytes());
    if *table_depth > 0 {
        out.extend(floor);
    }
}

fn read_outside(reader: &mut Reader<'_>, outside: &mut Outside) -> Option<()> {
    outside.open = reader.array()?;
    (outside.doubted, outside.in_template, outside.names) = (reader.u128()?, reader.u128()?, reader.u64()?);
    [
        outside.is_shielded,
        outside.in_p,
        outside.in_a,
        outside.in_nobr,
        outside.in_select,
        outside.in_button,
        outside.in_form,
    ] = read_facts(reader)?;
    (outside.lists, outside.tables) = (reader.u64()?, reader.u32()?);
    (outside.table_depth, outside.template_depth) = (reader.byte()?, reader.u16()?);
    if outside.table_depth > 0 {
        outside.floor = reader.array()?;
    }
    Some(())
}

/// Reads what [`write`] wrote into what a stream begins with.
pub(super) fn read(
    bytes: &[u8],
    targets: &Targets<'_>,
    tokenizer: &mut Tokenizer,
    stream: &mut Stream,
) -> Result<(), ScanError> {
    let mut reader = Reader::new(bytes);
    match reader.byte() {
        Some(0) => {}
        Some(1) if reader.is_empty() => return Err(ScanError::Ended),
        _ => return Err(ScanError::State),
    }
    let is_read = read_tokenizer(&mut reader, tokenizer).and_then(|()| read_stream(&mut reader, targets, stream));
    is_read.filter(|()| reader.is_empty()).ok_or(ScanError::State)
}

fn write_tokenizer(out: &mut Vec<u8>, tokenizer: &Tokenizer) {
    out.push(tokenizer.state.to_byte());
    let Tokenizer { is_end, self_closing, wants_attributes, in_attribute, interest, .. } = *tokenizer;
    write_facts(out, [is_end, self_closing, wants_attributes, in_attribute, interest.value, interest.words]);
    out.push(tokenizer.element.to_byte());
    out.push(tokenizer.raw.map_or(0, Element::to_byte));
    out.push(tokenizer.matched);
    for prefix in [&tokenizer.tag, &tokenizer.attribute, &tokenizer.value, &tokenizer.word] {
        write_prefix(out, prefix);
    }
}

fn read_tokenizer(reader: &mut Reader<'_>, tokenizer: &mut Tokenizer) -> Option<()> {
    tokenizer.state = State::from_byte(reader.byte()?)?;
    let [is_end, self_closing, wants_attributes, in_attribute, value, words] = read_facts(reader)?;
    (tokenizer.is_end, tokenizer.self_closing) = (is_end, self_closing);
    (tokenizer.wants_attributes, tokenizer.in_attribute) = (wants_attributes, in_attribute);
    tokenizer.interest = Interest { value, words };
    tokenizer.element = Element::from_byte(reader.byte()?)?;
    let raw = Element::from_byte(reader.byte()?)?;
    tokenizer.raw = (raw != Element::OTHER).then_some(raw);
    tokenizer.matched =
        reader.byte().filter(|matched| *matched == MISMATCH || usize::from(*matched) <= MAX_OPEN_NAME_BYTES)?;
    read_prefix(reader, &mut tokenizer.tag)?;
    read_prefix(reader, &mut tokenizer.attribute)?;
    read_prefix(reader, &mut tokenizer.value)?;
    read_prefix(reader, &mut tokenizer.word)
}

fn read_stream(reader: &mut Reader<'_>, targets: &Targets<'_>, stream: &mut Stream) -> Option<()> {
    stream.start.seen = reader.u64()?;
    stream.start.holds = reader.u128()?;
    stream.start.name = reader.byte()?.checked_sub(1);
    let [font_breaks_out, is_html_point, reads_encoding, wants_insertion, is_certain, is_torn] = read_facts(reader)?;
    stream.hints = Hints { font_breaks_out, is_html_point, reads_encoding };
    (stream.wants_insertion, stream.is_certain, stream.is_torn) = (wants_insertion, is_certain, is_torn);
    stream.slot = usize::from(reader.byte()?).checked_sub(1);
    stream.held = usize::try_from(reader.u32()?).ok()?;
    stream.tag_start = usize::try_from(reader.u32()?).ok()?;
    read_outside(reader, &mut stream.outside)?;
    read_open(reader, &mut stream.open)?;
    let is_valid = stream.start.name.is_none_or(|name| usize::from(name) < targets.names_len())
        && stream.slot.is_none_or(|slot| slot < targets.len() && !stream.open.is_empty() && stream.is_certain)
        && (!stream.is_torn || (!stream.is_certain && !stream.open.is_empty()))
        && stream.held <= MAX_HELD_BYTES
        && stream.tag_start <= stream.held;
    is_valid.then_some(())
}

fn write_open(out: &mut Vec<u8>, open: &OpenElements) {
    out.extend(u16::try_from(open.entries.len()).unwrap_or(u16::MAX).to_le_bytes());
    for entry in &open.entries {
        let space = match entry.space {
            Space::Html => None,
            Space::Svg => Some(1),
            Space::Math => Some(2),
        };
        out.push(entry.element.to_byte() | u8::from(space.is_some()) << 7);
        out.extend(space.map(|space| space | u8::from(entry.is_html_point) << 7));
        if entry.element == Element::OTHER {
            write_text(out, entry.name());
        }
    }
    out.extend(open.formatting);
    write_facts(out, [open.in_form, open.is_miscounted]);
}

fn read_open(reader: &mut Reader<'_>, open: &mut OpenElements) -> Option<()> {
    let mut len = 0;
    for _ in 0..reader.u16()? {
        let byte = reader.byte()?;
        let element = Element::from_byte(byte & 0x7F)?;
        let flags = if byte >> 7 == 0 { 0 } else { reader.byte().filter(|flags| flags & 0x7F != 0)? };
        let space = match flags & 0x7F {
            0 => Space::Html,
            1 => Space::Svg,
            2 => Space::Math,
            _ => return None,
        };
        let name = if element == Element::OTHER { read_text(reader, MAX_OPEN_NAME_BYTES)? } else { &[] };
        let mut entry = Entry::new(element, Some(name), space)?;
        entry.is_html_point = flags >> 7 != 0;
        len += entry.encoded_len();
        if len > MAX_OPEN_BYTES {
            return None;
        }
        open.entries.push(entry);
    }
    open.formatting = reader.array()?;
    [open.in_form, open.is_miscounted] = read_facts(reader)?;
    Some(())
}
