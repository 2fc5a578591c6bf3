//! The numbers of products: a list that only grows, kept beside the configuration.
//!
//! An index and an overlay name products by number, so a number never changes its meaning within an epoch. The list
//! is a text file that the author keeps. A damaged list is refused, because a wrong number means another product.

use attune_core::codec::to_hex;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

const NAME: &str = "attune-items";

/// Why a list of numbers is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OrdinalsError {
    /// Not such a list.
    #[error("it is not a list of product numbers")]
    Foreign,
    /// Cut, changed, or joined from two.
    #[error("it was cut or changed since it was written")]
    Damaged,
}

/// The numbers of all products, those that are gone among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ordinals {
    epoch: Option<u32>,
    ids: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Ordinals {
    /// Reads a list: `attune-items 1 EPOCH COUNT SHA256`, then a product key a line.
    ///
    /// # Errors
    /// [`OrdinalsError`] when it is not exactly one that was written.
    pub fn parse(text: &str) -> Result<Self, OrdinalsError> {
        let (head, body) = text.split_once('\n').ok_or(OrdinalsError::Foreign)?;
        let Some([NAME, "1", epoch, count, sum]) = head.split(' ').collect::<Vec<_>>().first_chunk::<5>().copied()
        else {
            return Err(OrdinalsError::Foreign);
        };
        let epoch = epoch.parse().map_err(|_| OrdinalsError::Foreign)?;
        if sum != hash_hex(body) {
            return Err(OrdinalsError::Damaged);
        }
        let mut ordinals = Self { epoch: Some(epoch), ..Self::default() };
        for id in body.lines() {
            ordinals.number(id);
        }
        if count == ordinals.len().to_string() { Ok(ordinals) } else { Err(OrdinalsError::Damaged) }
    }

    /// The list as text.
    pub fn to_text(&self) -> String {
        let body = self.body();
        format!("{NAME} 1 {} {} {}\n{body}", self.epoch(), self.len(), hash_hex(&body))
    }

    fn body(&self) -> String {
        let bytes = self.ids.iter().map(|id| id.len() + 1).sum();
        self.ids.iter().fold(String::with_capacity(bytes), |mut text, id| {
            text.push_str(id);
            text.push('\n');
            text
        })
    }

    /// The number of a product; a new one gets the next.
    pub fn number(&mut self, id: &str) -> usize {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let number = self.ids.len();
        self.ids.push(id.to_owned());
        self.numbers.insert(id.to_owned(), number);
        number
    }

    /// The identity of the list. A new list gets the first four bytes of the SHA-256 of its lines, never 0.
    pub fn epoch(&self) -> u32 {
        self.epoch.unwrap_or_else(|| {
            let digest: [u8; 32] = Sha256::digest(self.body()).into();
            digest.first_chunk().map_or(1, |first| u32::from_be_bytes(*first).max(1))
        })
    }

    /// Products in the list.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Product keys by number.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }
}

fn hash_hex(body: &str) -> String {
    to_hex(&Sha256::digest(body))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn numbers_never_change_and_lost_lines_are_refused() {
        let mut ordinals = Ordinals::default();
        assert_eq!(["a", "b", "a", "c"].map(|id| ordinals.number(id)), [0, 1, 0, 2]);
        let text = ordinals.to_text();
        let mut again = Ordinals::parse(&text).unwrap();
        assert_eq!((again.epoch(), again.ids()), (ordinals.epoch(), ordinals.ids()));
        assert_eq!(again.number("d"), 3);
        assert_eq!(again.epoch(), ordinals.epoch());
        let refused = |text: &str| Ordinals::parse(text).unwrap_err();
        assert_eq!(refused(text.strip_suffix("c\n").unwrap()), OrdinalsError::Damaged);
        assert_eq!(refused(&text.replace("\na\nb\n", "\nb\na\n")), OrdinalsError::Damaged);
        assert_eq!(refused(""), OrdinalsError::Foreign);
    }
}
