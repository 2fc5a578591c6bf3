//! Loads a catalogue or an index in steps, between which pages are decided.

use super::catalog::{Availability, Catalog, CatalogCheck};
use super::error::ArtifactError;
use super::index::{Index, IndexCheck};
use crate::bundle::manifest::ArtifactKind;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Popular products kept for each category.
const POPULAR_PER_CATEGORY: usize = 64;
/// Ranking a product is about as much work as checking so many bytes.
const RANKED_BYTES: usize = 32;

/// An artifact that is being loaded.
#[derive(Clone, Debug)]
pub(super) struct Loader {
    kind: u8,
    /// Bytes that it has.
    length: usize,
    stage: Stage,
}

#[derive(Clone, Debug)]
enum Stage {
    /// Bytes are coming.
    Bytes(Vec<u8>),
    Catalog(Box<CatalogCheck<Vec<u8>>>),
    Index(Box<IndexCheck<Vec<u8>>>),
    Ranking(Ranking),
}

/// What a step has brought.
pub(super) enum Progress {
    /// There is more to do.
    More(Loader),
    /// The catalogue was checked; its products are to be ranked next.
    Catalog(Box<Catalog<Vec<u8>>>),
    /// The index of this kind was checked; products are to be ranked by it next.
    Index(u8, Index<Vec<u8>>),
    /// For each category its most popular products: place in the order of clicks, ordinal.
    Ranked(Vec<Vec<(u32, u32)>>),
}

impl Loader {
    pub(super) fn new(kind: u8, length: usize) -> Self {
        Self { kind, length, stage: Stage::Bytes(Vec::new()) }
    }

    /// With all of its bytes.
    pub(super) fn with(self, bytes: Vec<u8>) -> Self {
        Self { stage: Stage::Bytes(bytes), ..self }
    }

    pub(super) fn feed(&mut self, piece: &[u8]) {
        if let Stage::Bytes(bytes) = &mut self.stage
            // One byte too many is enough to know.
            && bytes.len() <= self.length
        {
            bytes.reserve_exact(self.length.saturating_sub(bytes.len()));
            bytes.extend_from_slice(piece);
        }
    }

    /// Ranks the products of what was put.
    pub(super) fn ranking() -> Self {
        Self { kind: 0, length: 0, stage: Stage::Ranking(Ranking::default()) }
    }

    /// One step of about so many bytes; the catalogue and the index are those that are there already.
    pub(super) fn step(
        self,
        catalog: Option<&Catalog<Vec<u8>>>,
        index: Option<&Index<Vec<u8>>>,
        step_bytes: usize,
    ) -> Result<Progress, ArtifactError> {
        let Self { kind, length, stage } = self;
        let stage = match stage {
            Stage::Bytes(bytes) if bytes.len() != length => return Err(ArtifactError::Length(length)),
            Stage::Bytes(bytes) if kind == ArtifactKind::Catalog as u8 => {
                Stage::Catalog(Box::new(CatalogCheck::begin(bytes)?))
            }
            Stage::Bytes(bytes) => Stage::Index(Box::new(IndexCheck::begin(bytes)?)),
            Stage::Catalog(mut check) => {
                if check.step(step_bytes)? {
                    return Ok(Progress::Catalog(Box::new(check.into_catalog())));
                }
                Stage::Catalog(check)
            }
            Stage::Index(mut check) => {
                if check.step(step_bytes)? {
                    return Ok(Progress::Index(kind, check.into_index()));
                }
                Stage::Index(check)
            }
            Stage::Ranking(mut ranking) => {
                if ranking.step(catalog, index, (step_bytes / RANKED_BYTES).max(1)) {
                    return Ok(Progress::Ranked(ranking.lists));
                }
                Stage::Ranking(ranking)
            }
        };
        Ok(Progress::More(Self { kind, length, stage }))
    }
}

/// The most popular products of each category being found: a page must not look through a category.
#[derive(Clone, Debug, Default)]
struct Ranking {
    /// One for each category so far.
    lists: Vec<Vec<(u32, u32)>>,
    /// Products of the last one that were looked at.
    at: usize,
}

impl Ranking {
    /// Looks at so many products more; true when there are no more.
    fn step(&mut self, catalog: Option<&Catalog<Vec<u8>>>, index: Option<&Index<Vec<u8>>>, products: usize) -> bool {
        let Some(catalog) = catalog else { return true };
        let mut left = products;
        while left > 0 {
            if self.lists.is_empty() {
                self.lists.push(Vec::new());
            }
            let Ok(category) = u16::try_from(self.lists.len() - 1) else { return true };
            let mut looked = 0;
            if let Some(list) = self.lists.last_mut() {
                for ordinal in catalog.members(category).skip(self.at).take(left) {
                    looked += 1;
                    if catalog.item(ordinal).is_some_and(|item| item.availability() != Availability::Gone) {
                        // Without an index the newest come first, as they do in the catalogue.
                        let place = index.map_or(0, |index| index.rank(ordinal));
                        offer(list, place, ordinal, index.is_some());
                    }
                }
            }
            if looked == left {
                self.at += looked;
                return false;
            }
            // A category without products is work, too.
            left -= looked.max(1).min(left);
            if self.lists.len() >= catalog.categories() as usize {
                return true;
            }
            self.lists.push(Vec::new());
            self.at = 0;
        }
        false
    }
}

/// Takes a product in where it is among the best.
fn offer(list: &mut Vec<(u32, u32)>, place: u32, ordinal: u32, by_place: bool) {
    let entry = (place, ordinal);
    if list.len() >= POPULAR_PER_CATEGORY && !(by_place && list.last().is_some_and(|last| entry < *last)) {
        return;
    }
    list.truncate(POPULAR_PER_CATEGORY - 1);
    let before = list.iter().rev().take_while(|other| by_place && entry < **other).count();
    list.insert(list.len() - before, entry);
}
