//! Campaigns and their arms.

use super::{ArmRange, Enrolment, Program};
use alloc::string::String;
use alloc::vec::Vec;

/// When a campaign runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct During {
    /// First second, if bounded.
    pub from_s: Option<i64>,
    /// Last second (inclusive), if bounded.
    pub until_s: Option<i64>,
    /// True: the bounds are wall-clock seconds where the visitor is (as if UTC), unknown where that is
    /// unknown. False: seconds since the Unix epoch, the site's zone already applied.
    pub visitor_zone: bool,
}

/// How often a campaign may be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// Impressions.
    pub seen: u8,
    /// In this long, in seconds.
    pub per_s: u32,
    /// Stop after a purchase within that time.
    pub stop_on_purchase: bool,
}

/// One arm; a campaign without an experiment has exactly one, with an empty key.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Key.
    pub key: String,
    /// Slot index and content index. A slot of the campaign that is missing here keeps the origin's content.
    pub show: Vec<(u16, u16)>,
}

/// A campaign.
#[derive(Clone, Debug, PartialEq)]
pub struct Campaign {
    /// Key.
    pub key: String,
    /// Who answers for it.
    pub owner: String,
    /// Higher wins a slot.
    pub priority: i32,
    /// Who is eligible.
    pub eligible: Program,
    /// When it runs.
    pub during: Option<During>,
    /// How often it may be seen.
    pub cap: Option<Cap>,
    /// Eligible visitors who get the origin, in basis points.
    pub holdout_bp: u16,
    /// In the hash of arm and holdout.
    pub phase: u16,
    /// Arms.
    pub arms: Vec<Arm>,
    /// Buckets of the arms by their first weights, ascending and disjoint; uncovered buckets are not in the experiment. Empty for a
    /// campaign without an experiment.
    pub ranges: Vec<ArmRange>,
    /// Every slot that any arm fills, ascending: these are taken, also by an arm that shows nothing.
    pub slots: Vec<u16>,
    /// Who takes part, beyond the condition: a section of its own, because most campaigns have none.
    pub enrolment: Enrolment,
}

impl Campaign {
    /// Whether there is something to compare: arms, or a holdout.
    pub fn is_measured(&self) -> bool {
        !self.ranges.is_empty() || self.holdout_bp > 0
    }
}
