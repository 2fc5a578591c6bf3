//! Texts of TOML that are not closed. After one, the parser goes on in the next line, inside the bracket that was open,
//! and reports every line that follows.

use std::ops::Range;

/// The opening quote of each text that its line, or for three quotes the file, does not close.
pub(super) fn unclosed(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find(['"', '\'', '#'])) {
        at += next;
        let rest = text.get(at..).unwrap_or("");
        let line = rest.find('\n').unwrap_or(rest.len());
        at += match opening(rest) {
            None => line,
            Some(quote) => {
                let inner = rest.get(quote.len()..).unwrap_or("");
                let end = close(inner, quote);
                if end.is_none() {
                    found.push(at..at + quote.len());
                }
                end.map_or_else(|| if quote.len() == 3 { rest.len() } else { line }, |end| quote.len() + end)
            }
        };
    }
    found
}

/// The quote that a text begins with here; none for a comment.
fn opening(rest: &str) -> Option<&'static str> {
    ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(quote))
}

/// Bytes up to the end of the closing quote.
fn close(inner: &str, quote: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote.starts_with('"') => escaped = true,
            '\n' if quote.len() == 1 => return None,
            _ if inner.get(at..).is_some_and(|rest| rest.starts_with(quote)) => {
                // Up to two quotes more may stand before the three that close.
                let more = inner.get(at + quote.len()..).unwrap_or("");
                let extra = if quote.len() == 3 {
                    more.chars().take_while(|c| quote.starts_with(*c)).take(2).count()
                } else {
                    0
                };
                return Some(at + quote.len() + extra);
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_text_has_its_end() {
        for closed in [
            "a = \"x\"\nb = 'y'",
            "a = \"it's\" # don't",
            "a = 'say \"x'",
            "a = \"\\\"\"",
            "a = '\\'",
            "a = \"\"",
            "a = \"\"\"x\ny\"\"\"",
            "a = '''it's'''",
            "a = \"\"\"x\"\"\"\"\"\nb = 1",
            "\"a b\" = 1",
        ] {
            assert!(unclosed(closed).is_empty(), "{closed}");
        }
        let found = |text| unclosed(text).into_iter().map(|quote| (quote.start, quote.end)).collect::<Vec<_>>();
        assert_eq!(found("a = \"x\nb = 'y\nc = \"z\""), [(4, 5), (11, 12)]);
        assert_eq!(found("a = [\"x]\n# it's\n"), [(5, 6)]);
        assert_eq!(found("a = \"\"\"x\nb = \"y\"\n"), [(4, 7)]);
        assert_eq!(found("a = \"x\\"), [(4, 5)]);
    }
}
