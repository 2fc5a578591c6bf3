//! Writing the recommendation index.

use super::read::{CHECKED_FROM, INDEX_FORMAT, MAGIC, total_bytes};
use crate::codec::checksum;
use crate::limits::{DECAY_STEPS, INDEX_BYTES_MAX, INDEX_ITEMS_MAX, NEIGHBOURS_MAX, NEXT_MAX, POPULAR_MAX};
use alloc::vec::Vec;

/// Rows of neighbours, one for each product, in one buffer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// Where each row begins in `entries`; one more than there are rows.
    pub offsets: Vec<u32>,
    /// Largest weight of each row.
    pub max: Vec<f32>,
    /// Ordinal, and weight as a part of 255 of the row's largest; heaviest first.
    pub entries: Vec<(u32, u8)>,
}

/// All that an index holds.
#[derive(Debug, Clone)]
pub struct IndexParts<'a> {
    /// Epoch of the catalogue whose ordinals these are.
    pub epoch: u32,
    /// Neighbours in sessions.
    pub rows: &'a Rows,
    /// What comes next; without rows the index has none.
    pub next: Option<&'a Rows>,
    /// Share of `next`.
    pub beta: f32,
    /// Factor of each of the latest clicks, newest first.
    pub decay: [f32; DECAY_STEPS],
    /// Every product, most clicked first.
    pub by_popularity: &'a [u32],
}

/// Why parts do not make an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// Over a limit of the format.
    #[error("over a limit of the recommendation index: {0}")]
    Limit(&'static str),
    /// The parts contradict each other.
    #[error("parts of a recommendation index do not belong together: {0}")]
    Inconsistent(&'static str),
}

/// Writes an index.
///
/// # Errors
/// When the parts are over a limit or are not of one catalogue.
pub fn encode(parts: &IndexParts<'_>) -> Result<Vec<u8>, EncodeError> {
    let items = u32::try_from(parts.by_popularity.len()).map_err(|_| EncodeError::Limit("products"))?;
    if items > INDEX_ITEMS_MAX {
        return Err(EncodeError::Limit("products"));
    }
    let next = parts.next.filter(|rows| !rows.entries.is_empty());
    check(parts.rows, items, NEIGHBOURS_MAX)?;
    next.map_or(Ok(()), |rows| check(rows, items, NEXT_MAX))?;
    let popular = parts.by_popularity.len().min(POPULAR_MAX);
    let next_entries = next.map_or(0, |rows| rows.entries.len());
    let counts = [parts.rows.entries.len(), next_entries, popular];
    let [entries, next_entries, popular_count] =
        counts.map(|count| u32::try_from(count).map_err(|_| EncodeError::Limit("entries")));
    let (entries, next_entries, popular_count) = (entries?, next_entries?, popular_count?);
    let size = usize::try_from(total_bytes(items, entries, next_entries, popular_count)).unwrap_or(usize::MAX);
    if size > INDEX_BYTES_MAX {
        return Err(EncodeError::Limit("bytes"));
    }
    // The checksum is put in when everything that it covers is there.
    let mut out = Vec::with_capacity(size);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&INDEX_FORMAT.to_le_bytes());
    out.resize(CHECKED_FROM, 0);
    for number in [parts.epoch, items, entries, next_entries, popular_count] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    for factor in core::iter::once(parts.beta).chain(parts.decay) {
        out.extend_from_slice(&factor.to_le_bytes());
    }
    put_offsets(&mut out, parts.rows);
    for max in &parts.rows.max {
        out.extend_from_slice(&max.to_le_bytes());
    }
    for rank in ranks(parts.by_popularity)? {
        put_u24(&mut out, rank);
    }
    for item in parts.by_popularity.iter().take(popular) {
        put_u24(&mut out, *item);
    }
    put_entries(&mut out, parts.rows);
    if let Some(rows) = next {
        put_offsets(&mut out, rows);
        put_entries(&mut out, rows);
    }
    let sum = checksum(out.get(CHECKED_FROM..).unwrap_or_default());
    if let Some(place) = out.get_mut(CHECKED_FROM - 8..CHECKED_FROM) {
        place.copy_from_slice(&sum.to_le_bytes());
    }
    Ok(out)
}

fn check(rows: &Rows, items: u32, row_len_max: usize) -> Result<(), EncodeError> {
    let wrong = EncodeError::Inconsistent;
    if rows.max.len() != items as usize || rows.offsets.len() != rows.max.len() + 1 {
        return Err(wrong("one row for each product"));
    }
    let ascending = rows.offsets.is_sorted() && rows.offsets.first() == Some(&0);
    if !ascending || rows.offsets.last().map(|end| *end as usize) != Some(rows.entries.len()) {
        return Err(wrong("rows cover the entries"));
    }
    let longest = rows.offsets.iter().zip(rows.offsets.iter().skip(1)).map(|(from, to)| to - from).max();
    if longest.unwrap_or(0) as usize > row_len_max {
        return Err(EncodeError::Limit("neighbours of a product"));
    }
    if rows.entries.iter().any(|(item, _)| *item >= items) {
        return Err(wrong("neighbours are products"));
    }
    Ok(())
}

/// The inverse of an order: the place of each product.
fn ranks(order: &[u32]) -> Result<Vec<u32>, EncodeError> {
    let mut ranks = alloc::vec![u32::MAX; order.len()];
    for (rank, item) in (0u32..).zip(order) {
        let place = ranks.get_mut(*item as usize).filter(|place| **place == u32::MAX);
        *place.ok_or(EncodeError::Inconsistent("every product has one place in the order of clicks"))? = rank;
    }
    Ok(ranks)
}

fn put_offsets(out: &mut Vec<u8>, rows: &Rows) {
    for offset in &rows.offsets {
        out.extend_from_slice(&offset.to_le_bytes());
    }
}

fn put_entries(out: &mut Vec<u8>, rows: &Rows) {
    for (item, _) in &rows.entries {
        put_u24(out, *item);
    }
    out.extend(rows.entries.iter().map(|(_, weight)| *weight));
}

fn put_u24(out: &mut Vec<u8>, number: u32) {
    out.extend(number.to_le_bytes().into_iter().take(3));
}
