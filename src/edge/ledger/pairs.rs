//! Short maps in JSON: a search tree for each would be several kilobytes of Wasm.

use serde::{Serialize, Serializer};

/// Names with values, each name once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairs<K, V>(pub(crate) Vec<(K, V)>);

impl<K: Serialize, V: Serialize> Serialize for Pairs<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Counters by name.
pub(crate) type Counters = Pairs<String, u32>;

impl Counters {
    /// Adds to the counter of this name.
    pub(crate) fn add(&mut self, name: String, count: u32) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum = sum.saturating_add(count),
            None => self.0.push((name, count)),
        }
    }

    /// Adds to each of these counters.
    pub(crate) fn add_all(&mut self, others: Self) {
        for (name, count) in others.0 {
            self.add(name, count);
        }
    }

    /// All counters together.
    pub(crate) fn sum(&self) -> u32 {
        self.0.iter().fold(0, |sum: u32, (_, count)| sum.saturating_add(*count))
    }
}
