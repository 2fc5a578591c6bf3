//! Neighbours of neighbours: for products with few sessions of their own.

use super::rows::{self, heaviest};
use attune_core::artifacts::index::Rows;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Products whose rows one thread widens at a time.
const BLOCK: usize = 256;

/// Adds `share` of what a product's neighbours lead to, in proportion to their weights, and keeps the `kept`
/// heaviest. The rows of products that are not `wanted` (which ascend) are left empty.
///
/// Most products of a large catalogue have been in a handful of sessions, so their rows are short and a next click is
/// often of a product that was never in one session with this one, but is one step further.
pub(crate) fn add_second_order(rows: &Rows, share: f64, wanted: &[u32], kept: usize) -> Rows {
    let items = rows.max.len();
    let following = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(16);
    let mut blocks = std::thread::scope(|scope| {
        let work = |_| {
            scope.spawn(|| {
                let mut wide =
                    Widening { rows, share, sums: vec![0.0; items], touched: vec![0; 2 * items], touched_len: 0 };
                let (mut list, mut done) = (Vec::new(), Vec::new());
                loop {
                    let block = following.fetch_add(1, Ordering::Relaxed);
                    let Some(part) = wanted.chunks(BLOCK).nth(block) else { return done };
                    let mut some = rows::none();
                    for item in part {
                        wide.widen(*item as usize, &mut list);
                        rows::push(&mut some, &heaviest(&mut list, kept));
                    }
                    done.push((block, part, some));
                }
            })
        };
        let running: Vec<_> = (0..threads).map(work).collect();
        let mut blocks = Vec::new();
        for thread in running {
            match thread.join() {
                Ok(done) => blocks.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        blocks
    });
    blocks.sort_unstable_by_key(|(block, ..)| *block);
    let mut all = rows::none();
    all.entries.reserve_exact(blocks.iter().map(|(.., some)| some.entries.len()).sum());
    for (_, part, some) in blocks {
        for (place, item) in part.iter().enumerate() {
            pad(&mut all, *item as usize);
            all.entries.extend_from_slice(rows::entries(&some, place));
            all.offsets.push(u32::try_from(all.entries.len()).unwrap_or(u32::MAX));
            all.max.push(some.max.get(place).copied().unwrap_or_default());
        }
    }
    pad(&mut all, items);
    all
}

/// Puts empty rows behind the others until there are `items`.
fn pad(rows: &mut Rows, items: usize) {
    let end = u32::try_from(rows.entries.len()).unwrap_or(u32::MAX);
    rows.max.resize(items, 0.0);
    rows.offsets.resize(items + 1, end);
}

struct Widening<'a> {
    rows: &'a Rows,
    share: f64,
    sums: Vec<f64>,
    /// Products with a sum, the first `touched_len` of it.
    touched: Vec<u32>,
    touched_len: usize,
}

impl<'a> Widening<'a> {
    fn row(&self, item: usize) -> (&'a [(u32, u8)], f64) {
        (rows::entries(self.rows, item), f64::from(self.rows.max.get(item).copied().unwrap_or_default()) / 255.0)
    }

    fn add(&mut self, row: &[(u32, u8)], unit: f64) {
        let Self { sums, touched, touched_len, .. } = self;
        for (other, weight) in row {
            let Some(sum) = sums.get_mut(*other as usize) else { continue };
            // Written always and kept if it is the first: a branch here would be mispredicted half of the time.
            if let Some(place) = touched.get_mut(*touched_len) {
                *place = *other;
            }
            *touched_len += usize::from(*sum == 0.0);
            *sum += f64::from(*weight) * unit;
        }
    }

    fn sum(&mut self, item: usize) -> f64 {
        self.sums.get(item).copied().unwrap_or_default()
    }

    fn set(&mut self, item: usize, sum: f64) {
        if let Some(place) = self.sums.get_mut(item) {
            *place = sum;
        }
    }

    fn widen(&mut self, item: usize, list: &mut Vec<(u32, f64)>) {
        let (near, unit) = self.row(item);
        let others = || near.iter().filter(|(other, _)| *other as usize != item);
        let total: f64 = others().map(|(_, weight)| f64::from(*weight) * unit).sum();
        self.touched_len = 0;
        self.add(near, unit);
        let own = self.sum(item);
        for (middle, weight) in others() {
            let part = self.share * f64::from(*weight) * unit / total;
            let (far, unit) = self.row(*middle as usize);
            // A product does not lead to itself: what its row adds to it is taken back.
            let before = self.sum(*middle as usize);
            self.add(far, part * unit);
            self.set(*middle as usize, before);
        }
        self.set(item, own);
        list.clear();
        for place in 0..self.touched_len {
            let Some(other) = self.touched.get(place).copied() else { break };
            let sum = self.sum(other as usize);
            // What was taken back may be 0, or here for the second time.
            if sum > 0.0 {
                list.push((other, sum));
                self.set(other as usize, 0.0);
            }
        }
    }
}
