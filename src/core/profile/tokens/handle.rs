//! Handles: how the shop's own backend names a visitor without seeing the profile.

use crate::codec::base64::{from_base64, to_base64};
use crate::profile::keys::{KeyPurpose, MAC_BYTES, SiteKeys};
use alloc::string::String;
use alloc::vec::Vec;

/// The first byte of every token.
pub(in crate::profile) const TOKEN_FORMAT: u8 = 0x01;

/// Why a handle, a preview token or a login token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Longer than any that is written.
    #[error("the token is too long")]
    TooLong,
    /// Not strict unpadded base64url.
    #[error("the token is not unpadded base64url; was it copied whole?")]
    Base64,
    /// Too short, or with bytes left over.
    #[error("the token is cut short or malformed")]
    Malformed,
    /// Another format.
    #[error("the token has format {0}, which this version does not read")]
    Format(u8),
    /// A key that is not in the ring.
    #[error("the token is signed with key {0}, which is not in the key ring")]
    Key(u8),
    /// The MAC is wrong.
    #[error("the signature does not match; the token was altered, or is for another site or purpose")]
    Mac,
    /// Its time is over.
    #[error("the token expired at {0} (Unix seconds); ask for a new one")]
    Expired(u32),
    /// It would last longer than a token may.
    #[error("the token expires at {0} (Unix seconds), later than a token may last")]
    TooLasting(u32),
}

/// Signs what follows the format and the key id.
pub(in crate::profile) fn seal(keys: &SiteKeys, purpose: KeyPurpose, content: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(2 + content.len() + MAC_BYTES);
    bytes.extend_from_slice(&[TOKEN_FORMAT, keys.signer()]);
    bytes.extend_from_slice(content);
    let mac = keys.sign(purpose, &[], &bytes);
    bytes.extend_from_slice(&mac);
    to_base64(&bytes)
}

/// Verifies a token and gives what follows the format and the key id.
pub(in crate::profile) fn unseal(
    text: &[u8],
    chars_max: usize,
    keys: &SiteKeys,
    purpose: KeyPurpose,
) -> Result<Vec<u8>, TokenError> {
    if text.len() > chars_max {
        return Err(TokenError::TooLong);
    }
    let mut bytes = from_base64(text).ok_or(TokenError::Base64)?;
    match bytes.as_slice() {
        [] => return Err(TokenError::Malformed),
        [TOKEN_FORMAT, ..] => {}
        [format, ..] => return Err(TokenError::Format(*format)),
    }
    let split = bytes.split_last_chunk::<MAC_BYTES>();
    let Some((signed @ [_, key, ..], mac)) = split else {
        return Err(TokenError::Malformed);
    };
    if !keys.knows(*key) {
        return Err(TokenError::Key(*key));
    }
    if !keys.verifies(*key, purpose, &[], signed, mac) {
        return Err(TokenError::Mac);
    }
    bytes.truncate(bytes.len() - MAC_BYTES);
    bytes.drain(..2);
    Ok(bytes)
}

/// Characters of a handle.
const HANDLE_CHARS: usize = 46;

/// The handle of a visitor, 46 characters: the shop hands it back with an order.
pub fn seal_handle(id: &[u8; 16], keys: &SiteKeys) -> String {
    seal(keys, KeyPurpose::Handle, id)
}

/// The visitor id in a handle.
///
/// # Errors
/// [`TokenError`] when it is not a handle of this site.
pub fn open_handle(handle: &str, keys: &SiteKeys) -> Result<[u8; 16], TokenError> {
    let content = unseal(handle.as_bytes(), HANDLE_CHARS, keys, KeyPurpose::Handle)?;
    content.try_into().map_err(|_| TokenError::Malformed)
}
