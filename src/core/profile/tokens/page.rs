//! Page tokens: what a page exposed its visitor to, on its way to the ledger.
//!
//! Only with the visitor's own cookie can a token be opened: the id in it is authenticated and not carried. The encryption
//! is deterministic and resists misuse (SIV, RFC 5297): the MAC of id and content is also the start of the key stream, here
//! with HMAC-SHA-256 in the place of AES, because the key ring has HMAC keys and the core no other cipher.

use super::handle::{TOKEN_FORMAT, TokenError};
use crate::codec::base64::{from_base64, to_base64};
use crate::codec::{Reader, hash32};
use crate::limits::{CLOCK_SKEW_S_MAX, PAGE_TOKEN_TTL_S};
use crate::number::decimal::whole;
use crate::profile::keys::{KeyPurpose, MAC_BYTES, SiteKeys};
use alloc::string::String;
use alloc::vec::Vec;
use subtle::ConstantTimeEq as _;

/// Characters of the longest page token.
pub const PAGE_TOKEN_CHARS_MAX: usize = 128;

/// Exposures that a token has room for at least.
pub const PAGE_EXPOSURES_MAX: usize = 10;

/// Bytes of what a token says: what is left of the longest token beside format, key id and MAC.
const CONTENT_BYTES_MAX: usize = PAGE_TOKEN_CHARS_MAX / 4 * 3 - 2 - MAC_BYTES;

/// Where the visitor stands in the comparison of the site with its holdout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SiteArm {
    /// The site has no holdout.
    #[default]
    None,
    /// Pages are personalized.
    Personalized,
    /// Every page is the origin's.
    Holdout,
}

/// One experiment of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageExposure {
    /// [`experiment_hash`].
    pub experiment: u32,
    /// Index of the arm; `None` for the campaign's holdout.
    pub arm: Option<u8>,
    /// Which weights assigned the arm: 0 for the first.
    pub epoch: u8,
}

/// What a page token says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageToken {
    /// When the page was decided, in minutes since the Unix epoch.
    pub minute: u32,
    /// The first 4 bytes of the bundle's SHA-256.
    pub version: [u8; 4],
    /// The experiment `site`.
    pub site: SiteArm,
    /// The visitor has been here before.
    pub returning: bool,
    /// Number of the kind in [`DEVICE_KINDS`](crate::context::DEVICE_KINDS) from 1; 0 for unknown.
    pub device: u8,
    /// There were more exposures than a token has room for.
    pub is_cut: bool,
    /// Orders before this visit, at most 255.
    pub orders: u8,
    /// Value of all orders before this visit, in major units: [`coarse`].
    pub value: u8,
    /// Visits before this one, at most 255.
    pub visits: u8,
    /// Country, ISO 3166-1 alpha-2; two zeros for unknown.
    pub country: [u8; 2],
    /// Experiments in which the visitor is eligible and assigned on the page.
    pub exposures: Vec<PageExposure>,
}

impl PageToken {
    /// Order value before this visit, in whole major units: what [`coarse`] kept of it.
    pub fn value_major(&self) -> u64 {
        let (exponent, rest) = (self.value >> 4, u64::from(self.value & 15));
        if exponent == 0 { rest } else { (16 + rest) << (exponent - 1) }
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(CONTENT_BYTES_MAX);
        out.extend_from_slice(&self.minute.to_be_bytes());
        out.extend_from_slice(&self.version);
        out.extend_from_slice(&[0, self.orders, self.value, self.visits]);
        out.extend_from_slice(&self.country);
        let mut is_cut = self.is_cut;
        for PageExposure { experiment, arm, epoch } in &self.exposures {
            let room = CONTENT_BYTES_MAX - out.len();
            let arm = arm.map_or(HOLDOUT, |arm| arm.min(HOLDOUT - 1));
            let is_late = *epoch >= LATE;
            if room < 5 + usize::from(is_late) {
                is_cut = true;
                break;
            }
            out.extend_from_slice(&experiment.to_be_bytes());
            out.push(arm | epoch.min(&LATE) << 5);
            if is_late {
                out.push(*epoch);
            }
        }
        let site = match self.site {
            SiteArm::None => 0,
            SiteArm::Personalized => 1,
            SiteArm::Holdout => 2,
        };
        let flags = site | u8::from(self.returning) << 2 | (self.device & 7) << 3 | u8::from(is_cut) << 6;
        if let Some(byte) = out.get_mut(FLAGS_AT) {
            *byte = flags;
        }
        out
    }

