//! The catalogue, read in place.

use super::error::{CATALOG_FORMAT, CATALOG_FORMAT_MIN, CatalogError};
use super::item::{Item, Market};
use super::layout::{
    Counts, EXTRA_BYTES, HEADER_BYTES, LOCALE_BYTES, Layout, MAGIC, NO_CATEGORY, OFFER_BYTES, RECORD_BYTES,
    check_limits, text_in, u16_at, u32_at,
};
use crate::profile::product_hash;

/// A checked catalogue over bytes that somebody else may own.
#[derive(Clone, Debug)]
pub struct Catalog<B> {
    bytes: B,
    pub(super) counts: Counts,
    pub(super) layout: Layout,
}

impl<B: AsRef<[u8]>> Catalog<B> {
    /// Looks at the header alone.
    pub(super) fn unchecked(bytes: B) -> Result<Self, CatalogError> {
        let data = bytes.as_ref();
        if data.get(..4) != Some(MAGIC) {
            return Err(CatalogError::Foreign);
        }
        let found = data.len() as u64;
        let Some(header) = data.first_chunk::<HEADER_BYTES>() else {
            return Err(CatalogError::Length { expected: HEADER_BYTES as u64, found });
        };
        let format = u16_at(header, 4);
        if !(CATALOG_FORMAT_MIN..=CATALOG_FORMAT).contains(&format) {
            return Err(CatalogError::Format(format));
        }
        let field = |at: usize| u32_at(header, at);
        let counts = Counts {
            items: field(20),
            categories: field(24),
            fields: field(28),
            extras: field(32),
            members: field(36),
            text_bytes: field(40),
            locales: if format == CATALOG_FORMAT_MIN { 0 } else { field(44) },
        };
        let layout = Layout::of(&counts).ok_or(CatalogError::Limit("bytes"))?;
        if layout.total != found {
            return Err(CatalogError::Length { expected: layout.total, found });
        }
        check_limits(&counts, data.len())?;
        Ok(Self { bytes, counts, layout })
    }

    pub(super) fn data(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    pub(super) fn texts(&self) -> &[u8] {
        self.data().get(self.layout.texts..).unwrap_or_default()
    }

    /// Epoch: which list of products the ordinals number.
    pub fn epoch(&self) -> u32 {
        u32_at(self.data(), 16)
    }

    /// Products, gone ones included: ordinals are below it.
    pub fn item_count(&self) -> u32 {
        self.counts.items
    }

    /// Size, in bytes.
    pub fn size_bytes(&self) -> usize {
        self.data().len()
    }

    /// Currency of the products' own prices, ISO 4217.
    pub fn currency(&self) -> &str {
        self.currency_at(48)
    }

    fn currency_at(&self, at: usize) -> &str {
        self.data().get(at..at + 3).and_then(|code| core::str::from_utf8(code).ok()).unwrap_or("")
    }

    /// Tag and currency of each locale that has a feed of its own.
    pub fn locales(&self) -> impl Iterator<Item = (&str, &str)> {
        (0..self.counts.locales as usize).map(|locale| {
            let at = self.layout.locales + LOCALE_BYTES * locale;
            (self.text_at(at), self.currency_at(at + 8))
        })
    }

    /// How products are shown to a locale of the site that pays in a currency.
    pub fn market(&self, tag: &str, currency: &str) -> Market {
        let mut market = Market { first_prices: self.currency() == currency, ..Market::default() };
        if let Some((locale, (_, of_feed))) = (0..).zip(self.locales()).find(|(_, (known, _))| *known == tag) {
            (market.locale, market.own_prices) = (Some(locale), of_feed == currency);
        }
        market
    }

    /// Oldest overlay that still says something, in seconds; `None` where price and stock are the feed's.
    pub fn live_age_s_max(&self) -> Option<u32> {
        Some(u32_at(self.data(), 52)).filter(|age| *age > 0)
    }

    /// A product as the first locale's feed has it; `None` when the ordinal is too high.
    pub fn item(&self, ordinal: u32) -> Option<Item<'_>> {
        self.item_in(ordinal, Market::FIRST)
    }

