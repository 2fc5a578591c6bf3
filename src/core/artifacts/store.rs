//! The store of the artifacts that recommendations need, checked, and what is worked out from them once.

use super::catalog::Catalog;
use super::error::ArtifactError;
use super::index::Index;
use super::loader::{Loader, Progress};
use super::overlay::Overlay;
use super::posteriors::Posteriors;
use crate::bundle::manifest::ArtifactKind;
use crate::bundle::weights::Weights;
use crate::codec::hash32;
use crate::limits::ARTIFACTS_BYTES_MAX;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Catalogue, indexes, overlay, posteriors and weights. Each may be missing; in a build without the feature `full` all but the weights
/// are, and the code that would use them is left out. A copy shares what does not change.
#[derive(Clone, Debug, Default)]
pub struct Artifacts {
    /// `hash32` of the site's name.
    site: u32,
    catalog: Option<Arc<Catalog<Vec<u8>>>>,
    sessions: Option<Arc<Index<Vec<u8>>>>,
    baskets: Option<Arc<Index<Vec<u8>>>>,
    overlay: Option<Arc<Overlay<Vec<u8>>>>,
    posteriors: Option<Arc<Posteriors<Vec<u8>>>>,
    weights: Arc<Weights>,
    /// For each category its most popular products: place in the order of clicks, ordinal.
    popular: Arc<Vec<Vec<(u32, u32)>>>,
    loader: Option<Loader>,
}

impl Artifacts {
    /// An empty store for the site of this name.
    pub fn of_site(name: &str) -> Self {
        Self { site: hash32(&[name]), ..Self::default() }
    }

    /// Checks an artifact and puts it into the store. A catalogue takes the place of the indexes and the overlay, too.
    ///
    /// # Errors
    /// [`ArtifactError`] when it is unusable or does not belong to the catalogue.
    pub fn put(&mut self, kind: u8, bytes: Vec<u8>) -> Result<(), ArtifactError> {
        if kind == ArtifactKind::Weights as u8 {
            let weights = Weights::load(&bytes)?;
            if weights.site != self.site {
                return Err(ArtifactError::Site);
            }
            self.weights = Arc::new(weights);
            return Ok(());
        }
        if !cfg!(feature = "full") {
            return Err(ArtifactError::Lean);
        }
        match ArtifactKind::of(kind) {
            Some(ArtifactKind::Overlay) => {
                let overlay = Overlay::load(bytes)?;
                self.check_epoch(overlay.epoch())?;
                self.overlay = Some(Arc::new(overlay));
                Ok(())
            }
            Some(ArtifactKind::Posteriors) => {
                let posteriors = Posteriors::load(bytes)?;
                if posteriors.site() != self.site {
                    return Err(ArtifactError::Site);
                }
                self.posteriors = Some(Arc::new(posteriors));
                Ok(())
            }
            _ => {
                self.begin(kind, bytes.len())?;
                self.loader = self.loader.take().map(|loader| loader.with(bytes));
                while !self.step(usize::MAX)? {}
                Ok(())
            }
        }
    }

    /// Begins to load a catalogue or an index of so many bytes, which then come piece by piece.
    ///
    /// # Errors
    /// [`ArtifactError`] when there is no room for it, or it would have nothing to belong to.
    pub fn begin(&mut self, kind: u8, length: usize) -> Result<(), ArtifactError> {
        if !cfg!(feature = "full") {
            return Err(ArtifactError::Lean);
        }
        self.loader = None;
        let bytes = |index: &Option<Arc<Index<Vec<u8>>>>| index.as_ref().map_or(0, |index| index.size_bytes());
        let catalog = self.catalog.as_ref().map(|catalog| catalog.size_bytes());
        let others = match ArtifactKind::of(kind) {
            Some(ArtifactKind::Catalog) => Ok(0),
            Some(ArtifactKind::Sessions) => {
                catalog.map(|own| own + bytes(&self.baskets)).ok_or(ArtifactError::NoCatalog)
            }
            Some(ArtifactKind::Baskets) => {
                catalog.map(|own| own + bytes(&self.sessions)).ok_or(ArtifactError::NoCatalog)
            }
            _ => Err(ArtifactError::Kind(kind)),
        }?;
        let found = others.saturating_add(length);
        if found > ARTIFACTS_BYTES_MAX {
            return Err(ArtifactError::Budget { found });
        }
        self.loader = Some(Loader::new(kind, length));
        Ok(())
    }

    /// The next bytes of what is being loaded.
    pub fn feed(&mut self, piece: &[u8]) {
        if let Some(loader) = in_build(self.loader.as_mut()) {
            loader.feed(piece);
        }
    }

