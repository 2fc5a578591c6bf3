//! Escaping by place.

use alloc::borrow::Cow;
use alloc::string::String;
use memchr::memchr;

/// Text or a quoted attribute: the five characters that can end either.
pub(super) fn html(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((at, reference)) = rest.bytes().enumerate().find_map(|(at, byte)| Some((at, reference(byte)?))) {
        // The byte is ASCII, so a character begins and ends there.
        let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(plain);
        out.push_str(reference);
        rest = special.get(1..).unwrap_or("");
    }
    out.push_str(rest);
}

/// Whether a text stays as it is.
pub(super) fn is_clear(text: &str) -> bool {
    text.bytes().all(|byte| reference(byte).is_none())
}

fn reference(byte: u8) -> Option<&'static str> {
    Some(match byte {
        b'&' => "&amp;",
        b'<' => "&lt;",
        b'>' => "&gt;",
        b'"' => "&quot;",
        b'\'' => "&#39;",
        _ => return None,
    })
}

/// The text behind rendered HTML without tags: what `html` was given.
pub fn plain(html: &str) -> Cow<'_, str> {
    let position = |text: &str| memchr(b'&', text.as_bytes());
    if position(html).is_none() {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = position(rest) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let known = ENTITIES.iter().find_map(|(c, entity)| Some((*c, from.strip_prefix(entity)?)));
        let (c, after) = known.unwrap_or(('&', from.get(1..).unwrap_or("")));
        out.push(c);
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

const ENTITIES: [(char, &str); 5] = [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#39;")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_place() {
        let mut text = String::new();
        html("<a href=\"x\" b='y'>&</a>", &mut text);
        assert_eq!(text, "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;&lt;/a&gt;");
        assert_eq!(plain(&text), "<a href=\"x\" b='y'>&</a>");
        assert_eq!(plain("&amp;lt; & &nbsp;"), "&lt; & &nbsp;");
    }
}
