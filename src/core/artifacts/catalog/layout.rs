//! Where the tables of a catalogue begin, and its numbers.

use super::error::CatalogError;
use crate::codec;
use crate::limits::{CATALOG_BYTES_MAX, CATALOG_FIELDS_MAX, CATALOG_ITEMS_MAX, CATEGORIES_MAX, LOCALES_MAX};

pub(in crate::artifacts) const MAGIC: &[u8; 4] = b"ATCA";
/// Where the bytes begin that the checksum covers.
pub(in crate::artifacts) const CHECKED_FROM: usize = 16;
pub(in crate::artifacts) const HEADER_BYTES: usize = 64;
pub(in crate::artifacts) const RECORD_BYTES: usize = 56;
pub(in crate::artifacts) const EXTRA_BYTES: usize = 12;
pub(in crate::artifacts) const LOCALE_BYTES: usize = 16;
pub(in crate::artifacts) const OFFER_BYTES: usize = 28;
/// What stands for no number.
pub(in crate::artifacts) const NONE: u32 = u32::MAX;
/// What stands for no category.
pub(in crate::artifacts) const NO_CATEGORY: u16 = u16::MAX;

/// How many there are of everything.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::artifacts) struct Counts {
    pub(in crate::artifacts) items: u32,
    pub(in crate::artifacts) categories: u32,
    pub(in crate::artifacts) fields: u32,
    pub(in crate::artifacts) extras: u32,
    pub(in crate::artifacts) members: u32,
    pub(in crate::artifacts) text_bytes: u32,
    pub(in crate::artifacts) locales: u32,
}

/// Where the tables begin.
#[derive(Clone, Copy, Debug)]
pub(in crate::artifacts) struct Layout {
    pub(in crate::artifacts) by_hash: usize,
    pub(in crate::artifacts) categories: usize,
    pub(in crate::artifacts) members_from: usize,
    pub(in crate::artifacts) members: usize,
    pub(in crate::artifacts) fields: usize,
    pub(in crate::artifacts) extras: usize,
    pub(in crate::artifacts) locales: usize,
    pub(in crate::artifacts) offers: usize,
    pub(in crate::artifacts) texts: usize,
    pub(in crate::artifacts) total: u64,
}

impl Layout {
    pub(in crate::artifacts) fn of(counts: &Counts) -> Option<Self> {
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

pub(in crate::artifacts) fn check_limits(counts: &Counts, bytes: usize) -> Result<(), CatalogError> {
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

pub(in crate::artifacts) fn text_in(texts: &[u8], from: usize, bytes: usize) -> &str {
    // All of it was checked when the catalogue was loaded; a short text is cheap to check again.
    texts.get(from..from.saturating_add(bytes)).and_then(|text| core::str::from_utf8(text).ok()).unwrap_or("")
}

pub(in crate::artifacts) fn known(number: u32) -> Option<u32> {
    Some(number).filter(|number| *number != NONE)
}

/// A number of a record; the greatest where the record is cut.
pub(in crate::artifacts) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    codec::u16_at(bytes, at).unwrap_or(u16::MAX)
}

/// A number of a record; [`NONE`] where the record is cut.
pub(in crate::artifacts) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    codec::u32_at(bytes, at).unwrap_or(NONE)
}
