//! One product, as one locale of the site shows it.

use super::Availability;
use super::layout::{NO_CATEGORY, OFFER_BYTES, RECORD_BYTES, known, text_in, u16_at, u32_at};

/// Whose titles, links and prices are shown: those of the feed of a locale, and where that does not have a product the
/// title and link of the first locale, and its price if the currency is the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Market {
    /// Index of the locale, where it has a feed of its own.
    pub(super) locale: Option<u32>,
    /// The prices of its feed are in the currency that is asked for.
    pub(super) own_prices: bool,
    /// Those of the first locale are.
    pub(super) first_prices: bool,
}

impl Market {
    /// The first locale, in its currency.
    pub const FIRST: Self = Self { locale: None, own_prices: false, first_prices: true };
}

/// One product of a catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Its ordinal.
    pub ordinal: u32,
    pub(super) record: &'a [u8; RECORD_BYTES],
    /// What the feed of the market's locale says of it, where that has it.
    pub(super) offer: Option<&'a [u8; OFFER_BYTES]>,
    pub(super) market: Market,
    pub(super) texts: &'a [u8],
}

impl<'a> Item<'a> {
    fn text(&self, offset_at: usize, bytes: usize) -> &'a str {
        text_in(self.texts, u32_at(self.record, offset_at) as usize, bytes)
    }

    fn offered(&self, offer: &[u8; OFFER_BYTES], offset_at: usize, length_at: usize) -> &'a str {
        text_in(self.texts, u32_at(offer, offset_at) as usize, usize::from(u16_at(offer, length_at)))
    }

    /// Whether its prices are in the market's currency.
    pub(crate) fn is_priced(&self) -> bool {
        if self.offer.is_some() { self.market.own_prices } else { self.market.first_prices }
    }

    /// Regular price, sale price, and first and last second of the sale.
    fn prices(&self) -> [u32; 4] {
        match self.offer {
            Some(offer) => [12, 16, 20, 24].map(|at| u32_at(offer, at)),
            None => [36, 40, 44, 48].map(|at| u32_at(self.record, at)),
        }
    }

    /// Product key, as the feed and the cookie have it.
    pub fn id(&self) -> &'a str {
        self.text(0, usize::from(self.record[4]))
    }

    /// Name for people: that of the first locale where the market's feed does not have the product.
    pub fn title(&self) -> &'a str {
        match self.offer {
            Some(offer) => self.offered(offer, 0, 4),
            None => self.text(8, usize::from(u16_at(self.record, 12))),
        }
    }

    /// URL of its page: that of the first locale where the market's feed does not have the product.
    pub fn url(&self) -> &'a str {
        match self.offer {
            Some(offer) => self.offered(offer, 8, 6),
            None => self.text(16, usize::from(u16_at(self.record, 14))),
        }
    }

    /// URL of its picture; empty when the feed has none.
    pub fn image(&self) -> &'a str {
        self.text(20, usize::from(u16_at(self.record, 24)))
    }

    /// Availability by the feed.
    pub fn availability(&self) -> Availability {
        Availability::of(self.record[5]).unwrap_or_default()
    }

    /// Index of its category.
    pub fn category(&self) -> Option<u16> {
        Some(u16_at(self.record, 6)).filter(|category| *category != NO_CATEGORY)
    }

    /// Ordinal of the first product of its item group: its own where it has no group.
    pub fn group(&self) -> u32 {
        u32_at(self.record, 32)
    }

    /// Regular price in minor units of the market's currency; `None` where there is none in that currency.
    pub fn price_minor(&self) -> Option<u32> {
        let [price, ..] = self.prices();
        known(price).filter(|_| self.is_priced())
    }

    /// Sale price in minor units of the market's currency, where the sale runs at this moment.
    pub fn sale_minor(&self, now_s: u32) -> Option<u32> {
        let [_, sale, from_s, until_s] = self.prices();
        known(sale).filter(|_| self.is_priced() && (from_s..=until_s).contains(&now_s))
    }

    /// Pieces in stock, where the feed says so.
    pub fn stock(&self) -> Option<u32> {
        known(u32_at(self.record, 52))
    }
}
