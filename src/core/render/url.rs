//! Which values may stand in a URL.
//!
//! Browsers drop tabs and line ends wherever they stand, and spaces and control characters at the start, before they look
//! for the scheme and the host; they take a backslash for a slash. A value that has any of these is refused.

/// Schemes that run no code.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// Whether a value may be the start of a URL: a URL of the shop's own with a scheme that runs no code or without one,
/// any other value only where it stays on this site.
pub(super) fn may_begin(url: &str, trusted: bool) -> bool {
    if url.chars().any(char::is_control) || url.starts_with(' ') {
        return false;
    }
    let path = url.split(['?', '#']).next().unwrap_or("");
    let scheme = path.split(['/', '\\']).next().unwrap_or("").split_once(':').map(|(scheme, _)| scheme);
    match scheme {
        None => trusted || !(path.starts_with("//") || path.contains('\\')),
        Some(scheme) if trusted => {
            let known = SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known));
            // Without its slashes, what follows in the template could be read as the host.
            let has_host = || url.get(scheme.len()..).is_some_and(|rest| rest.starts_with("://"));
            known && (!scheme.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("http")) || has_host())
        }
        Some(_) => false,
    }
}

/// Whether a value may be a part of a URL. Dots alone would go up in the path, however they are encoded.
pub(super) fn may_be_part(text: &str) -> bool {
    text.is_empty() || text.bytes().any(|byte| byte != b'.')
}

/// Whether a value may be the first segment of a path.
pub(super) fn may_be_segment(text: &str) -> bool {
    !text.is_empty() && may_be_part(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_of_the_shop_runs_no_code() {
        for url in
            ["/a", "a/b:c", "?q=a:b", "#x", "https://x/", "HTTP://x", "//cdn.example/x", "mailto:a@b", "tel:1", ""]
        {
            assert!(may_begin(url, true), "{url}");
        }
        for url in [
            "javascript:x",
            "JaVaScRiPt:1",
            "data:text/html,x",
            " javascript:1",
            "java\tscript:1",
            "x:y",
            "https:",
            "http:x",
        ] {
            assert!(!may_begin(url, true), "{url}");
        }
    }

    #[test]
    fn any_other_value_stays_on_the_site() {
        for path in ["/a", "a/b:c", "?q=//a", "#\\x", "/a?u=https://x", "", "/.//x.example", "../a"] {
            assert!(may_begin(path, false), "{path}");
        }
        for url in [
            "https://x.example/",
            "//x.example",
            "///x.example",
            "\\\\x.example",
            "/\\x.example",
            "\\/x.example",
            "/a\\b",
            "/\t/x.example",
            "\n//x.example",
            "\u{1}//x.example",
            " //x.example",
            "mailto:a@b",
            "tel:1",
            "https:x.example",
            "ftp:x",
            "x\\y:z",
        ] {
            assert!(!may_begin(url, false), "{url:?}");
        }
    }

    #[test]
    fn dots_do_not_go_up() {
        assert!(["a", "a.b", "...a", ""].into_iter().all(may_be_part));
        assert!(![".", "..", "..."].into_iter().any(may_be_part));
        assert!(may_be_segment("de") && !may_be_segment("") && !may_be_segment(".."));
    }
}
