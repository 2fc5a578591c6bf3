//! Rows of neighbours to the bytes of an index.

use super::budget::{entries_within, fit};
use super::neighbours::NeighbourRows;
use super::popularity::Popularity;
use super::rows::shared;
use super::scaling::Scaling;
use super::second_order::add_second_order;
use crate::LearnError;
use attune_core::artifacts::index::{IndexParts, encode};
use attune_core::limits::{DECAY_STEPS, INDEX_BYTES_MAX};
use std::borrow::Cow;

/// An index and what it was built from.
#[derive(Debug)]
pub struct Built {
    /// The index, as the edge reads it.
    pub bytes: Vec<u8>,
    /// How often products were clicked.
    pub popularity: Popularity,
    /// Entries of rows that there were.
    pub entries_found: usize,
    /// Entries of rows that there was room for.
    pub entries_kept: usize,
}

/// What an index is to be.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Number of products.
    pub items: usize,
    /// Epoch of their ordinals.
    pub epoch: u32,
    /// Most bytes it may have; never more than 24 MiB.
    pub budget_bytes: u64,
    /// For each product the one that stands for its item group, whose row it gets; empty where there are no groups.
    pub groups: &'a [u32],
}

impl Target<'_> {
    /// An index of `items` products without groups, as large as an index may be.
    pub fn of(items: usize) -> Self {
        Self { items, epoch: 0, budget_bytes: u64::MAX, groups: &[] }
    }
}

/// The bytes of an index, and how much of the rows they hold.
#[derive(Debug)]
pub(crate) struct Encoded {
    pub(crate) bytes: Vec<u8>,
    entries_found: usize,
    entries_kept: usize,
}

impl Encoded {
    pub(crate) fn with(self, popularity: Popularity) -> Built {
        let Self { bytes, entries_found, entries_kept } = self;
        Built { bytes, popularity, entries_found, entries_kept }
    }
}

/// Adds neighbours of neighbours, cuts the rows to what there is room for, and encodes them.
pub(crate) fn encode_rows(
    counted: NeighbourRows,
    scaling: &Scaling<'_>,
    (beta, decay): (f64, [f32; DECAY_STEPS]),
    target: &Target<'_>,
) -> Result<Encoded, LearnError> {
    let Target { items, epoch, budget_bytes, groups } = *target;
    let NeighbourRows { mut pairs, mut next } = counted;
    if scaling.share > 0.0 {
        let wanted: Vec<u32> = (0..u32::try_from(items).unwrap_or(u32::MAX)).collect();
        pairs = add_second_order(&pairs, scaling.share, &wanted, scaling.kept);
    }
    let mut clicks = Cow::Borrowed(&scaling.popularity.clicks);
    if !groups.is_empty() {
        (pairs, next) = (shared(&pairs, groups), shared(&next, groups));
        let of = |item: &u32| scaling.popularity.clicks.get(*item as usize).copied().unwrap_or_default();
        clicks = Cow::Owned(groups.iter().map(of).collect());
    }
    let next = (beta > 0.0).then_some(next);
    let next_entries = next.as_ref().map_or(0, |rows| rows.entries.len());
    let room = entries_within(budget_bytes, items, next_entries)
        .ok_or(LearnError::Budget { items, budget_bytes: budget_bytes.min(INDEX_BYTES_MAX as u64) })?;
    let entries_found = pairs.entries.len();
    fit(&mut pairs, &clicks, room);
    let entries_kept = pairs.entries.len();
    #[expect(clippy::cast_possible_truncation, reason = "the index holds single precision")]
    let beta = beta as f32;
    let by_popularity = &scaling.popularity.order;
    let bytes = encode(&IndexParts { epoch, rows: &pairs, next: next.as_ref(), beta, decay, by_popularity })?;
    Ok(Encoded { bytes, entries_found, entries_kept })
}
