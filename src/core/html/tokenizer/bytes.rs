//! What each byte is in a tag: one look-up a byte, where comparisons would be five.

/// White space.
pub(super) const SPACE: u8 = 1;
/// Ends an attribute's name: white space, `/`, `>`, `=`.
pub(super) const NAME_END: u8 = 2;
/// A capital letter.
pub(super) const CAPITAL: u8 = 4;
/// Ends an unquoted value: white space, `>`.
pub(super) const VALUE_END: u8 = 8;
/// Ends a tag's name: white space, `/`, `>`.
pub(super) const TAG_END: u8 = 16;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        #[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
        {
            classes[byte] = match byte as u8 {
                b' ' | b'\n' | b'\t' | b'\r' | 0x0C => SPACE | NAME_END | VALUE_END | TAG_END,
                b'>' => NAME_END | VALUE_END | TAG_END,
                b'/' => NAME_END | TAG_END,
                b'=' => NAME_END,
                b'A'..=b'Z' => CAPITAL,
                _ => 0,
            };
        }
        byte += 1;
    }
    classes
};

/// The classes of a byte.
pub(super) fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(0)
}

/// Whether a byte is of a class.
pub(super) fn is(byte: u8, of: u8) -> bool {
    class(byte) & of != 0
}
