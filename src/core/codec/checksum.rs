//! A checksum against accidents, fast enough to run over 24 MiB in a Wasm isolate.

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// Checksum of `bytes`, read as little-endian words of 8 bytes, the last padded with zeros; the length goes in first.
///
/// Each step is a bijection of the state and of the word, so a change within one word never goes unnoticed, and any
/// other change does with a chance of about 2^-64. It is no defence against forgery: the manifest's signature is.
pub fn checksum(bytes: &[u8]) -> u64 {
    let mut sum = Checksum::begin(bytes.len());
    let tail = sum.add(bytes);
    sum.end(tail)
}

/// A checksum of bytes that are looked at piece by piece.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checksum(u64);

impl Checksum {
    /// Begins the checksum of so many bytes.
    pub(crate) fn begin(length: usize) -> Self {
        Self(step(0, length as u64))
    }

    /// Adds the whole words of the next piece; the answer is what is left of it.
    pub(crate) fn add<'b>(&mut self, piece: &'b [u8]) -> &'b [u8] {
        let (words, tail) = piece.as_chunks::<8>();
        for word in words {
            self.0 = step(self.0, u64::from_le_bytes(*word));
        }
        tail
    }

    /// The checksum, with the bytes behind the last whole word.
    pub(crate) fn end(self, tail: &[u8]) -> u64 {
        let mut last = [0; 8];
        for (to, from) in last.iter_mut().zip(tail) {
            *to = *from;
        }
        step(self.0, u64::from_le_bytes(last))
    }
}

fn step(state: u64, word: u64) -> u64 {
    // Adding the constant keeps runs of zeros from leaving the state at zero.
    (state ^ word).wrapping_add(MULTIPLIER).wrapping_mul(MULTIPLIER).rotate_left(29)
}
