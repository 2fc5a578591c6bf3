//! How a body opens: whether it is a document, and in which language.
/// What the first bytes of a body show of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening<'p> {
    /// More bytes are needed: so far there is white space, comments, a doctype, or a tag without its end.
    Unfinished,
    /// No document: a fragment, JSON, compressed bytes, or whatever else does not begin with a doctype, `<html>`,
    /// `<head>` or `<body>`.
    Fragment,
    /// An AMP document. A script that is not AMP's own makes it invalid.
    Amp,
    /// A document.
    Document {
        /// The language that `<html>` declares, as it stands there; empty when it declares none.
        lang: &'p str,
        /// It begins with `<head>` or `<body>`, as a part of a document may too.
        is_bare: bool,
    },
}

/// Reads how a body opens. White space, comments and a byte order mark may stand before a document, as browsers
/// have it; an XML declaration is a comment to them.
///
/// ```
/// use attune_core::html::{Opening, opening};
///
/// assert_eq!(opening(b"<!doctype html><html lang=de-DE>"), Opening::Document { lang: "de-DE", is_bare: false });
/// assert_eq!(opening(b"<li>One</li>"), Opening::Fragment);
/// assert_eq!(opening(b"<!doctype html>\n"), Opening::Unfinished);
/// ```
pub fn opening(prefix: &[u8]) -> Opening<'_> {
    if BYTE_ORDER_MARK.starts_with(prefix) {
        return Opening::Unfinished;
    }
    let mut rest = prefix.strip_prefix(BYTE_ORDER_MARK).unwrap_or(prefix);
    let mut has_doctype = false;
    loop {
        rest = rest.trim_ascii_start();
        let after = match rest {
            [] | [b'<'] => None,
            [b'<', b'!', declaration @ ..] if DASHES.starts_with(declaration) => None,
            [b'<', b'!', b'-', b'-', comment @ ..] => after_comment(comment),
            [b'<', b'!', declaration @ ..] => {
                has_doctype |= begins_with(declaration, b"doctype");
                after_mark(declaration)
            }
            [b'<', b'?', instruction @ ..] => after_mark(instruction),
            [b'<', tag @ ..] => return opened_by(tag, has_doctype),
            _ => return without_tag(has_doctype),
        };
        match after {
            Some(after) => rest = after,
            None => return Opening::Unfinished,
        }
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const DASHES: &[u8] = b"--";

/// A doctype alone makes a document.
fn without_tag(has_doctype: bool) -> Opening<'static> {
    if has_doctype { Opening::Document { lang: "", is_bare: false } } else { Opening::Fragment }
}

/// What the first tag, without its `<`, makes of the body.
fn opened_by(tag: &[u8], has_doctype: bool) -> Opening<'_> {
    let Some((name, rest)) = split(tag, ends_name) else {
        let may_be_known = [b"html", b"head", b"body"].into_iter().any(|known| begins_with(known, tag));
        return if may_be_known { Opening::Unfinished } else { without_tag(has_doctype) };
    };
    if is(name, b"html") {
        html_tag(rest).unwrap_or(Opening::Unfinished)
    } else if is(name, b"head") || is(name, b"body") {
        Opening::Document { lang: "", is_bare: !has_doctype }
    } else {
        without_tag(has_doctype)
    }
}

// What follows is read once a page: small code counts for more than fast code.

#[inline(never)]
fn is(text: &[u8], word: &[u8]) -> bool {
    text.eq_ignore_ascii_case(word)
}

fn begins_with(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|begin| is(begin, word))
}

/// Divides a text before the first byte of a kind; `None` where there is none.
#[inline(never)]
fn split(text: &[u8], is_end: fn(u8) -> bool) -> Option<(&[u8], &[u8])> {
    text.split_at_checked(text.iter().position(|byte| is_end(*byte))?)
}

/// What ends the name of a tag.
fn ends_name(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>')
}

