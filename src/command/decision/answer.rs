//! A decision as JSON.

use super::explained_answer::{insert_explanation, tests};
use super::outcome::{Circumstances, Decision};
use attune_core::decide::{Observed, SlotDecision, memberships, strategy_of};
use attune_core::loaded::Loaded;
use attune_core::segment::{Evaluation, Truth};
use serde_json::{Map, Value, json};

/// The answer of `attune decide`. With circumstances it also explains the decision.
pub(super) fn answer(
    decision: &Decision,
    cookie_verdict: Option<&str>,
    circumstances: Option<&Circumstances>,
    evaluation: &mut Evaluation,
) -> Value {
    let mut answer = Map::new();
    answer.insert("bundle".into(), json!(decision.loaded.version));
    if let Some(verdict) = cookie_verdict {
        answer.insert("cookie".into(), json!(verdict));
    }
    answer.insert("segments".into(), segments(decision.loaded, evaluation));
    let mut slots = Map::new();
    for (index, slot, slot_decision) in decision.slots() {
        let mut entry = slot_answer(decision, slot_decision);
        if circumstances.is_some() {
            insert_explanation(&mut entry, decision, (index, slot, slot_decision), evaluation);
        }
        slots.insert(slot.key.clone(), Value::Object(entry));
    }
    answer.insert("slots".into(), Value::Object(slots));
    if let Some(circumstances) = circumstances {
        let consent = circumstances.effective;
        answer.insert("tests".into(), tests(decision.loaded, evaluation));
        answer.insert("site_bucket".into(), json!(decision.account.draws_of(None).next().map(|draw| draw.bucket)));
        answer.insert(
            "consent".into(),
            json!({
                "personalization": consent.personalization.word(),
                "measurement": consent.measurement.word(),
            }),
        );
        answer.insert("cookie_bytes".into(), json!(circumstances.cookie_bytes));
        answer.insert("microseconds".into(), json!(circumstances.took_us));
    }
    Value::Object(answer)
}

/// What a slot shows, and why.
fn slot_answer(decision: &Decision, slot: &SlotDecision) -> Map<String, Value> {
    let campaign = decision.winner(slot).map(|(_, campaign)| campaign);
    let arm = campaign.and_then(|campaign| campaign.arms.get(slot.arm?));
    let content = slot.content.and_then(|content| decision.content(content));
    let mut entry = Map::new();
    entry.insert("campaign".into(), json!(campaign.map(|campaign| &campaign.key)));
    entry.insert("arm".into(), json!(arm.map(|arm| &arm.key)));
    entry.insert("content".into(), json!(content.map(|content| &content.key)));
    entry.insert("reason".into(), json!(slot.reason.key()));
    if let Some(observed) = slot.observed {
        entry.insert("observed".into(), observation(decision, observed));
    }
    if let Some(strategy) = strategy_of(decision.loaded, slot) {
        entry.insert("strategy".into(), json!(strategy.key));
    }
    entry
}

/// What a campaign that only observes would have done here.
fn observation(decision: &Decision, observed: Observed) -> Value {
    let campaign = decision.campaign(observed.campaign);
    let arm = campaign.and_then(|campaign| campaign.arms.get(observed.arm?));
    let content = observed.content.and_then(|content| decision.content(content));
    json!({
        "campaign": campaign.map(|campaign| &campaign.key),
        "arm": arm.map(|arm| &arm.key),
        "content": content.map(|content| &content.key),
        "reason": observed.reason.key(),
    })
}

/// The keys of all segments by verdict.
fn segments(loaded: &Loaded, evaluation: &mut Evaluation) -> Value {
    let (mut yes, mut no, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for (segment, truth) in loaded.segments.iter().zip(memberships(loaded, evaluation)) {
        let Some(segment) = segment else { continue };
        match truth {
            Truth::True => yes.push(&segment.key),
            Truth::False => no.push(&segment.key),
            Truth::Unknown => unknown.push(&segment.key),
        }
    }
    json!({ "true": yes, "false": no, "unknown": unknown })
}
