//! Weights of arms that follow their results: live data, replaced without a new bundle. Layout in SPEC.md, "Weights".
//!
//! Whoever holds the key for them can move visitors between the arms of a bandit, and no more: every arm keeps a tenth, and in a
//! file a change lasts a day at least.

use super::{Campaign, Enrolment};
use crate::codec::blob::{bytes_of, whole};
use crate::codec::u32_at;
use crate::limits::{BANDITS_MAX, KEY_BYTES_MAX, LEARNED_CHANGES_MAX, WEIGHTS_BYTES_MAX};
use alloc::string::String;
use alloc::vec::Vec;

/// Format that this version writes and reads.
pub const FORMAT: u16 = 1;
/// The least share of an arm, in basis points.
pub const SHARE_BP_MIN: u16 = 1_000;
/// The least time between two changes of a campaign.
pub const BETWEEN_S_MIN: u32 = 24 * 60 * 60;
const MAGIC: &[u8; 4] = b"ATWT";
const HEADER_BYTES: usize = 32;
const WHOLE_BP: u16 = 10_000;

/// Why weights are refused, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// Not weights, of another format, or cut.
    #[error("not weights of format {FORMAT}")]
    Foreign,
    /// Too many campaigns, changes or bytes.
    #[error("more than {BANDITS_MAX} campaigns with {LEARNED_CHANGES_MAX} changes each, or a campaign twice")]
    Limit,
    /// The shares of a change are no shares.
    #[error("the shares of a change are not at least {SHARE_BP_MIN} for each arm and {WHOLE_BP} together")]
    Shares,
    /// Changes are not in order, or too near.
    #[error("the changes of a campaign are less than a day apart")]
    Order,
}

/// The weights of a site's bandits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weights {
    /// `hash32` of the name of the site.
    pub site: u32,
    /// When they were made, in seconds since the Unix epoch.
    pub made_s: u32,
    /// The campaigns.
    pub campaigns: Vec<CampaignWeights>,
}

/// All changes of the weights of a campaign, from the first on: who came between two of them keeps the arm of the earlier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CampaignWeights {
    /// Key of the campaign.
    pub key: String,
    /// Its phase.
    pub phase: u16,
    /// The changes after the campaign's own weights, in order of time. The first is epoch 1.
    pub changes: Vec<Learned>,
}

/// A change of weights.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learned {
    /// First second, since the Unix epoch.
    pub from_s: u32,
    /// The share of each arm, in the order of the campaign's arms, in basis points.
    pub shares_bp: Vec<u16>,
}

impl Weights {
    /// Writes weights.
    ///
    /// # Errors
    /// [`WeightsError`] for what the reader would refuse.
    pub fn encode(&self) -> Result<Vec<u8>, WeightsError> {
        let mut out = Vec::with_capacity(256);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&FORMAT.to_le_bytes());
        out.extend_from_slice(&[0; 10]);
        out.extend_from_slice(&self.site.to_le_bytes());
        out.extend_from_slice(&self.made_s.to_le_bytes());
        out.extend_from_slice(&[0; 8]);
        out.extend_from_slice(&bytes_of(&self.campaigns));
        Self::load(&out)?;
        Ok(out)
    }

    /// Reads and checks weights.
    ///
    /// # Errors
    /// [`WeightsError`] when they are not exactly what was written, or beyond what weights may do.
    pub fn load(bytes: &[u8]) -> Result<Self, WeightsError> {
        if bytes.len() > WEIGHTS_BYTES_MAX {
            return Err(WeightsError::Limit);
        }
        let (head, rest) = bytes.split_at_checked(HEADER_BYTES).ok_or(WeightsError::Foreign)?;
        if !head.starts_with(MAGIC) || head.get(4..6) != Some(&FORMAT.to_le_bytes()) {
            return Err(WeightsError::Foreign);
        }
        let number = |at| u32_at(head, at).ok_or(WeightsError::Foreign);
        let campaigns: Vec<CampaignWeights> = whole(rest).ok_or(WeightsError::Foreign)?;
        let weights = Self { site: number(16)?, made_s: number(20)?, campaigns };
        if weights.campaigns.len() > BANDITS_MAX
            || !weights.campaigns.is_sorted_by(|a, b| (&a.key, a.phase) < (&b.key, b.phase))
        {
            return Err(WeightsError::Limit);
        }
        weights.campaigns.iter().try_for_each(CampaignWeights::check)?;
        Ok(weights)
    }

    /// The changes of a campaign and phase, of whatever arms.
    pub fn changes(&self, key: &str, phase: u16) -> &[Learned] {
        let found = self.campaigns.iter().find(|found| found.key == key && found.phase == phase);
        found.map_or(&[], |found| &found.changes)
    }

    /// The changes of a campaign that follows its results. None where they are of other arms.
    pub fn of(&self, campaign: &Campaign) -> &[Learned] {
        let Campaign { key, phase, arms, enrolment: Enrolment { is_bandit: true, .. }, .. } = campaign else {
            return &[];
        };
        let changes = self.changes(key, *phase);
        if changes.iter().all(|change| change.shares_bp.len() == arms.len()) { changes } else { &[] }
    }
}

