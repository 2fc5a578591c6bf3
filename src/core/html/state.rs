//! The state of a stream as bytes.
//!
//! ```text
//! off size
//! 0   1    format = 3
//! 1   1    1: the last chunk was scanned, nothing follows
//! 2   2    n, length of the selectors
//! 4   8    checksum of the selectors
//! 12  n    selectors, the same for the whole stream:
//!          lengths of names u64, first letters u32, tags that are enough u128, endings of names u64, also without value,
//!          where tests and slots are u16, u16; names [count][length, bytes]*;
//!          tests [count][name, kind (present, equals, word), value]*; slots [count][index u16, tag, number of tests, test*]*
//! 12+n 252 every field at its place:
//!          tokenizer: state, flags, element, raw text's element, matched; lengths u16 of tag, attribute, value, word
//!          (FFFF: over the limit)
//!          start tag being read: names seen u64, tests that hold u128, attribute's name
//!          stream: hints, insertion wanted, certain, torn; slot; bytes held u32, start of the tag being read u32
//!          the page outside: counts, elements u128, u128, names u64, facts, lists u64, tables u32, depths
//!          open elements: number u16, formatting counts (14), in a form, miscounted
//!     ..   counts where the table began, if in one; tag, attribute, value, word
//!     ..   open elements [element (80 added: not HTML), vocabulary if not HTML, name if not known]*
//! ```
//! Numbers are little endian. The selectors were checked when they were compiled, and the checksum tells whether they are
//! still the same; everything else is checked when it is read.
use super::{
    codec::{Places, prefix_len, read_facts, read_prefix, read_text, write_text},
    element::{Element, FORMATTING_ELEMENTS},
    limits::{
        MAX_HELD_BYTES, MAX_NAME_BYTES, MAX_OPEN_BYTES, MAX_OPEN_NAME_BYTES, MAX_RAW_VALUE_BYTES, MAX_STATE_BYTES,
    },
    open::{Entry, OpenElements, Outside, Space},
    stream::{Hints, Stream},
    targets::{MAX_COMPILED_BYTES, Targets},
    tokenizer::{Interest, MISMATCH, State, Tokenizer},
};
use crate::codec::{Reader, checksum};
use alloc::vec::Vec;

const FORMAT: u8 = 3;

/// Bytes before the selectors.
const HEAD_BYTES: usize = 12;

/// Bytes of the fields that have the same place in every state, behind the selectors.
const FIXED_BYTES: usize = TOKENIZER_BYTES + STREAM_BYTES + OUTSIDE_BYTES + OPEN_BYTES;
const TOKENIZER_BYTES: usize = 4 + 2 + 4 * 2;
const STREAM_BYTES: usize = 8 + 16 + 1 + 2 + 1 + 4 + 4;
const OUTSIDE_BYTES: usize = Element::COUNT + 16 + 16 + 8 + 2 + 8 + 4 + 1 + 2;
const OPEN_BYTES: usize = 2 + FORMATTING_ELEMENTS + 2;

/// Most bytes that follow them.
const BEHIND_BYTES_MAX: usize = Element::COUNT + 2 * MAX_NAME_BYTES + 2 * MAX_RAW_VALUE_BYTES + MAX_OPEN_BYTES;
const _: () = assert!(HEAD_BYTES + MAX_COMPILED_BYTES + FIXED_BYTES + BEHIND_BYTES_MAX <= MAX_STATE_BYTES);

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

/// The selectors and the rest of a state.
pub(super) fn split(state: &[u8]) -> Result<(Targets<'_>, &[u8]), ScanError> {
    let Some((head, rest)) = state.split_first_chunk::<HEAD_BYTES>().filter(|_| state.len() <= MAX_STATE_BYTES) else {
        return Err(if state == ENDED { ScanError::Ended } else { ScanError::State });
    };
    let [FORMAT, 0, low, high, sum @ ..] = *head else {
        return Err(ScanError::State);
    };
    let len = usize::from(u16::from_le_bytes([low, high]));
    let (targets, rest) = rest.split_at_checked(len).filter(|_| len <= MAX_COMPILED_BYTES).ok_or(ScanError::State)?;
    if checksum(targets) != u64::from_le_bytes(sum) {
        return Err(ScanError::State);
    }
    Ok((Targets::read(targets).ok_or(ScanError::State)?, rest))
}

