//! A draft: a configuration that is there to be looked at, and is never published.
//!
//! It is a manifest with a tag and a purpose of its own, so that its signatures make no version. Layout: SPEC.md.

use super::envelope::{self, Signature};
use super::manifest::{self, Artifact, MAGIC, Manifest, ManifestError};
use alloc::string::String;
use alloc::vec::Vec;

/// What a signature is for: the first piece of the signed pre-authentication encoding.
pub const PURPOSE: &str = "attune-draft-1";
/// Largest configuration, in bytes: isolates hold it beside the present one.
pub const CONFIG_BYTES_MAX: usize = 4 * 1024 * 1024;

const TAG: u8 = 3;
/// The year 2100: KV's own clock ends a draft.
const EXPIRES_S: u64 = 4_102_444_800;

/// The draft of a configuration: the same one for the same bytes.
pub fn of(site: String, config: Artifact) -> Manifest {
    let artifacts = [config].to_vec();
    Manifest { site, version: 0, previous: [0; 32], not_before_s: 0, expires_s: EXPIRES_S, artifacts, canary: None }
}

/// The bytes that a signature covers: PAE(purpose, body).
pub fn signed_bytes(body: &[u8]) -> Vec<u8> {
    envelope::covered(&[PURPOSE.as_bytes(), body])
}

/// Puts the header, the body and its signatures together.
///
/// # Errors
/// [`ManifestError::Malformed`] when the site name is beyond its limit.
pub fn encode(draft: &Manifest, signatures: &[Signature]) -> Result<Vec<u8>, ManifestError> {
    if !manifest::is_allowed(draft) {
        return Err(ManifestError::Malformed);
    }
    Ok(envelope::seal(MAGIC, TAG, &manifest::body(draft), signatures)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::rollback;

    #[test]
    fn a_draft_is_no_version_and_no_rollback() {
        let config = Artifact { kind: 1, bytes: 99, sha256: [9; 32] };
        let draft = of("giftshop".into(), config);
        let bytes = encode(&draft, &[]).unwrap_or_default();
        assert_eq!(manifest::decode(&bytes), Err(ManifestError::Foreign));
        assert_eq!(rollback::decode(&bytes), Err(ManifestError::Foreign));
        let body = manifest::body(&draft);
        assert!(bytes.ends_with(&body));
        assert_ne!(signed_bytes(&body), manifest::signed_bytes(&body));
    }
}
