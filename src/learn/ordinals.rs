//! The file that keeps ordinals from one build to the next.
//!
//! Text: a first line `attune-items 1 EPOCH COUNT SHA256`, then one product id a line, in order of ordinals. Profiles
//! and caches hold ordinals, so a file that is lost or changed is refused: guessing would point at other products.

use crate::LearnError;
use crate::items::Items;
use attune_core::codec::to_hex;
use sha2::{Digest, Sha256};

const NAME: &str = "attune-items";

/// Products with the epoch of their ordinals.
#[derive(Debug, Clone, Default)]
pub struct Ordinals {
    /// Epoch: another one means that ordinals are other products.
    pub epoch: u32,
    /// The products.
    pub items: Items,
}

impl Ordinals {
    /// Epoch of products that have none yet: the first four bytes of the SHA-256 of their ids, never 0.
    pub fn first_epoch(items: &Items) -> u32 {
        let digest = Sha256::digest(lines(items).as_bytes());
        digest.first_chunk::<4>().map_or(1, |first| u32::from_be_bytes(*first).max(1))
    }

    /// The file.
    pub fn to_text(&self) -> String {
        let body = lines(&self.items);
        format!("{NAME} 1 {} {} {}\n{body}", self.epoch, self.items.len(), to_hex(&Sha256::digest(body.as_bytes())))
    }

    /// Reads the file.
    ///
    /// # Errors
    /// When it is not such a file, or is not as it was written.
    pub fn parse(text: &str) -> Result<Self, LearnError> {
        let wrong = |reason: &str| LearnError::Ordinals(format!("the file of ordinals is refused: {reason}"));
        let (head, body) = text.split_once('\n').ok_or_else(|| wrong("it is not one"))?;
        let [name, format, epoch, count, sum] = head.split(' ').collect::<Vec<_>>()[..] else {
            return Err(wrong("its first line is not of five words"));
        };
        if name != NAME || format != "1" {
            return Err(wrong("it is of another kind or format"));
        }
        if sum != to_hex(&Sha256::digest(body.as_bytes())) {
            return Err(wrong("it has changed since it was written"));
        }
        let epoch = epoch.parse().map_err(|_| wrong("its epoch is not a number"))?;
        let items = Items::from_keys(body.lines().map(Into::into)).ok_or_else(|| wrong("a product is there twice"))?;
        if count != items.len().to_string() {
            return Err(wrong("its count is not that of its lines"));
        }
        Ok(Self { epoch, items })
    }
}

fn lines(items: &Items) -> String {
    items.keys().fold(String::new(), |mut text, key| {
        text.push_str(key);
        text.push('\n');
        text
    })
}
