//! What a decision leaves behind for whoever asks why.

use crate::bundle::Campaign;
use crate::decide::{Observer, Reason, Salt, impressions_within};
use crate::segment::Evaluation;
use alloc::vec::Vec;

/// A campaign that did not get a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Index of the slot.
    pub slot: usize,
    /// Index of the campaign.
    pub campaign: usize,
    /// Why not.
    pub reason: Reason,
}

/// A bucket that was looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// Index of the campaign; `None` for the site's holdout.
    pub campaign: Option<usize>,
    /// What it was for.
    pub salt: Salt,
    /// 0 to 9,999.
    pub bucket: u16,
}

/// Watches a decision and remembers everything it says.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Who did not get which slot, in the order of the campaigns.
    pub passed: Vec<Passed>,
    /// The buckets that were looked up.
    pub draws: Vec<Draw>,
}

impl Observer for Account {
    fn passed_over(&mut self, slot: usize, campaign: usize, reason: Reason) {
        self.passed.push(Passed { slot, campaign, reason });
    }

    fn drew(&mut self, campaign: Option<usize>, salt: Salt, bucket: u16) {
        // A campaign that another one requires is looked up for both.
        let draw = Draw { campaign, salt, bucket };
        if !self.draws.contains(&draw) {
            self.draws.push(draw);
        }
    }
}

impl Account {
    /// Who did not get a slot. Of one that is not on the page its own reason says it all.
    pub fn passed_for(&self, slot: usize) -> impl Iterator<Item = &Passed> {
        self.passed.iter().filter(move |passed| passed.slot == slot && passed.reason != Reason::NotOnPage)
    }

    /// Whether a campaign with a slot on the page did not get one.
    pub fn has_passed(&self, campaign: usize) -> bool {
        self.passed.iter().any(|passed| passed.campaign == campaign && passed.reason != Reason::NotOnPage)
    }

    /// The buckets of a campaign; of the site's holdout with `None`.
    pub fn draws_of(&self, campaign: Option<usize>) -> impl Iterator<Item = &Draw> {
        self.draws.iter().filter(move |draw| draw.campaign == campaign)
    }
}

/// How far a campaign's cap is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapState {
    /// Impressions within the window.
    pub seen: u8,
    /// How many are allowed.
    pub allowed: u8,
    /// The window, in seconds.
    pub per_s: u32,
    /// Whether a purchase within the window ends it.
    pub stop_on_purchase: bool,
}

/// The state of a campaign's cap; `None` without one.
pub fn cap_state(campaign: &Campaign, evaluation: &Evaluation) -> Option<CapState> {
    let cap = campaign.cap?;
    let seen = if evaluation.facts.personalization { impressions_within(cap, &campaign.key, evaluation) } else { 0 };
    Some(CapState { seen, allowed: cap.seen, per_s: cap.per_s, stop_on_purchase: cap.stop_on_purchase })
}
