//! Live prices and stock: a small artifact that is replaced every few minutes, beside a catalogue that is not.

use super::catalog::Availability;
use super::catalog::layout::{NONE, known, u32_at};
use crate::codec::checksum;
use crate::limits::{LOCALES_MAX, OVERLAY_ITEMS_MAX};
use crate::profile::product_hash;
use alloc::string::String;
use alloc::vec::Vec;

/// Latest format: that of overlays with prices of several locales.
pub const OVERLAY_FORMAT: u16 = 2;
/// Oldest format that is read, and written where there are prices of the first locale only.
const OVERLAY_FORMAT_MIN: u16 = 1;
const MAGIC: &[u8; 4] = b"ATOV";
const CHECKED_FROM: usize = 16;
const HEADER_BYTES: usize = 32;
const RECORD_BYTES: usize = 16;

/// Why an overlay is refused, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OverlayError {
    /// Not an overlay, or of another format.
    #[error("not an overlay of format {OVERLAY_FORMAT_MIN} to {OVERLAY_FORMAT}")]
    Foreign,
    /// Shorter or longer than its header says.
    #[error("the overlay is truncated or has bytes after its end")]
    Length,
    /// Bytes have changed since it was written.
    #[error("the overlay is damaged: its checksum does not match")]
    Damaged,
    /// Over a limit, or not in order.
    #[error("the overlay has too many products or locales, or they are not in order")]
    Inconsistent,
}

/// What an overlay says of one product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// Ordinal.
    pub ordinal: u32,
    /// Price to show, in minor units.
    pub price_minor: Option<u32>,
    /// Pieces in stock.
    pub stock: Option<u32>,
    /// Availability.
    pub availability: Availability,
}

/// Live prices of a locale that has a feed of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LivePrices {
    /// Tag of the locale.
    pub tag: String,
    /// Price of each product of the overlay, in its order, in minor units of the locale's currency.
    pub prices_minor: Vec<Option<u32>>,
}

/// A checked overlay.
#[derive(Clone, Debug)]
pub struct Overlay<B> {
    bytes: B,
}

