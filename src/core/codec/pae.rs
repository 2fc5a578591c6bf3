//! Pre-authentication encoding: what MACs and signatures cover.

/// As in PASETO: the number of pieces, then each piece after its length, all numbers 8 bytes little endian; so that no
/// two lists of pieces give the same bytes.
pub(crate) fn pae(pieces: &[&[u8]], mut sink: impl FnMut(&[u8])) {
    // The cleared top bit is PASETO's, for readers without unsigned 64-bit numbers.
    let number = |n: usize| (n as u64 & (u64::MAX >> 1)).to_le_bytes();
    sink(&number(pieces.len()));
    for piece in pieces {
        sink(&number(piece.len()));
        sink(piece);
    }
}