fn is_no_space(byte: u8) -> bool {
    !byte.is_ascii_whitespace()
}

/// What comes after the next `>`, which ends a doctype and whatever else begins with `<!` or `<?`.
fn after_mark(text: &[u8]) -> Option<&[u8]> {
    split(text, |byte| byte == b'>')?.1.get(1..)
}

/// What comes after a comment, of which this is the text.
fn after_comment(text: &[u8]) -> Option<&[u8]> {
    if let [b'>', rest @ ..] | [b'-', b'>', rest @ ..] = text {
        return Some(rest);
    }
    let mut rest = text;
    loop {
        rest = after_mark(rest)?;
        let before = text.get(..text.len() - rest.len() - 1)?;
        if before.ends_with(b"--") || before.ends_with(b"--!") {
            return Some(rest);
        }
    }
}

/// Reads the attributes of `<html>`, as the tokenizer does; `None` where the tag has no end. One tag is not worth another
/// instance of the tokenizer in the page's Wasm.
fn html_tag(mut rest: &[u8]) -> Option<Opening<'_>> {
    let [mut lang, mut xml_lang] = [None, None];
    let mut is_amp = false;
    loop {
        rest = split(rest, |byte| is_no_space(byte) && byte != b'/')?.1;
        if rest.starts_with(b">") {
            let lang = [lang, xml_lang].into_iter().flatten().find_map(language).unwrap_or_default();
            return Some(if is_amp { Opening::Amp } else { Opening::Document { lang, is_bare: false } });
        }
        let (name, value, after) = attribute(rest)?;
        rest = after;
        // The first of two equal attributes counts.
        if is(name, b"lang") {
            lang = lang.or(Some(value));
        } else if is(name, b"xml:lang") {
            xml_lang = xml_lang.or(Some(value));
        }
        is_amp |= says_amp(name);
    }
}

/// The attribute that begins here, with its value without quotes, and what comes after it; `None` where it has no end.
#[inline(never)]
fn attribute(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    // A leading `=` belongs to the name.
    let (_, rest) = split(text.get(1..)?, |byte| ends_name(byte) || byte == b'=')?;
    let name = text.get(..text.len() - rest.len())?;
    let rest = split(rest, is_no_space)?.1;
    let Some(rest) = rest.strip_prefix(b"=") else { return Some((name, b"", rest)) };
    let rest = split(rest, is_no_space)?.1;
    let is_end: fn(u8) -> bool = match rest.first()? {
        b'"' => |byte| byte == b'"',
        b'\'' => |byte| byte == b'\'',
        _ => {
            let (value, rest) = split(rest, |byte| byte.is_ascii_whitespace() || byte == b'>')?;
            return Some((name, value, rest));
        }
    };
    let (value, rest) = split(rest.get(1..)?, is_end)?;
    Some((name, value, rest.get(1..)?))
}

/// The language tag that a value is. What an operating system calls a locale has an encoding or a modifier behind it:
/// `en_GB.UTF-8`, `ca_ES@valencia`.
fn language(value: &[u8]) -> Option<&str> {
    let tag = value.trim_ascii().split(|byte| matches!(byte, b'.' | b'@')).next()?;
    let is_tag = !tag.is_empty() && tag.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    core::str::from_utf8(tag).ok().filter(|_| is_tag)
}

/// Whether an attribute of `<html>` says AMP: `amp`, or a lightning bolt, which some write as an emoji, and the format
/// behind it.
fn says_amp(name: &[u8]) -> bool {
    let format = name.strip_prefix(BOLT).or_else(|| name.get(3..).filter(|_| begins_with(name, b"amp")));
    let format = format.map(|format| format.strip_prefix(EMOJI).unwrap_or(format));
    format.is_some_and(|format| format.is_empty() || is(format, b"4ads") || is(format, b"4email"))
}

const BOLT: &[u8] = "\u{26a1}".as_bytes();
const EMOJI: &[u8] = "\u{fe0f}".as_bytes();
