//! Live data in its envelope: an overlay or posteriors, signed with a key for data.
//!
//! The edge verifies it with `WebCrypto` and hands the core the body; here are its bytes and what is signed. Layout in
//! SPEC.md.

use super::envelope::{self, Flaw, Signature};
use super::manifest::ArtifactKind;
use crate::limits::LIVE_BYTES_MAX;
use alloc::vec::Vec;

const MAGIC: [u8; 4] = *b"ATLV";
/// What a signature is for: the first piece of the signed pre-authentication encoding.
pub const PURPOSE: &str = "attune-live-1";

/// Why bytes are not live data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LiveError {
    /// Not live data of this format, or without a signature around it.
    #[error("not signed live data of format 1")]
    Foreign,
    /// Ends early, or goes on after its end.
    #[error("the live data is truncated or has bytes after its end")]
    Length,
    /// The body is larger than any overlay.
    #[error("the live data has more than {LIVE_BYTES_MAX} bytes")]
    Large,
    /// Too many signatures.
    #[error("the live data has more than {} signatures", envelope::SIGNATURES_MAX)]
    Signatures,
    /// Neither an overlay nor posteriors.
    #[error("live data of kind {0} is not known")]
    Kind(u8),
}

impl From<Flaw> for LiveError {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Foreign => Self::Foreign,
            Flaw::Length => Self::Length,
            Flaw::Signatures => Self::Signatures,
        }
    }
}

/// The bytes that a signature covers: PAE(purpose, site, kind in one byte, body).
pub fn signed_bytes(site: &str, kind: ArtifactKind, body: &[u8]) -> Vec<u8> {
    envelope::covered(&[PURPOSE.as_bytes(), site.as_bytes(), &[kind as u8], body])
}

/// Puts the header, the body and its signatures together.
///
/// # Errors
/// [`LiveError`] when the body or the list of signatures is too large, or the kind is not of live data.
pub fn encode(kind: ArtifactKind, body: &[u8], signatures: &[Signature]) -> Result<Vec<u8>, LiveError> {
    check(kind as u8, body)?;
    Ok(envelope::seal(MAGIC, kind as u8, body, signatures)?)
}

/// Reads live data: its kind, its body and its signatures; verifying them is the caller's.
///
/// # Errors
/// [`LiveError`] when the bytes are not exactly one file of live data.
pub fn decode(bytes: &[u8]) -> Result<(ArtifactKind, &[u8], Vec<Signature>), LiveError> {
    let (tag, body, signatures) = envelope::open(MAGIC, bytes)?;
    Ok((check(tag, body)?, body, signatures))
}

fn check(tag: u8, body: &[u8]) -> Result<ArtifactKind, LiveError> {
    if body.len() > LIVE_BYTES_MAX {
        return Err(LiveError::Large);
    }
    ArtifactKind::of(tag).filter(|kind| kind.is_live()).ok_or(LiveError::Kind(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNATURE: Signature = Signature { key: [1; 8], bytes: [2; 64] };

    #[test]
    fn live_data_reads_back_as_written_and_nothing_else_is_live_data() {
        for kind in [ArtifactKind::Overlay, ArtifactKind::Posteriors] {
            let bytes = encode(kind, b"body", &[SIGNATURE; 2]).unwrap_or_default();
            assert_eq!(decode(&bytes), Ok((kind, &b"body"[..], [SIGNATURE; 2].to_vec())));
            for cut in 0..bytes.len() {
                assert!(bytes.get(..cut).is_some_and(|short| decode(short).is_err()), "cut at {cut}");
            }
            assert_eq!(decode(&[&bytes[..], &[0]].concat()), Err(LiveError::Length));
        }
    }

    #[test]
    fn the_reader_refuses_what_the_writer_does() {
        let large = alloc::vec![0; LIVE_BYTES_MAX + 1];
        assert_eq!(encode(ArtifactKind::Overlay, &large, &[]), Err(LiveError::Large));
        assert_eq!(encode(ArtifactKind::Overlay, b"", &[SIGNATURE; 9]), Err(LiveError::Signatures));
        assert_eq!(encode(ArtifactKind::Catalog, b"", &[]), Err(LiveError::Kind(2)));
        let header = |count: u8, tag: u8, length: usize| {
            let length = u32::try_from(length).unwrap_or_default().to_le_bytes();
            [&MAGIC[..], &1_u16.to_le_bytes(), &[count, tag], &length].concat()
        };
        assert_eq!(decode(&[header(0, 5, large.len()), large].concat()), Err(LiveError::Large));
        assert_eq!(decode(&header(9, 5, 0)), Err(LiveError::Signatures));
        assert_eq!(decode(&header(0, 1, 0)), Err(LiveError::Kind(1)));
    }

    #[test]
    fn a_signature_covers_the_site_the_kind_and_every_byte() {
        let base = signed_bytes("shop", ArtifactKind::Overlay, b"body");
        assert_ne!(base, signed_bytes("shop", ArtifactKind::Posteriors, b"body"));
        assert_ne!(base, signed_bytes("sho", ArtifactKind::Overlay, b"pbody"));
        assert_ne!(base, super::super::manifest::signed_bytes(b"body"));
    }
}
