//! Rows of neighbours on their way into an index: cut to the heaviest, with weights as parts of the largest.

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

/// An empty row for each of `items` products.
pub(crate) fn empty(items: usize) -> Rows {
    Rows { offsets: vec![0; items + 1], max: vec![0.0; items], entries: Vec::new() }
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
