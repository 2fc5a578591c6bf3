//! The hash that puts a visitor into an arm or a holdout. SPEC.md has vectors and the SQL for it.

use crate::codec::hash32;
use crate::number::decimal;

/// Buckets of a hash: shares are in basis points.
pub const BUCKETS: u16 = 10_000;

/// What a bucket is for; each has its own salt, so that they are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Salt {
    /// The arm of a campaign.
    Arm,
    /// The holdout of a campaign.
    Holdout,
    /// The holdout of the whole site; the key is the site's name.
    Site,
    /// The share of a campaign's visitors that it covers.
    Coverage,
    /// The campaign of a layer that may have a visitor; key and phase are the layer's.
    Layer,
    /// The holdout of a layer; key and phase are the layer's.
    LayerHoldout,
}

impl Salt {
    /// Every salt.
    pub const ALL: [Self; 6] = [Self::Arm, Self::Holdout, Self::Site, Self::Coverage, Self::Layer, Self::LayerHoldout];

    /// Its text in the hash.
    pub fn text(self) -> &'static str {
        match self {
            Self::Arm => "arm",
            Self::Holdout => "holdout",
            Self::Site => "site",
            Self::Coverage => "coverage",
            Self::Layer => "layer",
            Self::LayerHoldout => "layer-holdout",
        }
    }
}

/// The bucket of a unit, 0 to 9,999: the first four bytes, big endian, of SHA-256("salt:key:phase:unit"), times
/// 10,000, shifted right by 32.
pub fn bucket(salt: Salt, key: &str, phase: u16, unit: &str) -> u16 {
    let phase = decimal::whole(phase.into());
    share_of(hash32(&[salt.text(), ":", key, ":", &phase, ":", unit]))
}

/// The bucket of a visitor for a canary: as that of a campaign, with `canary` as salt, the canary's own as key and phase 0.
pub fn canary_bucket(salt: &str, visitor: &str) -> u16 {
    share_of(hash32(&["canary:", salt, ":0:", visitor]))
}

fn share_of(hash: u32) -> u16 {
    u16::try_from((u64::from(hash) * u64::from(BUCKETS)) >> 32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn a_canary_has_the_buckets_that_a_second_hand_has_worked_out() {
        let visitor = "000102030405060708090a0b0c0d0e0f";
        assert_eq!(canary_bucket("0102030405060708", visitor), 8_329);
        assert_eq!(canary_bucket("ffeeddccbbaa9988", visitor), 4_419);
        assert_eq!(canary_bucket("0102030405060708", "ffffffffffffffffffffffffffffffff"), 6_648);
    }

    #[test]
    fn buckets_are_even_and_salts_independent() {
        let mut counts = [0_u32; 10];
        let mut both = 0;
        for visitor in 0..20_000 {
            let unit = format!("{visitor:032x}");
            let arm = bucket(Salt::Arm, "hero", 1, &unit);
            assert!(arm < BUCKETS);
            if let Some(count) = counts.get_mut(usize::from(arm / 1_000)) {
                *count += 1;
            }
            both += u32::from(arm < 5_000 && bucket(Salt::Holdout, "hero", 1, &unit) < 5_000);
        }
        // Chi-square with 9 degrees of freedom: 27.9 is exceeded once in a thousand.
        let chi: f64 = counts.iter().map(|count| (f64::from(*count) - 2_000.0).powi(2) / 2_000.0).sum();
        assert!(chi < 27.9, "{chi}");
        assert!((4_700..5_300).contains(&both), "{both}");
    }
}
