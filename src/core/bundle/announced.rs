//! Pages of which the origin is told the decision before it is asked.

use super::TextList;
use crate::limits;
use alloc::string::{String, ToString};

/// One entry of `[decision_header]`: one list of its path patterns as authored, which begin with `/`, and of the numbers of
/// its segments. Patterns with types of their own would cost every page's Wasm another reader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announced(pub(super) TextList);

impl Announced {
    /// An entry of sound patterns, in any order, and indices of segments.
    pub fn of<'t>(paths: impl IntoIterator<Item = &'t str>, segments: impl IntoIterator<Item = u32>) -> Self {
        let segments = segments.into_iter().map(|segment| segment.to_string());
        Self(TextList::of(paths.into_iter().map(String::from).chain(segments)))
    }

    /// Within the limits.
    pub(super) fn is_sound(&self) -> bool {
        self.0.len() <= limits::PATTERNS_MAX + limits::ANNOUNCED_SEGMENTS_MAX
    }

    /// The path patterns.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.texts().filter(|text| text.starts_with('/'))
    }

    /// Whether the origin is told the decision of this path.
    pub fn has(&self, path: &str) -> bool {
        self.paths().any(|pattern| fits(pattern, path))
    }

    /// Indices of the segments that the origin is told about where the visitor is in them.
    pub fn segments(&self) -> impl Iterator<Item = u32> {
        self.0.texts().filter_map(|text| text.parse().ok())
    }
}

/// Whether a pattern has a path: the same as the patterns of `[pages]`, without what they capture.
fn fits(pattern: &str, path: &str) -> bool {
    let (Some(mut wanted), mut found @ Some(_)) = (trimmed(pattern), trimmed(path)) else { return false };
    loop {
        if wanted == "*" {
            return true;
        }
        let Some(text) = found else { return false };
        let (head, tail) = first(text);
        let (want, rest) = first(wanted);
        let is_any = want == "*" || want.starts_with('{');
        if want != head && (!is_any || head.is_empty()) {
            return false;
        }
        match rest {
            Some(rest) => (wanted, found) = (rest, tail),
            None => return tail.is_none(),
        }
    }
}

/// A slash at the end makes no difference.
#[inline(never)]
fn trimmed(path: &str) -> Option<&str> {
    path.strip_prefix('/').map(|path| path.strip_suffix('/').unwrap_or(path))
}

/// The first segment, and the others.
#[inline(never)]
fn first(path: &str) -> (&str, Option<&str>) {
    path.split_once('/').map_or((path, None), |(head, tail)| (head, Some(tail)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn patterns_have_the_paths_that_those_of_pages_have() {
        for (pattern, path, has) in [
            ("/", "/", true),
            ("/", "/x", false),
            ("/", "", false),
            ("/*", "/", true),
            ("/*", "/a/b", true),
            ("/p/{sku}", "/p/22423", true),
            ("/p/{sku}", "/p/22423/", true),
            ("/p/{sku}", "/p/", false),
            ("/p/{sku}", "/p//", false),
            ("/p/{sku}", "/p/1/2", false),
            ("/p/{sku}", "/q/1", false),
            ("/{lang}/p/*", "/de/p/1/2", true),
            ("/{lang}/p/*", "/de/p", true),
            ("/{lang}/p/*", "/de/pp", false),
            ("/a/*/c", "/a/b/c", true),
            ("/a/*/c", "/a//c", false),
            ("/health/*", "/healthy", false),
            ("17", "17", false),
        ] {
            assert_eq!(Announced::of([pattern], []).has(path), has, "{pattern} {path}");
        }
        let told = Announced::of(["/p/{sku}", "/"], [70, 8]);
        assert_eq!((told.segments().collect::<Vec<_>>(), told.is_sound()), ([70, 8].into(), true));
    }
}
