//! Warnings about texts: titles that are too long, and HTML, which visitors would see as it is written.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use std::ops::Range;

/// Characters of a heading, without the values of its placeholders: two lines on a phone, and as much as search engines
/// and messengers show.
pub(super) const TITLE_CHARS_MAX: usize = 80;

/// Elements that people write into a text.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "br",
    "button",
    "center",
    "cite",
    "code",
    "del",
    "div",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "s",
    "script",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "sup",
    "svg",
    "table",
    "td",
    "th",
    "time",
    "tr",
    "u",
    "ul",
    "video",
    "wbr",
];

/// Warns of markup in a text, and of a long title.
pub(super) fn check(text: Text<'_>, is_heading: bool, sink: &mut Sink<'_>) {
    if let Some(range) = markup(text.decoded) {
        let written = text.decoded.get(range.clone()).unwrap_or("").to_owned();
        let place = text.at(sink.files(), range);
        let help = if written.starts_with('&') {
            "write the character itself: a text is escaped where it is shown"
        } else {
            "write the words alone, or the content as a file: html = \"content/file.html\""
        };
        sink.report(Code::MarkupInText, place, format!("the visitor would read `{written}`"), help);
    }
    let length = literal_chars(text.decoded);
    if is_heading && length > TITLE_CHARS_MAX {
        sink.report(
            Code::LongTitle,
            text.place,
            format!("the title has {length} characters"),
            format!("keep it to {TITLE_CHARS_MAX}, and put the rest into another field"),
        );
    }
}

/// Where the first tag or character reference stands.
fn markup(text: &str) -> Option<Range<usize>> {
    text.char_indices().find_map(|(at, c)| {
        let rest = text.get(at..)?;
        let length = match c {
            '<' => tag(rest)?,
            '&' => reference(rest)?,
            _ => return None,
        };
        Some(at..at + length)
    })
}

/// Bytes of the tag of a known element that begins here.
fn tag(text: &str) -> Option<usize> {
    let inner = text.get(1..)?;
    let name = inner.strip_prefix('/').unwrap_or(inner);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric())?;
    let is_known =
        ELEMENTS.iter().any(|element| name.get(..end).is_some_and(|name| name.eq_ignore_ascii_case(element)));
    let closes = name.get(end..)?.starts_with(['>', ' ', '/']);
    (is_known && closes).then(|| text.find('>').map(|end| end + 1)).flatten()
}

/// Bytes of the character reference that begins here.
fn reference(text: &str) -> Option<usize> {
    let end = text.find(';').filter(|end| (3..=10).contains(end))?;
    let name = text.get(1..end)?;
    let is_number = name.strip_prefix('#').is_some_and(|digits| {
        digits.strip_prefix(['x', 'X']).map_or_else(
            || !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()),
            |hex| !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit()),
        )
    });
    (is_number || name.bytes().all(|byte| byte.is_ascii_alphabetic())).then_some(end + 1)
}

/// Characters outside placeholders.
fn literal_chars(text: &str) -> usize {
    let (mut count, mut rest) = (0, text);
    while let Some((before, placeholder)) = rest.split_once("{{") {
        count += before.chars().count();
        rest = placeholder.split_once("}}").map_or("", |(_, rest)| rest);
    }
    count + rest.chars().count()
}