    /// Checks about so many bytes more of what has come; true when it is on the artifacts, and there is no more to do.
    ///
    /// # Errors
    /// [`ArtifactError`] when it is unusable or does not belong to the catalogue; it is forgotten then.
    pub fn step(&mut self, bytes: usize) -> Result<bool, ArtifactError> {
        let Some(loader) = in_build(self.loader.take()) else { return Ok(true) };
        match loader.step(self.catalog(), self.sessions(), bytes)? {
            Progress::More(loader) => self.loader = Some(loader),
            Progress::Catalog(catalog) => {
                self.put_catalog(*catalog);
                self.loader = Some(Loader::ranking());
            }
            Progress::Index(kind, index) => {
                self.put_index(kind, index)?;
                self.loader = Some(Loader::ranking());
            }
            Progress::Ranked(popular) => self.popular = Arc::new(popular),
        }
        Ok(self.loader.is_none())
    }

    /// Takes an artifact over from another artifacts, where it was checked, in the order in which they are put.
    pub fn adopt(&mut self, from: &Self, kind: u8) {
        match ArtifactKind::of(kind) {
            Some(ArtifactKind::Catalog) => self.catalog.clone_from(&from.catalog),
            Some(ArtifactKind::Sessions) => self.sessions.clone_from(&from.sessions),
            Some(ArtifactKind::Baskets) => self.baskets.clone_from(&from.baskets),
            Some(ArtifactKind::Overlay) => self.overlay.clone_from(&from.overlay),
            Some(ArtifactKind::Posteriors) => self.posteriors.clone_from(&from.posteriors),
            Some(ArtifactKind::Weights) => self.weights = Arc::clone(&from.weights),
            Some(ArtifactKind::Config | ArtifactKind::Sources | ArtifactKind::Client) | None => {}
        }
        self.popular = Arc::clone(&from.popular);
    }

    /// Puts what was checked; a catalogue takes the place of what belonged to the one before.
    fn put_catalog(&mut self, catalog: Catalog<Vec<u8>>) {
        let (site, posteriors, weights) = (self.site, self.posteriors.take(), Arc::clone(&self.weights));
        *self = Self { site, posteriors, weights, catalog: Some(Arc::new(catalog)), ..Self::default() };
    }

    /// Puts what was checked.
    fn put_index(&mut self, kind: u8, index: Index<Vec<u8>>) -> Result<(), ArtifactError> {
        // Numbers only grow: what the index knows beyond the catalogue is passed over when products are picked.
        self.check_epoch(index.epoch())?;
        let place = if kind == ArtifactKind::Sessions as u8 { &mut self.sessions } else { &mut self.baskets };
        *place = Some(Arc::new(index));
        Ok(())
    }

    fn check_epoch(&self, found: u32) -> Result<(), ArtifactError> {
        let expected = self.catalog.as_ref().ok_or(ArtifactError::NoCatalog)?.epoch();
        if expected == found { Ok(()) } else { Err(ArtifactError::Epoch { expected, found }) }
    }

    /// The catalogue.
    pub fn catalog(&self) -> Option<&Catalog<Vec<u8>>> {
        in_build(self.catalog.as_deref())
    }

    /// The index that answers what belongs to viewed products.
    pub fn sessions(&self) -> Option<&Index<Vec<u8>>> {
        in_build(self.sessions.as_deref().or(self.baskets.as_deref()))
    }

    /// The index that answers what is bought together.
    pub fn baskets(&self) -> Option<&Index<Vec<u8>>> {
        in_build(self.baskets.as_deref().or(self.sessions.as_deref()))
    }

    /// The overlay.
    pub fn overlay(&self) -> Option<&Overlay<Vec<u8>>> {
        in_build(self.overlay.as_deref())
    }

    /// What is believed of strategies, unless that is too old.
    pub fn posteriors(&self, now_s: u32) -> Option<&Posteriors<Vec<u8>>> {
        let posteriors = in_build(self.posteriors.as_deref());
        posteriors.filter(|known| now_s.saturating_sub(known.made_s()) <= known.age_s_max())
    }

    /// The weights of bandits, in every build.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The most popular products of a category, the most popular first.
    pub fn popular_in(&self, category: u16) -> impl Iterator<Item = u32> {
        let list = self.popular.get(usize::from(category)).map_or(&[][..], Vec::as_slice);
        list.iter().map(|(_, ordinal)| *ordinal)
    }
}

/// A part, in a build with the feature `full`. In any other it is never there, which the compiler has to see.
#[inline]
fn in_build<T>(part: Option<T>) -> Option<T> {
    part.filter(|_| cfg!(feature = "full"))
}
