//! The bits of a base64url text, as the strings of the IAB have them.

use crate::codec::base64::digit;

/// Base64url text, six bits a character, the highest first. It may end at any character: encoders differ in how they fill
/// the last byte.
#[derive(Clone, Copy)]
pub(super) struct Bits<'a>(&'a [u8]);

impl<'a> Bits<'a> {
    /// The bits of a text; `None` where a character is not one of base64url.
    #[inline(never)]
    pub(super) fn of(text: &'a [u8]) -> Option<Self> {
        text.iter().all(|byte| digit(*byte) < 64).then_some(Self(text))
    }

    /// How many there are.
    pub(super) fn count(self) -> usize {
        self.0.len() * 6
    }

    /// The bit at a place.
    pub(super) fn bit(self, at: usize) -> Option<bool> {
        let digit = digit(*self.0.get(at / 6)?);
        Some(digit >> (5 - at % 6) & 1 == 1)
    }

    /// The number in `count` bits, 32 at most; `None` where they end before. It is called at a dozen places, and never in
    /// a loop of many.
    #[inline(never)]
    pub(super) fn number(self, at: usize, count: usize) -> Option<u32> {
        (at..at + count).try_fold(0, |number, at| Some(number << 1 | u32::from(self.bit(at)?)))
    }
}
