//! The next manifest, and the next statement, from what the publisher says of itself.

use crate::api::{Current, NamedArtifact, State};
use crate::publication::Publication;
use attune_core::bundle::data::{self, DataManifest};
use attune_core::bundle::kill::{Effect, Statement};
use attune_core::bundle::manifest::{Artifact, ArtifactKind, Canary, Manifest, ManifestError};
use attune_core::bundle::rollback::{EVIDENCE_BYTES_MAX, Rollback};
use attune_core::codec::{from_hex, to_hex};
use sha2::{Digest, Sha256};

/// Why there is no next manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The publisher said something that is no hash.
    #[error("the publisher names `{0}`, which is no SHA-256 in hexadecimal digits")]
    Hash(String),
    /// The earlier version is of another site.
    #[error("the earlier version is of site {0}")]
    Site(String),
    /// The earlier version is not earlier.
    #[error("version {found} is not earlier than the present version {present}")]
    NotEarlier {
        /// The version that was asked for.
        found: u64,
        /// The version that is published.
        present: u64,
    },
    /// The earlier version may not be used again.
    #[error("version {0} has expired")]
    Expired(u64),
    /// The earlier version is below what pages accept.
    #[error("version {found} is below {floor}, the lowest that pages accept")]
    Floor {
        /// The version that was asked for.
        found: u64,
        /// The lowest that pages accept.
        floor: u64,
    },
    /// No version is published.
    #[error("nothing is published yet")]
    Nothing,
    /// The earlier manifest cannot be read.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

/// What goes into the next manifest.
#[derive(Clone, Debug)]
pub struct Next {
    /// Its artifacts.
    pub artifacts: Vec<Artifact>,
    /// A second configuration.
    pub canary: Option<Canary>,
    /// The moment from which it holds, in seconds since the Unix epoch.
    pub not_before_s: u64,
    /// The moment after which a cold reader refuses it.
    pub expires_s: u64,
}

/// An artifact of these bytes.
pub fn artifact(kind: ArtifactKind, bytes: &[u8]) -> Artifact {
    Artifact {
        kind: kind as u8,
        bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        sha256: Sha256::digest(bytes).into(),
    }
}

/// The artifacts of a version, as a manifest has them.
///
/// # Errors
/// [`PlanError::Hash`] when one has no hash.
pub fn artifacts_of(current: &Current) -> Result<Vec<Artifact>, PlanError> {
    current.artifacts.iter().map(of_named).collect()
}

fn of_named(named: &NamedArtifact) -> Result<Artifact, PlanError> {
    let sha256 = from_hex(&named.sha256).ok_or_else(|| PlanError::Hash(named.sha256.clone()))?;
    Ok(Artifact { kind: named.kind, bytes: named.bytes, sha256 })
}

/// What the present version names itself of catalogue and indexes.
fn own_data(state: &State) -> Result<Vec<Artifact>, PlanError> {
    let own = state.current.as_ref().map(artifacts_of).transpose()?.unwrap_or_default();
    Ok(own.into_iter().filter(data::is_data).collect())
}

/// The catalogue and the indexes that pages have: those of the data manifest where it holds, else those of the version.
///
/// # Errors
/// [`PlanError::Hash`] when one has no hash.
pub fn data_of(state: &State) -> Result<Vec<Artifact>, PlanError> {
    match state.data.as_ref().filter(|data| data.holds) {
        Some(data) => data.artifacts.iter().map(of_named).collect(),
        None => own_data(state),
    }
}

/// What a version names of catalogue and indexes so that the data manifest that holds goes on doing so, also where a newer one
/// is published meanwhile; `None` where none holds.
///
/// # Errors
/// [`PlanError::Hash`] when an artifact has no hash.
pub fn kept_data(state: &State) -> Result<Option<Vec<Artifact>>, PlanError> {
    let Some(data) = state.data.as_ref().filter(|data| data.holds) else { return Ok(None) };
    let own = own_data(state)?;
    Ok(Some(if to_hex(&data::base(&own)) == data.base { own } else { Vec::new() }))
}

