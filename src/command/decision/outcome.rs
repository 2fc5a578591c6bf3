//! A decision and how it was made.

use attune_core::bundle::{Campaign, Content, Slot};
use attune_core::decide::SlotDecision;
use attune_core::explain::{Account, Passed};
use attune_core::loaded::Loaded;
use attune_core::profile::Effective;

/// A decision of one page.
pub(crate) struct Decision<'a> {
    pub(crate) loaded: &'a Loaded,
    /// One for each slot of the bundle.
    pub(crate) slots: Vec<SlotDecision>,
    /// Who was passed over, and which buckets were drawn.
    pub(crate) account: Account,
}

impl<'a> Decision<'a> {
    /// The index of each slot, the slot and its decision. Disabled slots are left out.
    pub(crate) fn slots(&self) -> impl Iterator<Item = (usize, &'a Slot, &SlotDecision)> {
        let slots = self.loaded.slots.iter().zip(&self.slots).enumerate();
        slots.filter_map(|(index, (slot, decision))| Some((index, slot.as_ref()?, decision)))
    }

    /// A campaign by its index.
    pub(crate) fn campaign(&self, index: usize) -> Option<&'a Campaign> {
        self.loaded.campaigns.get(index)?.as_ref()
    }

    /// A content by its index.
    pub(crate) fn content(&self, index: usize) -> Option<&'a Content> {
        self.loaded.contents.get(index)?.as_ref()
    }

    /// The campaign that has a slot, with its index.
    pub(crate) fn winner(&self, slot: &SlotDecision) -> Option<(usize, &'a Campaign)> {
        let index = slot.campaign?;
        Some((index, self.campaign(index)?))
    }

    /// The campaigns that a slot passed over.
    pub(crate) fn passed_over(&self, slot: usize) -> impl Iterator<Item = (&Passed, &'a Campaign)> {
        self.account.passed_for(slot).filter_map(|passed| Some((passed, self.campaign(passed.campaign)?)))
    }
}

/// What only `--explain` shows.
pub(crate) struct Circumstances {
    pub(crate) effective: Effective,
    /// Length of the profile cookie, where there is one.
    pub(crate) cookie_bytes: Option<usize>,
    /// How long the decision took.
    pub(crate) took_us: u64,
}
