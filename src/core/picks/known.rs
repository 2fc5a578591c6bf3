//! What is known of the visitor and the page, in ordinals; and what a product costs now.

use super::Shelf;
use crate::catalog::{Availability, Catalog, Item, Market};
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
        let seen = profile.seen.times(facts.context.now_s);
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

/// What can be said of a product at this moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// What it costs, in hundredths; `None` when that is not known now.
    pub price_minor: Option<u32>,
    /// What it costs outside the sale, where there is one.
    pub was_minor: Option<u32>,
    /// Pieces in stock, where known.
    pub stock: Option<u32>,
    /// Whether it can be ordered; `None` when that is not known now.
    pub availability: Option<Availability>,
}

/// Price and stock of a product now, in the market that it was taken for. With a live overlay that is missing or too
/// old, nothing is known: a price that may be wrong is worse than none.
pub fn sight(shelf: &Shelf, item: &Item<'_>, now_s: u32) -> Sight {
    let Some(catalog) = shelf.catalog() else { return Sight::default() };
    let gone = item.availability() == Availability::Gone;
    let sale = item.sale_minor(now_s);
    let feed = Sight {
        price_minor: sale.or(item.price_minor()),
        was_minor: sale.and(item.price_minor()).filter(|was| Some(*was) > sale),
        stock: item.stock(),
        availability: Some(item.availability()),
    };
    let Some(age_s_max) = catalog.live_age_s_max() else { return feed };
    let fresh = shelf.overlay().filter(|overlay| now_s.saturating_sub(overlay.made_s()) <= age_s_max);
    let overlay = match (fresh, gone) {
        (_, true) => return Sight { availability: Some(Availability::Gone), ..Sight::default() },
        (None, _) => return Sight::default(),
        (Some(overlay), _) => overlay,
    };
    let Some(live) = overlay.of(item.ordinal) else { return feed };
    let sight = Sight { stock: live.stock, availability: Some(live.availability), ..feed };
    let price_minor = match catalog.own_tag(item) {
        // Whose prices the overlay does not have costs what the catalogue says.
        Some(tag) => match overlay.price_in(item.ordinal, tag) {
            Some(price_minor) => price_minor,
            None => return sight,
        },
        None => live.price_minor,
    };
    let price_minor = price_minor.filter(|_| item.is_priced());
    let was_minor = item.price_minor().filter(|was| price_minor.is_some_and(|price| price < *was));
    Sight { price_minor, was_minor, ..sight }
}

/// How products are shown on this page, to visitors who pay in a currency.
pub(super) fn market(catalog: &Catalog<Vec<u8>>, facts: &Facts, currency: &str) -> Market {
    let tag = facts.site.locales.get(facts.page.locale).map_or("", |locale| &locale.tag);
    catalog.market(tag, currency)
}
