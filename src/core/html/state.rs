//! The state of a stream as bytes.
//!
//! ```text
//! off size
//! 0   1    format = 1
//! 1   2    n, length of the selectors
//! 3   n    selectors: names [count][length, bytes]*; tests [count][name, kind (present, equals, word), value]*;
//!          slots [count][index u16, tag, number of tests, test*]*
//! 3+n 1    1: the last chunk was scanned, nothing follows
//!     ..   tokenizer: state, flags, raw text's element, matched; tag, attribute, value, word (length u16, FFFF: over the limit)
//!     ..   start tag being read: names seen u64, tests that hold u128, attribute's name, hints
//!     ..   stream: insertion wanted, slot, bytes held u32, start of the tag being read u32, the page outside
//!     ..   open elements [count u16][element, vocabulary, name if not known]*; formatting counts (14); in a form
//! ```
//! Numbers are little endian. Everything is checked when it is read.
use super::{
    codec::{Reader, write_prefix, write_text},
    element::Element,
    limits::{MAX_HELD_BYTES, MAX_OPEN_BYTES, MAX_OPEN_NAME_BYTES, MAX_STATE_BYTES, MAX_TARGETS_BYTES},
    open::{Entry, OpenElements, Outside, Space},
    scanner::Stream,
    targets::Targets,
    tokenizer::{MISMATCH, State, Tokenizer},
};
use alloc::vec::Vec;

const FORMAT: u8 = 1;

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
    let header = (state.len() <= MAX_STATE_BYTES).then(|| (reader.u8(), reader.u16()));
    let Some((Some(FORMAT), Some(len))) = header else {
        return Err(ScanError::State);
    };
    let len = usize::from(len);
    let targets = reader.take(len).filter(|_| len <= MAX_TARGETS_BYTES).ok_or(ScanError::State)?;
    Ok((targets, state.get(3 + len..).unwrap_or_default()))
}

/// Begins a state with the bytes of its selectors.
pub(super) fn write_targets(targets: &[u8]) -> Vec<u8> {
    let mut state = Vec::with_capacity(targets.len() + 256);
    state.push(FORMAT);
    state.extend(u16::try_from(targets.len()).unwrap_or(u16::MAX).to_le_bytes());
    state.extend(targets);
    state
}

pub(super) fn write_end(out: &mut Vec<u8>) {
    out.push(1);
}

pub(super) fn write(out: &mut Vec<u8>, tokenizer: &Tokenizer, stream: &Stream) {
    out.push(0);
    write_tokenizer(out, tokenizer);
    out.extend(stream.start.seen.to_le_bytes());
    out.extend(stream.start.holds.to_le_bytes());
    out.push(stream.start.name.map_or(0, |name| name + 1));
    out.extend([stream.hints.font_breaks_out, stream.hints.is_html_point, stream.hints.reads_encoding].map(u8::from));
    out.push(u8::from(stream.wants_insertion));
    out.push(stream.slot.and_then(|slot| u8::try_from(slot + 1).ok()).unwrap_or(0));
    for position in [stream.held, stream.tag_start] {
        out.extend(u32::try_from(position).unwrap_or(u32::MAX).to_le_bytes());
    }
    let Outside {
        open,
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
    } = &stream.outside;
    out.extend(open);
    out.extend([in_p, in_a, in_nobr, in_select, in_button, in_form].map(|fact| u8::from(*fact)));
    out.extend(lists.to_le_bytes());
    out.extend(tables.to_le_bytes());
    out.push(*table_depth);
    out.extend(template_depth.to_le_bytes());
    write_open(out, &stream.open);
}

/// Reads what [`write`] wrote; `Ok(None)` after the end.
pub(super) fn read(bytes: &[u8], targets: &Targets<'_>) -> Result<(Tokenizer, Stream), ScanError> {
    let mut reader = Reader::new(bytes);
    match reader.u8() {
        Some(0) => {}
        Some(1) if reader.is_empty() => return Err(ScanError::Ended),
        _ => return Err(ScanError::State),
    }
    let tokenizer = read_tokenizer(&mut reader);
    let stream = tokenizer.is_some().then(|| read_stream(&mut reader, targets)).flatten();
    match (tokenizer, stream) {
        (Some(tokenizer), Some(stream)) if reader.is_empty() => Ok((tokenizer, stream)),
        _ => Err(ScanError::State),
    }
}

