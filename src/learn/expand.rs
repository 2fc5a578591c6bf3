//! Neighbours of neighbours: what sparse data have instead of counts.

use attune_core::recommend::Rows;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Products whose rows one thread widens at a time.
const BLOCK: usize = 256;

/// Adds `share` of what a product's neighbours lead to, in proportion to their weights; `finish` makes each row.
///
/// Most products of a large catalogue have been in a handful of sessions, so their rows are short and a next click is
/// often of a product that was never in one session with this one, but is one step further.
pub fn expand<T: Send>(rows: &Rows, share: f64, finish: impl Fn(&mut Vec<(u32, f64)>) -> T + Sync) -> Vec<T> {
    let items = rows.max.len();
    let following = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(16);
    let mut blocks = std::thread::scope(|scope| {
        let work = |_| {
            scope.spawn(|| {
                let mut wide = Widening { rows, share, sums: vec![0.0; items], touched: Vec::new() };
                let (mut list, mut done) = (Vec::new(), Vec::new());
                loop {
                    let from = following.fetch_add(1, Ordering::Relaxed) * BLOCK;
                    if from >= items {
                        return done;
                    }
                    let block = (from..(from + BLOCK).min(items)).map(|item| {
                        wide.widen(item, &mut list);
                        finish(&mut list)
                    });
                    done.push((from, block.collect::<Vec<T>>()));
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
    blocks.sort_unstable_by_key(|(from, _)| *from);
    blocks.into_iter().flat_map(|(_, block)| block).collect()
}

struct Widening<'a> {
    rows: &'a Rows,
    share: f64,
    sums: Vec<f64>,
    touched: Vec<u32>,
}

impl<'a> Widening<'a> {
    fn row(&self, item: usize) -> (&'a [(u32, u8)], f64) {
        let Rows { offsets, max, entries } = self.rows;
        match (offsets.get(item), offsets.get(item + 1), max.get(item)) {
            (Some(from), Some(to), Some(max)) => {
                (entries.get(*from as usize..*to as usize).unwrap_or_default(), f64::from(*max) / 255.0)
            }
            _ => (&[], 0.0),
        }
    }

    fn add(&mut self, other: u32, weight: f64) {
        if let Some(sum) = self.sums.get_mut(other as usize) {
            if *sum == 0.0 {
                self.touched.push(other);
            }
            *sum += weight;
        }
    }

    fn widen(&mut self, item: usize, list: &mut Vec<(u32, f64)>) {
        let (near, unit) = self.row(item);
        let others = || near.iter().filter(|(other, _)| *other as usize != item);
        let total: f64 = others().map(|(_, weight)| f64::from(*weight) * unit).sum();
        for (other, weight) in near {
            self.add(*other, f64::from(*weight) * unit);
        }
        for (middle, weight) in others() {
            let part = self.share * f64::from(*weight) * unit / total;
            let (far, unit) = self.row(*middle as usize);
            for (other, weight) in far.iter().filter(|(other, _)| *other as usize != item && other != middle) {
                self.add(*other, part * f64::from(*weight) * unit);
            }
        }
        list.clear();
        for other in self.touched.drain(..) {
            if let Some(sum) = self.sums.get_mut(other as usize) {
                list.push((other, *sum));
                *sum = 0.0;
            }
        }
    }
}
