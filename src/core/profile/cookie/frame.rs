//! The values of the two cookies: read with a verdict, written deterministically. SPEC.md, "Cookies".

use crate::codec::base64::{from_base64, to_base64};
use crate::limits::{
    CLOCK_SKEW_S_MAX, CONSENT_CHARS_MAX, COOKIE_CANDIDATES_MAX, COOKIE_CHARS_MAX, COOKIE_HEADER_BYTES_MAX,
    PROFILE_AGE_DAYS_MAX,
};
use crate::profile::consent::ConsentState;
use crate::profile::cookie::selection::{Dropped, Selection};
use crate::profile::cookie::{read_sections, write_sections};
use crate::profile::keys::{KeyPurpose, MAC_BYTES, SiteKeys};
use crate::profile::model::Profile;
use alloc::string::String;
use alloc::vec::Vec;

/// The first byte of a profile cookie: HMAC-SHA256 truncated to 128 bits; there is no algorithm field.
pub const FORMAT: u8 = 0x02;
/// The first format, which had the consent record and a ring of event ids in the profile. It is read, and written no more.
pub const FORMAT_1: u8 = 0x01;
/// The first byte of a consent cookie; the algorithm is the same.
pub const CONSENT_FORMAT: u8 = 0x01;

/// Format and key id.
const HEAD_BYTES: usize = 2;
/// So that head, sections and MAC fill at most [`COOKIE_CHARS_MAX`] characters.
const SECTIONS_BYTES_MAX: usize = COOKIE_CHARS_MAX / 4 * 3 - HEAD_BYTES - MAC_BYTES;

/// What a cookie is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<T = Profile> {
    /// There is none.
    Absent,
    /// Authentic and current.
    Valid(T),
    /// It cannot be told what the visitor's cookie says: nothing is granted for this response, and it sets no cookie.
    Anonymous(Unreadable),
    /// Not usable, now or later: as if there were none.
    Refused(Refusal),
}

/// Why it cannot be told what the visitor's cookie says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// Another format: of a deployment that this one does not know. A gradual deploy must not reset people.
    #[error("the cookie has format {0}, which this version does not read")]
    Format(u8),
    /// A key that is not in the ring, for the same reason.
    #[error("the cookie is signed with key {0}, which is not in the key ring")]
    Key(u8),
    /// Several cookies of the name are authentic, and they differ: one of them was planted.
    #[error("there are several authentic cookies of this name, so that one of them was planted")]
    Several,
    /// More pieces of the header have the name than are looked at.
    #[error("more than {COOKIE_CANDIDATES_MAX} cookies have this name")]
    TooMany,
    /// An authentic consent cookie cannot be read: it may be a refusal.
    #[error("the consent cookie is authentic, and this version cannot read it")]
    Sections,
    /// The header is longer than is read.
    #[error("the Cookie header is longer than {COOKIE_HEADER_BYTES_MAX} bytes")]
    HeaderTooLong,
}

impl Unreadable {
    /// A stable short name, for response headers, logs and test vectors.
    pub fn code(self) -> &'static str {
        match self {
            Self::Format(_) => "format",
            Self::Key(_) => "key",
            Self::Several => "several",
            Self::TooMany => "too_many",
            Self::Sections => "sections",
            Self::HeaderTooLong => "header_too_long",
        }
    }

    /// The visitor's own cookie may be the one that cannot be read: another deployment may read it, and a new one takes
    /// its place. Otherwise a new one would only stand beside the others.
    pub fn is_of_another_deployment(self) -> bool {
        matches!(self, Self::Format(_) | Self::Key(_) | Self::Sections)
    }
}

/// Why a cookie counts as none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Longer than any that is written.
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
            Self::TooLong => "too_long",
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

/// Reads the value of a profile cookie: length, base64, format, key id and MAC before a single section is looked at.
pub fn read(value: &[u8], keys: &SiteKeys, host: &str, now_s: u32) -> Verdict {
    match authentic(value, &PROFILE, keys, host) {
        Ok(bytes) => match profile_in(&bytes, now_s) {
            Ok(profile) => Verdict::Valid(profile),
            Err(refusal) => Verdict::Refused(refusal),
        },
        Err(Problem::Foreign(foreign)) => Verdict::Anonymous(foreign),
        Err(Problem::Refused(refusal)) => Verdict::Refused(refusal),
    }
}

/// The cookies of one name: what they are signed for, and which formats are read.
pub(in crate::profile) struct Kind {
    purpose: KeyPurpose,
    formats: &'static [u8],
    chars_max: usize,
}

pub(in crate::profile) const PROFILE: Kind =
    Kind { purpose: KeyPurpose::Cookie, formats: &[FORMAT_1, FORMAT], chars_max: COOKIE_CHARS_MAX };
