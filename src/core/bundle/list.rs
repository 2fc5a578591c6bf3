//! A long list of texts, sorted, read in place.
//!
//! `[count u32 LE][end of each text u32 LE][the texts, joined]`. Texts ascend byte by byte and none is there
//! twice, so membership is a binary search that copies nothing.

use crate::limits::{LIST_MAX, TEXT_BYTES_MAX};
use alloc::vec::Vec;

/// A sorted list of distinct texts in one block of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextList(Vec<u8>);

impl Default for TextList {
    /// Without any text.
    fn default() -> Self {
        Self([0; NUMBER_BYTES].to_vec())
    }
}

const NUMBER_BYTES: usize = 4;

impl TextList {
    /// A list of these texts, in any order, each counted once.
    pub fn of(texts: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut texts: Vec<_> = texts.into_iter().collect();
        // Lists are made by the compiler only: the edge carries no code of this sort.
        texts.sort_unstable_by(|a, b| a.as_ref().cmp(b.as_ref()));
        texts.dedup_by(|a, b| a.as_ref() == b.as_ref());
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
        let mut bytes = number(texts.len()).to_vec();
        let mut end = 0;
        for text in &texts {
            end += text.as_ref().len();
            bytes.extend_from_slice(&number(end));
        }
        for text in &texts {
            bytes.extend_from_slice(text.as_ref().as_bytes());
        }
        Self(bytes)
    }

    /// Takes bytes that [`Self::bytes`] gave; `None` unless they are a valid list within the limits.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        let list = Self(bytes);
        let count = list.len();
        let texts_at = NUMBER_BYTES.checked_mul(count.checked_add(1)?)?;
        if count > LIST_MAX || list.0.len() < texts_at {
            return None;
        }
        let mut before: Option<&[u8]> = None;
        for index in 0..count {
            let text = list.text(index)?;
            core::str::from_utf8(text).ok()?;
            if text.len() > TEXT_BYTES_MAX || before.is_some_and(|before| before >= text) {
                return None;
            }
            before = Some(text);
        }
        let end = list.end(count)?;
        (list.0.len() == texts_at + end).then_some(list)
    }

    /// Its bytes, as in a bundle.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// How many texts are in it.
    pub fn len(&self) -> usize {
        self.number(0).unwrap_or(0)
    }

    /// There is no text in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a text is in it: at most 17 comparisons.
    pub fn contains(&self, text: &str) -> bool {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.text(middle).map(|found| found.cmp(text.as_bytes())) {
                Some(core::cmp::Ordering::Less) => low = middle + 1,
                Some(core::cmp::Ordering::Greater) => high = middle,
                Some(core::cmp::Ordering::Equal) => return true,
                // Reading has checked every place.
                None => return false,
            }
        }
        false
    }

    /// The texts, ascending.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        // Reading has checked every text.
        (0..self.len()).filter_map(|index| core::str::from_utf8(self.text(index)?).ok())
    }

    fn number(&self, at: usize) -> Option<usize> {
        let bytes = self.0.get(at..at + NUMBER_BYTES)?.first_chunk::<NUMBER_BYTES>()?;
        usize::try_from(u32::from_le_bytes(*bytes)).ok()
    }

    /// Where the first `count` texts end, from where they begin.
    fn end(&self, count: usize) -> Option<usize> {
        if count == 0 { Some(0) } else { self.number(count * NUMBER_BYTES) }
    }

    fn text(&self, index: usize) -> Option<&[u8]> {
        let texts = self.0.get((self.len() + 1) * NUMBER_BYTES..)?;
        texts.get(self.end(index)?..self.end(index + 1)?)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use alloc::collections::BTreeSet;
    use alloc::string::String;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_list_holds_what_a_set_holds(texts in prop::collection::vec("[a-c]{0,4}", 0..40), asked in "[a-d]{0,4}") {
            let set: BTreeSet<&str> = texts.iter().map(String::as_str).collect();
            let list = TextList::from_bytes(TextList::of(&texts).bytes().to_vec()).unwrap();
            prop_assert_eq!(list.len(), set.len());
            prop_assert_eq!(list.contains(&asked), set.contains(asked.as_str()));
            for text in &texts {
                prop_assert!(list.contains(text));
            }
        }

        #[test]
        fn any_bytes_are_refused_or_valid(bytes in prop::collection::vec(0_u8..4, 0..40)) {
            if let Some(list) = TextList::from_bytes(bytes) {
                prop_assert!((0..list.len()).all(|index| list.text(index).is_some()));
            }
        }
    }

    #[test]
    fn lists_out_of_order_and_cut_short_are_refused() {
        let valid = TextList::of(["b", "a"]).bytes().to_vec();
        assert_eq!(valid, b"\x02\0\0\0\x01\0\0\0\x02\0\0\0ab");
        for bad in
            [&b"\x02\0\0\0\x01\0\0\0\x02\0\0\0ba"[..], b"\x02\0\0\0\x01\0\0\0\x02\0\0\0a", b"\xff\xff\xff\xff", b""]
        {
            assert_eq!(TextList::from_bytes(bad.to_vec()), None, "{bad:?}");
        }
    }
}
