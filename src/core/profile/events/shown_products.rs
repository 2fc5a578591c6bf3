//! Products that were shown and not clicked: what rotation counts.
//!
//! Kept by a hash of the product key, so that neither the cookie nor the control plane needs the catalogue. A count
//! halves every week, in quarters, and a product is forgotten when nothing is left or when it is looked at.

use crate::codec::fnv1a;
use crate::limits::SEEN_MAX;
use crate::profile::time::EPOCH_S;
use alloc::vec::Vec;

/// A count of one is this many quarters.
pub const QUARTERS: u8 = 4;
const WEEK_S: u32 = 7 * 86_400;

/// Products shown and not clicked since: section 0x2b.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownProducts {
    /// Week of the last halving, in weeks since 2025-01-01; 0 while there is nothing.
    pub week: u16,
    /// The products, last shown first, at most [`SEEN_MAX`].
    pub products: Vec<ShownProduct>,
}

/// How often one product was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownProduct {
    /// [`product_hash`] of its key.
    pub product: u32,
    /// Quarters of a time shown, 1 to 255.
    pub quarters: u8,
}

/// How a product key is remembered: 32-bit FNV-1a.
pub fn product_hash(sku: &str) -> u32 {
    fnv1a::add(fnv1a::START, sku)
}

/// The week of a time, from 2025-01-01.
fn week_of(at_s: u32) -> u16 {
    // At most 7,102 weeks in a u32 of seconds.
    u16::try_from(at_s.saturating_sub(EPOCH_S) / WEEK_S).unwrap_or(u16::MAX)
}

impl ShownProducts {
    /// Counts products of one list as shown, once each. The first of the list is the last to be forgotten.
    pub fn add(&mut self, products: impl DoubleEndedIterator<Item = u32>, at_s: u32) {
        let week = week_of(at_s);
        for product in products.rev() {
            if week > self.week {
                self.halve_until(week);
            }
            let known = self.products.iter().position(|shown_products| shown_products.product == product);
            let mut shown_products = known.map_or(ShownProduct { product, quarters: 0 }, |at| self.products.remove(at));
            shown_products.quarters = shown_products.quarters.saturating_add(QUARTERS);
            self.products.insert(0, shown_products);
        }
        self.products.truncate(SEEN_MAX);
    }

    /// Forgets that a product was shown: it was looked at.
    pub fn clicked(&mut self, product: u32) {
        self.products.retain(|shown_products| shown_products.product != product);
        if self.products.is_empty() {
            // Nothing seen is written as no section, which has no week.
            self.week = 0;
        }
    }

    /// The products with how often they were shown, as of a moment.
    pub fn times(&self, now_s: u32) -> impl Iterator<Item = (u32, f32)> + '_ {
        let halvings = u32::from(week_of(now_s).saturating_sub(self.week));
        self.products.iter().filter_map(move |shown_products| {
            let quarters = shown_products.quarters.checked_shr(halvings).unwrap_or(0);
            (quarters > 0).then(|| (shown_products.product, f32::from(quarters) / f32::from(QUARTERS)))
        })
    }

    fn halve_until(&mut self, week: u16) {
        let halvings = u32::from(week - self.week);
        for shown_products in &mut self.products {
            shown_products.quarters = shown_products.quarters.checked_shr(halvings).unwrap_or(0);
        }
        self.products.retain(|shown_products| shown_products.quarters > 0);
        self.week = week;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(shown_products: &ShownProducts, weeks: u32) -> Vec<(u32, f32)> {
        shown_products.times(EPOCH_S + weeks * WEEK_S).collect()
    }

    #[test]
    fn counts_rise_when_shown_halve_by_the_week_and_end_with_a_click() {
        let mut shown_products = ShownProducts::default();
        let at_s = EPOCH_S + 90 * WEEK_S;
        shown_products.add([5, 6].into_iter(), at_s);
        shown_products.add([6, 7].into_iter(), at_s);
        assert_eq!(times(&shown_products, 90), [(6, 2.0), (7, 1.0), (5, 1.0)]);
        assert_eq!(times(&shown_products, 92), [(6, 0.5), (7, 0.25), (5, 0.25)]);
        assert_eq!(times(&shown_products, 89), times(&shown_products, 90), "clocks may be behind");
        shown_products.add([5].into_iter(), at_s + WEEK_S);
        assert_eq!(times(&shown_products, 91), [(5, 1.5), (6, 1.0), (7, 0.5)]);
        for product in [5, 6, 7] {
            shown_products.clicked(product);
        }
        assert_eq!(shown_products, ShownProducts::default());
    }

    #[test]
    fn the_longest_unseen_is_forgotten_first() {
        let mut shown_products = ShownProducts::default();
        shown_products.add([1].into_iter(), EPOCH_S);
        shown_products.add(10..10 + 64, EPOCH_S);
        assert_eq!(shown_products.products.len(), SEEN_MAX);
        assert!(shown_products.products.iter().all(|shown_products| shown_products.product != 1));
        shown_products.add([].into_iter(), EPOCH_S + 9 * WEEK_S);
        assert_eq!(shown_products.week, 0, "a list of nothing changes nothing");
    }
}
