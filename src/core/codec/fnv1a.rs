//! 32-bit FNV-1a (Fowler, Noll and Vo): a hash for texts that nobody gains by colliding.

/// The hash of nothing.
pub(crate) const START: u32 = 0x811c_9dc5;

/// The hash of what was hashed, followed by this text.
pub(crate) fn add(hash: u32, text: &str) -> u32 {
    text.bytes().fold(hash, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The hash of a text.
pub fn fnv1a(text: &str) -> u32 {
    add(START, text)
}
