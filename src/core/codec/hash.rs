//! Short hashes of texts, from SHA-256.

use sha2::{Digest as _, Sha256};

/// The first 4 bytes, big endian, of SHA-256: how a key is remembered where only equality matters.
pub fn hash32(pieces: &[&str]) -> u32 {
    let [a, b, c, d, ..] = sha256(pieces);
    u32::from_be_bytes([a, b, c, d])
}

/// The first 8 bytes of SHA-256.
pub(crate) fn hash64(pieces: &[&str]) -> [u8; 8] {
    let [first @ .., _, _, _, _, _, _, _, _] = hash128(pieces);
    first
}

/// The first 16 bytes of SHA-256.
pub fn hash128(pieces: &[&str]) -> [u8; 16] {
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