fn write_tokenizer(out: &mut Vec<u8>, tokenizer: &Tokenizer) {
    out.push(tokenizer.state.to_byte());
    out.extend(
        [
            tokenizer.is_end,
            tokenizer.self_closing,
            tokenizer.wants_attributes,
            tokenizer.in_attribute,
            tokenizer.interest.value,
            tokenizer.interest.words,
        ]
        .map(u8::from),
    );
    out.push(tokenizer.element.to_byte());
    out.push(tokenizer.raw.map_or(0, Element::to_byte));
    out.push(tokenizer.matched);
    for prefix in [&tokenizer.tag, &tokenizer.attribute, &tokenizer.value, &tokenizer.word] {
        write_prefix(out, prefix);
    }
}

fn read_tokenizer(reader: &mut Reader<'_>) -> Option<Tokenizer> {
    let mut tokenizer = Tokenizer::new();
    tokenizer.state = State::from_byte(reader.u8()?)?;
    tokenizer.is_end = reader.bool()?;
    tokenizer.self_closing = reader.bool()?;
    tokenizer.wants_attributes = reader.bool()?;
    tokenizer.in_attribute = reader.bool()?;
    tokenizer.interest.value = reader.bool()?;
    tokenizer.interest.words = reader.bool()?;
    tokenizer.element = Element::from_byte(reader.u8()?)?;
    let raw = Element::from_byte(reader.u8()?)?;
    tokenizer.raw = (raw != Element::OTHER).then_some(raw);
    tokenizer.matched =
        reader.u8().filter(|matched| *matched == MISMATCH || usize::from(*matched) <= MAX_OPEN_NAME_BYTES)?;
    reader.prefix(&mut tokenizer.tag)?;
    reader.prefix(&mut tokenizer.attribute)?;
    reader.prefix(&mut tokenizer.value)?;
    reader.prefix(&mut tokenizer.word)?;
    Some(tokenizer)
}

fn read_stream(reader: &mut Reader<'_>, targets: &Targets<'_>) -> Option<Stream> {
    let mut stream = Stream::default();
    stream.start.seen = reader.u64()?;
    stream.start.holds = reader.u128()?;
    stream.start.name = reader.u8()?.checked_sub(1);
    stream.hints.font_breaks_out = reader.bool()?;
    stream.hints.is_html_point = reader.bool()?;
    stream.hints.reads_encoding = reader.bool()?;
    stream.wants_insertion = reader.bool()?;
    stream.slot = usize::from(reader.u8()?).checked_sub(1);
    stream.held = usize::try_from(reader.u32()?).ok()?;
    stream.tag_start = usize::try_from(reader.u32()?).ok()?;
    stream.outside = Outside {
        open: reader.array()?,
        in_p: reader.bool()?,
        in_a: reader.bool()?,
        in_nobr: reader.bool()?,
        in_select: reader.bool()?,
        in_button: reader.bool()?,
        in_form: reader.bool()?,
        lists: reader.u64()?,
        tables: reader.u32()?,
        table_depth: reader.u8()?,
        template_depth: reader.u16()?,
    };
    read_open(reader, &mut stream.open)?;
    let is_sound = stream.start.name.is_none_or(|name| usize::from(name) < targets.names_len())
        && stream.slot.is_none_or(|slot| slot < targets.len() && !stream.open.is_empty())
        && stream.held <= MAX_HELD_BYTES
        && stream.tag_start <= stream.held;
    is_sound.then_some(stream)
}

fn write_open(out: &mut Vec<u8>, open: &OpenElements) {
    out.extend(u16::try_from(open.entries.len()).unwrap_or(u16::MAX).to_le_bytes());
    for entry in &open.entries {
        let space = match entry.space {
            Space::Html => 0,
            Space::Svg => 1,
            Space::Math => 2,
        };
        out.extend([entry.element.to_byte(), space | u8::from(entry.is_html_point) << 7]);
        if entry.element == Element::OTHER {
            write_text(out, entry.name());
        }
    }
    out.extend(open.formatting);
    out.push(u8::from(open.in_form));
}

fn read_open(reader: &mut Reader<'_>, open: &mut OpenElements) -> Option<()> {
    let mut len = 0;
    for _ in 0..reader.u16()? {
        let element = Element::from_byte(reader.u8()?)?;
        let flags = reader.u8()?;
        let space = match flags & 0x7F {
            0 => Space::Html,
            1 => Space::Svg,
            2 => Space::Math,
            _ => return None,
        };
        let name = if element == Element::OTHER { reader.text(MAX_OPEN_NAME_BYTES)? } else { &[] };
        let mut entry = Entry::new(element, Some(name), space)?;
        entry.is_html_point = flags >> 7 != 0;
        len += entry.encoded_len();
        if len > MAX_OPEN_BYTES {
            return None;
        }
        open.entries.push(entry);
    }
    for count in &mut open.formatting {
        *count = reader.u8()?;
    }
    open.in_form = reader.bool()?;
    Some(())
}
