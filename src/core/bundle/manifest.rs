//! The manifest: which artifacts make up a version, signed with Ed25519.
//!
//! The edge and the browser verify it with `WebCrypto`; here are its bytes and what is signed. Layout in
//! SPEC.md.

use super::envelope::{self, Flaw};
use crate::codec::Reader;
use crate::limits;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub use super::envelope::Signature;

pub(super) const MAGIC: [u8; 4] = *b"ATMF";
/// Most artifacts of one manifest.
pub const PARTS_MAX: usize = 8;
/// What a signature is for: the first piece of the signed pre-authentication encoding.
pub const PURPOSE: &str = "attune-manifest-1";
/// Greatest share of a canary: half of the visitors.
pub const CANARY_BP_MAX: u16 = 5_000;

/// What an artifact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ArtifactKind {
    /// The configuration bundle.
    Config = 1,
    /// The product catalogue.
    Catalog = 2,
    /// A recommendation index learned from sessions.
    Sessions = 3,
    /// A recommendation index learned from baskets.
    Baskets = 4,
    /// The live overlay: never in a manifest, in KV under `overlay`, signed on its own ([`super::live`]).
    Overlay = 5,
    /// What is believed of strategies: as the overlay, under `posteriors`.
    Posteriors = 6,
    /// The authored files that the bundle was compiled from; no page loads them.
    Sources = 7,
    /// The part of the configuration that browsers may decide with; no page loads it.
    Client = 8,
    /// Weights that follow the results: as the overlay, under `weights`, signed with a key for weights.
    Weights = 9,
}

impl ArtifactKind {
    /// The kind with this number.
    pub fn of(number: u8) -> Option<Self> {
        let all = [
            Self::Config,
            Self::Catalog,
            Self::Sessions,
            Self::Baskets,
            Self::Overlay,
            Self::Posteriors,
            Self::Sources,
            Self::Client,
            Self::Weights,
        ];
        all.into_iter().find(|k| *k as u8 == number)
    }

    /// Replaced without a new manifest, and signed on its own.
    pub fn is_live(self) -> bool {
        match self {
            Self::Overlay | Self::Posteriors | Self::Weights => true,
            Self::Config | Self::Catalog | Self::Sessions | Self::Baskets | Self::Sources | Self::Client => false,
        }
    }
}

/// One artifact, found in KV under `artifact:` and its hash in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// What it is; a reader skips kinds that it does not know.
    pub kind: u8,
    /// Its size.
    pub bytes: u32,
    /// Its SHA-256.
    pub sha256: [u8; 32],
}

/// A second configuration, for a share of the visitors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Canary {
    /// Its share of the visitors in basis points, 1 to [`CANARY_BP_MAX`].
    pub share_bp: u16,
    /// Goes into the hash of a visitor's id, so that not every canary has the same visitors.
    pub salt: [u8; 8],
    /// Its configuration; the catalogue and the indexes are the version's.
    pub config: Artifact,
}

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Site name.
    pub site: String,
    /// Ascending with every publication; a reader refuses one below its floor.
    pub version: u64,
    /// SHA-256 of the body of the manifest before; zeros for the first.
    pub previous: [u8; 32],
    /// Seconds since the Unix epoch before which it must not be used.
    pub not_before_s: u64,
    /// Seconds since the Unix epoch after which a cold reader refuses it.
    pub expires_s: u64,
    /// Its artifacts.
    pub artifacts: Vec<Artifact>,
    /// A second configuration.
    pub canary: Option<Canary>,
}

/// Why bytes are not a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// Not a manifest of this format.
    #[error("not a manifest of format 1")]
    Foreign,
    /// Ends early, or goes on after its end.
    #[error("the manifest is truncated or has bytes after its end")]
    Length,
    /// More parts than allowed, or a text that is not one.
    #[error("the manifest is malformed")]
    Malformed,
}

impl From<Flaw> for ManifestError {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Foreign => Self::Foreign,
            Flaw::Length => Self::Length,
            Flaw::Signatures => Self::Malformed,
        }
    }
}

