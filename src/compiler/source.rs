//! Authored files and places in them.

use crate::span::Span;
use std::collections::BTreeSet;
use std::ops::Range;

/// The file that says how the Worker is deployed, which may be passed in beside the authored ones: it is not part of the
/// configuration, but its `ROUTES` have to fit `[pages]`.
pub const DEPLOYMENT: &str = "wrangler.toml";

/// One authored file: the compiler never opens anything itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Path relative to the configuration's folder, with `/`: `campaigns/autumn.toml`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl File {
    /// A file from its path and text.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// Whether it is part of the catalogue, and not of the configuration itself.
    pub(crate) fn is_catalog(&self) -> bool {
        self.path.starts_with("catalog/")
    }

    pub(crate) fn has_extension(&self, extension: &str) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, e)| e.eq_ignore_ascii_case(extension))
    }
}

/// What the compiler knows beside the files of a configuration.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// The time of compiling, in seconds since the Unix epoch. With it, a schedule can be over, a test in the lock that
    /// has not begun may still change, and a change of weights must begin later. Without it, every test in the lock
    /// counts as running.
    pub now_s: Option<u32>,
    /// Paths of all files that the site serves, such as `/img/hero.svg`. `None`: not known, so no file counts as missing.
    pub assets: Option<BTreeSet<String>>,
}

/// Bytes of the file with this index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Place {
    pub(crate) fn new(file: usize, range: Range<usize>) -> Self {
        Self { file, start: range.start, end: range.end }
    }

    /// The span, on whole characters: a parser may point into the middle of one.
    pub(crate) fn span(self, files: &[File]) -> Option<Span> {
        let file = files.get(self.file)?;
        let text = &file.text;
        let (mut start, mut end) = (self.start.min(text.len()), self.end.min(text.len()));
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        while !text.is_char_boundary(end) {
            end += 1;
        }
        Some(Span { file: file.path.clone(), start, end: end.max(start) })
    }

    fn raw(self, files: &[File]) -> Option<&str> {
        files.get(self.file)?.text.get(self.start..self.end)
    }
}

/// A decoded text and where it was written, so that a part of it can be pointed at.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    pub(crate) decoded: &'a str,
    pub(crate) place: Place,
    /// True for a string of TOML or JSON, with quotes and escapes; false for a file's own bytes.
    pub(crate) quoted: bool,
}

impl Text<'_> {
    /// Where these bytes of the decoded text were written.
    pub(crate) fn at(&self, files: &[File], range: Range<usize>) -> Place {
        let (start, end) = if self.quoted {
            let Some(raw) = self.place.raw(files) else {
                return self.place;
            };
            let map = raw_offsets(raw);
            let last = map.len().saturating_sub(1);
            // The map ends with the closing quote, so an empty range at the end points at it.
            match (map.get(range.start.min(last)), map.get(range.end.min(last))) {
                (Some(start), Some(end)) => (*start, *end),
                _ => return self.place,
            }
        } else {
            (range.start, range.end)
        };
        Place {
            file: self.place.file,
            start: (self.place.start + start).min(self.place.end),
            end: (self.place.start + end.max(start)).min(self.place.end),
        }
    }
}

/// For each decoded byte of a quoted TOML or JSON string, its offset in the raw text; one more for the end.
fn raw_offsets(raw: &str) -> Vec<usize> {
    let quote = raw.chars().next().unwrap_or('"');
    let mut opening = 1;
    if raw.len() >= 6 && (raw.starts_with("\"\"\"") || raw.starts_with("'''")) {
        opening = 3;
    }
    let closing = raw.len().saturating_sub(opening);
    let mut at = opening;
    if opening == 3 {
        let rest = raw.get(at..).unwrap_or("");
        at += if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    }
    let mut map = Vec::with_capacity(raw.len());
    while at < closing {
        let rest = raw.get(at..closing).unwrap_or("");
        let Some(c) = rest.chars().next() else { break };
        let (raw_bytes, decoded_bytes) =
            if c == '\\' && quote == '"' { escape(rest) } else { (c.len_utf8(), c.len_utf8()) };
        // Every decoded byte of an escape points at the whole escape's start.
        for i in 0..decoded_bytes {
            map.push(at + if raw_bytes == decoded_bytes { i } else { 0 });
        }
        at += raw_bytes;
    }
    map.push(closing);
    map
}

/// Length of the escape at the start of `rest`, raw and decoded, in bytes.
fn escape(rest: &str) -> (usize, usize) {
    let bytes = rest.as_bytes();
    let hex = |from: usize, len: usize| {
        rest.get(from..from + len).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0xFFFD)
    };
    let width = |code: u32| char::from_u32(code).map_or(3, char::len_utf8);
    match bytes.get(1) {
        Some(b'x') => (4, width(hex(2, 2))),
        Some(b'u') => {
            let high = hex(2, 4);
            if (0xD800..0xDC00).contains(&high) && rest.get(6..8) == Some("\\u") { (12, 4) } else { (6, width(high)) }
        }
        Some(b'U') => (10, width(hex(2, 8))),
        Some(b' ' | b'\t' | b'\n' | b'\r') => {
            let skipped = rest.get(1..).map_or(0, |r| r.len() - r.trim_start_matches([' ', '\t', '\r', '\n']).len());
            (1 + skipped, 0)
        }
        _ => (2, 1),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    fn pointed<'a>(files: &'a [File], decoded: &str, part: &str) -> &'a str {
        let text = Text { decoded, place: Place::new(0, 0..files[0].text.len()), quoted: true };
        let from = decoded.find(part).unwrap();
        text.at(files, from..from + part.len()).raw(files).unwrap()
    }

    #[test]
    fn a_part_of_a_string_is_found_in_every_way_of_writing_it() {
        for (raw, decoded, part, expected) in [
            ("'a > b'", "a > b", "b", "b"),
            ("\"a \\\"x\\\" b\"", "a \"x\" b", "x", "x"),
            ("\"\\u00e9 b\"", "é b", "b", "b"),
            ("\"\\ud83d\\ude00b\"", "😀b", "b", "b"),
            ("'''\nab'''", "ab", "b", "b"),
            ("\"\"\"a \\\n   b\"\"\"", "a b", "b", "b"),
            ("\"x\\ty\"", "x\ty", "\t", "\\t"),
            ("\"é b\"", "é b", "b", "b"),
        ] {
            let files = [File::new("x.toml", raw)];
            assert_eq!(pointed(&files, decoded, part), expected, "{raw}");
        }
    }
}
