//! Live prices and stock: a small artifact that is replaced every few minutes, beside a catalogue that is not.

use super::Availability;
use crate::limits::OVERLAY_ITEMS_MAX;
use crate::recommend::checksum;
use alloc::vec::Vec;

/// Format that this version writes and reads.
pub const OVERLAY_FORMAT: u16 = 1;
const MAGIC: &[u8; 4] = b"ATOV";
const CHECKED_FROM: usize = 16;
const HEADER_BYTES: usize = 32;
const RECORD_BYTES: usize = 16;
const NONE: u32 = u32::MAX;

/// Why an overlay is refused, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OverlayError {
    /// Not an overlay, or of another format.
    #[error("not an overlay of format {OVERLAY_FORMAT}")]
    Foreign,
    /// Shorter or longer than its header says.
    #[error("the overlay is truncated or has bytes after its end")]
    Length,
    /// Bytes have changed since it was written.
    #[error("the overlay is damaged: its checksum does not match")]
    Damaged,
    /// Over a limit, or not in order.
    #[error("the overlay has too many products, or they are not in order")]
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

/// A checked overlay.
#[derive(Clone, Debug)]
pub struct Overlay<B> {
    bytes: B,
}

fn u32_in(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(NONE, |bytes| u32::from_le_bytes(*bytes))
}

/// Writes an overlay: products in the order of their ordinals, none twice.
///
/// # Errors
/// [`OverlayError::Inconsistent`] for too many products or another order.
pub fn encode_overlay(epoch: u32, made_s: u32, products: &[Live]) -> Result<Vec<u8>, OverlayError> {
    let ascending = products.iter().zip(products.iter().skip(1)).all(|(a, b)| a.ordinal < b.ordinal);
    let count = u32::try_from(products.len()).ok().filter(|_| products.len() <= OVERLAY_ITEMS_MAX && ascending);
    let count = count.ok_or(OverlayError::Inconsistent)?;
    let mut body = Vec::with_capacity(HEADER_BYTES + products.len() * RECORD_BYTES);
    for number in [epoch, made_s, count, 0] {
        body.extend_from_slice(&number.to_le_bytes());
    }
    for live in products {
        let availability = u32::from(live.availability as u8);
        for number in [live.ordinal, live.price_minor.unwrap_or(NONE), live.stock.unwrap_or(NONE), availability] {
            body.extend_from_slice(&number.to_le_bytes());
        }
    }
    let mut out = Vec::with_capacity(CHECKED_FROM + body.len());
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&OVERLAY_FORMAT.to_le_bytes());
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
        if header.first_chunk() != Some(MAGIC) || u16::from_le_bytes([header[4], header[5]]) != OVERLAY_FORMAT {
            return Err(OverlayError::Foreign);
        }
        let count = u32_in(data, 24) as usize;
        if count > OVERLAY_ITEMS_MAX {
            return Err(OverlayError::Inconsistent);
        }
        if data.len() != HEADER_BYTES + count * RECORD_BYTES {
            return Err(OverlayError::Length);
        }
        let sum = u64::from(u32_in(data, 8)) | (u64::from(u32_in(data, 12)) << 32);
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
        u32_in(self.bytes.as_ref(), HEADER_BYTES + at * RECORD_BYTES)
    }

    /// Epoch of the catalogue whose ordinals these are.
    pub fn epoch(&self) -> u32 {
        u32_in(self.bytes.as_ref(), 16)
    }

    /// When it was made, in seconds since the Unix epoch.
    pub fn made_s(&self) -> u32 {
        u32_in(self.bytes.as_ref(), 20)
    }

    /// What it says of a product, if anything.
    pub fn of(&self, ordinal: u32) -> Option<Live> {
        let data = self.bytes.as_ref();
        let (mut low, mut high) = (0, u32_in(data, 24) as usize);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.ordinal_at(middle) < ordinal { low = middle + 1 } else { high = middle }
        }
        let at = HEADER_BYTES + low * RECORD_BYTES;
        if at >= data.len() || u32_in(data, at) != ordinal {
            return None;
        }
        let known = |number: u32| Some(number).filter(|number| *number != NONE);
        let availability = u8::try_from(u32_in(data, at + 12)).ok().and_then(Availability::of).unwrap_or_default();
        Some(Live {
            ordinal,
            price_minor: known(u32_in(data, at + 4)),
            stock: known(u32_in(data, at + 8)),
            availability,
        })
    }
}