/// The body: everything but the signatures.
pub fn body(manifest: &Manifest) -> Vec<u8> {
    let site = manifest.site.as_bytes();
    let mut out = Vec::with_capacity(128);
    out.push(u8::try_from(site.len()).unwrap_or(0));
    out.extend_from_slice(site);
    out.extend_from_slice(&manifest.version.to_le_bytes());
    out.extend_from_slice(&manifest.previous);
    out.extend_from_slice(&manifest.not_before_s.to_le_bytes());
    out.extend_from_slice(&manifest.expires_s.to_le_bytes());
    out.push(u8::try_from(manifest.artifacts.len()).unwrap_or(0));
    for artifact in &manifest.artifacts {
        put_artifact(&mut out, artifact);
    }
    if let Some(canary) = &manifest.canary {
        out.extend_from_slice(&canary.share_bp.to_le_bytes());
        out.extend_from_slice(&canary.salt);
        put_artifact(&mut out, &canary.config);
    }
    out
}

pub(super) fn put_artifact(out: &mut Vec<u8>, artifact: &Artifact) {
    out.push(artifact.kind);
    out.extend_from_slice(&artifact.bytes.to_le_bytes());
    out.extend_from_slice(&artifact.sha256);
}

/// The bytes that a signature covers: PAE(purpose, body).
pub fn signed_bytes(body: &[u8]) -> Vec<u8> {
    envelope::covered(&[PURPOSE.as_bytes(), body])
}

fn has_allowed_sizes(site: &str, artifacts: usize) -> bool {
    (1..=limits::KEY_BYTES_MAX).contains(&site.len()) && artifacts <= PARTS_MAX
}

pub(super) fn is_allowed(manifest: &Manifest) -> bool {
    has_allowed_sizes(&manifest.site, manifest.artifacts.len()) && manifest.canary.as_ref().is_none_or(is_canary)
}

fn is_canary(canary: &Canary) -> bool {
    (1..=CANARY_BP_MAX).contains(&canary.share_bp) && canary.config.kind == ArtifactKind::Config as u8
}

/// Puts the header, the body and its signatures together.
///
/// # Errors
/// [`ManifestError::Malformed`] when the site name or a list is beyond its limit.
pub fn encode(manifest: &Manifest, signatures: &[Signature]) -> Result<Vec<u8>, ManifestError> {
    if !is_allowed(manifest) {
        return Err(ManifestError::Malformed);
    }
    Ok(envelope::seal(MAGIC, 0, &body(manifest), signatures)?)
}

/// Reads a manifest and its signatures; verifying them is the caller's.
///
/// # Errors
/// [`ManifestError`] when the bytes are not exactly one manifest.
pub fn decode(bytes: &[u8]) -> Result<(Manifest, Vec<Signature>), ManifestError> {
    let (0, body, signatures) = envelope::open(MAGIC, bytes)? else { return Err(ManifestError::Foreign) };
    let mut reader = Reader::new(body);
    let mut manifest = read(&mut reader)?;
    if !reader.is_empty() {
        manifest.canary = Some(read_canary(&mut reader).ok_or(ManifestError::Length)?);
    }
    if !reader.is_empty() {
        return Err(ManifestError::Length);
    }
    if is_allowed(&manifest) { Ok((manifest, signatures)) } else { Err(ManifestError::Malformed) }
}

/// Reads what every manifest begins with.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Manifest, ManifestError> {
    let site = reader.byte().and_then(|length| reader.take(usize::from(length))).ok_or(ManifestError::Length)?;
    let site = core::str::from_utf8(site).map_err(|_| ManifestError::Malformed)?.to_string();
    let (mut manifest, artifacts) = read_fields(reader, site).ok_or(ManifestError::Length)?;
    if !has_allowed_sizes(&manifest.site, artifacts) {
        return Err(ManifestError::Malformed);
    }
    for _ in 0..artifacts {
        manifest.artifacts.push(read_artifact(reader).ok_or(ManifestError::Length)?);
    }
    Ok(manifest)
}

