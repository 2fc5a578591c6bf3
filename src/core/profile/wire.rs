//! The primitives of every signed value: minimal varints, times, length-prefixed texts, base64url.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};

/// 2025-01-01T00:00:00Z: where times in signed values begin, in seconds since the Unix epoch.
pub const EPOCH_S: u32 = 1_735_689_600;
/// 2025-01-01: where days in signed values begin, in days since the Unix epoch.
pub const EPOCH_DAY: u16 = 20_089;

/// The number a time is written as: 0 for never, else seconds since 2025-01-01 plus one; an earlier time
/// becomes that day's first second.
pub(super) fn time_code(at_s: u32) -> u32 {
    if at_s == 0 { 0 } else { at_s.max(EPOCH_S) - EPOCH_S + 1 }
}

/// The time that a number written by [`time_code`] stands for.
pub(super) fn time_of(code: u64) -> Option<u32> {
    match code {
        0 => Some(0),
        _ => u32::try_from((code - 1).checked_add(u64::from(EPOCH_S))?).ok(),
    }
}

/// Appends a LEB128 varint in as few bytes as it can have.
pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

/// Appends a text with its length before it.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_varint(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Takes values off the front of some bytes; every method is `None` when the bytes do not hold one.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(head)
    }

    /// Everything that is left.
    pub(super) fn rest(&mut self) -> &'a [u8] {
        core::mem::take(&mut self.rest)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*head)
    }

    /// A varint; one that could be shorter, or is above 64 bits, is none.
    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let low = u64::from(byte & 0x7f);
            if shift == 63 && low > 1 {
                return None;
            }
            value |= low << shift;
            if byte & 0x80 == 0 {
                return (byte != 0 || shift == 0).then_some(value);
            }
        }
        None
    }

    /// A varint that fits a smaller type.
    pub(super) fn number<T: TryFrom<u64>>(&mut self) -> Option<T> {
        T::try_from(self.varint()?).ok()
    }

    pub(super) fn block(&mut self) -> Option<&'a [u8]> {
        let length = self.number::<usize>()?;
        self.take(length)
    }

    pub(super) fn text(&mut self) -> Option<Box<str>> {
        core::str::from_utf8(self.block()?).ok().map(Box::from)
    }

    pub(super) fn time(&mut self) -> Option<u32> {
        time_of(self.varint()?)
    }
}

/// Bytes as unpadded base64url.
pub(super) fn to_base64(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// The value of each base64url digit; above 63 for any other byte.
static DIGITS: [u8; 256] = digits();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time: an index out of bounds does not compile")]
const fn digits() -> [u8; 256] {
    let all = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut table = [0xff; 256];
    let mut value = 0;
    while value < 64 {
        table[all[value as usize] as usize] = value;
        value += 1;
    }
    table
}

fn digit(byte: u8) -> u32 {
    DIGITS.get(usize::from(byte)).copied().unwrap_or(0xff).into()
}

/// The bytes of a strict unpadded base64url text: no padding, no white space, no stray bits. What is read so was
/// sent by the visitor, so that the time it takes may depend on it.
pub(super) fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    let (groups, rest) = text.as_chunks::<4>();
    let mut bytes = Vec::with_capacity(groups.len() * 3 + 2);
    let mut wrong = 0;
    for group in groups {
        let [a, b, c, d] = group.map(digit);
        wrong |= a | b | c | d;
        let [_, decoded @ ..] = (a << 18 | b << 12 | c << 6 | d).to_be_bytes();
        bytes.extend_from_slice(&decoded);
    }
    let (last, stray) = match *rest {
        [] => return (wrong < 64).then_some(bytes),
        [a, b] => (digit(a) << 18 | digit(b) << 12, 0xffff),
        [a, b, c] => (digit(a) << 18 | digit(b) << 12 | digit(c) << 6, 0xff),
        _ => return None,
    };
    wrong |= rest.iter().fold(0, |wrong, byte| wrong | digit(*byte));
    let [_, bytes_of @ ..] = last.to_be_bytes();
    bytes.extend(bytes_of.iter().take(rest.len() - 1));
    (wrong < 64 && last & stray == 0).then_some(bytes)
}

/// The first 4 bytes, big endian, of SHA-256: how a key is remembered where only equality matters.
pub fn hash32(pieces: &[&str]) -> u32 {
    let [a, b, c, d, ..] = sha256(pieces);
    u32::from_be_bytes([a, b, c, d])
}

/// The first 16 bytes of SHA-256.
pub(super) fn hash128(pieces: &[&str]) -> [u8; 16] {
    let mut short = [0; 16];
    short.iter_mut().zip(sha256(pieces)).for_each(|(to, from)| *to = from);
    short
}

fn sha256(pieces: &[&str]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for piece in pieces {
        hasher.update(piece.as_bytes());
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn base64_is_read_as_base64ct_reads_it(bytes in proptest::collection::vec(any::<u8>(), 0..40), text in "[A-Za-f0-3=_ -]{0,12}") {
            prop_assert_eq!(from_base64(to_base64(&bytes).as_bytes()), Some(bytes));
            let mut read = [0; 12];
            let expected = Base64UrlUnpadded::decode(&text, &mut read).ok().map(<[u8]>::to_vec);
            prop_assert_eq!(from_base64(text.as_bytes()), expected);
        }
    }
}
