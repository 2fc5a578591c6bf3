//! Working memory of a query: scores of the products that some row names, in a small hash table.

use super::read::Row;
use crate::limits::{DECAY_STEPS, NEIGHBOURS_MAX, NEXT_MAX};
use alloc::boxed::Box;

/// A power of two, so that a place is told by the top bits of a product.
const SLOTS: usize = 2_048;
/// At most this many products are ever named by one query, so the table is never fuller than five eighths.
const NAMED_MAX: usize = DECAY_STEPS * NEIGHBOURS_MAX + NEXT_MAX;
const _: () = assert!(NAMED_MAX <= SLOTS * 5 / 8);
const EMPTY: u32 = u32::MAX;

/// A recommended product.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scored {
    /// Ordinal of the product.
    pub item: u32,
    /// Its score: the square root of the sum over the clicks; negative for a popular product that no click led to.
    /// The root changes no order; rules multiply scores, and sums fall so steeply that a factor moves little.
    pub score: f32,
}

/// Working memory of queries, allocated once: 20 KiB, used again for each.
#[derive(Debug, Clone)]
pub struct Scratch {
    /// Product and score side by side: one look at memory for both.
    slots: Box<[Scored; SLOTS]>,
    /// Slots in use, in the order in which they were taken.
    used: Box<[u16; NAMED_MAX]>,
    len: usize,
}

impl Default for Scratch {
    fn default() -> Self {
        Self { slots: Box::new([Scored { item: EMPTY, score: 0.0 }; SLOTS]), used: Box::new([0; NAMED_MAX]), len: 0 }
    }
}

impl Scratch {
    pub(super) fn clear(&mut self) {
        for slot in self.used.iter().take(self.len) {
            if let Some(slot) = self.slots.get_mut(usize::from(*slot) % SLOTS) {
                slot.item = EMPTY;
            }
        }
        self.len = 0;
    }

    /// Adds a row, of which a weight byte counts `unit`, to the scores of its products, which are 0 before.
    pub(super) fn add(&mut self, row: Row<'_>, unit: f32) {
        let Self { slots, used, .. } = self;
        let mut len = self.len;
        for (item, weight) in row.entries() {
            let score = unit * f32::from(weight);
            let mut at = first(item);
            // The table always has an empty slot, so this ends.
            while let Some(slot) = slots.get_mut(at) {
                if slot.item == item {
                    slot.score += score;
                    break;
                }
                if slot.item == EMPTY {
                    // There is room for every product that rows can name.
                    let Some(place) = used.get_mut(len) else { break };
                    *slot = Scored { item, score };
                    #[expect(clippy::cast_possible_truncation, reason = "a slot is below 2,048")]
                    let at = at as u16;
                    *place = at;
                    len += 1;
                    break;
                }
                at = (at + 1) % SLOTS;
            }
        }
        self.len = len;
    }

    /// Takes the score of a product away, if it has one.
    pub(super) fn forget(&mut self, item: u32) {
        let mut at = first(item);
        while let Some(slot) = self.slots.get_mut(at).filter(|slot| slot.item != EMPTY) {
            if slot.item == item {
                slot.score = 0.0;
                return;
            }
            at = (at + 1) % SLOTS;
        }
    }

    /// Products with their scores, in the order in which they were first named.
    pub(super) fn scored(&self) -> impl Iterator<Item = Scored> {
        let used = self.used.get(..self.len).unwrap_or_default();
        used.iter().filter_map(|slot| self.slots.get(usize::from(*slot) % SLOTS).copied())
    }
}

/// Where the search for a product begins: Fibonacci hashing (Knuth 6.4), the top 11 bits of a product with 2^32 / golden ratio.
fn first(item: u32) -> usize {
    (item.wrapping_mul(0x9E37_79B9) >> 21) as usize
}
