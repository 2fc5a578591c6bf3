//! What an index has room for, and which neighbours stay when there are more.

use super::rows::entries;
use attune_core::artifacts::index::Rows;
use attune_core::limits::{INDEX_BYTES_MAX, POPULAR_MAX};

/// The neighbours, of all products together, that an index of `items` products has room for in `bytes`, beside
/// `next_entries` of what comes next; `None` if not even the products fit.
pub fn entries_within(bytes: u64, items: usize, next_entries: usize) -> Option<usize> {
    let (items, next) = (items as u64, next_entries as u64);
    // Offset, row maximum and rank of each product; 4 bytes an entry; header and list of the popular.
    let next = if next > 0 { 4 * (items + 1) + 4 * next } else { 0 };
    let fixed = 84 + 11 * items + 3 * items.min(POPULAR_MAX as u64) + next;
    let room = bytes.min(INDEX_BYTES_MAX as u64).checked_sub(fixed)? / 4;
    usize::try_from(room).ok().filter(|room| *room > 0 || items == 0)
}

/// Buckets of what an entry is worth, by the upper half of its bits: steps of less than one percent.
const BUCKETS: usize = 1 << 15;

/// Leaves the `entries_max` entries that are worth most; every row keeps its beginning.
///
/// An entry is worth its share of its row times the clicks of the row's product: how often it is asked for, and how
/// much it says then. Products that are clicked often keep long rows, and the many others short ones.
pub(super) fn fit(rows: &mut Rows, clicks: &[u64], entries_max: usize) {
    if rows.entries.len() <= entries_max {
        return;
    }
    let mut counts = vec![0usize; BUCKETS];
    for item in 0..rows.max.len() {
        let row = entries(rows, item);
        for bucket in worth(row, clicks.get(item)) {
            if let Some(count) = counts.get_mut(bucket) {
                *count += 1;
            }
        }
    }
    let (mut room, mut least) = (entries_max, BUCKETS);
    for (bucket, count) in counts.iter().enumerate().rev() {
        least = bucket;
        if *count > room {
            break;
        }
        room -= count;
    }
    let mut end = 0;
    for item in 0..rows.max.len() {
        let row = entries(rows, item);
        let kept = worth(row, clicks.get(item))
            .take_while(|bucket| {
                let fits = *bucket == least && room > 0;
                room -= usize::from(fits);
                *bucket > least || fits
            })
            .count();
        let from = rows.offsets.get(item).map_or(0, |from| *from as usize);
        rows.entries.copy_within(from..from + kept, end);
        // The next row still needs its own beginning, so this one's is put right only now.
        if let Some(offset) = rows.offsets.get_mut(item) {
            *offset = u32::try_from(end).unwrap_or(u32::MAX);
        }
        end += kept;
    }
    rows.entries.truncate(end);
    if let Some(offset) = rows.offsets.last_mut() {
        *offset = u32::try_from(end).unwrap_or(u32::MAX);
    }
}

/// The bucket of each entry of a row, falling.
fn worth(row: &[(u32, u8)], clicks: Option<&u64>) -> impl Iterator<Item = usize> {
    let total: u32 = row.iter().map(|(_, weight)| u32::from(*weight)).sum();
    #[expect(clippy::cast_precision_loss, reason = "a worth")]
    let unit = (clicks.copied().unwrap_or_default() + 1) as f32 / total.max(1) as f32;
    row.iter().map(move |(_, weight)| ((unit * f32::from(*weight)).to_bits() >> 16) as usize)
}
