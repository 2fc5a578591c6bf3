//! URLs: which schemes are dangerous, and where in a URL a placeholder may stand.

use super::lexer::Piece;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use attune_core::attribute::Attribute;
use attune_core::bundle::Context;
use std::ops::Range;

const HELP: &str = "begin with a path and put the placeholder behind it: \"/c/{{...}}\"";
const HELP_BEHIND: &str = "write one placeholder as the whole URL, with nothing but ?... or #... behind it, or begin with a path: \"/c/{{...}}/{{...}}\"";

/// Attributes whose value is a URL: no authored one may run code.
pub(super) const ATTRIBUTES: &[&str] = &[
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "cite",
    "data",
    "background",
    "longdesc",
    "manifest",
    "codebase",
    "classid",
    "profile",
    "usemap",
    "icon",
    "xlink:href",
];

/// Stands for a placeholder in a URL that is being read.
pub(crate) const HOLE: char = '\u{fffc}';
/// How a placeholder is shown.
pub(crate) const PLACEHOLDER: &str = "{{...}}";

/// A URL that a content has, with [`HOLE`] for each placeholder.
pub(crate) struct Link {
    /// Where it stands in the text, in bytes.
    pub(crate) range: Range<usize>,
    pub(crate) url: String,
    /// It opens a page; other URLs show a file.
    pub(crate) is_page: bool,
}

impl Link {
    /// The URL of an attribute that opens or shows what is there.
    pub(super) fn of(text: Text<'_>, name: &str, pieces: &[Piece], markup: bool) -> Option<Self> {
        let range = |piece: &Piece| match piece {
            Piece::Literal(range) | Piece::Placeholder(range) => range.clone(),
        };
        let url = pieces.iter().map(|piece| match piece {
            Piece::Literal(range) => as_read(text, range, markup),
            Piece::Placeholder(_) => HOLE.to_string(),
        });
        let whole = range(pieces.first()?).start..range(pieces.last()?).end;
        Some(Self { range: whole, url: url.collect(), is_page: matches!(name, "href" | "action") })
    }
}

/// Checks a URL and gives a context for each of its pieces; literals get one that is not used.
/// `markup`: the text is HTML, where character references stand for characters.
pub(super) fn contexts(text: Text<'_>, pieces: &[Piece], markup: bool, sink: &mut Sink<'_>) -> Vec<Context> {
    let mut contexts = Vec::with_capacity(pieces.len());
    // What a browser has read so far.
    let mut read = String::new();
    // Whether the URL begins with a placeholder, and if so, whether with a URL of the shop's own.
    let mut start = None;
    for (at, piece) in pieces.iter().enumerate() {
        let context = match piece {
            Piece::Literal(range) => {
                let literal = as_read(text, range, markup);
                // After the query or the fragment began, nothing is a host or a path any more.
                if start == Some(false) && read.trim_start_matches(is_dropped) == HOLE.to_string() {
                    check_behind(text, range, &literal, sink);
                }
                read.push_str(&literal);
                Context::UrlPart
            }
            Piece::Placeholder(range) => {
                let before = read.trim_start_matches(is_dropped);
                let context = if before.is_empty() {
                    start = Some(is_trusted(text, range));
                    Context::UrlStart
                } else {
                    let previous = at.checked_sub(1).and_then(|index| pieces.get(index));
                    check_place(text, range, before, markup && ends_in_reference(text, previous), sink);
                    let next = pieces.get(at + 1..).unwrap_or_default().iter().find_map(|piece| match piece {
                        Piece::Literal(range) => Some(as_read(text, range, markup)),
                        Piece::Placeholder(_) => None,
                    });
                    let is_first = before.strip_prefix('/').is_some_and(|rest| rest.chars().all(|c| c == HOLE));
                    let ends = next.is_some_and(|next| next.starts_with(['/', '\\']));
                    if is_first && ends { Context::UrlSegment } else { Context::UrlPart }
                };
                read.push(HOLE);
                context
            }
        };
        contexts.push(context);
    }
    check_whole(text, pieces, &read, start, sink);
    contexts
}

/// A literal as a browser reads it: references resolved, tabs and line ends dropped.
fn as_read(text: Text<'_>, range: &Range<usize>, markup: bool) -> String {
    let raw = text.decoded.get(range.clone()).unwrap_or("");
    let decoded = if markup { decode(raw) } else { raw.to_owned() };
    decoded.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect()
}

