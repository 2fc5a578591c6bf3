//! The short way from a text to its [`Tree`]: for JSON without escapes, exponents and long numbers, which nearly all of it is.
//! Whatever else it meets, it gives up, and `serde_json` reads the text from its beginning: what is no JSON, and why, is for
//! `serde_json` to say.

use super::tree::{Part, Room, Span, Tree};
use alloc::borrow::Cow;
use alloc::vec::Vec;

/// How deep lists and objects are in each other, at most.
const DEPTH_MAX: usize = 16;
/// Digits of a number that a double holds exactly, with each power of ten that divides it: so the quotient is the nearest
/// double, as `serde_json` has it.
const DIGITS_MAX: u32 = 15;

/// The tree of a text; `None` where the text is none of these, or no JSON.
pub(super) fn scan(text: &str, room: Room) -> Option<Tree<'_>> {
    let mut scanner = Scanner { text, rest: text.as_bytes(), parts: room.parts() };
    scanner.value(DEPTH_MAX)?;
    scanner.skip_space();
    scanner.rest.is_empty().then(|| Tree::from_parts(scanner.parts))
}

struct Scanner<'a> {
    text: &'a str,
    /// What was not read yet: the end of the text.
    rest: &'a [u8],
    parts: Vec<Part<'a>>,
}

impl<'a> Scanner<'a> {
    fn skip_space(&mut self) {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// The next byte that is no space.
    fn next(&mut self) -> Option<u8> {
        self.skip_space();
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    /// Reads a value, in which there may be others so deep.
    fn value(&mut self, depth: usize) -> Option<()> {
        let part = match self.next()? {
            b'"' => Part::Text(Cow::Borrowed(self.string()?)),
            b'{' => return self.object(depth.checked_sub(1)?),
            b'[' => return self.list(depth.checked_sub(1)?),
            b'-' => self.number(None)?,
            digit @ b'0'..=b'9' => self.number(Some(digit))?,
            b't' => self.word(b"rue", Part::Bool(true))?,
            b'f' => self.word(b"alse", Part::Bool(false))?,
            b'n' => self.word(b"ull", Part::Null)?,
            _ => return None,
        };
        self.parts.push(part);
        Some(())
    }

    fn word(&mut self, rest: &[u8], part: Part<'a>) -> Option<Part<'a>> {
        self.rest = self.rest.strip_prefix(rest)?;
        Some(part)
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        let at = self.parts.len();
        self.parts.push(Part::Object(Span::default()));
        let mut count = 0;
        let mut byte = self.next()?;
        while byte != b'}' || count > 0 {
            if byte != b'"' {
                return None;
            }
            let key = self.string()?;
            self.parts.push(Part::Text(Cow::Borrowed(key)));
            if self.next()? != b':' {
                return None;
            }
            self.value(depth)?;
            count += 1;
            match self.next()? {
                b',' => byte = self.next()?,
                b'}' => break,
                _ => return None,
            }
        }
        Tree::end(&mut self.parts, at, count);
        Some(())
    }

    fn list(&mut self, depth: usize) -> Option<()> {
        let at = self.parts.len();
        self.parts.push(Part::List(Span::default()));
        let mut count = 0;
        self.skip_space();
        if let [b']', rest @ ..] = self.rest {
            self.rest = rest;
        } else {
            loop {
                self.value(depth)?;
                count += 1;
                match self.next()? {
                    b',' => {}
                    b']' => break,
                    _ => return None,
                }
            }
        }
        Tree::end(&mut self.parts, at, count);
        Some(())
    }

    /// A text without escapes, behind its first quotation mark.
    fn string(&mut self) -> Option<&'a str> {
        let length = plain_bytes(self.rest);
        let from = self.text.len() - self.rest.len();
        let text = self.text.get(from..from + length)?;
        match self.rest.get(length..)? {
            [b'"', rest @ ..] => self.rest = rest,
            _ => return None,
        }
        Some(text)
    }

    /// A number behind its sign or its first digit.
    fn number(&mut self, first: Option<u8>) -> Option<Part<'a>> {
        let is_negative = first.is_none();
        let first = match first {
            Some(digit) => digit,
            None => self.digit()?,
        };
        let (mut number, mut digits) = (i64::from(first - b'0'), 1);
        self.digits(&mut number, &mut digits)?;
        // A zero that leads is no JSON.
        if first == b'0' && digits > 1 {
            return None;
        }
        match self.rest {
            [b'.', rest @ ..] => self.rest = rest,
            [b'e' | b'E', ..] => return None,
            // A negative zero is no whole number.
            _ if is_negative && number == 0 => return None,
            _ => return Some(Part::Whole(i128::from(if is_negative { -number } else { number }))),
        }
        let whole_digits = digits;
        self.digits(&mut number, &mut digits)?;
        if digits == whole_digits || matches!(self.rest, [b'e' | b'E', ..]) {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "of at most 15 digits")]
        let quotient = number as f64 / POWERS_OF_TEN.get((digits - whole_digits) as usize)?;
        Some(Part::Number(if is_negative { -quotient } else { quotient }))
    }