    fn decode(content: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(content);
        let mut array4 = || -> Option<[u8; 4]> { reader.take(4)?.try_into().ok() };
        let (minute, version) = (u32::from_be_bytes(array4()?), array4()?);
        let &[flags, orders, value, visits, first, second] = reader.take(6)? else { return None };
        let mut token = Self {
            minute,
            version,
            site: match flags & 3 {
                0 => SiteArm::None,
                1 => SiteArm::Personalized,
                2 => SiteArm::Holdout,
                _ => return None,
            },
            returning: flags & 4 != 0,
            device: flags >> 3 & 7,
            is_cut: flags & 64 != 0,
            orders,
            value,
            visits,
            country: [first, second],
            exposures: Vec::new(),
        };
        while !reader.is_empty() {
            let experiment = u32::from_be_bytes(reader.take(4)?.try_into().ok()?);
            let &[packed] = reader.take(1)? else { return None };
            let (arm, mut epoch) = (packed & 31, packed >> 5);
            if epoch == LATE {
                let &[late] = reader.take(1)? else { return None };
                epoch = late;
            }
            token.exposures.push(PageExposure { experiment, arm: Some(arm).filter(|arm| *arm != HOLDOUT), epoch });
        }
        Some(token)
    }
}

/// Where the flags stand in the content.
const FLAGS_AT: usize = 8;
/// The arm's five bits for a holdout.
const HOLDOUT: u8 = 31;
/// From this epoch on the epoch has a byte of its own.
const LATE: u8 = 7;

/// An amount in a byte: exact up to 31, then within 3.1 % below it; 507,904 is the most.
pub fn coarse(amount: u64) -> u8 {
    if amount < 16 {
        return u8::try_from(amount).unwrap_or(15);
    }
    let exponent = amount.ilog2() - 4;
    let rest = u8::try_from(amount >> exponent & 15).unwrap_or(15);
    let exponent = u8::try_from(exponent + 1).unwrap_or(u8::MAX);
    if exponent > 15 { u8::MAX } else { exponent << 4 | rest }
}

/// How a token names an experiment: by a hash of the campaign's key, a slash and its phase.
pub fn experiment_hash(key: &str, phase: u16) -> u32 {
    hash32(&[key, "/", &whole(phase.into())])
}

/// Encrypts a token for the visitor with this id. Of more exposures than there is room for, the first stay.
pub fn seal_page(token: &PageToken, id: &[u8; 16], keys: &SiteKeys) -> String {
    let mut content = token.encode();
    let key = keys.signer();
    let mut bytes = Vec::with_capacity(2 + MAC_BYTES + content.len());
    bytes.extend_from_slice(&[TOKEN_FORMAT, key]);
    let siv = keys.siv(key, id, &content).unwrap_or_default();
    bytes.extend_from_slice(&siv);
    keys.stream(key, &siv, &mut content);
    bytes.extend_from_slice(&content);
    to_base64(&bytes)
}

/// Opens a token that was made for the visitor with this id.
///
/// # Errors
/// [`TokenError`] when it is none of this site's, is another visitor's, is older than [`PAGE_TOKEN_TTL_S`], or was made in
/// the future.
pub fn open_page(token: &[u8], id: &[u8; 16], keys: &SiteKeys, now_s: u32) -> Result<PageToken, TokenError> {
    if token.len() > PAGE_TOKEN_CHARS_MAX {
        return Err(TokenError::TooLong);
    }
    let bytes = from_base64(token).ok_or(TokenError::Base64)?;
    let (key, siv, content) = match bytes.as_slice() {
        [TOKEN_FORMAT, key, rest @ ..] => {
            let (siv, content) = rest.split_first_chunk::<MAC_BYTES>().ok_or(TokenError::Malformed)?;
            (*key, siv, content)
        }
        [] | [TOKEN_FORMAT] => return Err(TokenError::Malformed),
        [format, ..] => return Err(TokenError::Format(*format)),
    };
    let mut content = content.to_vec();
    keys.stream(key, siv, &mut content);
    let expected = keys.siv(key, id, &content).ok_or(TokenError::Key(key))?;
    if !bool::from(expected.as_slice().ct_eq(siv.as_slice())) {
        return Err(TokenError::Mac);
    }
    let token = PageToken::decode(&content).ok_or(TokenError::Malformed)?;
    let made_s = token.minute.saturating_mul(60);
    let expires_s = made_s.saturating_add(PAGE_TOKEN_TTL_S);
    if made_s > now_s.saturating_add(CLOCK_SKEW_S_MAX) {
        return Err(TokenError::TooLasting(expires_s));
    }
    if expires_s <= now_s {
        return Err(TokenError::Expired(expires_s));
    }
    Ok(token)
}

impl SiteKeys {
    /// The synthetic initialization vector: a MAC of id and content.
    fn siv(&self, key: u8, id: &[u8; 16], content: &[u8]) -> Option<[u8; MAC_BYTES]> {
        self.whole_mac(key, KeyPurpose::Page, [id, content])?.first_chunk().copied()
    }

    /// Encrypts or decrypts: 32 bytes of key stream from each MAC of the vector and a counter.
    fn stream(&self, key: u8, siv: &[u8; MAC_BYTES], content: &mut [u8]) {
        for (counter, block) in (0_u8..).zip(content.chunks_mut(32)) {
            let Some(stream) = self.whole_mac(key, KeyPurpose::Page, [siv, &[counter]]) else { return };
            block.iter_mut().zip(stream).for_each(|(byte, with)| *byte ^= with);
        }
    }
}
