//! The plan by itself: for pages that do not pass through the page Worker.

use super::content::Told;
use super::input::DecisionInput;
use super::page_core::PageCore;
use super::plan::{PreviewLabel, View, Visitor, plan};
use super::request::{Request, RequestError};
use crate::decide::SlotDecision;
use crate::explain::Account;
use crate::profile::seal_mint;
use crate::segment::Evaluation;
use alloc::string::String;
use alloc::vec::Vec;

impl PageCore {
    /// Decides a page in the language `lang`, which is counted in memory as [`PageCore::open`] counts it, and gives its plan
    /// with what the browser has to draw.
    ///
    /// # Errors
    /// [`RequestError`] when the request text is not as agreed.
    pub fn plan(&self, request: &str, lang: &str) -> Result<String, RequestError> {
        let request = Request::parse(request)?;
        let mut visit = self.visit(&request);
        let input = self.input(&request, &mut visit, lang, true);
        let mut account = Account::default();
        let (slots, mut evaluation) = self.decide_noting(&input, &mut account);
        Ok(self.plan_of(&request, &input, &slots, &account, &mut evaluation, Told::Draw))
    }

    /// The decision; for a preview with what is noted on the way.
    pub(super) fn decide_noting<'s>(
        &'s self,
        input: &'s DecisionInput,
        account: &mut Account,
    ) -> (Vec<SlotDecision>, Evaluation<'s>) {
        match input.preview {
            Some(_) => self.decide(input, account),
            None => self.decide(input, &mut ()),
        }
    }

    /// The plan of a page that is decided.
    pub(super) fn plan_of(
        &self,
        request: &Request,
        input: &DecisionInput,
        slots: &[SlotDecision],
        account: &Account,
        evaluation: &mut Evaluation,
        told: Told,
    ) -> String {
        let DecisionInput { effective, preview, minted, .. } = input;
        let facts = input.facts();
        let label = preview.map(|p| PreviewLabel {
            preview: p,
            cookie_chars: self.scope.encode(facts.profile, &self.keys).value.len(),
            account,
        });
        let counts = preview.is_none() && !facts.context.device.bot;
        let visitor = Visitor {
            personalization: effective.personalization,
            measurement: effective.measurement,
            profile: facts.profile,
            mint: minted.map(|minted| seal_mint(minted, &self.keys)),
            view: View::of(request.destination).filter(|_| counts),
        };
        plan(&self.loaded, &self.slot_labels, slots, &visitor, label.as_ref(), evaluation, told)
    }
}
