//! Product ids to ordinals, append-only.

use std::collections::HashMap;

/// Stands for a product that has no ordinal: one of a test session that is not in the training data.
pub const UNKNOWN: u32 = u32::MAX;

/// Products in order of their ordinals.
#[derive(Debug, Clone, Default)]
pub struct Items {
    keys: Vec<Box<str>>,
    ordinals: HashMap<Box<str>, u32>,
}

impl Items {
    /// Products whose ordinals are their places in `keys`; `None` if one is there twice or there are too many.
    pub fn from_keys(keys: impl IntoIterator<Item = Box<str>>) -> Option<Self> {
        let mut items = Self::default();
        for key in keys {
            let next = u32::try_from(items.keys.len()).ok()?;
            if items.ordinals.insert(key.clone(), next).is_some() {
                return None;
            }
            items.keys.push(key);
        }
        Some(items)
    }

    /// Number of products.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Ordinal of a product.
    pub fn ordinal(&self, key: &str) -> Option<u32> {
        self.ordinals.get(key).copied()
    }

    /// Id of an ordinal.
    pub fn key(&self, ordinal: u32) -> Option<&str> {
        self.keys.get(ordinal as usize).map(AsRef::as_ref)
    }

    /// Every id, in order of ordinals.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.keys.iter().map(AsRef::as_ref)
    }

    /// Ordinal of a product, a new one at the end if it has none.
    pub fn intern(&mut self, key: &str) -> u32 {
        if let Some(ordinal) = self.ordinals.get(key) {
            return *ordinal;
        }
        // More than 2^24 products are refused when the index is written.
        let ordinal = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        self.keys.push(key.into());
        self.ordinals.insert(key.into(), ordinal);
        ordinal
    }
}
