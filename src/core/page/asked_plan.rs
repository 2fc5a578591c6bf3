//! The plan by itself: for pages that do not pass through the page Worker.

use super::content::Told;
use super::input::DecisionInput;
use super::page_core::PageCore;
use super::plan::{Handout, PreviewLabel, View, Visitor, plan};
use super::request::{Destination, Request, RequestError};
use crate::decide::{Exposures, SlotDecision, assigned, draws};
use crate::explain::Account;
use crate::profile::{Profile, seal_mint};
use crate::segment::Evaluation;
use alloc::string::String;
use alloc::vec::Vec;

/// How a page was decided, and what the plan says of it.
pub(super) struct Decided<'a> {
    pub(super) slots: &'a [SlotDecision],
    pub(super) account: &'a Account,
    pub(super) told: Told,
    /// What the page exposes its visitor to; `None` for a preview.
    pub(super) exposures: Option<Exposures<'a>>,
    pub(super) handout: Option<Handout>,
}

impl PageCore {
    /// Decides a page in the language `lang`, which is counted in memory as [`PageCore::open`] counts it, and gives its plan
    /// with what the browser has to draw.
    ///
    /// # Errors
    /// [`RequestError`] when the request text is not as agreed.
    pub fn plan(&self, request: &str, lang: &str) -> Result<String, RequestError> {
        let request = Request::parse(request)?;
        let mut visit = self.visit(&request);
        let is_asked = request.local && !request.context.device.bot;
        let profile = is_asked.then(|| visit.handed_out(&self.loaded.site.rules, request.context.now_s)).flatten();
        let input = self.input(&request, &mut visit, lang, true);
        let mut account = Account::default();
        let (slots, exposures, mut evaluation) = self.decide_noting(&input, &mut account);
        let handout = profile.and_then(|profile| self.handout(&profile, &input));
        let told = Told::Draw;
        let decided = Decided { slots: &slots, account: &account, told, exposures, handout };
        Ok(self.plan_of(&request, &input, decided, &mut evaluation))
    }

    /// The decision with what it exposes to; for a preview without, and with what is noted on the way.
    pub(super) fn decide_noting<'s>(
        &'s self,
        input: &'s DecisionInput,
        account: &mut Account,
    ) -> (Vec<SlotDecision>, Option<Exposures<'s>>, Evaluation<'s>) {
        if input.preview.is_some() {
            let (slots, evaluation) = self.decide(input, account);
            return (slots, None, evaluation);
        }
        let mut exposures = Exposures::of(&self.loaded);
        let (slots, evaluation) = self.decide(input, &mut exposures);
        (slots, Some(exposures), evaluation)
    }

    /// What the browser needs to decide the next pages itself; `None` for a site that draws more than is handed out.
    fn handout(&self, profile: &Profile, input: &DecisionInput) -> Option<Handout> {
        let draws = draws(&self.loaded, input.unit())?;
        let profile = profile.to_sections();
        let key = |index: &usize| Some(self.loaded.campaigns.get(*index)?.as_ref()?.key.clone());
        let killed = self.killed.iter().filter_map(key).collect();
        let (weights, now_s) = (self.artifacts.weights(), input.facts().context.now_s);
        let tokens = self.page_tokens(input, &assigned(&self.loaded, weights, input.unit(), now_s));
        Some(Handout { profile, draws, killed, tokens })
    }

    /// The plan of a page that is decided.
    pub(super) fn plan_of(
        &self,
        request: &Request,
        input: &DecisionInput,
        decided: Decided,
        evaluation: &mut Evaluation,
    ) -> String {
        let Decided { slots, account, told, exposures, handout } = decided;
        let DecisionInput { effective, preview, minted, .. } = input;
        let facts = input.facts();
        let label = preview.map(|p| PreviewLabel {
            preview: p,
            cookie_chars: self.scope.encode(facts.profile, &self.keys).value.len(),
            account,
        });
        let counts = preview.is_none() && !facts.context.device.bot;
        let measures = counts && request.destination != Destination::Frame;
        let visitor = Visitor {
            personalization: effective.personalization,
            measurement: effective.measurement,
            profile: facts.profile,
            mint: minted.map(|minted| seal_mint(minted, &self.keys)),
            view: View::of(request.destination).filter(|_| counts),
            token: exposures
                .filter(|_| measures)
                .map_or_else(String::new, |exposures| self.page_token(input, &exposures)),
            handout,
        };
        plan::<true>(&self.loaded, &self.slot_labels, slots, &visitor, label.as_ref(), evaluation, told)
    }
}
