//! What a simulation counts.

use crate::decision::Decision;
use attune_core::decide::{Reason, SlotDecision};
use attune_core::explain::Account;
use attune_core::loaded::Loaded;
use std::collections::BTreeMap;

/// Counts of visitors; those of parts add up.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) visitors: u64,
    pub(super) slots: Vec<SlotTally>,
    pub(super) campaigns: Vec<CampaignTally>,
    /// Lines that could not be read, with their number.
    pub(super) bad: Vec<(u64, String)>,
}

#[derive(Clone, Default)]
pub(super) struct SlotTally {
    /// A campaign's content is shown.
    pub(super) filled: u64,
    /// Visitors by the campaign whose content it shows.
    pub(super) by_campaign: BTreeMap<usize, u64>,
    /// Visitors by the reason why the shop's own content stays.
    pub(super) own: BTreeMap<&'static str, u64>,
}

#[derive(Clone, Default)]
pub(super) struct CampaignTally {
    /// Its schedule and conditions hold, and its cap is not used up.
    pub(super) eligible: u64,
    /// It has at least one slot; held out and control count.
    pub(super) won: u64,
    /// It only observes, and would have at least one slot.
    pub(super) observed: u64,
    /// It shows something in at least one slot; if it only observes, would show.
    pub(super) shown: u64,
    /// It was eligible and got no slot, since other campaigns had them all.
    pub(super) lost: u64,
    /// Visitors by arm, of those who won.
    pub(super) arms: Vec<u64>,
    /// Held out of the campaign.
    pub(super) held_out: u64,
    /// Visitors by the reason why it was passed over, where it has no slot.
    pub(super) passed: BTreeMap<&'static str, u64>,
}

/// What a campaign got on one page, in all its slots together.
#[derive(Default)]
struct Won {
    arm: Option<usize>,
    is_shown: bool,
    is_held_out: bool,
    only_observes: bool,
}

impl Won {
    fn add(&mut self, arm: Option<usize>, reason: Reason) {
        self.arm = self.arm.or(arm);
        self.is_shown |= reason == Reason::Shown;
        self.is_held_out |= reason == Reason::Holdout;
    }
}

impl Tally {
    /// Nothing is counted yet.
    pub(super) fn new(loaded: &Loaded) -> Self {
        let arms = |index: usize| loaded.campaigns.get(index).and_then(Option::as_ref).map_or(0, |c| c.arms.len());
        let campaign = |index| CampaignTally { arms: vec![0; arms(index)], ..CampaignTally::default() };
        Self {
            slots: vec![SlotTally::default(); loaded.slots.len()],
            campaigns: (0..loaded.campaigns.len()).map(campaign).collect(),
            ..Self::default()
        }
    }

    /// Counts one page.
    pub(super) fn count(&mut self, decision: &Decision) {
        self.visitors += 1;
        let won = self.count_slots(&decision.slots);
        self.count_won(&won);
        self.count_passed(&decision.account, &won);
    }

    /// Counts the slots. The answer has every campaign that got a slot.
    fn count_slots(&mut self, slots: &[SlotDecision]) -> BTreeMap<usize, Won> {
        let mut won: BTreeMap<usize, Won> = BTreeMap::new();
        for (tally, slot) in self.slots.iter_mut().zip(slots) {
            let is_shown = slot.reason == Reason::Shown;
            if is_shown {
                tally.filled += 1;
            } else {
                *tally.own.entry(slot.reason.key()).or_default() += 1;
            }
            if let Some(campaign) = slot.campaign {
                if is_shown {
                    *tally.by_campaign.entry(campaign).or_default() += 1;
                }
                won.entry(campaign).or_default().add(slot.arm, slot.reason);
            }
            if let Some(observed) = slot.observed {
                let entry = won.entry(observed.campaign).or_default();
                entry.add(observed.arm, observed.reason);
                entry.only_observes = true;
            }
        }
        won
    }

    /// Counts the campaigns that got a slot.
    fn count_won(&mut self, won: &BTreeMap<usize, Won>) {
        for (campaign, won) in won {
            let Some(tally) = self.campaigns.get_mut(*campaign) else { continue };
            tally.eligible += 1;
            tally.won += u64::from(!won.only_observes);
            tally.observed += u64::from(won.only_observes);
            tally.shown += u64::from(won.is_shown);
            tally.held_out += u64::from(won.is_held_out);
            if let Some(count) = won.arm.and_then(|arm| tally.arms.get_mut(arm)) {
                *count += 1;
            }
        }
    }

    /// Counts the campaigns that were passed over in all their slots.
    fn count_passed(&mut self, account: &Account, won: &BTreeMap<usize, Won>) {
        let mut last = None;
        for passed in &account.passed {
            // The slots of a campaign follow each other.
            if won.contains_key(&passed.campaign) || last == Some(passed.campaign) {
                continue;
            }
            last = Some(passed.campaign);
            let Some(tally) = self.campaigns.get_mut(passed.campaign) else { continue };
            *tally.passed.entry(passed.reason.key()).or_default() += 1;
            if matches!(passed.reason, Reason::LostSlot | Reason::Incomplete) {
                tally.eligible += 1;
                tally.lost += 1;
            } else if matches!(passed.reason, Reason::NotEnrolled | Reason::NotInExperiment) {
                tally.eligible += 1;
            }
        }
    }

    /// Adds what another part counted.
    pub(super) fn add(&mut self, other: &Self) {
        self.visitors += other.visitors;
        self.bad.extend(other.bad.iter().cloned());
        for (own, more) in self.slots.iter_mut().zip(&other.slots) {
            own.filled += more.filled;
            merge(&mut own.by_campaign, &more.by_campaign);
            merge(&mut own.own, &more.own);
        }
        for (own, more) in self.campaigns.iter_mut().zip(&other.campaigns) {
            own.eligible += more.eligible;
            own.won += more.won;
            own.observed += more.observed;
            own.shown += more.shown;
            own.lost += more.lost;
            own.held_out += more.held_out;
            merge(&mut own.passed, &more.passed);
            for (own, more) in own.arms.iter_mut().zip(&more.arms) {
                *own += more;
            }
        }
    }
}

fn merge<K: Ord + Copy>(own: &mut BTreeMap<K, u64>, more: &BTreeMap<K, u64>) {
    for (key, count) in more {
        *own.entry(*key).or_default() += count;
    }
}

impl CampaignTally {
    /// Why it starves: it gets a slot for nobody, or for less than 1 % of the eligible visitors.
    pub(super) fn starves(&self) -> Option<&'static str> {
        let won = self.won + self.observed;
        if self.eligible == 0 {
            Some("nobody is eligible")
        } else if won == 0 && self.lost == 0 {
            Some("nobody who is eligible takes part")
        } else if won == 0 {
            Some("others have all its slots")
        } else if won * 100 < self.eligible {
            Some("others have nearly all its slots")
        } else {
            None
        }
    }
}
