//! The catalogue, read in place.

use super::{CatalogCheck, Item, Market};
use crate::codec;
use crate::limits::{CATALOG_BYTES_MAX, CATALOG_FIELDS_MAX, CATALOG_ITEMS_MAX, CATEGORIES_MAX, LOCALES_MAX};
use crate::profile::product_hash;

/// Latest format: that of catalogues in which locales have feeds of their own.
pub const CATALOG_FORMAT: u16 = 2;
/// Oldest format that is read, and written where it says everything.
pub const CATALOG_FORMAT_MIN: u16 = 1;
pub(super) const MAGIC: &[u8; 4] = b"ATCA";
/// Where the bytes begin that the checksum covers.
pub(super) const CHECKED_FROM: usize = 16;
pub(super) const HEADER_BYTES: usize = 64;
pub(super) const RECORD_BYTES: usize = 56;
pub(super) const EXTRA_BYTES: usize = 12;
pub(super) const LOCALE_BYTES: usize = 16;
pub(super) const OFFER_BYTES: usize = 28;
/// What stands for no number.
pub(super) const NONE: u32 = u32::MAX;
/// What stands for no category.
pub(super) const NO_CATEGORY: u16 = u16::MAX;

/// Why a catalogue is refused, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// The first bytes are not those of a catalogue.
    #[error("not a catalogue: it does not begin with ATCA")]
    Foreign,
    /// Written by another version.
    #[error("catalogue of format {0}, this version reads {CATALOG_FORMAT_MIN} to {CATALOG_FORMAT}")]
    Format(u16),
    /// Shorter or longer than its header says.
    #[error("the catalogue has {found} bytes, its header says {expected}")]
    Length {
        /// Bytes by the header.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },
    /// Over a limit.
    #[error("the catalogue is over a limit: {0}")]
    Limit(&'static str),
    /// Bytes have changed since it was written.
    #[error("the catalogue is damaged: its checksum does not match")]
    Damaged,
    /// The checksum is right, but what it protects is not a catalogue.
    #[error("the catalogue is inconsistent: {0}")]
    Inconsistent(&'static str),
}

/// How many there are of everything.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) items: u32,
    pub(super) categories: u32,
    pub(super) fields: u32,
    pub(super) extras: u32,
    pub(super) members: u32,
    pub(super) text_bytes: u32,
    pub(super) locales: u32,
}

/// Where the tables begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) by_hash: usize,
    pub(super) categories: usize,
    pub(super) members_from: usize,
    pub(super) members: usize,
    pub(super) fields: usize,
    pub(super) extras: usize,
    pub(super) locales: usize,
    pub(super) offers: usize,
    pub(super) texts: usize,
    pub(super) total: u64,
}

impl Layout {
    pub(super) fn of(counts: &Counts) -> Option<Self> {
        let at = |from: u64, count: u32, bytes: u64| from.checked_add(u64::from(count) * bytes);
        let by_hash = at(HEADER_BYTES as u64, counts.items, RECORD_BYTES as u64)?;
        let categories = at(by_hash, counts.items, 8)?;
        let members_from = at(categories, counts.categories, 16)?;
        let members = at(members_from, counts.categories.checked_add(1)?, 4)?;
        let fields = at(members, counts.members, 4)?;
        let extras = at(fields, counts.fields, 12)?;
        let locales = at(extras, counts.extras, EXTRA_BYTES as u64)?;
        let offers = at(locales, counts.locales, LOCALE_BYTES as u64)?;
        let offer_bytes = u64::from(counts.locales).checked_mul(OFFER_BYTES as u64)?;
        let texts = offers.checked_add(u64::from(counts.items).checked_mul(offer_bytes)?)?;
        let total = at(texts, counts.text_bytes, 1)?;
        let small = |offset: u64| usize::try_from(offset).ok();
        Some(Self {
            by_hash: small(by_hash)?,
            categories: small(categories)?,
            members_from: small(members_from)?,
            members: small(members)?,
            fields: small(fields)?,
            extras: small(extras)?,
            locales: small(locales)?,
            offers: small(offers)?,
            texts: small(texts)?,
            total,
        })
    }
}

/// A checked catalogue over bytes that somebody else may own.
#[derive(Clone, Debug)]
pub struct Catalog<B> {
    bytes: B,
    pub(super) counts: Counts,
    pub(super) layout: Layout,
}

impl<B: AsRef<[u8]>> Catalog<B> {
    /// Checks everything once, so that reading needs no checks.
    ///
    /// # Errors
    /// When the bytes are truncated, changed, of another kind or format, or over a limit.
    pub fn load(bytes: B) -> Result<Self, CatalogError> {
        let mut check = CatalogCheck::begin(bytes)?;
        while !check.step(usize::MAX)? {}
        Ok(check.into_catalog())
    }

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
    pub fn items(&self) -> u32 {
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
    fn offer(&self, locale: u32, ordinal: u32) -> Option<&[u8; OFFER_BYTES]> {
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

    fn text_at(&self, at: usize) -> &str {
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

fn check_limits(counts: &Counts, bytes: usize) -> Result<(), CatalogError> {
    for (what, count, max) in [
        ("bytes", bytes, CATALOG_BYTES_MAX),
        ("products", counts.items as usize, CATALOG_ITEMS_MAX),
        ("categories", counts.categories as usize, CATEGORIES_MAX),
        ("fields", counts.fields as usize, CATALOG_FIELDS_MAX),
        ("locales", counts.locales as usize, LOCALES_MAX),
    ] {
        if count > max {
            return Err(CatalogError::Limit(what));
        }
    }
    Ok(())
}

pub(super) fn text_in(texts: &[u8], from: usize, bytes: usize) -> &str {
    // All of it was checked when the catalogue was loaded; a short text is cheap to check again.
    texts.get(from..from.saturating_add(bytes)).and_then(|text| core::str::from_utf8(text).ok()).unwrap_or("")
}

pub(super) fn known(number: u32) -> Option<u32> {
    Some(number).filter(|number| *number != NONE)
}

/// A number of a record; the greatest where the record is cut.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    codec::u16_at(bytes, at).unwrap_or(u16::MAX)
}

/// A number of a record; [`NONE`] where the record is cut.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    codec::u32_at(bytes, at).unwrap_or(NONE)
}
