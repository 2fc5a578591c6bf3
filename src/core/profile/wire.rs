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

/// The bytes of a strict unpadded base64url text: no padding, no white space, no stray bits.
pub(super) fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = alloc::vec![0; text.len() / 4 * 3 + 2];
    let length = Base64UrlUnpadded::decode(text, &mut bytes).ok()?.len();
    bytes.truncate(length);
    Some(bytes)
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
