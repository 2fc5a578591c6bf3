//! The value of the profile cookie: read with a verdict, written deterministically. SPEC.md, "Cookie".

use super::Profile;
use super::fit::{Dropped, Selection};
use super::header::HeaderRefusal;
use super::keys::{KeyPurpose, MAC_BYTES, SiteKeys};
use super::sections;
use super::wire::{from_base64, to_base64};
use crate::limits::{CLOCK_SKEW_S_MAX, COOKIE_CHARS_MAX, PROFILE_AGE_DAYS_MAX};
use alloc::string::String;
use alloc::vec::Vec;

/// The first byte of a value: HMAC-SHA256 truncated to 128 bits; there is no algorithm field.
pub const FORMAT: u8 = 0x01;

/// Format and key id.
const HEAD_BYTES: usize = 2;
/// So that head, sections and MAC fill at most [`COOKIE_CHARS_MAX`] characters.
const SECTIONS_BYTES_MAX: usize = COOKIE_CHARS_MAX / 4 * 3 - HEAD_BYTES - MAC_BYTES;

/// What a cookie is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one verdict a request, on the stack; a box would cost an allocation")]
pub enum Verdict {
    /// There is none: a visitor who may get one.
    Absent,
    /// Authentic and current.
    Valid(Profile),
    /// Written by a deployment that this one does not know: no profile for this response, and no
    /// `Set-Cookie`, because a gradual deploy must not reset people.
    Anonymous(Foreign),
    /// Not usable, now or later: a new visitor, whose cookie may be overwritten.
    NewVisitor(Refusal),
}

/// What this deployment does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Foreign {
    /// Another format.
    #[error("the cookie has format {0}, which this version does not read")]
    Format(u8),
    /// A key that is not in the ring.
    #[error("the cookie is signed with key {0}, which is not in the key ring")]
    Key(u8),
}

/// Why a cookie makes a new visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Refused where the header was split.
    #[error(transparent)]
    Header(#[from] HeaderRefusal),
    /// Longer than [`COOKIE_CHARS_MAX`].
    #[error("the value is longer than {COOKIE_CHARS_MAX} characters")]
    TooLong,
    /// Not strict unpadded base64url.
    #[error("the value is not unpadded base64url")]
    Base64,
    /// Too short to hold a format, a key id and a MAC.
    #[error("the value is cut short")]
    Truncated,
    /// The MAC of a known key is wrong: altered, or of another site, host or purpose.
    #[error("the signature does not match; the value was altered or belongs to another site or host")]
    Mac,
    /// Signed, but its sections cannot be read.
    #[error("a section is malformed")]
    Malformed,
    /// Signed and readable, but not the way this version writes it.
    #[error("the sections are not in their one canonical form")]
    NonCanonical,
    /// Minted more than [`PROFILE_AGE_DAYS_MAX`] days ago.
    #[error("the profile is older than {PROFILE_AGE_DAYS_MAX} days")]
    TooOld,
    /// Minted more than [`CLOCK_SKEW_S_MAX`] seconds in the future.
    #[error("the profile was minted in the future")]
    FromTheFuture,
}

impl Refusal {
    /// A stable short name, for response headers, logs and test vectors.
    pub fn code(self) -> &'static str {
        match self {
            Self::Header(HeaderRefusal::HeaderTooLong) => "header_too_long",
            Self::Header(HeaderRefusal::Duplicate) => "duplicate",
            Self::Header(HeaderRefusal::Joined) => "joined",
            Self::Header(HeaderRefusal::ValueTooLong) | Self::TooLong => "too_long",
            Self::Base64 => "base64",
            Self::Truncated => "truncated",
            Self::Mac => "mac",
            Self::Malformed => "malformed",
            Self::NonCanonical => "non_canonical",
            Self::TooOld => "too_old",
            Self::FromTheFuture => "future",
        }
    }
}

