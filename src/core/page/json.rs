//! Writes JSON that may stand in an HTML script element of any charset: ASCII only, no `<`, `>` or `&`. By hand, because no
//! writer that serde has escapes these.

use crate::number::decimal::push_digits;
use alloc::string::String;
use core::ops::{Deref, DerefMut};

/// A JSON text being written; commas are its own business. Nothing is inlined: there are a hundred places that write.
#[derive(Debug, Default)]
pub(super) struct Json {
    text: String,
    comma: bool,
}

impl Json {
    /// Behind a text that is there already, with room for so many more bytes. Nothing is separated from that text.
    pub(super) fn behind(mut text: String, bytes: usize) -> Self {
        text.reserve(bytes);
        Self { text, comma: false }
    }

    /// With room for so many bytes.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), comma: false }
    }

    /// An object, which ends when what this gives goes out of scope.
    pub(super) fn object(&mut self) -> Open<'_> {
        self.open('{', '}')
    }

    /// An array, which ends when what this gives goes out of scope.
    pub(super) fn array(&mut self) -> Open<'_> {
        self.open('[', ']')
    }

    /// An object under a key.
    pub(super) fn object_at(&mut self, key: &'static str) -> Open<'_> {
        self.key(key);
        self.object()
    }

    /// An array under a key.
    pub(super) fn array_at(&mut self, key: &'static str) -> Open<'_> {
        self.key(key);
        self.array()
    }

    #[inline(never)]
    fn open(&mut self, bracket: char, end: char) -> Open<'_> {
        self.separate();
        self.text.push(bracket);
        self.comma = false;
        Open { json: self, end }
    }

    #[inline(never)]
    fn close(&mut self, bracket: char) {
        self.text.push(bracket);
        self.comma = true;
    }

    /// A key of this program's, which needs no escapes.
    #[inline(never)]
    pub(super) fn key(&mut self, key: &'static str) {
        self.separate();
        self.text.reserve(key.len() + 3);
        self.text.push('"');
        self.text.push_str(key);
        self.text.push_str("\":");
        self.comma = false;
    }

    /// A key that somebody else chose.
    #[inline(never)]
    pub(super) fn name(&mut self, name: &str) {
        self.string(name);
        self.text.push(':');
        self.comma = false;
    }

    /// A text of this program's, which needs no escapes.
    #[inline(never)]
    pub(super) fn word(&mut self, word: &'static str) {
        self.separate();
        self.text.reserve(word.len() + 2);
        self.text.push('"');
        self.text.push_str(word);
        self.text.push('"');
    }

    #[inline(never)]
    pub(super) fn raw(&mut self, literal: &str) {
        self.separate();
        self.text.push_str(literal);
    }

    #[inline(never)]
    pub(super) fn number(&mut self, number: u64) {
        self.separate();
        push_digits(number, 1, &mut self.text);
    }

    #[inline(never)]
    pub(super) fn string(&mut self, text: &str) {
        self.separate();
        self.text.reserve(text.len() + 2);
        self.text.push('"');
        let mut rest = text;
        while let Some(at) = first_special(rest.as_bytes()) {
            // Everything before a special byte is ASCII, so a character begins there.
            let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.text.push_str(plain);
            let mut chars = special.chars();
            match chars.next() {
                Some('"') => self.text.push_str("\\\""),
                Some('\\') => self.text.push_str("\\\\"),
                Some(c) => {
                    let mut units = [0; 2];
                    for unit in c.encode_utf16(&mut units) {
                        self.text.push_str("\\u");
                        self.text.extend([12, 8, 4, 0].map(|shift| char::from(hex_digit(*unit >> shift & 15))));
                    }
                }
                None => {}
            }
            rest = chars.as_str();
        }
        self.text.push_str(rest);
        self.text.push('"');
    }

    #[inline(never)]
    pub(super) fn string_or_null(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.string(text),
            None => self.raw("null"),
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    fn separate(&mut self) {
        if self.comma {
            self.text.push(',');
        }
        self.comma = true;
    }
}

/// An object or an array that is being written, and closes itself.
pub(super) struct Open<'j> {
    json: &'j mut Json,
    end: char,
}

impl Deref for Open<'_> {
    type Target = Json;

    fn deref(&self) -> &Json {
        self.json
    }
}

impl DerefMut for Open<'_> {
    fn deref_mut(&mut self) -> &mut Json {
        self.json
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.json.close(self.end);
    }
}

/// The digit of a number below 16.
fn hex_digit(number: u16) -> u8 {
    b"0123456789abcdef".get(usize::from(number)).copied().unwrap_or(b'0')
}

/// Where the first byte is that may not stand as it is. Eight at a time first: most texts have none.
fn first_special(text: &[u8]) -> Option<usize> {
    let (words, _) = text.as_chunks::<8>();
    let is_clear = |word: &[u8; 8]| !has_special(u64::from_le_bytes(*word));
    // The last eight cover what is left of the words; of a shorter text, the first and the last four.
    let clear = match (text.last_chunk::<8>(), text.first_chunk::<4>(), text.last_chunk::<4>()) {
        (Some(last), ..) => is_clear(last) && words.iter().all(is_clear),
        (None, Some(first), Some(last)) => {
            !has_special(u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)))
        }
        _ => false,
    };
    if clear {
        return None;
    }
    let from = words.iter().take_while(|word| !has_special(u64::from_le_bytes(**word))).count() * 8;
    text.get(from..)?.iter().position(|byte| is_special(*byte)).map(|at| from + at)
}

/// Whether any of eight bytes is one; a carry can only go wrong behind one that is.
fn has_special(word: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let below = |word: u64, bound: u64| word.wrapping_sub(ONES * bound) & !word;
    let equals = |word: u64, byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    // `<` and `>` differ in one bit, and so do `"` and `&`.
    let found = equals(word | (ONES * 2), b'>') | equals(word | (ONES * 4), b'&') | equals(word, b'\\');
    (found | below(word, 0x20) | word | word.wrapping_add(ONES)) & (ONES * 0x80) != 0
}

/// Not a byte that may stand as it is.
fn is_special(byte: u8) -> bool {
    !(b' '..=b'~').contains(&byte) || matches!(byte, b'"' | b'\\' | b'<' | b'>' | b'&')
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "tests")]

    use super::*;

    #[test]
    fn eight_bytes_are_told_as_each_by_itself() {
        for byte in 0..=255_u8 {
            for at in 0..8 {
                for around in [b'a', b' ', b'~', b'%', b'=', b'?', b'!'] {
                    let mut word = [around; 8];
                    word[at] = byte;
                    assert_eq!(has_special(u64::from_le_bytes(word)), is_special(byte), "{byte} {at} {around}");
                }
            }
        }
    }

    #[test]
    fn nothing_can_end_the_script_element() {
        let mut json = Json::default();
        {
            let json = &mut json.object();
            json.key("a");
            json.string("</script><!-- \u{1F381} \"\\\n");
            let json = &mut json.array_at("b");
            json.raw("1");
            json.string_or_null(None);
        }
        let text = json.finish();
        assert_eq!(text, r#"{"a":"\u003c/script\u003e\u003c!-- \ud83c\udf81 \"\\\u000a","b":[1,null]}"#);
    }
}
