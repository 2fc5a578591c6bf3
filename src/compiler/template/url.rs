//! URLs: which schemes are dangerous, and where in a URL a placeholder may stand.

use super::lexer::Piece;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use attune_core::bundle::Context;
use std::ops::Range;

const HELP: &str =
    "begin with a path and put the placeholder behind it: \"/c/{{...}}\", or make it the whole URL: \"{{...}}\"";

/// Attributes whose value is a URL.
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

/// Checks a URL and gives a context for each of its pieces; literals get one that is not used.
/// `markup`: the text is HTML, where character references stand for characters.
pub(super) fn contexts(text: Text<'_>, pieces: &[Piece], markup: bool, sink: &mut Sink<'_>) -> Vec<Context> {
    let mut contexts = Vec::with_capacity(pieces.len());
    // What a browser has read so far; a placeholder is U+FFFC.
    let mut read = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(range) => {
                let raw = text.decoded.get(range.clone()).unwrap_or("");
                let decoded = if markup { decode(raw) } else { raw.to_owned() };
                read.extend(decoded.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')));
                contexts.push(Context::UrlPart);
            }
            Piece::Placeholder(range) => {
                contexts.push(place(text, range, &read, sink));
                read.push('\u{fffc}');
            }
        }
    }
    check_whole(text, pieces, &read, sink);
    contexts
}

/// The context of a placeholder after what was read before it.
fn place(text: Text<'_>, range: &Range<usize>, read: &str, sink: &mut Sink<'_>) -> Context {
    let read = read.trim_start_matches(|c: char| c <= ' ');
    let problem = if read.is_empty() {
        return Context::UrlStart;
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
    } else if read.contains(['/', '?', '#']) || read.starts_with('\u{fffc}') {
        None
    } else {
        Some("the first word of a URL, which could be its scheme")
    };
    if let Some(problem) = problem {
        let at = text.at(sink.files(), range.clone());
        sink.report(Code::UnsafeUrl, at, format!("a placeholder cannot stand in {problem}"), HELP);
    }
    Context::UrlPart
}

fn check_whole(text: Text<'_>, pieces: &[Piece], read: &str, sink: &mut Sink<'_>) {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
        return;
    };
    let range = |piece: &Piece| match piece {
        Piece::Literal(range) | Piece::Placeholder(range) => range.clone(),
    };
    let whole = range(first).start..range(last).end;
    let read = read.trim_start_matches(|c: char| c <= ' ');
    if read.starts_with('\u{fffc}') {
        // The value and what follows must not form a scheme together.
        let head = read.split(['/', '?', '#']).next().unwrap_or("");
        if head.contains(':') {
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