    /// A product as it is shown to a locale; `None` when the ordinal is too high.
    pub fn item_in(&self, ordinal: u32, market: Market) -> Option<Item<'_>> {
        if ordinal >= self.counts.items {
            return None;
        }
        let at = HEADER_BYTES + RECORD_BYTES * ordinal as usize;
        let record = self.data().get(at..)?.first_chunk::<RECORD_BYTES>()?;
        let offer = market.locale.and_then(|locale| self.offer(locale, ordinal));
        Some(Item { ordinal, record, offer, market, texts: self.texts() })
    }

    /// The locale whose own feed has this product, where it was taken for such a one.
    pub(crate) fn own_tag(&self, item: &Item<'_>) -> Option<&str> {
        let locale = item.offer.and(item.market.locale)?;
        Some(self.locales().nth(locale as usize)?.0)
    }

    /// What a locale's own feed says of a product; `None` where it does not have it.
    pub(super) fn offer(&self, locale: u32, ordinal: u32) -> Option<&[u8; OFFER_BYTES]> {
        let place = locale as usize * self.counts.items as usize + ordinal as usize;
        let at = self.layout.offers + OFFER_BYTES * place;
        let offer = self.data().get(at..)?.first_chunk::<OFFER_BYTES>()?;
        (u16_at(offer, 4) > 0).then_some(offer)
    }

    pub(super) fn by_hash(&self, at: u32) -> (u32, u32) {
        let at = self.layout.by_hash + 8 * at as usize;
        (u32_at(self.data(), at), u32_at(self.data(), at + 4))
    }

    /// Ordinals of the products whose key has this hash: one, but for a rare collision.
    pub fn with_hash(&self, hash: u32) -> impl Iterator<Item = u32> + '_ {
        let (mut low, mut high) = (0, self.counts.items);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.by_hash(middle).0 < hash { low = middle + 1 } else { high = middle }
        }
        (low..self.counts.items).map(|at| self.by_hash(at)).take_while(move |(found, _)| *found == hash).map(|(_, o)| o)
    }

    /// The ordinal of a product key.
    pub fn ordinal(&self, id: &str) -> Option<u32> {
        self.with_hash(product_hash(id)).find(|ordinal| self.item(*ordinal).is_some_and(|item| item.id() == id))
    }

    /// Number of categories.
    pub fn categories(&self) -> u32 {
        self.counts.categories
    }

    pub(super) fn text_at(&self, at: usize) -> &str {
        let (from, bytes) = (u32_at(self.data(), at) as usize, u32_at(self.data(), at + 4) as usize);
        text_in(self.texts(), from, bytes)
    }

    /// Key of a category, as pages and interests have it.
    pub fn category_key(&self, category: u16) -> &str {
        if u32::from(category) >= self.counts.categories {
            return "";
        }
        self.text_at(self.layout.categories + 16 * usize::from(category))
    }

    /// Name of a category: the last part of its path.
    pub fn category_name(&self, category: u16) -> &str {
        if u32::from(category) >= self.counts.categories {
            return "";
        }
        let path = self.text_at(self.layout.categories + 16 * usize::from(category) + 8);
        path.rsplit_once('>').map_or(path, |(_, last)| last).trim_ascii()
    }

    /// The category with this key.
    pub fn category_of(&self, key: &str) -> Option<u16> {
        (0..u16::try_from(self.counts.categories).unwrap_or(NO_CATEGORY)).find(|at| self.category_key(*at) == key)
    }

    pub(super) fn member_range(&self, category: u32) -> Option<core::ops::Range<usize>> {
        let at = self.layout.members_from + 4 * category as usize;
        let (from, to) = (u32_at(self.data(), at), u32_at(self.data(), at + 4));
        (from <= to && to <= self.counts.members && category < self.counts.categories)
            .then_some(from as usize..to as usize)
    }

    /// The products of a category that are not gone, newest first.
    pub fn members(&self, category: u16) -> impl Iterator<Item = u32> + '_ {
        let range = self.member_range(category.into()).unwrap_or_default();
        range.map(|at| u32_at(self.data(), self.layout.members + 4 * at))
    }

    /// The field with this name: its number and whether it is private.
    pub fn field(&self, name: &str) -> Option<(u16, bool)> {
        (0..u16::try_from(self.counts.fields).unwrap_or(0)).find_map(|field| {
            let at = self.layout.fields + 12 * usize::from(field);
            (self.text_at(at) == name).then(|| (field, u32_at(self.data(), at + 8) & 1 == 1))
        })
    }

    /// The value of a field of a product: its text, and in hundredths where it is a number.
    pub fn extra(&self, item: &Item<'_>, field: u16) -> Option<(&str, Option<i32>)> {
        let from = u32_at(item.record, 28) as usize;
        (from..from + usize::from(item.record[26])).find_map(|at| {
            let at = self.layout.extras + EXTRA_BYTES * at;
            if u16_at(self.data(), at + 6) != field {
                return None;
            }
            let (from, bytes) = (u32_at(self.data(), at) as usize, usize::from(u16_at(self.data(), at + 4)));
            let number = u32_at(self.data(), at + 8).cast_signed();
            Some((text_in(self.texts(), from, bytes), Some(number).filter(|number| *number != i32::MIN)))
        })
    }
}
