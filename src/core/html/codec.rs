//! What a scan state is written with, beside numbers.
use super::prefix::Prefix;
use crate::codec::Reader;
use alloc::vec::Vec;

/// What [`write_facts`] wrote, and nothing else.
pub(super) fn read_facts<const N: usize>(reader: &mut Reader<'_>) -> Option<[bool; N]> {
    let bits = reader.u16()?;
    (u32::from(bits) >> N == 0).then(|| core::array::from_fn(|at| bits >> at & 1 != 0))
}

/// Bytes after their length, which is one byte and at most `limit`.
pub(super) fn read_text<'b>(reader: &mut Reader<'b>, limit: usize) -> Option<&'b [u8]> {
    let len = usize::from(reader.byte()?);
    if len <= limit { reader.take(len) } else { None }
}

/// Bytes after their length (two bytes, `FFFF` for over the limit).
pub(super) fn read_prefix(reader: &mut Reader<'_>, into: &mut Prefix) -> Option<()> {
    into.clear();
    match reader.u16()? {
        u16::MAX => into.set_over(),
        len if usize::from(len) <= into.limit() => into.push(reader.take(usize::from(len))?),
        _ => return None,
    }
    Some(())
}

/// Writes at most 16 facts in two bytes.
pub(super) fn write_facts<const N: usize>(out: &mut Vec<u8>, facts: [bool; N]) {
    const { assert!(N <= 16) };
    let bits = facts.into_iter().rev().fold(0_u16, |bits, fact| bits << 1 | u16::from(fact));
    out.extend(bits.to_le_bytes());
}

/// Writes bytes after their length in one byte; they are at most 255.
pub(super) fn write_text(out: &mut Vec<u8>, text: &[u8]) {
    let len = u8::try_from(text.len()).unwrap_or(u8::MAX);
    out.push(len);
    out.extend_from_slice(text.get(..usize::from(len)).unwrap_or(text));
}

/// Writes what [`read_prefix`] reads.
pub(super) fn write_prefix(out: &mut Vec<u8>, prefix: &Prefix) {
    let bytes = prefix.get().filter(|bytes| bytes.len() <= prefix.limit());
    let len = bytes.and_then(|bytes| u16::try_from(bytes.len()).ok()).unwrap_or(u16::MAX);
    out.extend(len.to_le_bytes());
    out.extend(bytes.unwrap_or_default());
}
