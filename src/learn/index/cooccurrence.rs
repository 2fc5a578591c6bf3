//! Pair counts: how much each product belongs to each other one, row by row.
//!
//! A row is added up from the sessions of its product into one dense buffer, so the table of all pairs is never held:
//! a row goes to `finish` and is then forgotten. Sums are whole numbers of 2^-20, so they do not depend on the order in
//! which sessions come, on the number of threads, or on how the input was cut into chunks.

use super::inverted::InvertedSessions;
use super::weights::PairWeights;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// Products whose rows one thread counts at a time.
const BLOCK: usize = 64;

/// One counted row: sums by product, in no order, never 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Pairs in sessions, the product with itself too.
    pub(crate) pairs: Vec<(u32, u64)>,
    /// What comes next; empty unless [`PairWeights`] are made with it.
    pub(crate) next: Vec<(u32, u64)>,
}

/// Sums by product, dense, with the list of those that are not 0.
#[derive(Debug)]
struct Sums {
    by_item: Vec<u64>,
    /// Products with a sum, the first `touched_len` of it.
    touched: Vec<u32>,
    touched_len: usize,
}

impl Sums {
    fn new(items: usize) -> Self {
        Self { by_item: vec![0; items], touched: vec![0; items + 1], touched_len: 0 }
    }

    fn add(&mut self, item: u32, weight: u32) {
        let Some(sum) = self.by_item.get_mut(item as usize) else { return };
        // Written always and kept if it is the first: a branch here would be mispredicted half of the time.
        if let Some(place) = self.touched.get_mut(self.touched_len) {
            *place = item;
        }
        self.touched_len += usize::from(*sum == 0 && weight > 0);
        *sum += u64::from(weight);
    }

    fn take(&mut self, out: &mut Vec<(u32, u64)>) {
        for item in self.touched.get(..self.touched_len).unwrap_or_default() {
            if let Some(sum) = self.by_item.get_mut(*item as usize) {
                out.push((*item, *sum));
                *sum = 0;
            }
        }
        self.touched_len = 0;
    }
}

/// Adds up the row of one product.
fn count_row(inverted: &InvertedSessions, weights: &PairWeights, item: usize, pairs: &mut Sums, next: &mut Sums) {
    for (session, place) in inverted.occurrences(item) {
        let set = inverted.set(*session);
        let size = set.len().saturating_sub(1);
        if inverted.baskets {
            let weight = weights.flat.get(size).copied().unwrap_or_default();
            for (other, _) in set {
                pairs.add(*other, weight);
            }
            continue;
        }
        let (Some(forward), Some(backward)) = (weights.forward.get(size), weights.backward.get(size)) else { continue };
        for (other, other_place) in set {
            let gap = usize::from(other_place.abs_diff(*place));
            let table = if other_place < place { backward } else { forward };
            pairs.add(*other, table.get(gap).copied().unwrap_or_default());
            if weights.with_next && other_place > place {
                next.add(*other, weights.next.get(gap - 1).copied().unwrap_or_default());
            }
        }
    }
}

/// Counts the rows of the `wanted` products, of `items` in all. Threads turn each row into a result with `finish`; `take`
/// gets the results in the order of `wanted`.
///
/// Only the input and the rows that the threads work on are in memory.
pub(crate) fn count_rows<T: Send>(
    inverted: &InvertedSessions,
    items: usize,
    wanted: &[u32],
    weights: &PairWeights,
    finish: impl Fn(u32, &mut Counts) -> T + Sync,
    mut take: impl FnMut(T),
) {
    let following = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::sync_channel::<(usize, Vec<T>)>(64);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(16);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, following, finish) = (sender.clone(), &following, &finish);
            scope.spawn(move || {
                let (mut pairs, mut next) = (Sums::new(items), Sums::new(if weights.with_next { items } else { 0 }));
                let mut counts = Counts::default();
                loop {
                    let block = following.fetch_add(1, Ordering::Relaxed);
                    let Some(part) = wanted.chunks(BLOCK).nth(block) else { return };
                    let done = part.iter().map(|item| {
                        counts.pairs.clear();
                        counts.next.clear();
                        count_row(inverted, weights, *item as usize, &mut pairs, &mut next);
                        pairs.take(&mut counts.pairs);
                        next.take(&mut counts.next);
                        finish(*item, &mut counts)
                    });
                    if sender.send((block, done.collect())).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for (block, done) in receiver {
            waiting.insert(block, done);
            while let Some(done) = waiting.remove(&due) {
                done.into_iter().for_each(&mut take);
                due += 1;
            }
        }
    });
}
