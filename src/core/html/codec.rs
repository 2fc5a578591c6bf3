//! What a scan state is written with, beside numbers.
use super::prefix::Prefix;
use crate::codec::Reader;
use alloc::vec::Vec;
use core::mem;

/// What [`Places::put_facts`] wrote, and nothing else.
pub(super) fn read_facts<const N: usize>(reader: &mut Reader<'_>) -> Option<[bool; N]> {
    let bits = reader.u16()?;
    (u32::from(bits) >> N == 0).then(|| core::array::from_fn(|at| bits >> at & 1 != 0))
}

/// Bytes after their length, which is one byte and at most `limit`.
pub(super) fn read_text<'b>(reader: &mut Reader<'b>, limit: usize) -> Option<&'b [u8]> {
    let len = usize::from(reader.byte()?);
    if len <= limit { reader.take(len) } else { None }
}

/// What `reader` has, of the length that [`prefix_len`] gave.
#[inline]
pub(super) fn read_prefix<const LIMIT: usize>(
    reader: &mut Reader<'_>,
    len: u16,
    into: &mut Prefix<LIMIT>,
) -> Option<()> {
    match len {
        0 => {}
        u16::MAX => into.set_over(),
        _ if usize::from(len) <= LIMIT => into.push(reader.take(usize::from(len))?),
        _ => return None,
    }
    Some(())
}

/// Bytes of a fixed number, which are written one value behind the other.
#[derive(Debug)]
pub(super) struct Places<'b> {
    rest: &'b mut [u8],
}

impl<'b> Places<'b> {
    pub(super) fn new(bytes: &'b mut [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn put<const N: usize>(&mut self, value: [u8; N]) {
        if let Some((place, rest)) = mem::take(&mut self.rest).split_first_chunk_mut() {
            *place = value;
            self.rest = rest;
        }
    }

    /// Writes at most 16 facts in two bytes.
    pub(super) fn put_facts<const N: usize>(&mut self, facts: [bool; N]) {
        const { assert!(N <= 16) };
        let bits = facts.into_iter().rev().fold(0_u16, |bits, fact| bits << 1 | u16::from(fact));
        self.put(bits.to_le_bytes());
    }
}

/// Writes bytes after their length in one byte; they are at most 255.
pub(super) fn write_text(out: &mut Vec<u8>, text: &[u8]) {
    let len = u8::try_from(text.len()).unwrap_or(u8::MAX);
    out.push(len);
    out.extend_from_slice(text.get(..usize::from(len)).unwrap_or(text));
}

/// How many bytes a prefix has, `FFFF` for over the limit.
pub(super) fn prefix_len<const LIMIT: usize>(prefix: &Prefix<LIMIT>) -> u16 {
    prefix.get().and_then(|bytes| u16::try_from(bytes.len()).ok()).unwrap_or(u16::MAX)
}
