//! Neighbours of neighbours: what sparse data have instead of counts.

use attune_core::recommend::Rows;

/// Adds `share` of what a product's neighbours lead to, in proportion to their weights; `push` takes each row.
///
/// Most products of a large catalogue have been in a handful of sessions, so their rows are short and a next click is
/// often of a product that was never in one session with this one, but is one step further.
pub fn expand(rows: &Rows, share: f64, mut push: impl FnMut(&mut Vec<(u32, f64)>)) {
    let row = |item: usize| -> (&[(u32, u8)], f64) {
        let (Some(from), Some(to), Some(max)) =
            (rows.offsets.get(item), rows.offsets.get(item + 1), rows.max.get(item))
        else {
            return (&[], 0.0);
        };
        (rows.entries.get(*from as usize..*to as usize).unwrap_or_default(), f64::from(*max) / 255.0)
    };
    let items = rows.max.len();
    let (mut sums, mut touched, mut list) = (vec![0.0f64; items], Vec::new(), Vec::new());
    for item in 0..items {
        let (near, unit) = row(item);
        let others = || near.iter().filter(|(other, _)| *other as usize != item);
        let total: f64 = others().map(|(_, weight)| f64::from(*weight) * unit).sum();
        let mut add = |other: u32, weight: f64| {
            if let Some(sum) = sums.get_mut(other as usize) {
                if *sum == 0.0 {
                    touched.push(other);
                }
                *sum += weight;
            }
        };
        for (other, weight) in near {
            add(*other, f64::from(*weight) * unit);
        }
        for (middle, weight) in others() {
            let part = share * f64::from(*weight) * unit / total;
            let (far, unit) = row(*middle as usize);
            for (other, weight) in far.iter().filter(|(other, _)| *other as usize != item && other != middle) {
                add(*other, part * f64::from(*weight) * unit);
            }
        }
        list.clear();
        for other in touched.drain(..) {
            if let Some(sum) = sums.get_mut(other as usize) {
                list.push((other, *sum));
                *sum = 0.0;
            }
        }
        push(&mut list);
    }
}
