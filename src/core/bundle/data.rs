//! A data manifest: the catalogue and the recommendation indexes of a site, replaced without a new version.
//!
//! Layout, and which versions it holds for: SPEC.md.

use super::envelope::{self, Signature};
use super::manifest::{self, Artifact, ArtifactKind, MAGIC, ManifestError};
use crate::codec::Reader;
use crate::limits::KEY_BYTES_MAX;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use sha2::{Digest, Sha256};

/// What a signature is for: the first piece of the signed pre-authentication encoding.
pub const PURPOSE: &str = "attune-data-1";

const TAG: u8 = 2;
/// What it may name, in this order; the catalogue always.
const KINDS: [ArtifactKind; 3] = [ArtifactKind::Catalog, ArtifactKind::Sessions, ArtifactKind::Baskets];

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataManifest {
    /// Site name.
    pub site: String,
    /// One more than that of the data manifest before; 1 for the first.
    pub number: u64,
    /// SHA-256 of the body of the data manifest before; zeros for the first.
    pub previous: [u8; 32],
    /// When it was made, in seconds since the Unix epoch.
    pub made_s: u64,
    /// Number of the version that was published then: it holds for that one and for those before it.
    pub version: u64,
    /// [`base`] of that version's artifacts: it also holds for later versions that name the same.
    pub base: [u8; 32],
    /// The catalogue, then the index learned from sessions, then the one learned from baskets.
    pub artifacts: Vec<Artifact>,
}

/// Whether an artifact is one that a data manifest names.
pub fn is_data(artifact: &Artifact) -> bool {
    KINDS.iter().any(|kind| *kind as u8 == artifact.kind)
}

/// Which catalogue and indexes a version names: SHA-256 of their entries, in the order of their kinds.
pub fn base(artifacts: &[Artifact]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    let of_kind = |kind: ArtifactKind| artifacts.iter().filter(move |one| one.kind == kind as u8);
    for artifact in KINDS.into_iter().flat_map(of_kind) {
        let mut entry = Vec::new();
        manifest::put_artifact(&mut entry, artifact);
        hasher.update(&entry);
    }
    hasher.finalize().into()
}

/// The body: everything but the signatures.
pub fn body(data: &DataManifest) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    out.push(u8::try_from(data.site.len()).unwrap_or(0));
    out.extend_from_slice(data.site.as_bytes());
    out.extend_from_slice(&data.number.to_le_bytes());
    out.extend_from_slice(&data.previous);
    out.extend_from_slice(&data.made_s.to_le_bytes());
    out.extend_from_slice(&data.version.to_le_bytes());
    out.extend_from_slice(&data.base);
    out.push(u8::try_from(data.artifacts.len()).unwrap_or(0));
    for artifact in &data.artifacts {
        manifest::put_artifact(&mut out, artifact);
    }
    out
}

/// The bytes that a signature covers: PAE(purpose, body).
pub fn signed_bytes(body: &[u8]) -> Vec<u8> {
    envelope::covered(&[PURPOSE.as_bytes(), body])
}

fn is_allowed(data: &DataManifest) -> bool {
    let kinds = data.artifacts.iter().map(|one| one.kind);
    let ascends = kinds.clone().zip(kinds.skip(1)).all(|(one, next)| one < next);
    (1..=KEY_BYTES_MAX).contains(&data.site.len())
        && ascends
        && data.artifacts.iter().all(is_data)
        && data.artifacts.first().is_some_and(|first| first.kind == ArtifactKind::Catalog as u8)
}

/// Puts the header, the body and its signatures together.
///
/// # Errors
/// [`ManifestError::Malformed`] when the site name or the list is not as it must be.
pub fn encode(data: &DataManifest, signatures: &[Signature]) -> Result<Vec<u8>, ManifestError> {
    if !is_allowed(data) {
        return Err(ManifestError::Malformed);
    }
    Ok(envelope::seal(MAGIC, TAG, &body(data), signatures)?)
}

