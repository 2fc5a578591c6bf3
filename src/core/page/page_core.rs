//! A bundle with its artifacts and keys, ready for requests.

use super::plan::SlotLabel;
use crate::artifacts::{ArtifactError, Artifacts};
use crate::bundle::BundleError;
use crate::loaded::Loaded;
use crate::profile::{CookieScope, KeyError, KeyRing, ScopeError, SiteKeys};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Why a page core cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PageCoreError {
    /// The bundle cannot be used.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The key ring cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The site's hosts share no cookie.
    #[error(transparent)]
    Scope(#[from] ScopeError),
}

/// A bundle with its artifacts and keys, ready for requests. A request changes nothing in it.
#[derive(Debug)]
pub struct PageCore {
    pub(super) loaded: Arc<Loaded>,
    pub(super) artifacts: Artifacts,
    pub(super) keys: SiteKeys,
    pub(super) scope: CookieScope,
    /// What the plan says of each slot, whoever the visitor is.
    pub(super) slot_labels: Arc<[SlotLabel]>,
    /// Indexes of the campaigns that are switched off.
    pub(super) killed: Vec<usize>,
    /// Contents that could run scripts are left out: a draft that not enough people have signed.
    pub(super) is_inert: bool,
}

impl PageCore {
    /// Loads a bundle and a key ring.
    ///
    /// # Errors
    /// [`PageCoreError`] when either is unusable.
    pub fn new(bundle: &[u8], keys: &str) -> Result<Self, PageCoreError> {
        Self::hashed(bundle, keys, None)
    }

    /// The same with the SHA-256 of the bundle in hexadecimal, for whoever knows it already: over a large bundle it takes
    /// longer than half of the rest. What cannot be one is not believed.
    ///
    /// # Errors
    /// [`PageCoreError`] when the bundle or the key ring is unusable.
    pub fn hashed(bundle: &[u8], keys: &str, sha256: Option<&str>) -> Result<Self, PageCoreError> {
        let loaded = Arc::new(Loaded::load_hashed(bundle, sha256)?);
        let scope = CookieScope::of(&loaded.site.hosts)?;
        let keys = KeyRing::parse(keys)?.bind(&loaded.site.name);
        let slot_labels = loaded.slots.iter().map(|slot| SlotLabel::of(slot.as_ref())).collect();
        let artifacts = Artifacts::of_site(&loaded.site.name);
        Ok(Self { loaded, artifacts, keys, scope, slot_labels, killed: Vec::new(), is_inert: false })
    }

    /// Another core with the same bundle and keys, and without artifacts. Neither is copied.
    #[must_use]
    pub fn beside(&self) -> Self {
        let Self { loaded, artifacts: _, keys, scope, slot_labels, killed, is_inert } = self;
        Self {
            artifacts: Artifacts::of_site(&loaded.site.name),
            loaded: Arc::clone(loaded),
            keys: keys.clone(),
            scope: scope.clone(),
            slot_labels: Arc::clone(slot_labels),
            killed: killed.clone(),
            is_inert: *is_inert,
        }
    }

    /// What the bundle has, and this build of the core cannot do; empty in a build with the feature `full`.
    pub fn lacks(&self) -> &'static str {
        match (self.loaded.lacks_recommendations(), self.sends_decision_header("")) {
            _ if cfg!(feature = "full") => "",
            (false, false) => "",
            (true, false) => "recommendations",
            (false, true) => "the decision header",
            (true, true) => "recommendations, the decision header",
        }
    }

    /// Whether the bundle has campaigns whose weights follow their results.
    pub fn follows_weights(&self) -> bool {
        self.loaded.campaigns.iter().flatten().any(|campaign| campaign.enrolment.is_bandit)
    }

    /// Switches off the campaigns with these keys, one a line, and no others: the list takes the place of the one before.
    pub fn kill(&mut self, campaigns: &str) {
        self.killed = self.loaded.campaigns_with(campaigns);
    }

    /// Leaves out, from now on, every content that could run scripts.
    pub fn leave_out_scripts(&mut self) {
        self.is_inert = true;
    }

    /// The bundle.
    pub fn loaded(&self) -> &Loaded {
        &self.loaded
    }

    /// Whether pages of an origin may call Attune at `host`.
    pub fn allows_origin(&self, origin: &str, host: &str) -> bool {
        self.loaded.site.allows_origin(origin, host)
    }

    /// Puts a catalogue, an index or an overlay beside the bundle: [`crate::bundle::manifest::ArtifactKind`]. What is
    /// refused leaves everything as it was.
    ///
    /// # Errors
    /// [`ArtifactError`] when it is unusable, or does not belong to the catalogue.
    pub fn put(&mut self, kind: u8, bytes: Vec<u8>) -> Result<(), ArtifactError> {
        self.artifacts.put(kind, bytes)
    }

    /// Begins to load a catalogue or an index that comes piece by piece.
    ///
    /// # Errors
    /// [`ArtifactError`] when there is no room for it, or no catalogue that it could belong to.
    pub fn begin(&mut self, kind: u8, length: usize) -> Result<(), ArtifactError> {
        self.artifacts.begin(kind, length)
    }

    /// The next bytes of what is being loaded.
    pub fn feed(&mut self, piece: &[u8]) {
        self.artifacts.feed(piece);
    }

    /// Checks about so many bytes more of what has come; true when there is no more to do.
    ///
    /// # Errors
    /// [`ArtifactError`] when it is unusable, or does not belong to the catalogue.
    pub fn step(&mut self, bytes: usize) -> Result<bool, ArtifactError> {
        self.artifacts.step(bytes)
    }

    /// The first field of products that the bundle names and the catalogue beside it does not have; empty where there is none.
    pub fn field_beyond(&self) -> &str {
        self.artifacts.catalog().and_then(|catalog| self.loaded.field_beyond(catalog)).unwrap_or("")
    }

    /// Takes an artifact over from another core, without a copy.
    pub fn adopt(&mut self, from: &Self, kind: u8) {
        self.artifacts.adopt(&from.artifacts, kind);
    }
}