pub(in crate::profile) const CONSENT: Kind =
    Kind { purpose: KeyPurpose::Consent, formats: &[CONSENT_FORMAT], chars_max: CONSENT_CHARS_MAX };

/// Why a value is not authentic.
pub(in crate::profile) enum Problem {
    Foreign(Unreadable),
    Refused(Refusal),
}

impl From<Unreadable> for Problem {
    fn from(foreign: Unreadable) -> Self {
        Self::Foreign(foreign)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The signed bytes of a value: format, key id, sections.
pub(in crate::profile) fn authentic(
    value: &[u8],
    kind: &Kind,
    keys: &SiteKeys,
    host: &str,
) -> Result<Vec<u8>, Problem> {
    if value.len() > kind.chars_max {
        return Err(Refusal::TooLong.into());
    }
    let mut bytes = from_base64(value).ok_or(Refusal::Base64)?;
    // Every format begins and ends like this one.
    let Some((signed @ [format, key, ..], mac)) = bytes.split_last_chunk::<MAC_BYTES>() else {
        return Err(Refusal::Truncated.into());
    };
    if !kind.formats.contains(format) {
        return Err(Unreadable::Format(*format).into());
    }
    if !keys.knows(*key) {
        return Err(Unreadable::Key(*key).into());
    }
    if !keys.verifies(*key, kind.purpose, &[host], signed, mac) {
        return Err(Refusal::Mac.into());
    }
    bytes.truncate(bytes.len() - MAC_BYTES);
    Ok(bytes)
}

/// The profile in signed bytes.
pub(in crate::profile) fn profile_in(signed: &[u8], now_s: u32) -> Result<Profile, Refusal> {
    let [format, _, sections @ ..] = signed else { return Err(Refusal::Truncated) };
    let mut profile = read_sections::read(sections).ok_or(Refusal::Malformed)?;
    let mut again = Vec::with_capacity(sections.len());
    write_sections::write(&Selection::of(&profile), &mut again);
    if again != sections {
        // The ring of format 1 is not kept: of such a profile counts what this version writes of it.
        if *format != FORMAT_1 {
            return Err(Refusal::NonCanonical);
        }
        profile = read_sections::read(&again).ok_or(Refusal::Malformed)?;
    }
    check_age(&profile, now_s)?;
    Ok(profile)
}

/// The state in the signed bytes of a consent cookie.
pub(in crate::profile) fn consent_in(signed: &[u8]) -> Result<ConsentState, Refusal> {
    let [_, _, sections @ ..] = signed else { return Err(Refusal::Truncated) };
    let state = read_sections::read_consent_state(sections).ok_or(Refusal::Malformed)?;
    let mut again = Vec::with_capacity(sections.len());
    write_sections::write_consent_state(&state, &mut again);
    if again == sections { Ok(state) } else { Err(Refusal::NonCanonical) }
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
    let mut bytes = Vec::with_capacity(1_024);
    bytes.extend_from_slice(&[FORMAT, keys.signer()]);
    let dropped = put_sections(profile, &mut bytes);
    let blank = bytes.len() == HEAD_BYTES;
    Encoded { value: signed(bytes, KeyPurpose::Cookie, keys, host), dropped, blank }
}

/// Appends the sections of a profile, as many as a cookie has room for.
fn put_sections(profile: &Profile, bytes: &mut Vec<u8>) -> Dropped {
    let head = bytes.len();
    let mut selection = Selection::of(profile);
    write_sections::write(&selection, bytes);
    while bytes.len() > head + SECTIONS_BYTES_MAX && selection.shrink() {
        bytes.truncate(head);
        write_sections::write(&selection, bytes);
    }
    selection.dropped
}

impl Profile {
    /// The sections of a cookie alone, unsigned: what a browser keeps that decides by itself.
    pub fn to_sections(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(512);
        put_sections(self, &mut bytes);
        bytes
    }

    /// Reads such sections at `now_s`; a blank profile for what cannot be read, and for one that is too old. They are
    /// trusted for nothing but showing.
    pub fn from_sections(bytes: &[u8], now_s: u32) -> Self {
        let profile = read_sections::read(bytes).filter(|profile| check_age(profile, now_s).is_ok());
        profile.unwrap_or_default()
    }
}

/// Writes the value of a consent cookie.
pub fn encode_consent(state: &ConsentState, keys: &SiteKeys, host: &str) -> String {
    let mut bytes = [CONSENT_FORMAT, keys.signer()].to_vec();
    write_sections::write_consent_state(state, &mut bytes);
    signed(bytes, KeyPurpose::Consent, keys, host)
}

fn signed(mut bytes: Vec<u8>, purpose: KeyPurpose, keys: &SiteKeys, host: &str) -> String {
    let mac = keys.sign(purpose, &[host], &bytes);
    bytes.extend_from_slice(&mac);
    to_base64(&bytes)
}
