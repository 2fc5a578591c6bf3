//! Login tokens: what the shop's server says of whoever logs in, carried by their own browser.

use crate::codec::{Reader, hash128, put_text, put_varint};
use crate::limits::{CLOCK_SKEW_S_MAX, LOGIN_CHARS_MAX, LOGIN_TTL_S_MAX, TRAIT_BYTES_MAX, TRAITS_MAX};
use crate::profile::events::server_update::{Customer, ServerUpdate};
use crate::profile::keys::{KeyPurpose, SiteKeys};
use crate::profile::model::TraitValue;
use crate::profile::tokens::handle::{TokenError, seal, unseal};
use alloc::string::String;
use alloc::vec::Vec;

/// Why a login token was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// It would expire before now, or too late.
    #[error("a login token lasts from 1 to {LOGIN_TTL_S_MAX} seconds")]
    Lifetime,
    /// It says nothing, has too many traits, one twice, or a value that is too long.
    #[error("a login token has at most {TRAITS_MAX} traits, each once, of at most {TRAIT_BYTES_MAX} bytes")]
    ServerUpdate,
}

/// Signs what is said of whoever brings the token before it expires.
///
/// # Errors
/// [`LoginError`] when it would last too long, or holds more than it may.
pub fn seal_login(update: &ServerUpdate, expires_s: u32, keys: &SiteKeys, now_s: u32) -> Result<String, LoginError> {
    if expires_s <= now_s || expires_s - now_s > LOGIN_TTL_S_MAX {
        return Err(LoginError::Lifetime);
    }
    if !is_valid(update) {
        return Err(LoginError::ServerUpdate);
    }
    Ok(seal(keys, KeyPurpose::Login, &content(update, expires_s)))
}

/// Verifies a token and gives what it says.
///
/// # Errors
/// [`TokenError`] when it is not a login token of this site, or is not valid at this time.
pub fn open_login(token: &[u8], keys: &SiteKeys, now_s: u32) -> Result<ServerUpdate, TokenError> {
    let bytes = unseal(token, LOGIN_CHARS_MAX, keys, KeyPurpose::Login)?;
    let (update, expires_s) = read(&bytes).ok_or(TokenError::Malformed)?;
    if !is_valid(&update) || content(&update, expires_s) != bytes {
        return Err(TokenError::Malformed);
    }
    if expires_s <= now_s {
        return Err(TokenError::Expired(expires_s));
    }
    if expires_s - now_s > LOGIN_TTL_S_MAX + CLOCK_SKEW_S_MAX {
        return Err(TokenError::TooLasting(expires_s));
    }
    Ok(update)
}

/// How a token is known again that was brought once: the first 16 bytes of SHA-256("login:" token).
pub fn login_id(token: &str) -> [u8; 16] {
    hash128(&["login:", token])
}

fn is_valid(update: &ServerUpdate) -> bool {
    let ascending = update.traits.iter().zip(update.traits.iter().skip(1)).all(|(a, b)| a.key < b.key);
    let fits = update.traits.iter().all(|own| own.value.len() <= TRAIT_BYTES_MAX);
    ascending && fits && update.traits.len() <= TRAITS_MAX
}

fn content(update: &ServerUpdate, expires_s: u32) -> Vec<u8> {
    let mut out = expires_s.to_be_bytes().to_vec();
    put_varint(&mut out, update.at_ms);
    match update.customer {
        Customer::Unsaid => out.push(0),
        Customer::Nobody => out.push(1),
        Customer::Is(hash) => {
            out.push(2);
            out.extend_from_slice(&hash);
        }
    }
    for own in &update.traits {
        out.extend_from_slice(&own.key.to_be_bytes());
        put_text(&mut out, &own.value);
    }
    out
}

fn read(bytes: &[u8]) -> Option<(ServerUpdate, u32)> {
    let mut reader = Reader::new(bytes);
    let expires_s = u32::from_be_bytes(reader.array()?);
    let at_ms = reader.varint()?;
    let customer = match reader.byte()? {
        0 => Customer::Unsaid,
        1 => Customer::Nobody,
        2 => Customer::Is(reader.array()?),
        _ => return None,
    };
    let mut traits = Vec::new();
    while !reader.is_empty() {
        let key = u32::from_be_bytes(reader.array()?);
        traits.push(TraitValue { key, value: reader.text()? });
    }
    Some((ServerUpdate { traits, customer, at_ms }, expires_s))
}