/// Begins a state with the bytes of its selectors.
pub(super) fn write_targets(targets: &[u8]) -> Vec<u8> {
    let mut state = Vec::with_capacity(HEAD_BYTES + targets.len() + USUAL_BYTES);
    state.extend([FORMAT, 0]);
    state.extend(u16::try_from(targets.len()).unwrap_or(u16::MAX).to_le_bytes());
    state.extend(checksum(targets).to_le_bytes());
    state.extend(targets);
    state
}

/// The state after the last chunk.
pub(super) const ENDED: [u8; 2] = [FORMAT, 1];

/// Writes all that follows the selectors.
pub(super) fn write(out: &mut Vec<u8>, tokenizer: &Tokenizer, stream: &Stream) {
    let mut fixed = [0; FIXED_BYTES];
    let mut places = Places::new(&mut fixed);
    put_tokenizer(&mut places, tokenizer);
    put_stream(&mut places, stream);
    put_outside(&mut places, &stream.outside);
    put_open(&mut places, &stream.open);
    out.extend_from_slice(&fixed);
    if stream.outside.table_depth > 0 {
        out.extend_from_slice(&stream.outside.floor);
    }
    let Tokenizer { tag, attribute, value, word, .. } = tokenizer;
    for text in [tag.get(), attribute.get(), value.get(), word.get()] {
        out.extend_from_slice(text.unwrap_or_default());
    }
    write_entries(out, &stream.open);
}

/// Reads what [`write`] wrote into what a stream begins with.
pub(super) fn read(
    bytes: &[u8],
    targets: &Targets<'_>,
    tokenizer: &mut Tokenizer,
    stream: &mut Stream,
) -> Result<(), ScanError> {
    let is_read = bytes.split_first_chunk().and_then(|(fixed, rest)| {
        let behind = read_fixed(fixed, targets, tokenizer, stream)?;
        let mut reader = Reader::new(rest);
        if stream.outside.table_depth > 0 {
            stream.outside.floor = reader.array()?;
        }
        let [tag, attribute, value, word] = behind.prefixes;
        read_prefix(&mut reader, tag, &mut tokenizer.tag)?;
        read_prefix(&mut reader, attribute, &mut tokenizer.attribute)?;
        read_prefix(&mut reader, value, &mut tokenizer.value)?;
        read_prefix(&mut reader, word, &mut tokenizer.word)?;
        read_entries(&mut reader, behind.entries, &mut stream.open)?;
        reader.is_empty().then_some(())
    });
    is_read.ok_or(ScanError::State)
}

/// How much follows the fields that have their place.
struct Behind {
    /// Lengths of tag, attribute, value and word.
    prefixes: [u16; 4],
    /// Number of open elements.
    entries: u16,
}

fn read_fixed(
    bytes: &[u8; FIXED_BYTES],
    targets: &Targets<'_>,
    tokenizer: &mut Tokenizer,
    stream: &mut Stream,
) -> Option<Behind> {
    let mut reader = Reader::new(bytes);
    let prefixes = read_tokenizer(&mut reader, tokenizer)?;
    read_stream(&mut reader, stream)?;
    read_outside(&mut reader, &mut stream.outside)?;
    let entries = read_open(&mut reader, &mut stream.open)?;
    let is_open = entries > 0;
    let is_valid = stream.start.name.is_none_or(|name| usize::from(name) < targets.names_len())
        && stream.slot.is_none_or(|slot| slot < targets.len() && is_open && stream.is_certain)
        && (!stream.is_torn || (!stream.is_certain && is_open))
        && stream.held <= MAX_HELD_BYTES
        && stream.tag_start <= stream.held
        && reader.is_empty();
    is_valid.then_some(Behind { prefixes, entries })
}

fn put_tokenizer(places: &mut Places<'_>, tokenizer: &Tokenizer) {
    let Tokenizer { is_end, self_closing, wants_attributes, in_attribute, interest, .. } = *tokenizer;
    let raw = tokenizer.raw.map_or(0, Element::to_byte);
    places.put([tokenizer.state.to_byte(), tokenizer.element.to_byte(), raw, tokenizer.matched]);
    places.put_facts([is_end, self_closing, wants_attributes, in_attribute, interest.value, interest.words]);
    let Tokenizer { tag, attribute, value, word, .. } = tokenizer;
    for len in [prefix_len(tag), prefix_len(attribute), prefix_len(value), prefix_len(word)] {
        places.put(len.to_le_bytes());
    }
}

