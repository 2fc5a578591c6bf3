//! What is believed of each strategy: a small artifact that is replaced without a new bundle. Bytes: SPEC.md,
//! "Posteriors".
//!
//! A belief is a table of quantiles, made offline, so that drawing from it is one look-up and one multiplication: no
//! logarithm, and the same number everywhere.

use crate::codec::{self, checksum};
use crate::limits::POSTERIORS_MAX;
use alloc::vec::Vec;
use sha2::{Digest, Sha256};

/// Format that this version writes and reads.
pub const POSTERIORS_FORMAT: u16 = 1;
/// Quantiles of a belief: of 0, 1/64, 2/64 and so on to 1.
pub const KNOTS: usize = 65;
const MAGIC: &[u8; 4] = b"ATPO";
const CHECKED_FROM: usize = 16;
const HEADER_BYTES: usize = 32;
const KNOTS_AT: usize = 12;
const RECORD_BYTES: usize = KNOTS_AT + 4 * KNOTS;

/// Why a snapshot is refused, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PosteriorsError {
    /// Not a snapshot, or of another format.
    #[error("not posteriors of format {POSTERIORS_FORMAT}")]
    Foreign,
    /// Shorter or longer than its header says.
    #[error("the posteriors are truncated or have bytes after their end")]
    Length,
    /// Bytes have changed since it was written.
    #[error("the posteriors are damaged: their checksum does not match")]
    Damaged,
    /// Over a limit, or not in order.
    #[error("the posteriors have more than {POSTERIORS_MAX} strategies, or are not in order")]
    Inconsistent,
}

/// What is believed of one strategy. Rates are parts of 2^32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Belief {
    /// [`Belief::key`] of the strategy.
    pub key: [u8; 8],
    /// The mean.
    pub mean: u32,
    /// The quantiles, ascending.
    pub knots: [u32; KNOTS],
}

impl Belief {
    /// The first 8 bytes of SHA-256("campaign:slot:strategy").
    pub fn key(campaign: &str, slot: &str, strategy: &str) -> [u8; 8] {
        let digest = Sha256::digest([campaign, ":", slot, ":", strategy].concat().as_bytes());
        digest.first_chunk().copied().unwrap_or_default()
    }

    /// The rate that a random number draws: on the line between the two quantiles around it.
    pub fn draw(&self, random: u32) -> u32 {
        let at = (random >> 26) as usize;
        let (Some(low), Some(high)) = (self.knots.get(at), self.knots.get(at + 1)) else { return self.mean };
        let part = (u64::from(high - low) * u64::from(random & 0x03ff_ffff)) >> 26;
        // Below `high`, so within 32 bits.
        low + u32::try_from(part).unwrap_or(0)
    }
}

/// A checked snapshot.
#[derive(Clone, Debug)]
pub struct Posteriors<B> {
    bytes: B,
}

/// Writes a snapshot: beliefs in any order, none twice. It is for the site whose `hash32` this is, was made at
/// `made_s` and may be used for `age_s_max` seconds from then.
///
/// # Errors
/// [`PosteriorsError::Inconsistent`] for too many beliefs, one twice, or quantiles that do not ascend.
pub fn encode_posteriors(
    site: u32,
    made_s: u32,
    age_s_max: u32,
    beliefs: &mut [Belief],
) -> Result<Vec<u8>, PosteriorsError> {
    crate::sort::by_key(beliefs, |belief| belief.key);
    let count = u32::try_from(beliefs.len()).unwrap_or(u32::MAX);
    let mut out = Vec::with_capacity(HEADER_BYTES + beliefs.len() * RECORD_BYTES);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&POSTERIORS_FORMAT.to_le_bytes());
    out.extend_from_slice(&[0; 10]);
    for number in [site, made_s, age_s_max, count] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    for belief in beliefs {
        out.extend_from_slice(&belief.key);
        for number in [belief.mean].iter().chain(&belief.knots) {
            out.extend_from_slice(&number.to_le_bytes());
        }
    }
    let sum = checksum(out.get(CHECKED_FROM..).unwrap_or_default());
    if let Some(place) = out.get_mut(8..CHECKED_FROM) {
        place.copy_from_slice(&sum.to_le_bytes());
    }
    Posteriors::load(out.as_slice())?;
    Ok(out)
}

impl<B: AsRef<[u8]>> Posteriors<B> {
    /// Checks a snapshot.
    ///
    /// # Errors
    /// [`PosteriorsError`] when it is not exactly what was written.
    pub fn load(bytes: B) -> Result<Self, PosteriorsError> {
        let data = bytes.as_ref();
        let header = data.first_chunk::<HEADER_BYTES>().ok_or(PosteriorsError::Foreign)?;
        if header.first_chunk() != Some(MAGIC) || u16::from_le_bytes([header[4], header[5]]) != POSTERIORS_FORMAT {
            return Err(PosteriorsError::Foreign);
        }
        let posteriors = Self { bytes };
        let count = posteriors.u32_at(28) as usize;
        let data = posteriors.bytes.as_ref();
        if count > POSTERIORS_MAX {
            return Err(PosteriorsError::Inconsistent);
        }
        if data.len() != HEADER_BYTES + count * RECORD_BYTES {
            return Err(PosteriorsError::Length);
        }
        let sum = u64::from(posteriors.u32_at(8)) | (u64::from(posteriors.u32_at(12)) << 32);
        if checksum(data.get(CHECKED_FROM..).unwrap_or_default()) != sum {
            return Err(PosteriorsError::Damaged);
        }
        let mut before = None;
        for at in 0..count {
            let belief = posteriors.belief(at);
            let ascends = before < Some(belief.key) && belief.knots.is_sorted();
            if !ascends {
                return Err(PosteriorsError::Inconsistent);
            }
            before = Some(belief.key);
        }
        Ok(posteriors)
    }

    /// `hash32` of the name of the site that it is for.
    pub fn site(&self) -> u32 {
        self.u32_at(16)
    }

    /// When it was made, in seconds since the Unix epoch.
    pub fn made_s(&self) -> u32 {
        self.u32_at(20)
    }

    /// How long it may be used, in seconds.
    pub fn age_s_max(&self) -> u32 {
        self.u32_at(24)
    }

    /// What is believed of a strategy, if anything.
    pub fn of(&self, key: [u8; 8]) -> Option<Belief> {
        let (mut low, mut high) = (0, self.u32_at(28) as usize);
        let end = high;
        while low < high {
            let middle = low + (high - low) / 2;
            if self.belief(middle).key < key { low = middle + 1 } else { high = middle }
        }
        Some(low).filter(|at| *at < end).map(|at| self.belief(at)).filter(|belief| belief.key == key)
    }

    fn belief(&self, index: usize) -> Belief {
        let at = HEADER_BYTES + index * RECORD_BYTES;
        let record = self.bytes.as_ref().get(at..).unwrap_or_default();
        let mut knots = [0; KNOTS];
        for (step, knot) in knots.iter_mut().enumerate() {
            *knot = self.u32_at(at + KNOTS_AT + 4 * step);
        }
        Belief { key: record.first_chunk().copied().unwrap_or_default(), mean: self.u32_at(at + 8), knots }
    }

    /// Everything was counted when the snapshot was loaded.
    fn u32_at(&self, at: usize) -> u32 {
        codec::u32_at(self.bytes.as_ref(), at).unwrap_or(0)
    }
}
