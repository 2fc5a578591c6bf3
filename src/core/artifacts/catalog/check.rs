//! Checks a catalogue in steps, so that other work can go on between them.

use super::availability::Availability;
use super::error::CatalogError;
use super::layout::{CHECKED_FROM, Counts, EXTRA_BYTES, LOCALE_BYTES, OFFER_BYTES, RECORD_BYTES, u16_at, u32_at};
use super::read::Catalog;
use crate::codec::Checksum;
use crate::limits::{CATALOG_TEXT_BYTES_MAX, KEY_BYTES_MAX, SKU_BYTES_MAX};

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
}

/// A catalogue whose header is right, and of which the rest is being checked.
#[derive(Clone, Debug)]
pub struct CatalogCheck<B> {
    catalog: Catalog<B>,
    sum: Checksum,
    part: u8,
    at: usize,
    /// The entry of the table of keys before the next one.
    before: Option<(u32, u32)>,
}

impl<B: AsRef<[u8]>> CatalogCheck<B> {
    /// Looks at the header.
    ///
    /// # Errors
    /// When the bytes are truncated, of another kind or format, or over a limit.
    pub fn begin(bytes: B) -> Result<Self, CatalogError> {
        let catalog = Catalog::unchecked(bytes)?;
        let sum = Checksum::begin(catalog.size_bytes() - CHECKED_FROM);
        Ok(Self { catalog, sum, part: 0, at: 0, before: None })
    }

    /// Looks at about so many bytes more; true when all is well and there is no more to look at.
    ///
    /// # Errors
    /// When the bytes have changed, or are not a catalogue.
    pub fn step(&mut self, bytes: usize) -> Result<bool, CatalogError> {
        let counts = self.catalog.counts;
        // How many entries each part has, and of how many bytes.
        let (count, size) = match self.part {
            0 => ((self.catalog.size_bytes() - CHECKED_FROM).div_ceil(8), 8),
            1 => (counts.text_bytes as usize, 1),
            2 => (counts.items as usize, RECORD_BYTES),
            3 => (counts.items as usize, 8),
            4 => (counts.categories as usize, 20),
            5 => (counts.members as usize, 4),
            6 => (counts.fields as usize, 12),
            7 => (counts.extras as usize, EXTRA_BYTES),
            8 => (counts.locales as usize, LOCALE_BYTES),
            9 => (counts.locales as usize * counts.items as usize, OFFER_BYTES),
            _ => return Ok(true),
        };
        // A character of a text has at most four bytes: with fewer, a step might not get anywhere.
        let mut end = count.min(self.at + (bytes / size).max(4));
        match self.part {
            0 => self.check_sum(end, end == count)?,
            1 => end = self.check_texts(end)?,
            _ => self.check_entries(end)?,
        }
        if end == count {
            (self.part, self.at) = (self.part + 1, 0);
        } else {
            self.at = end;
        }
        Ok(false)
    }

    /// The catalogue, once [`CatalogCheck::step`] has said that all is well.
    pub(crate) fn into_catalog(self) -> Catalog<B> {
        self.catalog
    }

    fn check_sum(&mut self, end: usize, is_last: bool) -> Result<(), CatalogError> {
        let data = self.catalog.data();
        let checked = data.get(CHECKED_FROM..).unwrap_or_default();
        let tail = self.sum.add(checked.get(8 * self.at..checked.len().min(8 * end)).unwrap_or_default());
        let expected = u64::from(u32_at(data, 8)) | (u64::from(u32_at(data, 12)) << 32);
        if is_last && self.sum.end(tail) != expected { Err(CatalogError::Damaged) } else { Ok(()) }
    }

    /// The answer is where the last whole character ends.
    fn check_texts(&self, end: usize) -> Result<usize, CatalogError> {
        let texts = self.catalog.texts();
        match core::str::from_utf8(texts.get(self.at..end).unwrap_or_default()) {
            Ok(_) => Ok(end),
            Err(error) if error.error_len().is_none() && end < texts.len() => Ok(self.at + error.valid_up_to()),
            Err(_) => Err(CatalogError::Inconsistent("its texts are not UTF-8")),
        }
    }