impl CampaignWeights {
    fn check(&self) -> Result<(), WeightsError> {
        if self.key.len() > KEY_BYTES_MAX || self.changes.len() > LEARNED_CHANGES_MAX {
            return Err(WeightsError::Limit);
        }
        if !self.changes.is_sorted_by(|a, b| b.from_s.checked_sub(a.from_s).is_some_and(|s| s >= BETWEEN_S_MIN)) {
            return Err(WeightsError::Order);
        }
        if self.changes.iter().all(Learned::is_allowed) { Ok(()) } else { Err(WeightsError::Shares) }
    }
}

impl Learned {
    fn is_allowed(&self) -> bool {
        let sum = self.shares_bp.iter().try_fold(0_u16, |sum, share| sum.checked_add(*share));
        sum == Some(WHOLE_BP) && self.shares_bp.iter().all(|share| *share >= SHARE_BP_MIN)
    }

    /// The arm of a bucket below 10,000: the arms have the buckets in their order.
    pub fn arm(&self, bucket: u16) -> Option<usize> {
        let mut end = 0_u16;
        self.shares_bp.iter().position(|share| {
            end = end.saturating_add(*share);
            bucket < end
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use alloc::format;
    use alloc::vec;
    use proptest::prelude::*;

    fn learned(from_s: u32, shares_bp: &[u16]) -> Learned {
        Learned { from_s, shares_bp: shares_bp.to_vec() }
    }

    fn weights(changes: Vec<Learned>) -> Weights {
        let campaigns = vec![CampaignWeights { key: "hero".into(), phase: 1, changes }];
        Weights { site: 7, made_s: 1_800_000_000, campaigns }
    }

    #[test]
    fn weights_read_back_as_written_and_nothing_else_is_weights() {
        let weights = weights(vec![learned(100, &[4_000, 6_000]), learned(100 + BETWEEN_S_MIN, &[1_000, 9_000])]);
        let bytes = weights.encode().unwrap();
        assert_eq!(Weights::load(&bytes), Ok(weights));
        for cut in 0..bytes.len() {
            assert!(Weights::load(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        assert_eq!(Weights::load(&[&bytes[..], &[0]].concat()), Err(WeightsError::Foreign));
    }

    #[test]
    fn a_key_for_weights_starves_no_arm_and_changes_nothing_twice_a_day() {
        for shares in [&[500, 9_500][..], &[5_000, 5_001], &[5_000, 4_999], &[10_000, 0], &[], &[60_000, 15_536]] {
            assert_eq!(weights(vec![learned(0, shares)]).encode(), Err(WeightsError::Shares), "{shares:?}");
        }
        let half = |from_s| learned(from_s, &[5_000, 5_000]);
        for from_s in [0, 1, BETWEEN_S_MIN - 1] {
            assert_eq!(weights(vec![half(0), half(from_s)]).encode(), Err(WeightsError::Order), "{from_s}");
        }
        let daily = |count: u32| (0..count).map(|day| half(day * BETWEEN_S_MIN)).collect();
        let most = u32::try_from(LEARNED_CHANGES_MAX).unwrap();
        assert!(weights(daily(most)).encode().is_ok());
        assert_eq!(weights(daily(most + 1)).encode(), Err(WeightsError::Limit));
        let many = |count: usize| {
            let campaign = |at| CampaignWeights { key: format!("{at:04}"), phase: 1, changes: daily(most) };
            Weights { campaigns: (0..count).map(campaign).collect(), ..Weights::default() }.encode()
        };
        assert!(many(BANDITS_MAX).is_ok());
        assert_eq!(many(BANDITS_MAX + 1), Err(WeightsError::Limit));
        let twice = CampaignWeights { key: "hero".into(), phase: 1, changes: vec![half(0)] };
        let twice = Weights { campaigns: vec![twice.clone(), twice], ..Weights::default() };
        assert_eq!(twice.encode(), Err(WeightsError::Limit));
    }

    proptest! {
        #[test]
        fn no_bytes_are_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let bytes = [&weights(Vec::new()).encode().unwrap()[..HEADER_BYTES], &bytes].concat();
            if let Ok(weights) = Weights::load(&bytes) {
                prop_assert_eq!(Weights::load(&weights.encode().unwrap()), Ok(weights));
            }
        }

        #[test]
        fn every_bucket_is_in_the_arm_of_its_share(shares in prop::collection::vec(SHARE_BP_MIN..2_000, 2..5)) {
            let rest = WHOLE_BP - shares.iter().sum::<u16>();
            let shares: Vec<u16> = shares.into_iter().chain([rest]).collect();
            let change = learned(0, &shares);
            let mut held = vec![0; shares.len()];
            for bucket in 0..WHOLE_BP {
                held[change.arm(bucket).unwrap()] += 1;
            }
            prop_assert_eq!(held, shares);
            prop_assert_eq!(change.arm(WHOLE_BP), None);
        }
    }
}
