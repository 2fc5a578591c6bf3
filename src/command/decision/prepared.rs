//! A page that can be decided.

use super::outcome::Decision;
use super::site::LoadedSite;
use attune_core::codec::to_hex;
use attune_core::context::Context;
use attune_core::decide::{Observer, SlotDecision, Unit, decide};
use attune_core::explain::Account;
use attune_core::profile::{Choice, Effective, Profile};
use attune_core::segment::{Evaluation, Facts, Page};

/// An input after consent: what a decision may use.
pub(crate) struct Prepared<'a> {
    pub(super) site: &'a LoadedSite,
    pub(super) profile: &'a Profile,
    /// Arms that are forced, by campaign.
    pub(super) arms: &'a [(Box<str>, Box<str>)],
    pub(super) context: Context<'a>,
    pub(super) page: Page<'a>,
    /// What the visitor has agreed to.
    pub(crate) effective: Effective,
}

impl<'a> Prepared<'a> {
    /// The conditions of the bundle on this input; none is evaluated yet.
    pub(crate) fn evaluation(&self) -> Evaluation<'_> {
        let facts = Facts {
            site: &self.site.loaded.site,
            artifacts: &self.site.artifacts,
            profile: self.profile,
            context: &self.context,
            page: &self.page,
            personalization: self.effective.personalization == Choice::Granted,
            measurement: self.effective.measurement == Choice::Granted,
        };
        Evaluation::new(&self.site.loaded.conditions, facts)
    }

    /// Decides every slot.
    pub(crate) fn decide(&self, evaluation: &mut Evaluation, observer: &mut impl Observer) -> Vec<SlotDecision> {
        let Profile { id, customer, issued_s, .. } = self.profile;
        let [id, customer] = [id, customer].map(|id| id.map(|id| to_hex(&id)).unwrap_or_default());
        let unit =
            Unit { id: &id, minted_s: *issued_s, customer: &customer, bot: false, forced: self.arms, draws: None };
        decide(&self.site.loaded, evaluation, unit, observer)
    }

    /// Decides every slot, and notes who was passed over and which buckets were drawn.
    pub(crate) fn decide_with_account(&self, evaluation: &mut Evaluation) -> Decision<'a> {
        let mut account = Account::default();
        let slots = self.decide(evaluation, &mut account);
        Decision { loaded: &self.site.loaded, slots, account }
    }
}
