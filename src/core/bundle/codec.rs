//! The bytes of a bundle: a header, then sections of length-prefixed blobs.
//!
//! Each segment, slot, campaign and content is a blob of its own, so that one that cannot be read disables itself and
//! nothing else. SPEC.md has the layout.

use crate::codec::to_hex;
use crate::limits;
use alloc::string::String;
use sha2::{Digest, Sha256};

pub(super) const MAGIC: &[u8; 4] = b"ATBN";
/// The format this version writes.
pub const FORMAT: u16 = 2;
/// The oldest format this version reads: it had neither enrolments nor layers.
pub const FORMAT_MIN: u16 = 1;
pub(super) const HEADER_BYTES: usize = 12;

pub(super) const SITE: u8 = 1;
pub(super) const ATOMS: u8 = 2;
pub(super) const SEGMENTS: u8 = 3;
pub(super) const SLOTS: u8 = 4;
pub(super) const CAMPAIGNS: u8 = 5;
pub(super) const CONTENTS: u8 = 6;
pub(super) const RULES: u8 = 7;
/// Bytes as [`TextList`] has them.
pub(super) const LISTS: u8 = 8;
/// Bytes as [`Pattern`] has them.
pub(super) const PATTERNS: u8 = 9;
/// One for each campaign; empty where it says nothing.
pub(super) const ENROLMENTS: u8 = 11;
pub(super) const LAYERS: u8 = 12;
/// Bytes as [`TextList`] has them.
pub(super) const DECISION_HEADER: u8 = 13;
/// One for each slot, bytes as [`TextList`] has them.
pub(super) const SLOT_PAGES: u8 = 14;
/// What other names of categories stand for, bytes as [`TextList`] has them.
pub(super) const ALIASES: u8 = 15;
/// One empty blob, where `Sec-GPC: 1` is final.
pub(super) const GPC_FINAL: u8 = 16;
/// Four texts, where the site has a consent tool.
pub(super) const CONSENT_TOOL: u8 = 17;

/// Page types with slots that this bundle does not decide, bytes as [`TextList`] has them; in client bundles only.
pub(super) const ELSEWHERE: u8 = 18;

/// Two blobs: what the ledger needs, which pages skip, and the events that only goals know, as text. (Section 10 had goals that
/// nothing read.)
pub(super) const MEASUREMENT: u8 = 19;
/// One blob: the index of each campaign whose weights follow its results, 2 bytes each. A reader without it leaves the first weights.
pub(super) const BANDITS: u8 = 20;

/// Why a bundle cannot be used at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// Not a bundle.
    #[error("not a bundle: it does not begin with ATBN")]
    Foreign,
    /// Too large.
    #[error("the bundle has {0} bytes; the most is {max}", max = limits::BUNDLE_BYTES_MAX)]
    TooLarge(usize),
    /// A format this version does not read.
    #[error(
        "the bundle has format {0}; this version reads {FORMAT_MIN} to {FORMAT}: deploy the Worker before the bundle"
    )]
    Format(u16),
    /// Ends early, or goes on after its end.
    #[error("the bundle is truncated or has bytes after its end")]
    Length,
    /// The site table cannot be read.
    #[error("the site table is unreadable")]
    Site,
    /// What is said of the site's consent tool cannot be read: without it, a refusal there would count for nothing.
    #[error("the site's consent tool is unreadable; deploy the Worker before the bundle")]
    ConsentTool,
    /// A list is longer than its limit.
    #[error("the bundle has {count} {what}; the most is {max}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// How many.
        count: usize,
        /// How many are allowed.
        max: usize,
    },
}

/// One part of a bundle that was disabled when it was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disabled {
    /// `atom`, `segment`, `slot`, `campaign` or `content`.
    pub what: &'static str,
    /// Its index.
    pub index: usize,
    /// Its key, where that could be read.
    pub key: String,
    /// Why.
    pub reason: &'static str,
}

/// Hexadecimal digits of a version.
const VERSION_DIGITS: usize = 12;

/// Version of a bundle: the first 12 hexadecimal digits of the SHA-256 of its bytes.
pub fn version(bytes: &[u8]) -> String {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    digest.first_chunk::<6>().map_or_else(String::new, |first| to_hex(first))
}

/// The same from the SHA-256 in hexadecimal; `None` of what cannot be one.
pub(super) fn version_of(sha256: &str) -> Option<String> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_hash = sha256.len() == 64 && sha256.bytes().all(is_digit);
    sha256.get(..VERSION_DIGITS).filter(|_| is_hash).map(String::from)
}
