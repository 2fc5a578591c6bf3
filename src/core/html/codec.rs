//! Reading and writing the bytes of a state.
use super::prefix::Prefix;
use alloc::vec::Vec;

/// Takes values from the front of bytes; `None` once they do not suffice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn take(&mut self, len: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    #[inline]
    pub(super) fn u8(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn u128(&mut self) -> Option<u128> {
        self.array().map(u128::from_le_bytes)
    }

    /// What [`write_facts`] wrote, and nothing else.
    pub(super) fn facts<const N: usize>(&mut self) -> Option<[bool; N]> {
        let bits = self.u16()?;
        (u32::from(bits) >> N == 0).then(|| core::array::from_fn(|at| bits >> at & 1 != 0))
    }

    /// Bytes after their length, which is one byte and at most `limit`.
    pub(super) fn text(&mut self, limit: usize) -> Option<&'b [u8]> {
        let len = usize::from(self.u8()?);
        if len <= limit { self.take(len) } else { None }
    }

    /// Bytes after their length (two bytes, `FFFF` for over the limit).
    pub(super) fn prefix(&mut self, into: &mut Prefix) -> Option<()> {
        into.clear();
        match self.u16()? {
            u16::MAX => into.set_over(),
            len if usize::from(len) <= into.limit() => into.push(self.take(usize::from(len))?),
            _ => return None,
        }
        Some(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
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

/// Writes what [`Reader::prefix`] reads.
pub(super) fn write_prefix(out: &mut Vec<u8>, prefix: &Prefix) {
    let bytes = prefix.get().filter(|bytes| bytes.len() <= prefix.limit());
    let len = bytes.and_then(|bytes| u16::try_from(bytes.len()).ok()).unwrap_or(u16::MAX);
    out.extend(len.to_le_bytes());
    out.extend(bytes.unwrap_or_default());
}
