//! The two results that were used last, so that steps of a search share work.

/// Values by key, the latest at the end.
pub(super) struct LastTwo<K, T> {
    entries: Vec<(K, T)>,
}

impl<K: PartialEq, T> LastTwo<K, T> {
    pub(super) fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Makes the value of this key the latest; false if there is none.
    pub(super) fn recall(&mut self, key: &K) -> bool {
        let place = self.entries.iter().position(|(known, _)| known == key);
        if let Some(place) = place {
            let entry = self.entries.remove(place);
            self.entries.push(entry);
        }
        place.is_some()
    }

    /// Keeps a value as the latest, beside the one before it.
    pub(super) fn insert(&mut self, key: K, value: T) {
        if self.entries.len() > 1 {
            self.entries.remove(0);
        }
        self.entries.push((key, value));
    }

    pub(super) fn latest(&self) -> Option<&T> {
        self.entries.last().map(|(_, value)| value)
    }
}
