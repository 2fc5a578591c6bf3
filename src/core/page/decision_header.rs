//! The decision that the origin is told before it is asked: the `Attune-Decision` request header.
//!
//! The page that is opened afterwards decides the same once more: on such a page nothing depends on the origin's body.

use super::input::DecisionInput;
use super::json::Json;
use super::page_core::PageCore;
use super::request::{Request, RequestError};
use crate::decide::SlotDecision;
use crate::limits::{DECISION_HEADER_BYTES_MAX, DECISION_TTL_S};
use crate::profile::seal_decision;
use crate::segment::{Evaluation, Truth, decision_header_on};
use alloc::string::String;

impl PageCore {
    /// Whether the origin is told the decision of this path; of an empty path, whether it is told any.
    pub fn sends_decision_header(&self, path: &str) -> bool {
        let site = &self.loaded().site;
        if path.is_empty() { !site.decision_headers.is_empty() } else { decision_header_on(site, path).is_some() }
    }

    /// The value of the header; empty where the origin is not told, or the decision is longer than a header may be.
    ///
    /// # Errors
    /// [`RequestError`] when the request text is not as agreed.
    pub fn decision_header(&self, request: &str) -> Result<String, RequestError> {
        let request = Request::parse(request)?;
        let mut visit = self.visit(&request);
        let input = self.input(&request, &mut visit, "", true);
        let (slots, mut evaluation) = self.decide(&input, &mut ());
        let payload = self.payload(request.context.now_s, &input, &slots, &mut evaluation);
        let seal = |payload: String| seal_decision(payload.as_bytes(), request.host, request.context.path, &self.keys);
        Ok(payload.map(seal).filter(|header| header.len() <= DECISION_HEADER_BYTES_MAX).unwrap_or_default())
    }

    /// What the origin is told: of each slot that a campaign has, campaign, arm and content; and of the segments that it
    /// wants to know of, those that the visitor is in. `now_s` is the platform's clock, whatever a preview says.
    fn payload(
        &self,
        now_s: u32,
        input: &DecisionInput,
        slots: &[SlotDecision],
        evaluation: &mut Evaluation,
    ) -> Option<String> {
        let rule = input.facts().page.decision_header?;
        let loaded = self.loaded();
        let mut json = Json::with_capacity(512);
        {
            let json = &mut json.object();
            for (key, number) in [
                ("key", self.keys.signer().into()),
                ("issued", now_s),
                ("expires", now_s.saturating_add(DECISION_TTL_S)),
            ] {
                json.key(key);
                json.number(number.into());
            }
            json.key("bundle");
            json.string(&loaded.version);
            {
                let json = &mut json.object_at("slots");
                for (slot, decision) in loaded.slots.iter().zip(slots) {
                    if let Some(slot) = slot.as_ref().filter(|_| decision.campaign.is_some()) {
                        json.name(&slot.key);
                        let json = &mut json.object();
                        json.decision(loaded, decision);
                    }
                }
            }
            {
                let json = &mut json.array_at("segments");
                for segment in rule.segments() {
                    if !input.unit().bot
                        && evaluation.segment(segment) == Truth::True
                        && let Some(Some(segment)) = loaded.segments.get(segment as usize)
                    {
                        json.string(&segment.key);
                    }
                }
            }
        }
        Some(json.finish())
    }
}
