//! Bytes as hexadecimal digits.

use alloc::string::String;

/// Two lower-case digits for each byte.
pub fn to_hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(if half < 10 { b'0' + half } else { b'a' - 10 + half });
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

/// The bytes of exactly `2 * N` hex digits, in either case.
pub fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, odd) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !odd.is_empty() {
        return None;
    }
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let mut bytes = [0; N];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_and_nothing_else_is_read() {
        assert_eq!(to_hex(&[0, 0x7f, 0xa0, 0xff]), "007fa0ff");
        assert_eq!(from_hex("007fA0fF"), Some([0, 0x7f, 0xa0, 0xff]));
        for bad in ["", "0", "007fa0f", "007fa0fff", "007fa0fg", "+07fa0ff"] {
            assert_eq!(from_hex::<4>(bad), None, "{bad}");
        }
    }
}
