//! Long lists and regular expressions: each distinct one is in the bundle once.

use attune_core::bundle::TextList;
use std::collections::BTreeMap;

/// A list that an author named.
pub(crate) struct NamedList {
    pub(crate) key: String,
    /// Sorted, without repetition.
    pub(crate) values: Vec<String>,
    /// It never leaves the server.
    pub(crate) is_private: bool,
}

/// Collects the long lists and patterns that conditions use.
#[derive(Default)]
pub(crate) struct Large {
    pub(crate) lists: Vec<TextList>,
    pub(crate) patterns: Vec<Vec<u8>>,
    /// Where each list of values is in `lists`.
    known_lists: BTreeMap<Vec<String>, u32>,
    /// Where each expression, as written, is in `patterns`.
    known_patterns: BTreeMap<String, u32>,
    /// Named lists that a condition uses.
    pub(crate) named: std::collections::BTreeSet<String>,
    /// Which of `lists` has the values of a private list, and its key.
    pub(crate) private: BTreeMap<u32, String>,
}

impl Large {
    /// The number of a list of sorted values.
    pub(super) fn list(&mut self, values: &[String]) -> u32 {
        if let Some(number) = self.known_lists.get(values) {
            return *number;
        }
        let number = u32::try_from(self.lists.len()).unwrap_or(u32::MAX);
        self.lists.push(TextList::of(values));
        self.known_lists.insert(values.to_vec(), number);
        number
    }

    /// The number of a regular expression.
    ///
    /// # Errors
    /// Why it cannot be compiled, in words.
    pub(super) fn pattern(&mut self, written: &str) -> Result<u32, String> {
        if let Some(number) = self.known_patterns.get(written) {
            return Ok(*number);
        }
        let bytes = super::pattern::compile(written)?;
        let same = self.patterns.iter().position(|known| *known == bytes);
        let number = same.unwrap_or_else(|| {
            self.patterns.push(bytes);
            self.patterns.len() - 1
        });
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        self.known_patterns.insert(written.to_owned(), number);
        Ok(number)
    }
}