/// Reads a data manifest and its signatures; verifying them is the caller's.
///
/// # Errors
/// [`ManifestError`] when the bytes are not exactly one data manifest.
pub fn decode(bytes: &[u8]) -> Result<(DataManifest, Vec<Signature>), ManifestError> {
    let (TAG, body, signatures) = envelope::open(MAGIC, bytes)? else { return Err(ManifestError::Foreign) };
    let mut reader = Reader::new(body);
    let site = reader.byte().and_then(|length| reader.take(usize::from(length))).ok_or(ManifestError::Length)?;
    let site = core::str::from_utf8(site).map_err(|_| ManifestError::Malformed)?.to_string();
    let data = read_rest(&mut reader, site).filter(|_| reader.is_empty()).ok_or(ManifestError::Length)?;
    if is_allowed(&data) { Ok((data, signatures)) } else { Err(ManifestError::Malformed) }
}

/// What follows the site's name.
fn read_rest(reader: &mut Reader<'_>, site: String) -> Option<DataManifest> {
    let mut data = DataManifest {
        site,
        number: reader.u64()?,
        previous: reader.array()?,
        made_s: reader.u64()?,
        version: reader.u64()?,
        base: reader.array()?,
        artifacts: Vec::new(),
    };
    for _ in 0..reader.byte()? {
        data.artifacts.push(manifest::read_artifact(reader)?);
    }
    Some(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(kind: ArtifactKind) -> Artifact {
        Artifact { kind: kind as u8, bytes: 99, sha256: [kind as u8; 32] }
    }

    fn data(kinds: &[ArtifactKind]) -> DataManifest {
        DataManifest {
            site: "giftshop".into(),
            number: 3,
            previous: [1; 32],
            made_s: 10,
            version: 7,
            base: [2; 32],
            artifacts: kinds.iter().copied().map(artifact).collect(),
        }
    }

    #[test]
    fn a_data_manifest_reads_back_as_written_and_is_neither_a_version_nor_a_rollback() {
        let signature = Signature { key: [1; 8], bytes: [2; 64] };
        for kinds in [&KINDS[..], &[ArtifactKind::Catalog], &[ArtifactKind::Catalog, ArtifactKind::Baskets]] {
            let data = data(kinds);
            let bytes = encode(&data, &[signature]).unwrap_or_default();
            assert_eq!(decode(&bytes), Ok((data, [signature].to_vec())));
            assert_eq!(manifest::decode(&bytes), Err(ManifestError::Foreign));
            assert!(crate::bundle::rollback::decode(&bytes).is_err());
            for cut in 0..bytes.len() {
                assert!(bytes.get(..cut).is_some_and(|short| decode(short).is_err()), "cut at {cut}");
            }
            assert_eq!(decode(&[&bytes[..], &[0]].concat()), Err(ManifestError::Length));
        }
    }

    #[test]
    fn the_catalogue_comes_first_each_kind_once_and_no_other() {
        use ArtifactKind::{Baskets, Catalog, Config, Overlay, Sessions, Sources};
        for kinds in [
            &[][..],
            &[Sessions],
            &[Config, Catalog],
            &[Catalog, Catalog],
            &[Catalog, Baskets, Sessions],
            &[Catalog, Overlay],
            &[Catalog, Sources],
        ] {
            let data = data(kinds);
            assert_eq!(encode(&data, &[]), Err(ManifestError::Malformed), "{kinds:?}");
            let bytes = envelope::seal(MAGIC, TAG, &body(&data), &[]).unwrap_or_default();
            assert_eq!(decode(&bytes), Err(ManifestError::Malformed), "{kinds:?}");
        }
    }

    #[test]
    fn the_base_of_a_version_is_its_catalogue_and_indexes_in_any_order() {
        use ArtifactKind::{Catalog, Config, Sessions, Sources};
        let of = |kinds: &[ArtifactKind]| base(&kinds.iter().copied().map(artifact).collect::<Vec<_>>());
        assert_eq!(of(&[Config, Catalog, Sessions, Sources]), of(&[Sessions, Catalog]));
        assert_ne!(of(&[Catalog]), of(&[Catalog, Sessions]));
        assert_eq!(of(&[Config]), of(&[]));
    }
}
