//! The artifacts that recommendations need, checked, and what is worked out from them once.

use crate::bundle::manifest::ArtifactKind;
use crate::catalog::{Availability, Catalog, CatalogError, Overlay, OverlayError};
use crate::recommend::{Index, IndexError};
use alloc::vec::Vec;

/// Popular products kept for each category.
const POPULAR_PER_CATEGORY: usize = 64;

/// Why an artifact was not put onto the shelf; what was there before stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShelfError {
    /// The catalogue is unusable.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The index is unusable.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The overlay is unusable.
    #[error(transparent)]
    Overlay(#[from] OverlayError),
    /// Its ordinals are of another list of products.
    #[error("it numbers the products of epoch {found}, the catalogue those of epoch {expected}")]
    Epoch {
        /// Epoch of the catalogue.
        expected: u32,
        /// Epoch of the artifact.
        found: u32,
    },
    /// The catalogue has to come first.
    #[error("there is no catalogue that it could belong to")]
    NoCatalog,
    /// Not an artifact for the shelf.
    #[error("an artifact of kind {0} is not for recommendations")]
    Kind(u8),
}

/// Catalogue, indexes and overlay. Each may be missing.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    catalog: Option<Catalog<Vec<u8>>>,
    sessions: Option<Index<Vec<u8>>>,
    baskets: Option<Index<Vec<u8>>>,
    overlay: Option<Overlay<Vec<u8>>>,
    /// The most popular products of each category.
    popular: Vec<Vec<u32>>,
}

impl Shelf {
    /// Checks an artifact and puts it onto the shelf. A catalogue takes the place of everything.
    ///
    /// # Errors
    /// [`ShelfError`] when it is unusable or does not belong to the catalogue.
    pub fn put(&mut self, kind: u8, bytes: Vec<u8>) -> Result<(), ShelfError> {
        match ArtifactKind::of(kind) {
            Some(ArtifactKind::Catalog) => {
                *self = Self { catalog: Some(Catalog::load(bytes)?), ..Self::default() };
            }
            Some(ArtifactKind::Sessions) => self.sessions = Some(self.belonging(Index::load(bytes)?)?),
            Some(ArtifactKind::Baskets) => self.baskets = Some(self.belonging(Index::load(bytes)?)?),
            Some(ArtifactKind::Overlay) => {
                let overlay = Overlay::load(bytes)?;
                self.check_epoch(overlay.epoch())?;
                self.overlay = Some(overlay);
                return Ok(());
            }
            _ => return Err(ShelfError::Kind(kind)),
        }
        self.rank_categories();
        Ok(())
    }

    fn check_epoch(&self, found: u32) -> Result<(), ShelfError> {
        let expected = self.catalog.as_ref().ok_or(ShelfError::NoCatalog)?.epoch();
        if expected == found { Ok(()) } else { Err(ShelfError::Epoch { expected, found }) }
    }

    fn belonging(&self, index: Index<Vec<u8>>) -> Result<Index<Vec<u8>>, ShelfError> {
        self.check_epoch(index.epoch())?;
        // Numbers only grow: what the index knows beyond the catalogue is passed over when products are picked.
        Ok(index)
    }

    /// The catalogue.
    pub fn catalog(&self) -> Option<&Catalog<Vec<u8>>> {
        self.catalog.as_ref()
    }

    /// The index that answers what belongs to viewed products.
    pub fn sessions(&self) -> Option<&Index<Vec<u8>>> {
        self.sessions.as_ref().or(self.baskets.as_ref())
    }

    /// The index that answers what is bought together.
    pub fn baskets(&self) -> Option<&Index<Vec<u8>>> {
        self.baskets.as_ref().or(self.sessions.as_ref())
    }

    /// The overlay.
    pub fn overlay(&self) -> Option<&Overlay<Vec<u8>>> {
        self.overlay.as_ref()
    }

    /// The most popular products of a category, the most popular first.
    pub fn popular_in(&self, category: u16) -> &[u32] {
        self.popular.get(usize::from(category)).map_or(&[], Vec::as_slice)
    }

    /// Once for each set of artifacts: a page must not look through a category.
    fn rank_categories(&mut self) {
        let Some(catalog) = &self.catalog else { return };
        let index = self.sessions();
        let categories = u16::try_from(catalog.categories()).unwrap_or(u16::MAX);
        let ranked = (0..categories).map(|category| {
            let buyable =
                |ordinal: &u32| catalog.item(*ordinal).is_some_and(|item| item.availability() != Availability::Gone);
            let mut ranked: Vec<(u32, u32)> = catalog
                .members(category)
                .filter(buyable)
                .map(|ordinal| (index.map_or(0, |index| index.rank(ordinal)), ordinal))
                .collect();
            if index.is_some() {
                ranked.sort_unstable();
            }
            ranked.truncate(POPULAR_PER_CATEGORY);
            ranked.into_iter().map(|(_, ordinal)| ordinal).collect()
        });
        self.popular = ranked.collect();
    }
}