/// The next data manifest: these artifacts, for the version that is published.
///
/// # Errors
/// [`PlanError`] when nothing is published, or the publisher's ids are no hashes.
pub fn next_data(state: &State, artifacts: Vec<Artifact>, made_s: u64) -> Result<DataManifest, PlanError> {
    let current = state.current.as_ref().ok_or(PlanError::Nothing)?;
    let id = |id: &String| from_hex(id).ok_or_else(|| PlanError::Hash(id.clone()));
    Ok(DataManifest {
        site: state.site.clone(),
        number: state.data.as_ref().map_or(0, |data| data.number) + 1,
        previous: state.data.as_ref().map(|data| id(&data.id)).transpose()?.unwrap_or([0; 32]),
        made_s,
        version: current.version,
        base: data::base(&own_data(state)?),
        artifacts,
    })
}

/// Whether a version has exactly these artifacts and this canary, whatever the canary's salt.
pub fn is_same(current: &Current, artifacts: &[Artifact], canary: Option<&Canary>) -> bool {
    let named: Vec<NamedArtifact> = artifacts
        .iter()
        .map(|one| NamedArtifact { kind: one.kind, bytes: one.bytes, sha256: to_hex(&one.sha256) })
        .collect();
    let canary = canary.map(|canary| (canary.share_bp, to_hex(&canary.config.sha256)));
    let present = current.canary.as_ref().map(|canary| (canary.share_bp, canary.sha256.clone()));
    current.artifacts == named && present == canary && !current.withdrawn
}

/// The next version.
///
/// # Errors
/// [`PlanError::Hash`] when the publisher's `current` has no id.
pub fn next(state: &State, next: Next) -> Result<Publication, PlanError> {
    Ok(Publication::Version(manifest(state, next)?))
}

fn manifest(state: &State, next: Next) -> Result<Manifest, PlanError> {
    let (version, previous) = match &state.current {
        Some(current) => {
            let id = from_hex(&current.id).ok_or_else(|| PlanError::Hash(current.id.clone()))?;
            (current.version + 1, id)
        }
        None => (1, [0; 32]),
    };
    Ok(Manifest {
        site: state.site.clone(),
        version: version.max(state.floor),
        previous,
        not_before_s: next.not_before_s,
        expires_s: next.expires_s,
        artifacts: next.artifacts,
        canary: next.canary,
    })
}

/// The next version with the artifacts of an earlier one: a rollback with its evidence, which counts with one
/// signature; or, where the earlier one had a canary or is too large for evidence, a version, which needs them all.
///
/// # Errors
/// [`PlanError`] when the earlier version cannot be used.
pub fn roll_back(state: &State, earlier: &[u8], now_s: u64, expires_s: u64) -> Result<Publication, PlanError> {
    // A rollback is not evidence: what it went back to is.
    let asked = Publication::decode(earlier)?.0;
    let found = asked.manifest().version;
    let evidence = match asked {
        Publication::Rollback(rollback) => rollback.evidence,
        Publication::Version(_) => earlier.to_vec(),
    };
    let (publication, _) = Publication::decode(&evidence)?;
    let before = publication.manifest();
    if before.site != state.site {
        return Err(PlanError::Site(before.site.clone()));
    }
    let present = state.current.as_ref().map_or(0, |current| current.version);
    if found >= present {
        return Err(PlanError::NotEarlier { found, present });
    }
    if before.version < state.floor {
        return Err(PlanError::Floor { found: before.version, floor: state.floor });
    }
    if before.expires_s <= now_s {
        return Err(PlanError::Expired(before.version));
    }
    let mut next = Next { artifacts: before.artifacts.clone(), canary: None, not_before_s: now_s, expires_s };
    if before.canary.is_none() && evidence.len() <= EVIDENCE_BYTES_MAX {
        return Ok(Publication::Rollback(Rollback { manifest: manifest(state, next)?, evidence }));
    }
    // A version would bring its catalogue back: the data that hold stay.
    if let Some(kept) = kept_data(state)? {
        next.artifacts.retain(|one| !data::is_data(one));
        next.artifacts.extend(kept);
        next.artifacts.sort_by_key(|one| one.kind);
    }
    Ok(Publication::Version(manifest(state, next)?))
}

/// The next statement; an empty campaign is everything.
pub fn statement(state: &State, effect: Effect, campaign: &str, made_s: u64) -> Statement {
    Statement { effect, site: state.site.clone(), number: state.kills.next, made_s, campaign: campaign.to_owned() }
}

#[cfg(test)]
mod tests;
