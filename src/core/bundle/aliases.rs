//! Keys of categories that stand for others.

use super::TextList;
use crate::category::category_key;
use crate::limits;
use alloc::borrow::Cow;

/// `[catalog] category_aliases`: one list of `key=other key`. No key has a `=` in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aliases(TextList);

impl Aliases {
    /// These keys, each with the key that it stands for.
    pub fn from_pairs<'t>(pairs: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        Self(TextList::of(pairs.into_iter().map(|(from, to)| [from, "=", to].concat())))
    }

    /// Keeps a list that is within the limits; none otherwise.
    pub(crate) fn from_list(list: TextList) -> Option<Self> {
        Some(Self(list)).filter(Self::is_valid)
    }

    /// The bytes of the list.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }

    /// Within the limits: what a key stands for is a key that a profile can hold.
    fn is_valid(&self) -> bool {
        self.0.len() <= limits::CATEGORY_ALIASES_MAX
            && self.pairs().all(|(_, to)| (1..=limits::CATEGORY_BYTES_MAX).contains(&to.len()))
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each key and what it stands for.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.texts().map(|text| text.split_once('=').unwrap_or((text, "")))
    }

    /// The key of a category by any name: its [`category_key`], or what that stands for.
    pub fn category<'n>(&'n self, name: &'n str) -> Cow<'n, str> {
        let key = category_key(name);
        match self.pairs().find(|(from, _)| *from == key) {
            Some((_, other)) => Cow::Borrowed(other),
            None => key,
        }
    }
}
