//! The artifacts that recommendations need, checked, and what is worked out from them once.

use super::arrival::Arrival;
use super::posteriors::{Posteriors, PosteriorsError};
use crate::bundle::manifest::ArtifactKind;
use crate::catalog::{Catalog, CatalogError, Overlay, OverlayError};
use crate::limits::SHELF_BYTES_MAX;
use crate::recommend::{Index, IndexError};
use alloc::sync::Arc;
use alloc::vec::Vec;

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
    /// The posteriors are unusable.
    #[error(transparent)]
    Posteriors(#[from] PosteriorsError),
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
    /// It is for another site.
    #[error("it is for another site")]
    Site,
    /// Catalogue and indexes together are more than an isolate has room for.
    #[error("catalogue and indexes have {found} bytes together, there is room for {SHELF_BYTES_MAX}")]
    Budget {
        /// Bytes with this artifact.
        found: usize,
    },
    /// Not an artifact for the shelf.
    #[error("an artifact of kind {0} is not for recommendations")]
    Kind(u8),
    /// More or fewer bytes came than were announced.
    #[error("it has other than the {0} bytes that were announced")]
    Length(usize),
}

/// Catalogue, indexes, overlay and posteriors. Each may be missing. A copy shares what does not change.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// `hash32` of the site's name.
    site: u32,
    pub(super) catalog: Option<Arc<Catalog<Vec<u8>>>>,
    sessions: Option<Arc<Index<Vec<u8>>>>,
    baskets: Option<Arc<Index<Vec<u8>>>>,
    overlay: Option<Overlay<Vec<u8>>>,
    posteriors: Option<Posteriors<Vec<u8>>>,
    /// For each category its most popular products: place in the order of clicks, ordinal.
    pub(super) popular: Arc<Vec<Vec<(u32, u32)>>>,
    arrival: Option<Arrival>,
}

impl Shelf {
    /// An empty shelf of the site whose `hash32` this is.
    pub(crate) fn of(site: u32) -> Self {
        Self { site, ..Self::default() }
    }

    /// Checks an artifact and puts it onto the shelf. A catalogue takes the place of the indexes and the overlay, too.
    ///
    /// # Errors
    /// [`ShelfError`] when it is unusable or does not belong to the catalogue.
    pub fn put(&mut self, kind: u8, bytes: Vec<u8>) -> Result<(), ShelfError> {
        match ArtifactKind::of(kind) {
            Some(ArtifactKind::Overlay) => {
                let overlay = Overlay::load(bytes)?;
                self.check_epoch(overlay.epoch())?;
                self.overlay = Some(overlay);
                Ok(())
            }
            Some(ArtifactKind::Posteriors) => {
                let posteriors = Posteriors::load(bytes)?;
                if posteriors.site() != self.site {
                    return Err(ShelfError::Site);
                }
                self.posteriors = Some(posteriors);
                Ok(())
            }
            _ => {
                self.begin(kind, bytes.len())?;
                self.arrival = self.arrival.take().map(|arrival| arrival.with(bytes));
                while !self.step(usize::MAX)? {}
                Ok(())
            }
        }
    }

    /// Announces a catalogue or an index of so many bytes, which then come piece by piece.
    ///
    /// # Errors
    /// [`ShelfError`] when there is no room for it, or it would have nothing to belong to.
    pub fn begin(&mut self, kind: u8, length: usize) -> Result<(), ShelfError> {
        self.arrival = None;
        let bytes = |index: &Option<Arc<Index<Vec<u8>>>>| index.as_ref().map_or(0, |index| index.size_bytes());
        let catalog = self.catalog.as_ref().map(|catalog| catalog.size_bytes());
        let others = match ArtifactKind::of(kind) {
            Some(ArtifactKind::Catalog) => Ok(0),
            Some(ArtifactKind::Sessions) => catalog.map(|own| own + bytes(&self.baskets)).ok_or(ShelfError::NoCatalog),
            Some(ArtifactKind::Baskets) => catalog.map(|own| own + bytes(&self.sessions)).ok_or(ShelfError::NoCatalog),
            _ => Err(ShelfError::Kind(kind)),
        }?;
        let found = others.saturating_add(length);
        if found > SHELF_BYTES_MAX {
            return Err(ShelfError::Budget { found });
        }
        self.arrival = Some(Arrival::new(kind, length));
        Ok(())
    }

