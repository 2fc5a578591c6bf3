//! Character references: those in attribute values, and text rewritten without characters outside ASCII.
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

/// What windows-1252 has at 0x80 to 0x9F, which numeric references to those mean (WHATWG HTML,
/// "numeric character reference end state"); 0 where it has nothing.
const WINDOWS_1252: [u16; 32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0,
    0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
];

/// Named references that are decoded, and whether they need no semicolon.
const NAMED: [(&[u8], char, bool); 6] = [
    (b"amp", '&', true),
    (b"lt", '<', true),
    (b"gt", '>', true),
    (b"quot", '"', true),
    (b"apos", '\'', false),
    (b"nbsp", '\u{A0}', true),
];

/// An attribute's value as the page's tree has it: references decoded, line ends made `\n`, NUL made U+FFFD.
///
/// All numeric references are decoded and those named ones that HTML is full of; a selector whose
/// value needs another named reference matches the page that has the character itself.
pub(super) fn decode(raw: &[u8]) -> Cow<'_, [u8]> {
    if !is_encoded(raw) {
        return Cow::Borrowed(raw);
    }
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'&' => {
                if let Some((char, len)) = reference(rest) {
                    push_char(&mut out, char);
                    rest = rest.get(len..).unwrap_or_default();
                } else {
                    out.push(byte);
                }
            }
            b'\r' => {
                out.push(b'\n');
                rest = rest.strip_prefix(b"\n").unwrap_or(rest);
            }
            0 => push_char(&mut out, char::REPLACEMENT_CHARACTER),
            _ => out.push(byte),
        }
    }
    Cow::Owned(out)
}

/// Whether a value may be another one than is written.
pub(super) fn is_encoded(raw: &[u8]) -> bool {
    raw.iter().any(|byte| matches!(byte, b'&' | b'\r' | 0))
}

fn push_char(out: &mut Vec<u8>, char: char) {
    out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
}

/// The character after `&`, and how many bytes it took.
fn reference(text: &[u8]) -> Option<(char, usize)> {
    if let Some(number) = text.strip_prefix(b"#") {
        return numeric(number).map(|(char, len)| (char, len + 1));
    }
    NAMED.iter().find_map(|(name, char, is_legacy)| {
        let rest = text.strip_prefix(*name)?;
        match rest.first() {
            Some(b';') => Some((*char, name.len() + 1)),
            Some(next) if next.is_ascii_alphanumeric() || *next == b'=' => None,
            _ => is_legacy.then_some((*char, name.len())),
        }
    })
}

pub(super) fn numeric(text: &[u8]) -> Option<(char, usize)> {
    let is_hex = matches!(text.first(), Some(b'x' | b'X'));
    let radix = if is_hex { 16 } else { 10 };
    let digits = text.get(usize::from(is_hex)..)?;
    let len = digits.iter().take_while(|byte| char::from(**byte).is_digit(radix)).count();
    if len == 0 {
        return None;
    }
    let code = digits.iter().take(len).fold(0_u32, |code, byte| {
        let digit = char::from(*byte).to_digit(radix).unwrap_or(0);
        code.saturating_mul(radix).saturating_add(digit)
    });
    let semicolon = usize::from(digits.get(len) == Some(&b';'));
    Some((code_point(code), usize::from(is_hex) + len + semicolon))
}

fn code_point(code: u32) -> char {
    let remapped = usize::try_from(code)
        .ok()
        .and_then(|code| WINDOWS_1252.get(code.checked_sub(0x80)?))
        .filter(|mapped| **mapped != 0);
    let code = remapped.map_or(code, |mapped| u32::from(*mapped));
    char::from_u32(code).filter(|char| *char != '\0').unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The HTML with every character outside ASCII as a numeric reference, for pages that are not
/// declared to be UTF-8.
///
/// References mean nothing inside `<script>` and `<style>`: text there must be ASCII already.
///
/// ```
/// assert_eq!(attune_core::html::ascii_references("Grüße"), "Gr&#252;&#223;e");
/// ```
pub fn ascii_references(html: &str) -> Cow<'_, str> {
    if html.is_ascii() {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len() * 2);
    for char in html.chars() {
        if char.is_ascii() {
            out.push(char);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "&#{};", u32::from(char));
        }
    }
    Cow::Owned(out)
}
