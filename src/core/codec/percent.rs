//! Percent-encoding (RFC 3986, 2.1).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode_byte, utf8_percent_encode};

/// All but the unreserved characters (RFC 3986, 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Appends a text as a part of a URL.
pub fn percent_encode(text: &str, out: &mut String) {
    out.extend(utf8_percent_encode(text, RESERVED));
}

/// Decodes `%41`, and `+` as a space in a query. Escapes that spell no UTF-8 stay, in capitals.
pub(crate) fn percent_decoded(text: &str, query: bool) -> Cow<'_, str> {
    let is_encoded = |byte: u8| byte == b'%' || (query && byte == b'+');
    if !text.bytes().any(is_encoded) {
        return Cow::Borrowed(text);
    }
    let spaced: Vec<u8> = text.bytes().map(|byte| if query && byte == b'+' { b' ' } else { byte }).collect();
    let bytes: Vec<u8> = percent_decode(&spaced).collect();
    let mut decoded = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(chunk.invalid().iter().map(|byte| percent_encode_byte(*byte)));
    }
    Cow::Owned(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_url_has_only_unreserved_characters() {
        let mut part = String::new();
        percent_encode("a b/ü?&=-._~", &mut part);
        assert_eq!(part, "a%20b%2F%C3%BC%3F%26%3D-._~");
    }

    #[test]
    fn what_spells_no_utf8_stays() {
        assert_eq!(percent_decoded("a%20b+c", true), "a b c");
        assert_eq!(percent_decoded("a+b%2B", false), "a+b+");
        assert_eq!(percent_decoded("a%2Bb", true), "a+b");
        assert_eq!(percent_decoded("%zz%4", false), "%zz%4");
        assert_eq!(percent_decoded("%ff", false), "%FF");
        assert_eq!(percent_decoded("sant%e9 %c3%A9%f0%9f", false), "sant%E9 é%F0%9F");
    }
}