    fn check_entries(&mut self, end: usize) -> Result<(), CatalogError> {
        let (what, holds): (&str, fn(&mut Self, usize) -> bool) = match self.part {
            2 => ("a product points outside its tables", Self::product),
            3 => ("the table of keys is out of order", Self::key),
            4 => ("its categories are out of order", Self::category),
            5 => ("its categories are out of order", Self::member),
            6 => ("a name points outside the texts", Self::field),
            7 => ("a name points outside the texts", Self::extra),
            8 => ("a locale is not one", Self::locale),
            _ => ("what a locale says of a product points outside the texts", Self::offer),
        };
        if (self.at..end).all(|at| holds(self, at)) { Ok(()) } else { Err(CatalogError::Inconsistent(what)) }
    }

    /// The texts are UTF-8, so a piece of them is when it begins and ends between characters.
    fn is_text(&self, from: u32, bytes: usize) -> bool {
        let texts = self.catalog.texts();
        if bytes > CATALOG_TEXT_BYTES_MAX {
            return false;
        }
        let from = from as usize;
        let is_between = |at: usize| match texts.get(at) {
            Some(byte) => byte & 0xc0 != 0x80,
            None => at == texts.len(),
        };
        is_between(from) && is_between(from.saturating_add(bytes))
    }

    fn product(&mut self, at: usize) -> bool {
        let counts = self.catalog.counts;
        let Some(item) = u32::try_from(at).ok().and_then(|ordinal| self.catalog.item(ordinal)) else { return false };
        let r = item.record;
        Availability::of(r[5]).is_some()
            && (1..=SKU_BYTES_MAX).contains(&usize::from(r[4]))
            && self.is_text(u32_at(r, 0), usize::from(r[4]))
            && self.is_text(u32_at(r, 8), usize::from(u16_at(r, 12)))
            && self.is_text(u32_at(r, 16), usize::from(u16_at(r, 14)))
            && self.is_text(u32_at(r, 20), usize::from(u16_at(r, 24)))
            && item.category().is_none_or(|category| u32::from(category) < counts.categories)
            && u64::from(u32_at(r, 28)) + u64::from(r[26]) <= u64::from(counts.extras)
            && item.group() < counts.items
    }

    fn key(&mut self, at: usize) -> bool {
        let entry = self.catalog.by_hash(u32::try_from(at).unwrap_or(u32::MAX));
        let before = if at == 0 { None } else { self.before };
        self.before = Some(entry);
        entry.1 < self.catalog.counts.items && before.is_none_or(|before| before <= entry)
    }

    fn category(&mut self, at: usize) -> bool {
        let layout = self.catalog.layout;
        let data = self.catalog.data();
        let names = layout.categories + 16 * at;
        let is_last = at + 1 == self.catalog.counts.categories as usize;
        let end = u32_at(data, layout.members_from + 4 * (at + 1));
        u32::try_from(at).is_ok_and(|at| self.catalog.member_range(at).is_some())
            && (!is_last || end == self.catalog.counts.members)
            && self.is_text(u32_at(data, names), u32_at(data, names + 4) as usize)
            && self.is_text(u32_at(data, names + 8), u32_at(data, names + 12) as usize)
    }

    fn member(&mut self, at: usize) -> bool {
        let Counts { items, categories, .. } = self.catalog.counts;
        categories > 0 && u32_at(self.catalog.data(), self.catalog.layout.members + 4 * at) < items
    }

    fn field(&mut self, at: usize) -> bool {
        let (data, at) = (self.catalog.data(), self.catalog.layout.fields + 12 * at);
        self.is_text(u32_at(data, at), u32_at(data, at + 4) as usize)
    }

    fn extra(&mut self, at: usize) -> bool {
        let (data, at) = (self.catalog.data(), self.catalog.layout.extras + EXTRA_BYTES * at);
        self.is_text(u32_at(data, at), usize::from(u16_at(data, at + 4)))
            && u32::from(u16_at(data, at + 6)) < self.catalog.counts.fields
    }

    fn locale(&mut self, at: usize) -> bool {
        let (data, at) = (self.catalog.data(), self.catalog.layout.locales + LOCALE_BYTES * at);
        let bytes = u32_at(data, at + 4) as usize;
        let currency = data.get(at + 8..at + 11).unwrap_or_default();
        bytes <= KEY_BYTES_MAX && self.is_text(u32_at(data, at), bytes) && currency.is_ascii()
    }

    fn offer(&mut self, at: usize) -> bool {
        let (data, at) = (self.catalog.data(), self.catalog.layout.offers + OFFER_BYTES * at);
        self.is_text(u32_at(data, at), usize::from(u16_at(data, at + 4)))
            && self.is_text(u32_at(data, at + 8), usize::from(u16_at(data, at + 6)))
    }
}
