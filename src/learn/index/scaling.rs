//! How counts become weights: inverse document frequency, and rows of much-clicked products scaled down.

use super::cooccurrence::Counts;
use super::popularity::Popularity;
use super::rows::{Row, heaviest};
use super::weights::ONE;
use crate::Parameters;

/// Neighbours kept of what comes next.
pub(super) const NEXT_KEPT: usize = 30;

/// The factors that turn rows of sums into rows of an index.
#[derive(Debug, Clone)]
pub(crate) struct Scaling<'a> {
    /// Factor of each product as a neighbour: its inverse document frequency.
    pub(crate) column: Vec<f64>,
    /// Factor of each product's own row.
    pub(crate) row: Vec<f64>,
    /// Factor of a product in its own row.
    pub(crate) own: f64,
    /// Neighbours kept.
    pub(crate) kept: usize,
    /// Share of neighbours of neighbours; 0 for none.
    pub(crate) share: f64,
    /// How often products were clicked.
    pub(crate) popularity: &'a Popularity,
}

impl<'a> Scaling<'a> {
    /// The factors of section "Recommendation index" in SPEC.md.
    pub(crate) fn new(popularity: &'a Popularity, parameters: &Parameters) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 sessions")]
        let total = popularity.sessions_total as f64;
        let sessions = || popularity.sessions.iter().map(|sessions| f64::from((*sessions).max(1)));
        let column = sessions().map(|sessions| 1.0 + parameters.idf * (total / sessions).ln().max(0.0)).collect();
        let row = sessions().map(|sessions| sessions.powf(-parameters.row_power)).collect();
        Self { column, row, own: parameters.own, kept: parameters.neighbours, share: parameters.further, popularity }
    }

    /// The neighbours of a product, and what comes next.
    pub(crate) fn rows(&self, item: u32, counts: &Counts) -> (Row, Row) {
        (self.neighbours(item, &counts.pairs), heaviest(&mut weigh(&counts.next, |_, weight| weight), NEXT_KEPT))
    }

    /// The neighbours of a product, from the sums of its row.
    pub(crate) fn neighbours(&self, item: u32, sums: &[(u32, u64)]) -> Row {
        let row = self.row.get(item as usize).copied().unwrap_or(1.0);
        let scale = |other: u32, weight: f64| {
            let own = if other == item { self.own } else { 1.0 };
            weight * row * self.column.get(other as usize).copied().unwrap_or(1.0) * own
        };
        heaviest(&mut weigh(sums, scale), self.kept)
    }
}

/// The weights of a row; those of 0 are left out.
fn weigh(sums: &[(u32, u64)], scale: impl Fn(u32, f64) -> f64) -> Vec<(u32, f64)> {
    let weigh = |(item, sum): &(u32, u64)| {
        #[expect(clippy::cast_precision_loss, reason = "a weight")]
        let weight = *sum as f64 / ONE;
        (*item, scale(*item, weight))
    };
    sums.iter().map(weigh).filter(|(_, weight)| *weight > 0.0).collect()
}
