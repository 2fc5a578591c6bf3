//! How a body opens: whether it is a document, and in which language.
use super::{
    element::Element,
    tokenizer::{Interest, Sink, Tag, Text, Tokenizer},
};

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
            [b'<', tag @ ..] => return opened_by(tag, rest, has_doctype),
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

/// What the first tag makes of the body; `rest` is the same bytes with its `<`.
fn opened_by<'p>(tag: &'p [u8], rest: &'p [u8], has_doctype: bool) -> Opening<'p> {
    let end = tag.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
    let Some(name) = end.and_then(|end| tag.get(..end)) else {
        let may_be_known = [b"html", b"head", b"body"].into_iter().any(|known| begins_with(known, tag));
        return if may_be_known { Opening::Unfinished } else { without_tag(has_doctype) };
    };
    if name.eq_ignore_ascii_case(b"html") {
        html_tag(rest)
    } else if name.eq_ignore_ascii_case(b"head") || name.eq_ignore_ascii_case(b"body") {
        Opening::Document { lang: "", is_bare: !has_doctype }
    } else {
        without_tag(has_doctype)
    }
}

fn begins_with(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word))
}

/// What comes after the next `>`, which ends a doctype and whatever else begins with `<!` or `<?`.
fn after_mark(text: &[u8]) -> Option<&[u8]> {
    memchr::memchr(b'>', text).and_then(|at| text.get(at + 1..))
}

/// What comes after a comment, of which this is the text.
fn after_comment(text: &[u8]) -> Option<&[u8]> {
    if let [b'>', rest @ ..] | [b'-', b'>', rest @ ..] = text {
        return Some(rest);
    }
    let mut from = 0;
    loop {
        let end = from + memchr::memchr(b'>', text.get(from..)?)?;
        let before = text.get(..end)?;
        if before.ends_with(b"--") || before.ends_with(b"--!") {
            return text.get(end + 1..);
        }
        from = end + 1;
    }
}

/// Bytes of an `<html>` tag that are read at once: what comes after it is not looked at.
const STEP_BYTES: usize = 512;

fn html_tag(bytes: &[u8]) -> Opening<'_> {
    let mut finder = Finder::default();
    let mut tokenizer = Tokenizer::new();
    for (index, piece) in bytes.chunks(STEP_BYTES).enumerate() {
        tokenizer.run(piece, index * STEP_BYTES, &mut finder);
        if finder.is_done {
            let lang = [finder.lang, finder.xml_lang].into_iter().flatten().find_map(|span| language(bytes, span));
            return if finder.is_amp {
                Opening::Amp
            } else {
                Opening::Document { lang: lang.unwrap_or_default(), is_bare: false }
            };
        }
    }
    Opening::Unfinished
}

/// The language tag of an attribute, from the end of its name to its own end. What an operating system calls a locale
/// has an encoding or a modifier behind it: `en_GB.UTF-8`, `ca_ES@valencia`.
fn language(bytes: &[u8], (from, to): (usize, usize)) -> Option<&str> {
    let value = bytes.get(from..to)?.trim_ascii().strip_prefix(b"=")?.trim_ascii();
    let unquoted = match value {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => inner,
        _ => value,
    };
    let tag = unquoted.trim_ascii().split(|byte| matches!(byte, b'.' | b'@')).next()?;
    let is_tag = !tag.is_empty() && tag.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    core::str::from_utf8(tag).ok().filter(|_| is_tag)
}

/// Whether an attribute of `<html>` says AMP: `amp`, or a lightning bolt, which some write as an emoji, and the format
/// behind it.
fn says_amp(name: &[u8]) -> bool {
    let Some(format) = [&b"amp"[..], BOLT].into_iter().find_map(|word| name.strip_prefix(word)) else { return false };
    matches!(format.strip_prefix(EMOJI).unwrap_or(format), b"" | b"4ads" | b"4email")
}

const BOLT: &[u8] = "\u{26a1}".as_bytes();
const EMOJI: &[u8] = "\u{fe0f}".as_bytes();

/// What is being read of an attribute.
#[derive(Clone, Copy)]
enum Wanted {
    Lang,
    XmlLang,
}

/// Reads the first tag.
#[derive(Default)]
struct Finder {
    /// From the end of the attribute's name to its own end.
    lang: Option<(usize, usize)>,
    xml_lang: Option<(usize, usize)>,
    is_amp: bool,
    is_done: bool,
    pending: Option<(Wanted, usize)>,
}

impl Sink for Finder {
    fn tag_opened(&mut self, _: usize) {}

    fn tag_named(&mut self, _: &Tag<'_>, _: usize) -> bool {
        true
    }

    fn attribute_named(&mut self, name: Option<&[u8]>, (_, end): (usize, usize)) -> Interest {
        let name = name.unwrap_or_default();
        // The first of two equal attributes counts.
        self.pending = match name {
            b"lang" if self.lang.is_none() => Some((Wanted::Lang, end)),
            b"xml:lang" if self.xml_lang.is_none() => Some((Wanted::XmlLang, end)),
            _ => None,
        };
        self.is_amp |= says_amp(name);
        Interest::default()
    }

    fn word(&mut self, _: &[u8]) {}

    fn value(&mut self, _: &[u8]) {}

    fn attribute_ended(&mut self, at: Option<usize>) {
        let Some((wanted, from)) = self.pending.take() else { return };
        let span = Some((from, at.unwrap_or(from)));
        match wanted {
            Wanted::Lang => self.lang = span,
            Wanted::XmlLang => self.xml_lang = span,
        }
    }

    fn tag_ended(&mut self, _: &Tag<'_>, _: usize) -> Text {
        self.is_done = true;
        // Nothing after it is a tag any more.
        Text::Raw(Element::PLAINTEXT)
    }

    fn allows_cdata(&self) -> bool {
        false
    }
}