    fn digit(&mut self) -> Option<u8> {
        match self.rest {
            [digit @ b'0'..=b'9', rest @ ..] => {
                self.rest = rest;
                Some(*digit)
            }
            _ => None,
        }
    }

    /// Appends digits to a number; `None` where it has too many.
    fn digits(&mut self, number: &mut i64, digits: &mut u32) -> Option<()> {
        while let Some(digit) = self.digit() {
            *digits += 1;
            if *digits > DIGITS_MAX {
                return None;
            }
            *number = *number * 10 + i64::from(digit - b'0');
        }
        Some(())
    }
}

/// Bytes before the first that ends a text or its plain part: a quotation mark, a backslash, a control character.
fn plain_bytes(text: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // The high bit of each byte that is below a bound of at most 0x80; a carry can only go wrong behind one that is.
    let below = |word: u64, bound: u64| word.wrapping_sub(ONES * bound) & !word & (ONES * 0x80);
    let (words, rest) = text.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let quote = below(word ^ (ONES * u64::from(b'"')), 1);
        let found = quote | below(word ^ (ONES * u64::from(b'\\')), 1) | below(word, 0x20);
        if found != 0 {
            return index * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let is_end = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    text.len() - rest.len() + rest.iter().position(is_end).unwrap_or(rest.len())
}

const POWERS_OF_TEN: [f64; 16] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;
    use alloc::string::{String, ToString as _};
    use proptest::prelude::*;

    /// Texts that are JSON, nearly JSON, and pieces of it in any order.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => proptest::sample::select(vec!["{", "}", "[", "]", ",", ":", "\"a\"", "\"b\":", "\"", " ", "\n", "\u{b}"]),
            3 => proptest::sample::select(vec![
                "0", "-0", "00", "-", "7", "-12", "1.5", "0.10", "1.", ".5", "1e3", "2E-1", "2.95e1", "123456789012345",
                "1234567890123456", "12345678901.12345", "9007199254740993.0", "-0.0", "0.000001",
            ]),
            2 => proptest::sample::select(vec!["true", "false", "null", "tru", "\"\\n\"", "\"ü\"", "\"\u{7f}\"", "\"\t\""]),
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    fn value() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            text().prop_map(|text| serde_json::Value::from(text).to_string()),
            (0..10_000_i32, 0..5_i32).prop_map(|(n, digits)| (f64::from(n) / 10_f64.powi(digits)).to_string()),
            any::<i64>().prop_map(|number| number.to_string()),
            any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(|n| serde_json::to_string(&n).unwrap()),
            Just("null".to_string()),
        ];
        leaf.prop_recursive(5, 24, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(|list| ["[", &list.join(", "), "]"].concat()),
                proptest::collection::vec(("[a-c]{1,2}", inner), 0..5).prop_map(|fields| {
                    let fields: Vec<_> =
                        fields.iter().map(|(key, value)| alloc::format!("\"{key}\" : {value}")).collect();
                    ["{", &fields.join(","), "}"].concat()
                }),
            ]
        })
    }

    #[test]
    fn eight_bytes_are_told_as_each_by_itself() {
        for byte in 0..=255_u8 {
            for around in [b'a', b'!', b'#', b'[', b']', b' ', 0x7f, 0xa2, 0xff] {
                for at in 0..11 {
                    let mut text = [around; 11];
                    text[at] = byte;
                    let end = matches!(byte, b'"' | b'\\' | 0..0x20);
                    assert_eq!(plain_bytes(&text), if end { at } else { 11 }, "{byte} {at} {around}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_read_the_short_way_is_what_serde_json_reads(text in prop_oneof![text(), value()]) {
            if let Some(tree) = scan(&text, Room::default()) {
                prop_assert_eq!(tree, serde_json::from_str::<Tree>(&text).unwrap(), "{}", text);
            }
        }
    }

    #[test]
    fn what_customers_are_written_in_is_read_the_short_way() {
        for text in [
            r#"{"customer":"C-1","profile":{"visits":{"count":2},"interests":[],"cart":{"items":[{"price":2.95}]}}}"#,
            " [ true , false , null , -1 , 0 , -0.5 , { } , [ ] , \"ü\" ] \r\n",
            "\"\"",
        ] {
            assert_eq!(scan(text, Room::default()), Some(serde_json::from_str(text).unwrap()), "{text}");
        }
        for text in
            ["", "{", "[1,]", "{\"a\":1,}", "01", "-0", "1e2", "\"\\n\"", "1 2", "[1 2]", "{1:2}", "\"\u{1f}\"", "tru"]
        {
            assert_eq!(scan(text, Room::default()), None, "{text}");
        }
        assert_eq!(scan(&["[".repeat(17), "]".repeat(17)].concat(), Room::default()), None);
    }
}
