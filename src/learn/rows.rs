//! Rows of sums to rows of an index: weighed, cut, and cut again to what an index has room for.

use crate::count;
use attune_core::artifacts::index::Rows;

/// A row on its way into an index.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Row {
    max: f32,
    entries: Vec<(u32, u8)>,
}

impl Row {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The ordinals of the row.
    pub(crate) fn items(&self) -> impl Iterator<Item = u32> {
        self.entries.iter().map(|(item, _)| *item)
    }
}

/// No rows yet.
pub(crate) fn none() -> Rows {
    Rows { offsets: vec![0], ..Rows::default() }
}

/// Puts a row behind the others.
pub(crate) fn push(rows: &mut Rows, row: &Row) {
    rows.entries.extend_from_slice(&row.entries);
    // An index of 24 MiB has far fewer than 2^32 entries, and 2^32 of them are more than any log here gives.
    rows.offsets.push(u32::try_from(rows.entries.len()).unwrap_or(u32::MAX));
    rows.max.push(row.max);
}

/// The entries of a product's row.
pub(crate) fn entries(rows: &Rows, item: usize) -> &[(u32, u8)] {
    match (rows.offsets.get(item), rows.offsets.get(item + 1)) {
        (Some(from), Some(to)) => rows.entries.get(*from as usize..*to as usize).unwrap_or_default(),
        _ => &[],
    }
}

/// Rows with at most `kept` entries each, the heaviest, in weights of `factor` for each product.
pub(crate) fn cut(rows: &Rows, kept: usize, factor: impl Fn(usize) -> f64) -> Rows {
    let mut shorter = none();
    for (item, max) in rows.max.iter().enumerate() {
        let all = entries(rows, item);
        shorter.entries.extend_from_slice(all.get(..kept).unwrap_or(all));
        shorter.offsets.push(u32::try_from(shorter.entries.len()).unwrap_or(u32::MAX));
        #[expect(clippy::cast_possible_truncation, reason = "the index holds single precision")]
        shorter.max.push((f64::from(*max) * factor(item)) as f32);
    }
    shorter
}

/// For each product, the row of the one that stands for its group.
pub(crate) fn shared(rows: &Rows, groups: &[u32]) -> Rows {
    let mut all = none();
    for item in groups {
        all.entries.extend_from_slice(entries(rows, *item as usize));
        all.offsets.push(u32::try_from(all.entries.len()).unwrap_or(u32::MAX));
        all.max.push(rows.max.get(*item as usize).copied().unwrap_or_default());
    }
    all
}

/// The weights of a row.
pub(crate) fn weigh(sums: &[(u32, u64)], factor: f64, column: &[f64]) -> Vec<(u32, f64)> {
    let weigh = |(item, sum): &(u32, u64)| {
        #[expect(clippy::cast_precision_loss, reason = "a weight")]
        let weight = *sum as f64 / count::ONE * factor * column.get(*item as usize).copied().unwrap_or(1.0);
        (*item, weight)
    };
    sums.iter().map(weigh).collect()
}

/// The heaviest entries of a row, with weights as parts of 255 of the largest.
pub(crate) fn heaviest(weights: &mut Vec<(u32, f64)>, kept: usize) -> Row {
    let heavier = |a: &(u32, f64), b: &(u32, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if weights.len() > kept && kept > 0 {
        weights.select_nth_unstable_by(kept - 1, heavier);
        weights.truncate(kept);
    }
    weights.sort_unstable_by(heavier);
    let Some((_, largest)) = weights.first().copied() else { return Row::default() };
    #[expect(clippy::cast_possible_truncation, reason = "the index holds single precision")]
    let max = largest as f32;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 255")]
    let entries =
        weights.iter().map(|(item, weight)| (*item, (weight / largest * 255.0).round().max(1.0) as u8)).collect();
    Row { max, entries }
}

/// Buckets of what an entry is worth, by the upper half of its bits: steps of less than one percent.
const BUCKETS: usize = 1 << 15;

/// Leaves the `entries_max` entries that are worth most; every row keeps its beginning.
///
/// An entry is worth its share of its row times the clicks of the row's product: how often it is asked for, and how
/// much it says then. Products that are clicked often keep long rows, and the many others short ones.
pub(crate) fn fit(rows: &mut Rows, clicks: &[u64], entries_max: usize) {
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
