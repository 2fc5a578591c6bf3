//! What recommendations are made from: catalogue, indexes, live overlay, beliefs about strategies; and the store that
//! holds them.

pub mod catalog;
mod error;
pub mod index;
mod loader;
mod offer;
mod overlay;
mod posteriors;
mod store;

pub use error::ArtifactError;
pub use offer::Offer;
pub use overlay::{Live, LivePrices, OVERLAY_FORMAT, Overlay, OverlayError, encode_overlay};
pub use posteriors::{Belief, KNOTS, POSTERIORS_FORMAT, Posteriors, PosteriorsError, encode_posteriors};
pub use store::Artifacts;
