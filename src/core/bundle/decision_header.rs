//! Pages of which the origin is told the decision before it is asked.

use super::TextList;
use super::path::has;
use crate::limits;
use alloc::string::{String, ToString};

/// One entry of `[decision_header]`: one list of its path patterns as authored, which begin with `/`, and of the numbers of
/// its segments. Patterns with types of their own would cost every page's Wasm another reader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecisionHeader(TextList);

impl DecisionHeader {
    /// An entry of valid patterns, in any order, and indices of segments.
    pub fn of<'t>(paths: impl IntoIterator<Item = &'t str>, segments: impl IntoIterator<Item = u32>) -> Self {
        let segments = segments.into_iter().map(|segment| segment.to_string());
        Self(TextList::of(paths.into_iter().map(String::from).chain(segments)))
    }

    /// Keeps a list that is within the limits; none otherwise.
    pub(super) fn from_list(list: TextList) -> Option<Self> {
        Some(Self(list)).filter(Self::is_valid)
    }

    /// The bytes of the list.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }

    fn is_valid(&self) -> bool {
        self.0.len() <= limits::PATTERNS_MAX + limits::DECISION_HEADER_SEGMENTS_MAX
    }

    /// The path patterns.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.texts().filter(|text| text.starts_with('/'))
    }

    /// Whether the origin is told the decision of this path.
    pub fn has(&self, path: &str) -> bool {
        self.paths().any(|pattern| has(pattern, path))
    }

    /// Indices of the segments that the origin is told about where the visitor is in them.
    pub fn segments(&self) -> impl Iterator<Item = u32> {
        self.0.texts().filter_map(|text| text.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn paths_and_numbers_are_told_apart() {
        let entry = DecisionHeader::of(["/p/{sku}", "/"], [70, 8]);
        assert_eq!((entry.segments().collect::<Vec<_>>(), entry.is_valid()), ([70, 8].into(), true));
        assert!(entry.has("/p/70") && entry.has("/") && !entry.has("/70") && !entry.has("70"));
    }
}