/// What browsers drop at the start of a URL.
fn is_dropped(c: char) -> bool {
    c <= ' '
}

/// Whether the placeholder is a URL of the shop's own, such as `item.url`.
fn is_trusted(text: Text<'_>, range: &Range<usize>) -> bool {
    let inner = text.decoded.get(range.start + 2..range.end - 2).unwrap_or("");
    let name = inner.split('|').next().unwrap_or("").trim();
    Attribute::named(name).is_some_and(|spec| spec.attribute.is_trusted_url())
}

/// A literal that ends in a number that the next digits would complete: `&#4`.
fn ends_in_reference(text: Text<'_>, piece: Option<&Piece>) -> bool {
    let Some(Piece::Literal(range)) = piece else { return false };
    let raw = text.decoded.get(range.clone()).unwrap_or("");
    let rest = raw.rsplit_once("&#").map(|(_, rest)| rest);
    rest.is_some_and(|rest| rest.trim_start_matches(['x', 'X']).bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether a placeholder may stand behind what was read before it.
fn check_place(text: Text<'_>, range: &Range<usize>, read: &str, in_reference: bool, sink: &mut Sink<'_>) {
    let problem = if read.starts_with(HOLE) {
        // Either value may be empty or a slash, and both together a host.
        (!read.contains(['?', '#'])).then_some("the path behind another placeholder at the start of a URL")
    } else if in_reference {
        Some("an unfinished character reference: write &amp; for an ampersand")
    } else if let Some(scheme) = scheme(read) {
        match scheme.as_str() {
            "mailto" | "tel" | "sms" => None,
            "http" | "https" => {
                let rest = read.get(scheme.len() + 1..).unwrap_or("");
                let path = rest.trim_start_matches(['/', '\\']);
                (!path.contains(['/', '\\', '?', '#'])).then_some("the host of a URL")
            }
            _ => Some("a URL of this scheme"),
        }
    } else if read.starts_with("//") || read.starts_with("/\\") || read.starts_with('\\') {
        let rest = read.trim_start_matches(['/', '\\']);
        (!rest.contains(['/', '?', '#'])).then_some("the host of a URL")
    } else if read.contains(['/', '?', '#']) {
        None
    } else {
        Some("the first word of a URL, which could be its scheme")
    };
    if let Some(problem) = problem {
        let at = text.at(sink.files(), range.clone());
        let help = if read.starts_with(HOLE) { HELP_BEHIND } else { HELP };
        sink.report(Code::UnsafeUrl, at, format!("a placeholder cannot stand in {problem}"), help);
    }
}

/// What stands behind a visitor's value at the start of a URL: together with a slash it could be a host.
fn check_behind(text: Text<'_>, range: &Range<usize>, literal: &str, sink: &mut Sink<'_>) {
    if !literal.is_empty() && !literal.starts_with(['?', '#']) {
        let at = text.at(sink.files(), range.clone());
        let message = "what stands behind a placeholder at the start of a URL begins with ? or #";
        sink.report(Code::UnsafeUrl, at, message, HELP_BEHIND);
    }
}

/// `start`: whether it begins with a placeholder, and if so, whether with a URL of the shop's own.
fn check_whole(text: Text<'_>, pieces: &[Piece], read: &str, start: Option<bool>, sink: &mut Sink<'_>) {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
        return;
    };
    let range = |piece: &Piece| match piece {
        Piece::Literal(range) | Piece::Placeholder(range) => range.clone(),
    };
    let whole = range(first).start..range(last).end;
    let read = read.trim_start_matches(is_dropped);
    if let Some(trusted) = start {
        // The value and what follows must not form a scheme together. Behind any other value nothing could.
        let head = read.split(['/', '?', '#']).next().unwrap_or("");
        if trusted && head.contains(':') {
            let at = text.at(sink.files(), whole);
            sink.report(Code::UnsafeUrl, at, "the placeholder and the colon behind it could form a scheme", HELP);
        }
    } else if let Some(scheme) = scheme(read).filter(|scheme| is_dangerous(scheme, read)) {
        let at = text.at(sink.files(), whole);
        sink.report(
            Code::DangerousUrl,
            at,
            format!("a {scheme}: URL would run as part of the page"),
            "write a path such as \"/basket\" or an https: URL",
        );
    }
}

/// The scheme in lower case, if the URL has one.
fn scheme(url: &str) -> Option<String> {
    let (scheme, _) = url.split_once(':')?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    valid.then(|| scheme.to_ascii_lowercase())
}

fn is_dangerous(scheme: &str, url: &str) -> bool {
    match scheme {
        "javascript" | "vbscript" | "livescript" | "mocha" | "blob" | "filesystem" => true,
        "data" => {
            let rest = url.get(5..).unwrap_or("").trim_start().to_ascii_lowercase();
            !["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/svg+xml"]
                .iter()
                .any(|kind| rest.starts_with(kind))
        }
        _ => false,
    }
}

/// Named references that stand for an ASCII character; the others cannot be part of a scheme.
const NAMED: &[(&str, char)] = &[
    ("Tab;", '\t'),
    ("NewLine;", '\n'),
    ("excl;", '!'),
    ("quot;", '"'),
    ("QUOT;", '"'),
    ("num;", '#'),
    ("dollar;", '$'),
    ("percnt;", '%'),
    ("amp;", '&'),
    ("AMP;", '&'),
    ("apos;", '\''),
    ("lpar;", '('),
    ("rpar;", ')'),
    ("ast;", '*'),
    ("midast;", '*'),
    ("plus;", '+'),
    ("comma;", ','),
    ("period;", '.'),
    ("sol;", '/'),
    ("colon;", ':'),
    ("semi;", ';'),
    ("lt;", '<'),
    ("LT;", '<'),
    ("equals;", '='),
    ("gt;", '>'),
    ("GT;", '>'),
    ("quest;", '?'),
    ("commat;", '@'),
    ("lsqb;", '['),
    ("lbrack;", '['),
    ("bsol;", '\\'),
    ("rsqb;", ']'),
    ("rbrack;", ']'),
    ("Hat;", '^'),
    ("lowbar;", '_'),
    ("UnderBar;", '_'),
    ("grave;", '`'),
    ("DiacriticalGrave;", '`'),
    ("lcub;", '{'),
    ("lbrace;", '{'),
    ("verbar;", '|'),
    ("vert;", '|'),
    ("VerticalLine;", '|'),
    ("rcub;", '}'),
    ("rbrace;", '}'),
    ("quot", '"'),
    ("QUOT", '"'),
    ("amp", '&'),
    ("AMP", '&'),
    ("lt", '<'),
    ("LT", '<'),
    ("gt", '>'),
    ("GT", '>'),
];

/// An attribute value with its character references resolved, as far as ASCII goes.
pub(super) fn decode(raw: &str) -> String {
    let mut decoded = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at(at);
        decoded.push_str(before);
        let (c, len) = reference_at(reference).unwrap_or(('&', 1));
        decoded.push(c);
        rest = reference.get(len..).unwrap_or("");
    }
    decoded.push_str(rest);
    decoded
}

