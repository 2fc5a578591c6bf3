//! Mint tokens: the id that a page was decided with, on its way to the cookie.
//!
//! A page sets no cookie. Where a profile is allowed and missing, the page is decided with a fresh id, and its plan
//! carries the id in a token, which the first beacon turns into the cookie.

use crate::limits::{CLOCK_SKEW_S_MAX, MINT_TTL_S};
use crate::profile::keys::{KeyPurpose, SiteKeys};
use crate::profile::tokens::handle::{TokenError, seal, unseal};
use alloc::string::String;

/// Characters of a mint token.
pub const MINT_CHARS: usize = 51;

/// What a mint token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minted {
    /// The visitor id.
    pub id: [u8; 16],
    /// When the page was asked for: the profile begins then.
    pub issued_s: u32,
}

/// Signs an id and the moment of the request that it was drawn for.
pub fn seal_mint(minted: Minted, keys: &SiteKeys) -> String {
    let mut content = [0; 20];
    let bytes = minted.id.into_iter().chain(minted.issued_s.to_be_bytes());
    content.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    seal(keys, KeyPurpose::Mint, &content)
}

/// Verifies a token.
///
/// # Errors
/// [`TokenError`] when it is not a mint token of this site, or is older than a day.
pub fn open_mint(token: &[u8], keys: &SiteKeys, now_s: u32) -> Result<Minted, TokenError> {
    let content = unseal(token, MINT_CHARS, keys, KeyPurpose::Mint)?;
    let (id, issued) = content.split_first_chunk::<16>().ok_or(TokenError::Malformed)?;
    let issued_s = u32::from_be_bytes(issued.try_into().map_err(|_| TokenError::Malformed)?);
    let expires_s = issued_s.saturating_add(MINT_TTL_S);
    if issued_s > now_s.saturating_add(CLOCK_SKEW_S_MAX) {
        return Err(TokenError::TooLasting(expires_s));
    }
    if expires_s <= now_s {
        return Err(TokenError::Expired(expires_s));
    }
    Ok(Minted { id: *id, issued_s })
}
