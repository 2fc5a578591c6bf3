//! What the best parameters so far need and what was used last, so that steps of a search share work.

/// At most two values by key: the best's first, then the latest.
pub(super) struct BestAndLatest<K, T> {
    entries: Vec<(K, T)>,
    /// Place of the latest.
    latest: usize,
}

impl<K: PartialEq, T> BestAndLatest<K, T> {
    pub(super) fn new() -> Self {
        Self { entries: Vec::new(), latest: 0 }
    }

    /// Makes the value of this key the latest; false if there is none.
    pub(super) fn recall(&mut self, key: &K) -> bool {
        let place = self.entries.iter().position(|(known, _)| known == key);
        self.latest = place.unwrap_or(self.latest);
        place.is_some()
    }

    /// Keeps a value as the latest, beside the best's.
    pub(super) fn insert(&mut self, key: K, value: T) {
        self.entries.truncate(1);
        self.latest = self.entries.len();
        self.entries.push((key, value));
    }

    /// The latest is the best's from now on.
    pub(super) fn settle(&mut self) {
        if self.latest > 0 {
            self.entries.swap(0, self.latest);
            self.latest = 0;
        }
    }

    pub(super) fn latest(&self) -> Option<&T> {
        self.entries.get(self.latest).map(|(_, value)| value)
    }
}
