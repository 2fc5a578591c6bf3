//! The rows of all products, counted in memory or, where the log has several chunks, through files.

use super::chunks::{ChunkedCounts, spill};
use super::cooccurrence::count_rows;
use super::inverted::InvertedSessions;
use super::rows::{self, Row};
use super::scaling::Scaling;
use super::weights::PairWeights;
use crate::LearnError;
use crate::sessions::SessionLog;
use attune_core::artifacts::index::Rows;

/// For each product its neighbours, and the products that come next.
#[derive(Debug)]
pub(crate) struct NeighbourRows {
    pub(crate) pairs: Rows,
    pub(crate) next: Rows,
}

impl NeighbourRows {
    pub(crate) fn none() -> Self {
        Self { pairs: rows::none(), next: rows::none() }
    }

    pub(crate) fn push(&mut self, (pairs, next): (Row, Row)) {
        rows::push(&mut self.pairs, &pairs);
        rows::push(&mut self.next, &next);
    }
}

/// Counts and scales every row.
///
/// # Errors
/// When temporary files fail, or there is no session.
pub(crate) fn count_all(
    log: &SessionLog,
    weights: &PairWeights,
    scaling: &Scaling<'_>,
) -> Result<NeighbourRows, LearnError> {
    let items = scaling.column.len();
    let mut counted = NeighbourRows::none();
    if log.len() <= 1 {
        let wanted: Vec<u32> = (0..u32::try_from(items).unwrap_or(u32::MAX)).collect();
        for chunk in log.chunks() {
            let inverted = InvertedSessions::new(chunk?.as_ref(), items);
            let scale = |item, counts: &mut _| scaling.rows(item, counts);
            count_rows(&inverted, items, &wanted, weights, scale, |row| counted.push(row));
        }
    } else {
        let mut files = Vec::new();
        for chunk in log.chunks() {
            files.push(spill(&InvertedSessions::new(chunk?.as_ref(), items), items, weights)?);
        }
        let mut sums = ChunkedCounts::open(files)?;
        for item in 0..u32::try_from(items).unwrap_or(u32::MAX) {
            counted.push(scaling.rows(item, sums.next_row()?));
        }
    }
    if items > 0 && counted.pairs.max.is_empty() {
        return Err(LearnError::Empty("no session is left".to_owned()));
    }
    Ok(counted)
}
