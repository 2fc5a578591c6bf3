//! Working memory of a query: scores of the products that some row names, in a small hash table.

use super::query::Scored;
use crate::limits::{DECAY_STEPS, NEIGHBOURS_MAX, NEXT_MAX};
use alloc::boxed::Box;
use alloc::vec;

/// At most 1,050 products are ever named by one query, so the table is never fuller than five eighths.
const SLOTS: usize = 2_048;
const _: () = assert!(DECAY_STEPS * NEIGHBOURS_MAX + NEXT_MAX <= SLOTS * 5 / 8);
const EMPTY: u32 = u32::MAX;

/// Working memory of queries, allocated once: 20 KiB, used again for each.
#[derive(Debug, Clone)]
pub struct Scratch {
    keys: Box<[u32]>,
    scores: Box<[f32]>,
    /// Slots in use, in the order in which they were taken.
    used: Box<[u16]>,
    len: usize,
}

impl Default for Scratch {
    fn default() -> Self {
        Self {
            keys: vec![EMPTY; SLOTS].into_boxed_slice(),
            scores: vec![0.0; SLOTS].into_boxed_slice(),
            used: vec![0; SLOTS].into_boxed_slice(),
            len: 0,
        }
    }
}

impl Scratch {
    pub(super) fn clear(&mut self) {
        for slot in self.used.iter().take(self.len) {
            if let Some(key) = self.keys.get_mut(usize::from(*slot)) {
                *key = EMPTY;
            }
        }
        self.len = 0;
    }

    /// Adds to the score of a product, which is 0 before.
    pub(super) fn add(&mut self, item: u32, score: f32) {
        let slot = self.slot(item);
        let (Some(key), Some(sum)) = (self.keys.get_mut(slot), self.scores.get_mut(slot)) else { return };
        if *key == item {
            *sum += score;
            return;
        }
        *key = item;
        *sum = score;
        if let Some(place) = self.used.get_mut(self.len) {
            #[expect(clippy::cast_possible_truncation, reason = "a slot is below 2,048")]
            let slot = slot as u16;
            *place = slot;
            self.len += 1;
        }
    }

    /// Multiplies the score of a product, if it has one.
    pub(super) fn scale(&mut self, item: u32, factor: f32) {
        let slot = self.slot(item);
        if self.keys.get(slot) == Some(&item)
            && let Some(sum) = self.scores.get_mut(slot)
        {
            *sum *= factor;
        }
    }

    /// Products with their scores, in the order in which they were first named.
    pub(super) fn scored(&self) -> impl Iterator<Item = Scored> {
        self.used.iter().take(self.len).filter_map(|slot| {
            let slot = usize::from(*slot);
            Some(Scored { item: *self.keys.get(slot)?, score: *self.scores.get(slot)? })
        })
    }

    /// The slot of a product, or the empty one where it belongs.
    fn slot(&self, item: u32) -> usize {
        // Fibonacci hashing (Knuth 6.4): the top 11 bits of a product with 2^32 / golden ratio.
        let mut slot = (item.wrapping_mul(0x9E37_79B9) >> 21) as usize;
        // The table always has an empty slot, so this ends.
        while self.keys.get(slot).is_some_and(|key| *key != item && *key != EMPTY) {
            slot = (slot + 1) % SLOTS;
        }
        slot
    }
}