/// A written cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// The value, at most [`COOKIE_CHARS_MAX`] characters of base64url.
    pub value: String,
    /// What did not fit.
    pub dropped: Dropped,
    /// There was nothing to write: no cookie is needed.
    pub blank: bool,
}

/// Reads a cookie's value: length, base64, format, key id and MAC before a single section is looked at.
pub fn read(value: &[u8], keys: &SiteKeys, host: &str, now_s: u32) -> Verdict {
    match open(value, keys, host, now_s) {
        Ok(profile) => Verdict::Valid(profile),
        Err(Problem::Foreign(foreign)) => Verdict::Anonymous(foreign),
        Err(Problem::Refused(refusal)) => Verdict::NewVisitor(refusal),
    }
}

enum Problem {
    Foreign(Foreign),
    Refused(Refusal),
}

impl From<Foreign> for Problem {
    fn from(foreign: Foreign) -> Self {
        Self::Foreign(foreign)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

fn open(value: &[u8], keys: &SiteKeys, host: &str, now_s: u32) -> Result<Profile, Problem> {
    if value.len() > COOKIE_CHARS_MAX {
        return Err(Refusal::TooLong.into());
    }
    let bytes = from_base64(value).ok_or(Refusal::Base64)?;
    match bytes.first() {
        // A later format may be shorter or longer; of it nothing else is known.
        Some(&format) if format != FORMAT => return Err(Foreign::Format(format).into()),
        Some(_) => {}
        None => return Err(Refusal::Truncated.into()),
    }
    let Some((signed @ [_, key, sections @ ..], mac)) = bytes.split_last_chunk::<MAC_BYTES>() else {
        return Err(Refusal::Truncated.into());
    };
    if !keys.knows(*key) {
        return Err(Foreign::Key(*key).into());
    }
    if !keys.verifies(*key, KeyPurpose::Cookie, &[host], signed, mac) {
        return Err(Refusal::Mac.into());
    }
    let profile = sections::read(sections).ok_or(Refusal::Malformed)?;
    let mut again = Vec::with_capacity(sections.len());
    sections::write(&Selection::of(&profile), &mut again);
    if again != sections {
        return Err(Refusal::NonCanonical.into());
    }
    check_age(&profile, now_s)?;
    Ok(profile)
}

fn check_age(profile: &Profile, now_s: u32) -> Result<(), Refusal> {
    if profile.id.is_none() {
        return Ok(());
    }
    if profile.issued_s.saturating_sub(now_s) > CLOCK_SKEW_S_MAX {
        return Err(Refusal::FromTheFuture);
    }
    if now_s.saturating_sub(profile.issued_s) > PROFILE_AGE_DAYS_MAX * 86_400 {
        return Err(Refusal::TooOld);
    }
    Ok(())
}

/// Writes a profile: the same state always gives the same value.
///
/// Without an id only the consent record, the opt-out and what needs no consent are written. What the
/// consent record denies is not written either; a consent regime is the caller's to enforce first
/// ([`Profile::enforce`]). When the value would be too long, impressions go first (the oldest), then viewed
/// products, then interests (the lowest), then sections of later versions, and where keys are very long bought
/// products and cart lines (the oldest).
pub fn encode(profile: &Profile, keys: &SiteKeys, host: &str) -> Encoded {
    let mut selection = Selection::of(profile);
    let mut bytes = Vec::with_capacity(1_024);
    bytes.extend_from_slice(&[FORMAT, keys.signer()]);
    sections::write(&selection, &mut bytes);
    while bytes.len() > HEAD_BYTES + SECTIONS_BYTES_MAX && selection.shrink() {
        bytes.truncate(HEAD_BYTES);
        sections::write(&selection, &mut bytes);
    }
    let blank = bytes.len() == HEAD_BYTES;
    let mac = keys.sign(KeyPurpose::Cookie, &[host], &bytes);
    bytes.extend_from_slice(&mac);
    Encoded { value: to_base64(&bytes), dropped: selection.dropped, blank }
}
