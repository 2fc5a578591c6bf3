//! Pair counts: how much each product belongs to each other one, row by row.
//!
//! A row is added up from the sessions of its product into one dense buffer, so the table of all pairs is never held:
//! a row goes to `finish` and is forgotten. Sums are whole numbers of 2^-20, so they do not depend on the order in
//! which sessions come, on the number of threads, or on how the input was cut into chunks.

use crate::sessions::{SESSION_CLICKS_MAX, Sessions};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// A weight of 1, in the unit of the sums.
pub const ONE: f64 = 1_048_576.0;
/// Steps over which a click leads to a later one, for the rows of what comes next.
const NEXT_STEPS: usize = 10;
/// Products whose rows one thread counts at a time.
const BLOCK: usize = 64;

/// How much a pair weighs, by the number of products in its session and the clicks between the two.
#[derive(Debug, Clone)]
pub struct Shape {
    /// `[products - 1][clicks]`
    forward: Vec<Vec<u32>>,
    backward: Vec<Vec<u32>>,
    flat: Vec<u32>,
    next: Vec<u32>,
    with_next: bool,
}

impl Shape {
    /// `products^-0.5 * exp(-clicks / distance)`, times `backward` where the second product came first.
    pub fn decaying(distance: f64, backward: f64, with_next: bool) -> Self {
        let table = |factor: f64| {
            let row = |size: f64| {
                let weight = |clicks: f64| fixed(factor * size.powf(-0.5) * (-clicks / distance).exp());
                numbers(0..=SESSION_CLICKS_MAX).map(weight).collect()
            };
            numbers(1..=SESSION_CLICKS_MAX).map(row).collect()
        };
        let flat = numbers(1..=SESSION_CLICKS_MAX).map(|size| fixed(size.powf(-0.5))).collect();
        let next = numbers(1..=NEXT_STEPS).map(|gap| fixed(1.0 / gap)).collect();
        Self { forward: table(1.0), backward: table(backward), flat, next, with_next }
    }

    /// Every pair weighs 1, whatever the session: plain co-occurrence.
    pub fn plain() -> Self {
        let ones = vec![vec![fixed(1.0); SESSION_CLICKS_MAX + 1]; SESSION_CLICKS_MAX];
        let flat = vec![fixed(1.0); SESSION_CLICKS_MAX];
        Self { forward: ones.clone(), backward: ones, flat, next: Vec::new(), with_next: false }
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most 100")]
fn numbers(range: std::ops::RangeInclusive<usize>) -> impl Iterator<Item = f64> {
    range.map(|number| number as f64)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a weight is between 0 and 1")]
fn fixed(weight: f64) -> u32 {
    (weight * ONE).round() as u32
}

/// One counted row: sums by product, in no order, never 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pairs in sessions, the product with itself too.
    pub pairs: Vec<(u32, u64)>,
    /// What comes next; empty unless asked for.
    pub next: Vec<(u32, u64)>,
}

/// Sessions as sets with their inverse: what counting reads.
#[derive(Debug)]
pub struct Prepared {
    offsets: Vec<u32>,
    /// Distinct products of each session, in the order of their last clicks, with the place of that click.
    entries: Vec<(u32, u8)>,
    /// For each product, where its visits begin.
    inverse_offsets: Vec<u32>,
    /// Sessions of each product, with the place of its last click.
    inverse: Vec<(u32, u8)>,
    baskets: bool,
}

impl Prepared {
    /// Sets of products, each at its last place.
    pub fn new(sessions: &Sessions, items: usize) -> Self {
        let mut offsets = vec![0];
        let mut entries = Vec::with_capacity(sessions.items.len());
        let mut inverse_offsets = vec![0u32; items + 1];
        for clicks in sessions.iter() {
            let from = entries.len();
            for (place, item) in (0u8..).zip(clicks) {
                let later = clicks.get(usize::from(place) + 1..).unwrap_or_default();
                if !later.contains(item) {
                    entries.push((*item, place));
                }
            }
            for (item, _) in entries.get(from..).unwrap_or_default() {
                if let Some(count) = inverse_offsets.get_mut(*item as usize + 1) {
                    *count += 1;
                }
            }
            offsets.push(u32::try_from(entries.len()).unwrap_or(u32::MAX));
        }
        let mut sum = 0;
        for offset in &mut inverse_offsets {
            sum += *offset;
            *offset = sum;
        }
        let mut free = inverse_offsets.clone();
        let mut inverse = vec![(0, 0); entries.len()];
        for (session, ends) in (0u32..).zip(offsets.windows(2)) {
            let [from, to] = ends else { continue };
            for (item, place) in entries.get(*from as usize..*to as usize).unwrap_or_default() {
                let Some(at) = free.get_mut(*item as usize) else { continue };
                if let Some(visit) = inverse.get_mut(*at as usize) {
                    *visit = (session, *place);
                }
                *at += 1;
            }
        }
        Self { offsets, entries, inverse_offsets, inverse, baskets: sessions.baskets }
    }

    /// Number of sessions that each product is in.
    pub fn sessions_of_items(&self) -> impl Iterator<Item = u32> {
        self.inverse_offsets.windows(2).map(|ends| if let [from, to] = ends { to - from } else { 0 })
    }

    fn visits(&self, item: usize) -> &[(u32, u8)] {
        match (self.inverse_offsets.get(item), self.inverse_offsets.get(item + 1)) {
            (Some(from), Some(to)) => self.inverse.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    fn set(&self, session: u32) -> &[(u32, u8)] {
        match (self.offsets.get(session as usize), self.offsets.get(session as usize + 1)) {
            (Some(from), Some(to)) => self.entries.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        }
    }
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

fn count_row(prepared: &Prepared, shape: &Shape, item: usize, pairs: &mut Sums, next: &mut Sums) {
    for (session, place) in prepared.visits(item) {
        let set = prepared.set(*session);
        let size = set.len().saturating_sub(1);
        if prepared.baskets {
            let weight = shape.flat.get(size).copied().unwrap_or_default();
            for (other, _) in set {
                pairs.add(*other, weight);
            }
            continue;
        }
        let (Some(forward), Some(backward)) = (shape.forward.get(size), shape.backward.get(size)) else { continue };
        for (other, other_place) in set {
            let gap = usize::from(other_place.abs_diff(*place));
            let table = if other_place < place { backward } else { forward };
            pairs.add(*other, table.get(gap).copied().unwrap_or_default());
            if shape.with_next && other_place > place {
                next.add(*other, shape.next.get(gap - 1).copied().unwrap_or_default());
            }
        }
    }
}

/// Counts the rows of `wanted` products of `items` and hands what `finish` makes of each to `take`, in the order of `wanted`.
///
/// Nothing but the input and the rows in work is in memory.
pub fn rows<T: Send>(
    prepared: &Prepared,
    items: usize,
    wanted: &[u32],
    shape: &Shape,
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
                let (mut pairs, mut next) = (Sums::new(items), Sums::new(if shape.with_next { items } else { 0 }));
                let mut counts = Counts::default();
                loop {
                    let block = following.fetch_add(1, Ordering::Relaxed);
                    let Some(part) = wanted.chunks(BLOCK).nth(block) else { return };
                    let done = part.iter().map(|item| {
                        counts.pairs.clear();
                        counts.next.clear();
                        count_row(prepared, shape, *item as usize, &mut pairs, &mut next);
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