fn reference_at(text: &str) -> Option<(char, usize)> {
    let body = text.get(1..)?;
    if let Some(number) = body.strip_prefix('#') {
        let (digits, radix, prefix) = match number.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16, 3),
            None => (number, 10, 2),
        };
        let len = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        let value = u32::from_str_radix(digits.get(..len)?, radix);
        if len == 0 {
            return None;
        }
        let semicolon = usize::from(digits.get(len..)?.starts_with(';'));
        let c = value.ok().and_then(char::from_u32).filter(|c| *c != '\0').unwrap_or('\u{fffd}');
        return Some((c, prefix + len + semicolon));
    }
    NAMED.iter().find(|(name, _)| body.starts_with(name)).map(|(name, c)| (*c, 1 + name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_before_the_scheme_is_read() {
        assert_eq!(decode("java&#115;cript&colon;x"), "javascript:x");
        assert_eq!(decode("java&#x73cript:"), "java\u{73c}ript:");
        assert_eq!(decode("&#x6a;&#106"), "jj");
        assert_eq!(decode("a&b=c&amp;d"), "a&b=c&d");
        assert_eq!(decode("&#;&#x;&"), "&#;&#x;&");
        assert_eq!(decode("&#99999999999;"), "\u{fffd}");
        assert_eq!(scheme("JavaScript:x").as_deref(), Some("javascript"));
        assert_eq!(scheme("/a:b"), None);
        assert!(is_dangerous("data", "data:text/html,x"));
        assert!(!is_dangerous("data", "data:image/png;base64,x"));
    }
}
