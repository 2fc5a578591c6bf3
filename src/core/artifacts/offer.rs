//! What a product costs now, and how many there are.

use super::Artifacts;
use super::catalog::{Availability, Item};

/// What can be said of a product at this moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// What it costs, in hundredths; `None` when that is not known now.
    pub price_minor: Option<u32>,
    /// What it costs outside the sale, where there is one.
    pub was_minor: Option<u32>,
    /// Pieces in stock, where known.
    pub stock: Option<u32>,
    /// Whether it can be ordered; `None` when that is not known now.
    pub availability: Option<Availability>,
}

impl Artifacts {
    /// Price and stock of a product now, in the market that it was taken for. With a live overlay that is missing or too
    /// old, nothing is known: a price that may be wrong is worse than none.
    pub fn offer(&self, item: &Item<'_>, now_s: u32) -> Offer {
        let Some(catalog) = self.catalog() else { return Offer::default() };
        let gone = item.availability() == Availability::Gone;
        let sale = item.sale_minor(now_s);
        let feed = Offer {
            price_minor: sale.or(item.price_minor()),
            was_minor: sale.and(item.price_minor()).filter(|was| Some(*was) > sale),
            stock: item.stock(),
            availability: Some(item.availability()),
        };
        let Some(age_s_max) = catalog.live_age_s_max() else { return feed };
        let fresh = self.overlay().filter(|overlay| now_s.saturating_sub(overlay.made_s()) <= age_s_max);
        let overlay = match (fresh, gone) {
            (_, true) => return Offer { availability: Some(Availability::Gone), ..Offer::default() },
            (None, _) => return Offer::default(),
            (Some(overlay), _) => overlay,
        };
        let Some(live) = overlay.of(item.ordinal) else { return feed };
        let offer = Offer { stock: live.stock, availability: Some(live.availability), ..feed };
        let price_minor = match catalog.own_tag(item) {
            // Whose prices the overlay does not have costs what the catalogue says.
            Some(tag) => match overlay.price_in(item.ordinal, tag) {
                Some(price_minor) => price_minor,
                None => return offer,
            },
            None => live.price_minor,
        };
        let price_minor = price_minor.filter(|_| item.is_priced());
        let was_minor = item.price_minor().filter(|was| price_minor.is_some_and(|price| price < *was));
        Offer { price_minor, was_minor, ..offer }
    }

    /// A field that is not private. The compiler refuses private ones; a bundle of another catalogue gets nothing here.
    pub(crate) fn extra<'v>(&'v self, item: &Item<'v>, name: &str) -> Option<&'v str> {
        let catalog = self.catalog()?;
        let (field, private) = catalog.field(name)?;
        let (text, _) = catalog.extra(item, field).filter(|_| !private)?;
        Some(text)
    }
}