    /// The next bytes of what was announced.
    pub fn feed(&mut self, piece: &[u8]) {
        if let Some(arrival) = &mut self.arrival {
            arrival.feed(piece);
        }
    }

    /// Checks about so many bytes more of what has come; true when it is on the shelf, and there is no more to do.
    ///
    /// # Errors
    /// [`ShelfError`] when it is unusable or does not belong to the catalogue; it is forgotten then.
    pub fn step(&mut self, bytes: usize) -> Result<bool, ShelfError> {
        let Some(arrival) = self.arrival.take() else { return Ok(true) };
        self.arrival = arrival.step(self, bytes)?;
        Ok(self.arrival.is_none())
    }

    /// Takes an artifact over from another shelf, where it was checked, in the order in which they are put.
    pub fn adopt(&mut self, from: &Self, kind: u8) {
        match ArtifactKind::of(kind) {
            Some(ArtifactKind::Catalog) => self.catalog.clone_from(&from.catalog),
            Some(ArtifactKind::Sessions) => self.sessions.clone_from(&from.sessions),
            Some(ArtifactKind::Baskets) => self.baskets.clone_from(&from.baskets),
            _ => {}
        }
        self.popular = Arc::clone(&from.popular);
    }

    /// Puts what was checked; a catalogue takes the place of what belonged to the one before.
    pub(super) fn put_catalog(&mut self, catalog: Catalog<Vec<u8>>) {
        let (site, posteriors) = (self.site, self.posteriors.take());
        *self = Self { site, posteriors, catalog: Some(Arc::new(catalog)), ..Self::default() };
    }

    /// Puts what was checked.
    pub(super) fn put_index(&mut self, kind: u8, index: Index<Vec<u8>>) -> Result<(), ShelfError> {
        // Numbers only grow: what the index knows beyond the catalogue is passed over when products are picked.
        self.check_epoch(index.epoch())?;
        let place = if kind == ArtifactKind::Sessions as u8 { &mut self.sessions } else { &mut self.baskets };
        *place = Some(Arc::new(index));
        Ok(())
    }

    fn check_epoch(&self, found: u32) -> Result<(), ShelfError> {
        let expected = self.catalog.as_ref().ok_or(ShelfError::NoCatalog)?.epoch();
        if expected == found { Ok(()) } else { Err(ShelfError::Epoch { expected, found }) }
    }

    /// The catalogue.
    pub fn catalog(&self) -> Option<&Catalog<Vec<u8>>> {
        self.catalog.as_deref()
    }

    /// The index that answers what belongs to viewed products.
    pub fn sessions(&self) -> Option<&Index<Vec<u8>>> {
        self.sessions.as_deref().or(self.baskets.as_deref())
    }

    /// The index that answers what is bought together.
    pub fn baskets(&self) -> Option<&Index<Vec<u8>>> {
        self.baskets.as_deref().or(self.sessions.as_deref())
    }

    /// The overlay.
    pub fn overlay(&self) -> Option<&Overlay<Vec<u8>>> {
        self.overlay.as_ref()
    }

    /// What is believed of strategies, unless that is too old.
    pub fn posteriors(&self, now_s: u32) -> Option<&Posteriors<Vec<u8>>> {
        self.posteriors.as_ref().filter(|known| now_s.saturating_sub(known.made_s()) <= known.age_s_max())
    }

    /// The most popular products of a category, the most popular first.
    pub fn popular_in(&self, category: u16) -> impl Iterator<Item = u32> {
        let list = self.popular.get(usize::from(category)).map_or(&[][..], Vec::as_slice);
        list.iter().map(|(_, ordinal)| *ordinal)
    }
}
