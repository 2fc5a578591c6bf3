//! What a manifest file is: a version, or a rollback with its evidence.

use attune_core::bundle::manifest::{self, Manifest, ManifestError, Signature};
use attune_core::bundle::rollback::{self, Rollback};
use attune_core::codec::to_hex;
use sha2::{Digest, Sha256};

/// What is published: the content of a manifest file, without its signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Publication {
    /// A version, with or without a canary.
    Version(Manifest),
    /// A version with the artifacts of an earlier one.
    Rollback(Rollback),
}

/// The id of something signed: the SHA-256 of its body, in hexadecimal digits.
pub fn id_of(body: &[u8]) -> String {
    to_hex(&Sha256::digest(body))
}

impl Publication {
    /// Reads a manifest file and its signatures; verifying them is the caller's.
    ///
    /// # Errors
    /// [`ManifestError`] when the bytes are neither a version nor a rollback.
    pub fn decode(bytes: &[u8]) -> Result<(Self, Vec<Signature>), ManifestError> {
        match manifest::decode(bytes) {
            Ok((manifest, signatures)) => Ok((Self::Version(manifest), signatures)),
            Err(ManifestError::Foreign) => {
                rollback::decode(bytes).map(|(rollback, signatures)| (Self::Rollback(rollback), signatures))
            }
            Err(error) => Err(error),
        }
    }

    /// Puts the body and its signatures together.
    ///
    /// # Errors
    /// [`ManifestError::Malformed`] when something is beyond its limit.
    pub fn encode(&self, signatures: &[Signature]) -> Result<Vec<u8>, ManifestError> {
        match self {
            Self::Version(manifest) => manifest::encode(manifest, signatures),
            Self::Rollback(rollback) => rollback::encode(rollback, signatures),
        }
    }

    /// Site, version, artifacts.
    pub fn manifest(&self) -> &Manifest {
        match self {
            Self::Version(manifest) => manifest,
            Self::Rollback(rollback) => &rollback.manifest,
        }
    }

    /// Everything but the signatures.
    pub fn body(&self) -> Vec<u8> {
        match self {
            Self::Version(manifest) => manifest::body(manifest),
            Self::Rollback(rollback) => rollback::body(rollback),
        }
    }

    /// The bytes that a signature covers.
    pub fn signed_bytes(&self) -> Vec<u8> {
        match self {
            Self::Version(_) => manifest::signed_bytes(&self.body()),
            Self::Rollback(_) => rollback::signed_bytes(&self.body()),
        }
    }

    /// The id: it stays as it is when a signature is added.
    pub fn id(&self) -> String {
        id_of(&self.body())
    }
}
