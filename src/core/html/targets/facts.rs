//! What all selectors of a stream have together.
use super::super::{limits::MAX_TARGETS_BYTES, tokenizer::Wanted};
use crate::codec::Reader;
use alloc::vec::Vec;

/// Bytes of [`Facts`].
pub(super) const FACTS_BYTES: usize = 41;

/// Most bytes of compiled selectors, facts and lists.
pub(in crate::html) const MAX_COMPILED_BYTES: usize = FACTS_BYTES + MAX_TARGETS_BYTES;

/// What is found out of all selectors once, when they are compiled.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Bit n: a name has n bytes. Bit n: a name begins with the nth letter. Names that begin with anything
    /// else have the bit behind `z`.
    pub(super) name_lengths: u64,
    pub(super) name_letters: u32,
    /// Bit n: a slot is told by its tag alone, which is the element at position n.
    pub(super) bare_tags: u128,
    /// The names, as the tokenizer asks for them.
    pub(super) wanted: Wanted,
    /// Where the tests and the slots are, counted from where the names are.
    pub(super) tests_at: u16,
    pub(super) slots_at: u16,
}

impl Facts {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let (endings, bare) = self.wanted.to_parts();
        out.extend(self.name_lengths.to_le_bytes());
        out.extend(self.name_letters.to_le_bytes());
        out.extend(self.bare_tags.to_le_bytes());
        out.extend(endings.to_le_bytes());
        out.push(u8::from(bare));
        out.extend(self.tests_at.to_le_bytes());
        out.extend(self.slots_at.to_le_bytes());
    }

    pub(super) fn read(bytes: &[u8; FACTS_BYTES]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let (name_lengths, name_letters, bare_tags) = (reader.u64()?, reader.u32()?, reader.u128()?);
        let wanted = Wanted::of_parts((reader.u64()?, reader.byte()? != 0));
        let (tests_at, slots_at) = (reader.u16()?, reader.u16()?);
        reader.is_empty().then_some(Self { name_lengths, name_letters, bare_tags, wanted, tests_at, slots_at })
    }
}

/// Bit of a name's first byte.
pub(super) fn letter(first: u8) -> u32 {
    1 << if first.is_ascii_lowercase() { first - b'a' } else { 26 }
}
