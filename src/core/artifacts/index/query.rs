//! Scoring: which products belong to the latest clicks of a visitor.

use super::read::Index;
use super::scratch::{Scored, Scratch};
use crate::number::float::sqrt;

/// The least score above 0: products that are excluded have 0.
const LEAST_SCORE: f32 = f32::from_bits(1);

/// What is known of a visitor, in ordinals.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<'a> {
    /// Latest clicks, newest first; the first ten count, ordinals that are not in the index are skipped.
    pub recent: &'a [u32],
    /// Never recommended: the current product, in the cart, bought, out of stock.
    pub exclude: &'a [u32],
}

impl<B: AsRef<[u8]>> Index<B> {
    /// Fills `out` with the best products, best first, and returns how many there are: those of [`Index::related`], and
    /// behind them products that no click leads to, in the order of popularity.
    pub fn recommend(&self, query: &Query<'_>, scratch: &mut Scratch, out: &mut [Scored]) -> usize {
        let len = self.related(query, scratch, out);
        let mut best = Best { out, len, least: f32::NEG_INFINITY };
        if best.len < best.out.len() {
            self.add_popular(query, &mut best);
        }
        best.len
    }

    /// Fills `out` with the best of the products that the clicks lead to, best first, and returns how many there are.
    /// Equal scores are ordered by popularity, and that by first appearance.
    pub fn related(&self, query: &Query<'_>, scratch: &mut Scratch, out: &mut [Scored]) -> usize {
        scratch.clear();
        self.add_rows(query.recent, scratch);
        for item in query.exclude {
            scratch.forget(*item);
        }
        let mut best = Best { out, len: 0, least: LEAST_SCORE };
        for scored in scratch.scored() {
            best.offer(scored, |item| self.rank(item));
        }
        let len = best.len;
        for scored in out.iter_mut().take(len) {
            scored.score = sqrt(scored.score);
        }
        len
    }

    fn add_rows(&self, recent: &[u32], scratch: &mut Scratch) {
        for (step, (item, factor)) in recent.iter().zip(self.decay()).enumerate() {
            let row = self.row(*item);
            scratch.add(row, factor * row.max / 255.0);
            if step == 0 && self.beta() > 0.0 {
                scratch.add(self.next_row(*item, row.max), self.beta() * row.max / 255.0);
            }
        }
    }

    /// Popular products behind the personal ones: their scores are negative, so they never come before.
    fn add_popular(&self, query: &Query<'_>, best: &mut Best<'_>) {
        for (rank, item) in self.popular().enumerate() {
            // They come in order: nothing behind the last place can get in.
            if best.len == best.out.len() {
                break;
            }
            let is_listed = best.out.iter().take(best.len).any(|scored| scored.item == item);
            if is_listed || query.exclude.contains(&item) {
                continue;
            }
            #[expect(clippy::cast_precision_loss, reason = "a rank is below 1,000")]
            let score = -1.0 - rank as f32;
            best.offer(Scored { item, score }, |item| self.rank(item));
        }
    }
}

/// The best so far, best first.
struct Best<'a> {
    out: &'a mut [Scored],
    len: usize,
    /// Lower scores are not taken.
    least: f32,
}

impl Best<'_> {
    /// Takes a product in if it is better than the last, or there is room. Lists are short, so insertion is best.
    fn offer(&mut self, scored: Scored, rank: impl Fn(u32) -> u32) {
        // Most products end here.
        if scored.score < self.least {
            return;
        }
        let before = |other: &Scored| match scored.score.total_cmp(&other.score) {
            core::cmp::Ordering::Equal => rank(scored.item) < rank(other.item),
            order => order.is_gt(),
        };
        if self.len < self.out.len() {
            self.len += 1;
        } else if !self.out.last().is_some_and(before) {
            return;
        }
        let full = self.len == self.out.len();
        let Some(list) = self.out.get_mut(..self.len) else { return };
        let mut place = list.len() - 1;
        while let Some(other) = list.get(place.wrapping_sub(1)).copied().filter(before) {
            if let Some(slot) = list.get_mut(place) {
                *slot = other;
            }
            place -= 1;
        }
        if let Some(slot) = list.get_mut(place) {
            *slot = scored;
        }
        if let Some(last) = list.last().filter(|_| full) {
            self.least = last.score;
        }
    }
}