/// Writes an overlay: products in the order of their ordinals, none twice, and their prices in further locales.
///
/// # Errors
/// [`OverlayError::Inconsistent`] for too many products or locales, another order, or another number of prices.
pub fn encode_overlay(
    epoch: u32,
    made_s: u32,
    products: &[Live],
    locales: &[LivePrices],
) -> Result<Vec<u8>, OverlayError> {
    let ascending = products.iter().zip(products.iter().skip(1)).all(|(a, b)| a.ordinal < b.ordinal);
    let fits = products.len() <= OVERLAY_ITEMS_MAX && ascending && locales.len() <= LOCALES_MAX;
    if !fits || locales.iter().any(|locale| locale.prices_minor.len() != products.len()) {
        return Err(OverlayError::Inconsistent);
    }
    let number = |count: usize| u32::try_from(count).map_err(|_| OverlayError::Inconsistent);
    let mut body = Vec::with_capacity(HEADER_BYTES + products.len() * (RECORD_BYTES + 4 * locales.len()));
    let mut put = |number: u32| body.extend_from_slice(&number.to_le_bytes());
    for number in [epoch, made_s, number(products.len())?, number(locales.len())?] {
        put(number);
    }
    for locale in locales {
        put(product_hash(&locale.tag));
    }
    for live in products {
        let availability = u32::from(live.availability as u8);
        for number in [live.ordinal, live.price_minor.unwrap_or(NONE), live.stock.unwrap_or(NONE), availability] {
            put(number);
        }
    }
    for price in locales.iter().flat_map(|locale| &locale.prices_minor) {
        put(price.unwrap_or(NONE));
    }
    let mut out = Vec::with_capacity(CHECKED_FROM + body.len());
    out.extend_from_slice(MAGIC);
    let format = if locales.is_empty() { OVERLAY_FORMAT_MIN } else { OVERLAY_FORMAT };
    out.extend_from_slice(&format.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out.extend_from_slice(&checksum(&body).to_le_bytes());
    out.append(&mut body);
    Ok(out)
}

impl<B: AsRef<[u8]>> Overlay<B> {
    /// Checks an overlay.
    ///
    /// # Errors
    /// [`OverlayError`] when it is not exactly what was written.
    pub fn load(bytes: B) -> Result<Self, OverlayError> {
        let data = bytes.as_ref();
        let header = data.first_chunk::<HEADER_BYTES>().ok_or(OverlayError::Foreign)?;
        let format = u16::from_le_bytes([header[4], header[5]]);
        if header.first_chunk() != Some(MAGIC) || !(OVERLAY_FORMAT_MIN..=OVERLAY_FORMAT).contains(&format) {
            return Err(OverlayError::Foreign);
        }
        let (count, locales) = (u32_at(data, 24) as usize, u32_at(data, 28) as usize);
        // The first format has zero there.
        let locales_max = if format == OVERLAY_FORMAT_MIN { 0 } else { LOCALES_MAX };
        if count > OVERLAY_ITEMS_MAX || locales > locales_max {
            return Err(OverlayError::Inconsistent);
        }
        if data.len() != HEADER_BYTES + 4 * locales + count * (RECORD_BYTES + 4 * locales) {
            return Err(OverlayError::Length);
        }
        let sum = u64::from(u32_at(data, 8)) | (u64::from(u32_at(data, 12)) << 32);
        if checksum(data.get(CHECKED_FROM..).unwrap_or_default()) != sum {
            return Err(OverlayError::Damaged);
        }
        let overlay = Self { bytes };
        let ordinal = |at: usize| overlay.ordinal_at(at);
        if (1..count).any(|at| ordinal(at - 1) >= ordinal(at)) {
            return Err(OverlayError::Inconsistent);
        }
        Ok(overlay)
    }

    fn ordinal_at(&self, at: usize) -> u32 {
        u32_at(self.bytes.as_ref(), self.records() + at * RECORD_BYTES)
    }

    fn count(&self) -> usize {
        u32_at(self.bytes.as_ref(), 24) as usize
    }

    fn locales(&self) -> usize {
        u32_at(self.bytes.as_ref(), 28) as usize
    }

    /// Where the products begin.
    fn records(&self) -> usize {
        HEADER_BYTES + 4 * self.locales()
    }

    /// The place of a product among those of the overlay.
    fn place_of(&self, ordinal: u32) -> Option<usize> {
        let (mut low, mut high) = (0, self.count());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.ordinal_at(middle) < ordinal { low = middle + 1 } else { high = middle }
        }
        (low < self.count() && self.ordinal_at(low) == ordinal).then_some(low)
    }

    /// Epoch of the catalogue whose ordinals these are.
    pub fn epoch(&self) -> u32 {
        u32_at(self.bytes.as_ref(), 16)
    }

    /// When it was made, in seconds since the Unix epoch.
    pub fn made_s(&self) -> u32 {
        u32_at(self.bytes.as_ref(), 20)
    }

    /// What it says of a product, if anything.
    pub fn of(&self, ordinal: u32) -> Option<Live> {
        let data = self.bytes.as_ref();
        let at = self.records() + self.place_of(ordinal)? * RECORD_BYTES;
        let availability = u8::try_from(u32_at(data, at + 12)).ok().and_then(Availability::of).unwrap_or_default();
        Some(Live {
            ordinal,
            price_minor: known(u32_at(data, at + 4)),
            stock: known(u32_at(data, at + 8)),
            availability,
        })
    }

    /// The price of a product in a locale that has a feed of its own; `None` where the overlay does not have the
    /// product, or no prices of the locale, and no price inside where it says that there is none.
    pub fn price_in(&self, ordinal: u32, tag: &str) -> Option<Option<u32>> {
        let data = self.bytes.as_ref();
        let hash = product_hash(tag);
        let locale = (0..self.locales()).find(|locale| u32_at(data, HEADER_BYTES + 4 * locale) == hash)?;
        let place = locale * self.count() + self.place_of(ordinal)?;
        Some(known(u32_at(data, self.records() + self.count() * RECORD_BYTES + 4 * place)))
    }
}
