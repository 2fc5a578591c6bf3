//! What carries Ed25519 signatures: a header, the bytes that are signed, and the signatures behind them.

use crate::codec::pae;
use alloc::vec::Vec;

const FORMAT: u16 = 1;
const HEADER_BYTES: usize = 12;
const SIGNATURE_BYTES: usize = 72;
/// Most signatures of one body.
pub(super) const SIGNATURES_MAX: usize = 8;

/// A signature of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// First 8 bytes of the SHA-256 of the raw public key.
    pub key: [u8; 8],
    /// Ed25519 over the pre-authentication encoding that the body's kind of file prescribes.
    pub bytes: [u8; 64],
}

/// What is wrong with an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Another magic number or format.
    Foreign,
    /// Ends early, or goes on after its end.
    Length,
    /// More signatures than allowed.
    Signatures,
}

/// What was opened: the tag of the header, the body, and its signatures.
pub(super) type Opened<'a> = (u8, &'a [u8], Vec<Signature>);

/// The bytes that a signature covers.
pub(super) fn covered(pieces: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::with_capacity(pieces.iter().map(|piece| piece.len() + 8).sum::<usize>() + 8);
    pae(pieces, |bytes| out.extend_from_slice(bytes));
    out
}

/// Puts header, body and signatures together.
pub(super) fn seal(magic: [u8; 4], tag: u8, body: &[u8], signatures: &[Signature]) -> Result<Vec<u8>, Flaw> {
    let count = u8::try_from(signatures.len()).ok().filter(|_| signatures.len() <= SIGNATURES_MAX);
    let length = u32::try_from(body.len()).map_err(|_| Flaw::Length)?;
    let mut out = Vec::with_capacity(HEADER_BYTES + body.len() + signatures.len() * SIGNATURE_BYTES);
    out.extend_from_slice(&magic);
    out.extend_from_slice(&FORMAT.to_le_bytes());
    out.extend_from_slice(&[count.ok_or(Flaw::Signatures)?, tag]);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(body);
    for signature in signatures {
        out.extend_from_slice(&signature.key);
        out.extend_from_slice(&signature.bytes);
    }
    Ok(out)
}

/// Takes an envelope apart; verifying its signatures is the caller's.
pub(super) fn open(magic: [u8; 4], bytes: &[u8]) -> Result<Opened<'_>, Flaw> {
    let (header, rest) = bytes.split_first_chunk::<HEADER_BYTES>().ok_or(Flaw::Foreign)?;
    let [m0, m1, m2, m3, f0, f1, count, tag, l0, l1, l2, l3] = *header;
    if [m0, m1, m2, m3] != magic || u16::from_le_bytes([f0, f1]) != FORMAT {
        return Err(Flaw::Foreign);
    }
    let length = usize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).map_err(|_| Flaw::Length)?;
    let (body, mut rest) = rest.split_at_checked(length).ok_or(Flaw::Length)?;
    let count = usize::from(count);
    if count > SIGNATURES_MAX {
        return Err(Flaw::Signatures);
    }
    let mut signatures = Vec::with_capacity(count);
    for _ in 0..count {
        let (key, behind) = rest.split_first_chunk().ok_or(Flaw::Length)?;
        let (bytes, behind) = behind.split_first_chunk().ok_or(Flaw::Length)?;
        signatures.push(Signature { key: *key, bytes: *bytes });
        rest = behind;
    }
    if rest.is_empty() { Ok((tag, body, signatures)) } else { Err(Flaw::Length) }
}
