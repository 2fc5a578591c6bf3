//! Rotation: how often products were recommended to a visitor who did not click them.
//!
//! A score is divided by `1 + strength * times`, so that what was passed over makes room, and comes back when it fades.

use crate::limits::SEEN_MAX;
use alloc::vec::Vec;

/// Steps in which times are counted: a quarter, so that fading by days leaves something of a single time.
const STEP: u8 = 4;
/// Part of 256 that is left of a count after a day: half is left after seven.
const DAILY: u16 = 232;
/// Days after which nothing is left of any count.
const FORGOTTEN_DAYS: u32 = 56;

/// Products seen and not clicked since, the latest first. At most 64; the longest unseen is forgotten first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Epoch of the ordinals.
    epoch: u32,
    /// Day of the last change, in days since 2025-01-01.
    day: u32,
    /// Ordinal and quarter times, never 0.
    entries: Vec<(u32, u8)>,
}

/// Why bytes are not such counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SeenError {
    /// Not a whole number of entries, or too many.
    #[error("counts of seen products have a wrong length")]
    Length,
    /// An entry that is never written.
    #[error("counts of seen products are not in their one form")]
    NonCanonical,
}

impl Seen {
    /// Nothing seen yet, of the catalogue of this epoch.
    pub fn new(epoch: u32) -> Self {
        Self { epoch, ..Self::default() }
    }

    /// Lets counts fade until `day`, and forgets everything if the ordinals are of another epoch.
    ///
    /// Counts of a later day stay as they are: clocks may be behind.
    pub fn advance(&mut self, epoch: u32, day: u32) {
        if self.epoch != epoch {
            *self = Self { epoch, day, entries: Vec::new() };
        }
        let days = day.saturating_sub(self.day);
        self.day = self.day.max(day);
        if days >= FORGOTTEN_DAYS {
            self.entries.clear();
        }
        for _ in 0..days.min(FORGOTTEN_DAYS) {
            for (_, times) in &mut self.entries {
                *times = (u16::from(*times) * DAILY / 256).to_le_bytes()[0];
            }
        }
        self.entries.retain(|(_, times)| *times > 0);
    }

    /// Counts products that the visitor has seen, once each.
    pub fn shown(&mut self, items: impl DoubleEndedIterator<Item = u32>) {
        // The first of a list ends up in front: it was seen best.
        for item in items.rev() {
            let place = self.entries.iter().position(|(other, _)| *other == item);
            let times = place.map_or(0, |place| self.entries.remove(place).1);
            self.entries.insert(0, (item, times.saturating_add(STEP)));
        }
        self.entries.truncate(SEEN_MAX);
    }

    /// Forgets a product that was clicked.
    pub fn clicked(&mut self, item: u32) {
        self.entries.retain(|(other, _)| *other != item);
    }

    /// Products with how often they were seen, for a query.
    pub fn times(&self) -> impl Iterator<Item = (u32, f32)> {
        self.entries.iter().map(|(item, times)| (*item, f32::from(*times) / f32::from(STEP)))
    }

    /// Epoch, day, then each product in three bytes and its quarter times in one; nothing if nothing was seen.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.entries.is_empty() {
            return bytes;
        }
        bytes.extend_from_slice(&self.epoch.to_le_bytes());
        bytes.extend_from_slice(&self.day.to_le_bytes());
        for (item, times) in &self.entries {
            bytes.extend(item.to_le_bytes().into_iter().take(3));
            bytes.push(*times);
        }
        bytes
    }

    /// Reads what [`Seen::encode`] writes.
    ///
    /// # Errors
    /// When the bytes are nothing that it writes.
    pub fn decode(bytes: &[u8]) -> Result<Self, SeenError> {
        let (words, rest) = bytes.as_chunks::<4>();
        let [epoch, day, entries @ ..] = words else {
            return if bytes.is_empty() { Ok(Self::default()) } else { Err(SeenError::Length) };
        };
        if !rest.is_empty() || entries.is_empty() || entries.len() > SEEN_MAX {
            return Err(SeenError::Length);
        }
        let mut seen = Self { epoch: u32::from_le_bytes(*epoch), day: u32::from_le_bytes(*day), entries: Vec::new() };
        for [low, middle, high, times] in entries {
            let item = u32::from_le_bytes([*low, *middle, *high, 0]);
            if *times == 0 || seen.entries.iter().any(|(other, _)| *other == item) {
                return Err(SeenError::NonCanonical);
            }
            seen.entries.push((item, *times));
        }
        Ok(seen)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn all(seen: &Seen) -> Vec<(u32, f32)> {
        seen.times().collect()
    }

    #[test]
    fn counts_rise_when_seen_fall_by_the_day_and_end_with_a_click() {
        let mut seen = Seen::new(1);
        seen.advance(1, 300);
        seen.shown([5, 6].into_iter());
        seen.shown([6, 7].into_iter());
        assert_eq!(all(&seen), [(6, 2.0), (7, 1.0), (5, 1.0)]);
        seen.clicked(6);
        assert_eq!(all(&seen), [(7, 1.0), (5, 1.0)]);
        seen.advance(1, 301);
        assert_eq!(all(&seen), [(7, 0.75), (5, 0.75)]);
        seen.advance(1, 299);
        assert_eq!(all(&seen), [(7, 0.75), (5, 0.75)]);
        seen.advance(1, 304);
        assert!(seen.encode().is_empty());
    }

    #[test]
    fn seven_days_halve_a_large_count() {
        let mut seen = Seen::new(1);
        (0..40).for_each(|_| seen.shown([9].into_iter()));
        seen.advance(1, 7);
        let [(9, times)] = all(&seen)[..] else { unreachable!("one product") };
        assert!((17.0..=20.0).contains(&times), "{times}");
    }

    #[test]
    fn another_epoch_means_other_products() {
        let mut seen = Seen::new(1);
        seen.shown([5].into_iter());
        seen.advance(2, 0);
        assert!(all(&seen).is_empty());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(views in prop::collection::vec(prop::collection::vec(0u32..1 << 24, 0..12), 0..12), day: u32) {
            let mut seen = Seen::new(3);
            seen.advance(3, day);
            for view in views {
                seen.shown(view.iter().copied());
            }
            let bytes = seen.encode();
            prop_assert!(bytes.len() <= 8 + 4 * SEEN_MAX);
            if !bytes.is_empty() {
                prop_assert_eq!(Seen::decode(&bytes).unwrap(), seen);
            }
        }

        #[test]
        fn what_is_read_is_written_the_same(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(seen) = Seen::decode(&bytes) {
                prop_assert_eq!(seen.encode(), bytes);
            }
        }
    }
}