/// The answer is the lengths of tag, attribute, value and word.
fn read_tokenizer(reader: &mut Reader<'_>, tokenizer: &mut Tokenizer) -> Option<[u16; 4]> {
    let [state, element, raw, matched] = reader.array()?;
    tokenizer.state = State::from_byte(state)?;
    tokenizer.element = Element::from_byte(element)?;
    let raw = Element::from_byte(raw)?;
    tokenizer.raw = (raw != Element::OTHER).then_some(raw);
    tokenizer.matched = matched;
    let [is_end, self_closing, wants_attributes, in_attribute, value, words] = read_facts(reader)?;
    (tokenizer.is_end, tokenizer.self_closing) = (is_end, self_closing);
    (tokenizer.wants_attributes, tokenizer.in_attribute) = (wants_attributes, in_attribute);
    tokenizer.interest = Interest { value, words };
    let is_valid = matched == MISMATCH || usize::from(matched) <= MAX_OPEN_NAME_BYTES;
    let prefixes = [reader.u16()?, reader.u16()?, reader.u16()?, reader.u16()?];
    is_valid.then_some(prefixes)
}

fn put_stream(places: &mut Places<'_>, stream: &Stream) {
    places.put(stream.start.seen.to_le_bytes());
    places.put(stream.start.holds.to_le_bytes());
    places.put([stream.start.name.map_or(0, |name| name + 1)]);
    let Hints { font_breaks_out, is_html_point, reads_encoding } = stream.hints;
    let Stream { wants_insertion, is_certain, is_torn, .. } = *stream;
    places.put_facts([font_breaks_out, is_html_point, reads_encoding, wants_insertion, is_certain, is_torn]);
    places.put([stream.slot.and_then(|slot| u8::try_from(slot + 1).ok()).unwrap_or(0)]);
    for position in [stream.held, stream.tag_start] {
        places.put(u32::try_from(position).unwrap_or(u32::MAX).to_le_bytes());
    }
}

fn read_stream(reader: &mut Reader<'_>, stream: &mut Stream) -> Option<()> {
    stream.start.seen = reader.u64()?;
    stream.start.holds = reader.u128()?;
    stream.start.name = reader.byte()?.checked_sub(1);
    let [font_breaks_out, is_html_point, reads_encoding, wants_insertion, is_certain, is_torn] = read_facts(reader)?;
    stream.hints = Hints { font_breaks_out, is_html_point, reads_encoding };
    (stream.wants_insertion, stream.is_certain, stream.is_torn) = (wants_insertion, is_certain, is_torn);
    stream.slot = usize::from(reader.byte()?).checked_sub(1);
    stream.held = usize::try_from(reader.u32()?).ok()?;
    stream.tag_start = usize::try_from(reader.u32()?).ok()?;
    Some(())
}

fn put_outside(places: &mut Places<'_>, outside: &Outside) {
    let Outside {
        open,
        floor: _,
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
    places.put(*open);
    places.put(doubted.to_le_bytes());
    places.put(in_template.to_le_bytes());
    places.put(names.to_le_bytes());
    places.put_facts([*is_shielded, *in_p, *in_a, *in_nobr, *in_select, *in_button, *in_form]);
    places.put(lists.to_le_bytes());
    places.put(tables.to_le_bytes());
    places.put([*table_depth]);
    places.put(template_depth.to_le_bytes());
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
    Some(())
}

fn put_open(places: &mut Places<'_>, open: &OpenElements) {
    places.put(u16::try_from(open.entries.len()).unwrap_or(u16::MAX).to_le_bytes());
    places.put(open.formatting);
    places.put_facts([open.in_form, open.is_miscounted]);
}

/// The answer is the number of open elements, which follow.
fn read_open(reader: &mut Reader<'_>, open: &mut OpenElements) -> Option<u16> {
    let entries = reader.u16()?;
    open.formatting = reader.array()?;
    [open.in_form, open.is_miscounted] = read_facts(reader)?;
    Some(entries)
}

fn write_entries(out: &mut Vec<u8>, open: &OpenElements) {
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
}

fn read_entries(reader: &mut Reader<'_>, count: u16, open: &mut OpenElements) -> Option<()> {
    let mut len = 0;
    for _ in 0..count {
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
    Some(())
}