/// What follows the site's name, and how many artifacts come then.
fn read_fields(reader: &mut Reader<'_>, site: String) -> Option<(Manifest, usize)> {
    let manifest = Manifest {
        site,
        version: reader.u64()?,
        previous: reader.array()?,
        not_before_s: reader.u64()?,
        expires_s: reader.u64()?,
        artifacts: Vec::new(),
        canary: None,
    };
    Some((manifest, usize::from(reader.byte()?)))
}

fn read_canary(reader: &mut Reader<'_>) -> Option<Canary> {
    Some(Canary { share_bp: reader.u16()?, salt: reader.array()?, config: read_artifact(reader)? })
}

pub(super) fn read_artifact(reader: &mut Reader<'_>) -> Option<Artifact> {
    Some(Artifact { kind: reader.byte()?, bytes: reader.u32()?, sha256: reader.array()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: Artifact = Artifact { kind: ArtifactKind::Config as u8, bytes: 99, sha256: [9; 32] };

    fn version(canary: Option<Canary>) -> Manifest {
        Manifest {
            site: "giftshop".into(),
            version: 7,
            previous: [3; 32],
            not_before_s: 10,
            expires_s: 20,
            artifacts: [CONFIG].to_vec(),
            canary,
        }
    }

    #[test]
    fn a_canary_is_47_more_bytes_and_neither_cut_nor_out_of_range() {
        let canary = Canary { share_bp: 500, salt: [4; 8], config: CONFIG };
        let manifest = version(Some(canary));
        assert_eq!(body(&manifest).len(), body(&version(None)).len() + 47);
        let bytes = encode(&manifest, &[]).unwrap_or_default();
        assert_eq!(decode(&bytes), Ok((manifest, Vec::new())));
        let whole = body(&version(Some(canary)));
        for more in 1..47 {
            let cut = whole.get(..whole.len() - more).unwrap_or_default();
            let bytes = envelope::seal(MAGIC, 0, cut, &[]).unwrap_or_default();
            assert_eq!(decode(&bytes), Err(ManifestError::Length), "{more} bytes less");
        }
        let catalog = Artifact { kind: ArtifactKind::Catalog as u8, ..CONFIG };
        for wrong in [
            Canary { share_bp: 0, ..canary },
            Canary { share_bp: CANARY_BP_MAX + 1, ..canary },
            Canary { config: catalog, ..canary },
        ] {
            let manifest = version(Some(wrong));
            assert_eq!(encode(&manifest, &[]), Err(ManifestError::Malformed));
            let bytes = envelope::seal(MAGIC, 0, &body(&manifest), &[]).unwrap_or_default();
            assert_eq!(decode(&bytes), Err(ManifestError::Malformed));
        }
    }

    #[test]
    fn a_manifest_reads_back_as_written_and_nothing_else_is_one() {
        let manifest = version(None);
        let signature = Signature { key: [1; 8], bytes: [2; 64] };
        let bytes = encode(&manifest, &[signature]).unwrap_or_default();
        assert_eq!(decode(&bytes), Ok((manifest, [signature].to_vec())));
        for cut in 0..bytes.len() {
            assert!(bytes.get(..cut).is_some_and(|short| decode(short).is_err()), "cut at {cut}");
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_eq!(decode(&longer), Err(ManifestError::Length));
    }

    #[test]
    fn the_reader_refuses_the_site_names_that_the_writer_does() {
        for site in [String::new(), "s".repeat(limits::KEY_BYTES_MAX + 1)] {
            let manifest = Manifest { site, artifacts: Vec::new(), ..version(None) };
            assert_eq!(encode(&manifest, &[]), Err(ManifestError::Malformed));
            let body = body(&manifest);
            let length = u32::try_from(body.len()).unwrap_or_default().to_le_bytes();
            let bytes = [MAGIC.as_slice(), &1_u16.to_le_bytes(), &[0, 0], &length, &body].concat();
            assert_eq!(decode(&bytes), Err(ManifestError::Malformed));
        }
    }
}
