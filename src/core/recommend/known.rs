//! What is known of the visitor and the page, in ordinals; and what a product costs now.

use crate::artifacts::catalog::Catalog;
use crate::limits::DECAY_STEPS;
use crate::profile::interest::{TOP_INTEREST_MIN, day_of};
use crate::segment::Facts;
use alloc::vec::Vec;

/// What is known, as far as the catalogue has it: products that are gone from it are passed over.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The product of the page.
    pub(super) current: Option<u32>,
    /// The page's category, else the one of highest interest.
    pub(super) category: Option<u16>,
    /// Viewed last, the current product first.
    pub(super) recent: Vec<u32>,
    /// In the cart, last changed first.
    pub(super) cart: Vec<u32>,
    /// Bought, newest first.
    pub(super) bought: Vec<u32>,
    /// How many of them, from the first, are of the last order.
    in_last_order: usize,
    /// Shown and not clicked, with how often.
    seen: Vec<(u32, f32)>,
}

impl Known {
    pub(super) fn of(catalog: &Catalog<Vec<u8>>, facts: &Facts) -> Self {
        let ordinal = |sku: &str| catalog.ordinal(sku);
        let current = Some(facts.page.sku.as_ref()).filter(|sku| !sku.is_empty()).and_then(ordinal);
        let category = catalog.category_of(&facts.page.category).filter(|_| !facts.page.category.is_empty());
        let category = category.or_else(|| catalog.item(current?)?.category());
        let mut known = Self { current, category, ..Self::default() };
        known.recent.extend(current);
        if !facts.personalization {
            return known;
        }
        let profile = facts.profile;
        let viewed = profile.viewed.iter().filter_map(|viewed| ordinal(&viewed.sku)).filter(|o| Some(*o) != current);
        known.recent.extend(viewed.take(DECAY_STEPS - known.recent.len()));
        known.cart = profile.cart.lines.iter().filter_map(|line| ordinal(&line.sku)).collect();
        known.bought = profile.orders.skus.iter().filter_map(|sku| ordinal(sku)).collect();
        // Whoever does not say what was in the last order says what was bought lately.
        known.in_last_order = match profile.orders.last_items {
            0 => known.bought.len(),
            _ => profile.orders.last_skus().filter_map(ordinal).count(),
        };
        let seen = profile.shown_products.times(facts.context.now_s);
        known.seen = seen.flat_map(|(hash, times)| catalog.with_hash(hash).map(move |o| (o, times))).collect();
        known.category = known.category.or_else(|| {
            let (name, strength) = profile.top_interest(day_of(facts.context.now_s))?;
            catalog.category_of(name).filter(|_| strength >= TOP_INTEREST_MIN)
        });
        known
    }

    /// Products of the last order, or what was bought lately where that order is not known.
    pub(super) fn last_order(&self) -> &[u32] {
        self.bought.get(..self.in_last_order).unwrap_or_default()
    }

    pub(super) fn times_seen(&self, ordinal: u32) -> f32 {
        self.seen.iter().find(|(seen, _)| *seen == ordinal).map_or(0.0, |(_, times)| *times)
    }
}
