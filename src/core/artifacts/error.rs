//! Why an artifact is refused.

use super::catalog::CatalogError;
use super::index::IndexError;
use super::overlay::OverlayError;
use super::posteriors::PosteriorsError;
use crate::bundle::weights::WeightsError;
use crate::limits::ARTIFACTS_BYTES_MAX;

/// Why an artifact was not put into the store; what was there before stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArtifactError {
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
    /// The weights are unusable.
    #[error(transparent)]
    Weights(#[from] WeightsError),
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
    #[error("catalogue and indexes have {found} bytes together, there is room for {ARTIFACTS_BYTES_MAX}")]
    Budget {
        /// Bytes with this artifact.
        found: usize,
    },
    /// Not an artifact for the store.
    #[error("an artifact of kind {0} is not for recommendations")]
    Kind(u8),
    /// The core was built without recommendations.
    #[error("this build of the page core has no recommendations")]
    Lean,
    /// More or fewer bytes came than were announced.
    #[error("it has other than the {0} bytes that were announced")]
    Length(usize),
}
