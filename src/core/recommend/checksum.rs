//! A checksum against accidents, fast enough to run over 24 MiB in a Wasm isolate.

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// Checksum of `bytes`, read as little-endian words of 8 bytes, the last padded with zeros; the length goes in first.
///
/// Each step is a bijection of the state and of the word, so a change within one word never goes unnoticed, and any
/// other change does with a chance of about 2^-64. It is no defence against forgery: the manifest's signature is.
pub fn checksum(bytes: &[u8]) -> u64 {
    let (words, tail) = bytes.as_chunks::<8>();
    let mut state = step(0, bytes.len() as u64);
    for word in words {
        state = step(state, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(tail) {
        *to = *from;
    }
    step(state, u64::from_le_bytes(last))
}

fn step(state: u64, word: u64) -> u64 {
    // Adding the constant keeps runs of zeros from leaving the state at zero.
    (state ^ word).wrapping_add(MULTIPLIER).wrapping_mul(MULTIPLIER).rotate_left(29)
}
