//! Elements whose content is not markup, and where it ends.

/// How the content of an element is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RawText {
    /// Up to its end tag.
    Plain,
    /// Script: `<!--` and `<script` in it change where it ends.
    Script,
}

/// How an HTML element's content is read, when it is not markup.
pub(super) fn kind(name: &str) -> Option<RawText> {
    match name {
        "script" => Some(RawText::Script),
        "style" | "textarea" | "title" | "xmp" | "iframe" | "noembed" | "noframes" | "noscript" => Some(RawText::Plain),
        _ => None,
    }
}

/// Bytes up to the end tag of the element, which is not included; `None` when there is none.
pub(super) fn len(text: &str, name: &str, kind: RawText) -> Option<usize> {
    match kind {
        RawText::Plain => (0..text.len()).find(|at| end_tag_at(text, *at, name)),
        RawText::Script => script_len(text),
    }
}

fn tag_at(text: &str, at: usize, opening: &str, name: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(rest) = bytes.get(at..) else {
        return false;
    };
    let head = opening.len() + name.len();
    rest.starts_with(opening.as_bytes())
        && rest.get(opening.len()..head).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        && matches!(rest.get(head), Some(b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' | b'/' | b'>'))
}

fn end_tag_at(text: &str, at: usize, name: &str) -> bool {
    tag_at(text, at, "</", name)
}

/// The states of script data in the HTML standard: plain, escaped (`<!--` seen), double escaped (and `<script`).
fn script_len(text: &str) -> Option<usize> {
    let (mut escaped, mut double) = (false, false);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.starts_with(b"<!--") && !escaped {
            escaped = true;
            // `<!-->` and `<!--->` are whole comments: their dashes are both the beginning and the end.
            at += 2;
            continue;
        }
        if escaped && rest.starts_with(b"-->") {
            escaped = false;
            double = false;
            at += 3;
            continue;
        }
        if end_tag_at(text, at, "script") {
            if !double {
                return Some(at);
            }
            double = false;
        } else if escaped && !double && tag_at(text, at, "<", "script") {
            double = true;
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_ends_where_a_browser_ends_it() {
        for (text, end) in [
            ("a</script>", Some(1)),
            ("a</SCRIPT >", Some(1)),
            ("a</scripty></script>", Some(11)),
            ("<!-- </script>", Some(5)),
            ("<!-- <script> </script> </script>", Some(24)),
            ("<!-- <script> </script> --> </script>", Some(28)),
            ("<!-- <script> --></script>", Some(17)),
            ("<!--><script></script>", Some(13)),
            ("<!-- <script> </script>", None),
            ("x", None),
        ] {
            assert_eq!(len(text, "script", RawText::Script), end, "{text}");
        }
        assert_eq!(len("é</style>", "style", RawText::Plain), Some(2));
        assert_eq!(len("</styles>", "style", RawText::Plain), None);
    }
}
