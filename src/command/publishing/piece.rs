//! An artifact on its way to a site.

use crate::failure::Failure;
use crate::output::describe::grouped;
use attune_core::bundle::manifest::{Artifact, ArtifactKind};
use attune_publish::api::ARTIFACT_BYTES_MAX;
use attune_publish::artifact;

/// An artifact with its bytes; the published ones have theirs at the site.
pub(super) struct Piece {
    pub(super) artifact: Artifact,
    pub(super) bytes: Option<Vec<u8>>,
}

impl Piece {
    pub(super) fn new(kind: ArtifactKind, bytes: Vec<u8>) -> Result<Self, Failure> {
        if bytes.len() > ARTIFACT_BYTES_MAX {
            return Err(Failure::new(
                format!(
                    "an artifact has {} bytes, and {} can be published",
                    grouped(bytes.len() as u64),
                    grouped(ARTIFACT_BYTES_MAX as u64)
                ),
                "leave products or texts out of the feed",
            ));
        }
        Ok(Self { artifact: artifact(kind, &bytes), bytes: Some(bytes) })
    }
}
