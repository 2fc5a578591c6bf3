//! A rollback: a version with the artifacts of an earlier one, which it carries as evidence that they were published.
//!
//! Layout and when it counts with one signature: SPEC.md.

use super::envelope::{self, Signature};
use super::manifest::{self, MAGIC, Manifest, ManifestError};
use crate::codec::Reader;
use alloc::vec::Vec;

/// What a signature is for: the first piece of the signed pre-authentication encoding.
pub const PURPOSE: &str = "attune-rollback-1";
/// Most bytes of the earlier manifest.
pub const EVIDENCE_BYTES_MAX: usize = 16 * 1024;

const TAG: u8 = 1;

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollback {
    /// The new version, without a canary.
    pub manifest: Manifest,
    /// The earlier manifest: a whole file with its signatures.
    pub evidence: Vec<u8>,
}

/// The body: everything but the signatures.
pub fn body(rollback: &Rollback) -> Vec<u8> {
    let mut out = manifest::body(&rollback.manifest);
    out.extend_from_slice(&u32::try_from(rollback.evidence.len()).unwrap_or(0).to_le_bytes());
    out.extend_from_slice(&rollback.evidence);
    out
}

/// The bytes that a signature covers: PAE(purpose, body).
pub fn signed_bytes(body: &[u8]) -> Vec<u8> {
    envelope::covered(&[PURPOSE.as_bytes(), body])
}

fn is_allowed(rollback: &Rollback) -> bool {
    let Rollback { manifest: version, evidence } = rollback;
    manifest::is_allowed(version) && version.canary.is_none() && evidence.len() <= EVIDENCE_BYTES_MAX
}

/// Puts the header, the body and its signatures together.
///
/// # Errors
/// [`ManifestError::Malformed`] when the site name, a list or the evidence is beyond its limit, or there is a canary.
pub fn encode(rollback: &Rollback, signatures: &[Signature]) -> Result<Vec<u8>, ManifestError> {
    if !is_allowed(rollback) {
        return Err(ManifestError::Malformed);
    }
    Ok(envelope::seal(MAGIC, TAG, &body(rollback), signatures)?)
}

/// Reads a rollback and its signatures; verifying them, and the evidence, is the caller's.
///
/// # Errors
/// [`ManifestError`] when the bytes are not exactly one rollback.
pub fn decode(bytes: &[u8]) -> Result<(Rollback, Vec<Signature>), ManifestError> {
    let (TAG, body, signatures) = envelope::open(MAGIC, bytes)? else { return Err(ManifestError::Foreign) };
    let mut reader = Reader::new(body);
    let manifest = manifest::read(&mut reader)?;
    let evidence = read_evidence(&mut reader).ok_or(ManifestError::Length)?;
    let rollback = Rollback { manifest, evidence };
    if is_allowed(&rollback) { Ok((rollback, signatures)) } else { Err(ManifestError::Malformed) }
}

/// The evidence, with nothing behind it.
fn read_evidence(reader: &mut Reader<'_>) -> Option<Vec<u8>> {
    let length = usize::try_from(reader.u32()?).ok()?;
    let evidence = reader.take(length)?;
    reader.is_empty().then(|| evidence.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::manifest::{Artifact, ArtifactKind, Canary};

    const CONFIG: Artifact = Artifact { kind: ArtifactKind::Config as u8, bytes: 99, sha256: [9; 32] };

    fn rollback(evidence: Vec<u8>) -> Rollback {
        let manifest = Manifest {
            site: "giftshop".into(),
            version: 8,
            previous: [3; 32],
            not_before_s: 10,
            expires_s: 20,
            artifacts: [CONFIG].to_vec(),
            canary: None,
        };
        Rollback { manifest, evidence }
    }

    #[test]
    fn a_rollback_reads_back_as_written_and_is_no_version() {
        let rollback = rollback(b"earlier".to_vec());
        let signature = Signature { key: [1; 8], bytes: [2; 64] };
        let bytes = encode(&rollback, &[signature]).unwrap_or_default();
        assert_eq!(manifest::decode(&bytes), Err(ManifestError::Foreign));
        assert_eq!(decode(&bytes), Ok((rollback.clone(), [signature].to_vec())));
        for cut in 0..bytes.len() {
            assert!(bytes.get(..cut).is_some_and(|short| decode(short).is_err()), "cut at {cut}");
        }
        let version = manifest::encode(&rollback.manifest, &[]).unwrap_or_default();
        assert_eq!(decode(&version), Err(ManifestError::Foreign));
        let longer = [body(&rollback), [0].to_vec()].concat();
        assert_eq!(decode(&envelope::seal(MAGIC, TAG, &longer, &[]).unwrap_or_default()), Err(ManifestError::Length));
    }

    #[test]
    fn a_rollback_has_no_canary_and_its_evidence_a_limit() {
        let large = rollback(alloc::vec![0; EVIDENCE_BYTES_MAX + 1]);
        let mut shared = rollback(Vec::new());
        shared.manifest.canary = Some(Canary { share_bp: 1, salt: [0; 8], config: CONFIG });
        for wrong in [large, shared] {
            assert_eq!(encode(&wrong, &[]), Err(ManifestError::Malformed));
            let bytes = envelope::seal(MAGIC, TAG, &body(&wrong), &[]).unwrap_or_default();
            assert!(decode(&bytes).is_err());
        }
    }
}
