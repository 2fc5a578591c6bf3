//! What `--explain` adds to the JSON of a decision.

use super::outcome::Decision;
use attune_core::bundle::{Body, Slot};
use attune_core::decide::{SlotDecision, draws_of};
use attune_core::explain::{self, Passed};
use attune_core::html;
use attune_core::loaded::Loaded;
use attune_core::recommend;
use attune_core::render::{self, Fill};
use attune_core::segment::{Evaluation, Facts, UnknownReason};
use serde_json::{Map, Value, json};

/// Adds to a slot why it shows what it shows, who was passed over, and what is put into it.
pub(super) fn insert_explanation(
    entry: &mut Map<String, Value>,
    decision: &Decision,
    (index, slot, slot_decision): (usize, &Slot, &SlotDecision),
    evaluation: &mut Evaluation,
) {
    let winner = decision.winner(slot_decision);
    let findings =
        winner.map(|(_, campaign)| explain::findings(decision.loaded, campaign, evaluation)).unwrap_or_default();
    entry.insert("why".into(), json!(explain::sentence(slot_decision.reason, &findings)));
    if let Some(campaign) = slot_decision.campaign {
        insert_numbers(entry, decision, campaign, evaluation);
    }
    let passed: Vec<Value> =
        decision.account.passed_for(index).filter_map(|passed| passed_campaign(decision, passed, evaluation)).collect();
    entry.insert("passed".into(), Value::Array(passed));
    entry.insert("fill".into(), fill(decision.loaded, slot, slot_decision, &evaluation.facts));
    if slot_decision.strategy.is_some() {
        let strategies = strategies(decision.loaded, &slot.key, slot_decision, &evaluation.facts);
        entry.insert("strategies".into(), strategies);
    }
    if !slot_decision.recommendations.is_empty() {
        entry.insert("picks".into(), recommendations(slot_decision, &evaluation.facts));
    }
}

/// Adds the buckets and the cap of a campaign, where it has any.
fn insert_numbers(entry: &mut Map<String, Value>, decision: &Decision, campaign: usize, evaluation: &Evaluation) {
    let draws = decision.account.draws_of(Some(campaign));
    let buckets: Map<String, Value> = draws.map(|draw| (draw.salt.text().to_owned(), json!(draw.bucket))).collect();
    if !buckets.is_empty() {
        entry.insert("buckets".into(), Value::Object(buckets));
    }
    if let Some(cap) = decision.campaign(campaign).and_then(|campaign| explain::cap_state(campaign, evaluation)) {
        entry.insert("seen".into(), json!(cap.seen));
        entry.insert("cap".into(), json!(cap.allowed));
        entry.insert("cap_s".into(), json!(cap.per_s));
    }
}

fn passed_campaign(decision: &Decision, passed: &Passed, evaluation: &mut Evaluation) -> Option<Value> {
    let campaign = decision.campaign(passed.campaign)?;
    let findings = explain::findings(decision.loaded, campaign, evaluation);
    let mut entry = Map::new();
    entry.insert("campaign".into(), json!(campaign.key));
    entry.insert("priority".into(), json!(campaign.priority));
    entry.insert("reason".into(), json!(passed.reason.key()));
    entry.insert("why".into(), json!(explain::sentence(passed.reason, &findings)));
    insert_numbers(&mut entry, decision, passed.campaign, evaluation);
    Some(Value::Object(entry))
}

/// What goes into the slot: HTML, or edits of its elements.
fn fill(loaded: &Loaded, slot: &Slot, decision: &SlotDecision, facts: &Facts) -> Value {
    let body = decision.content.and_then(|content| loaded.body(content, facts.page.locale));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match (&decision.fill, body) {
        (Some(Fill::Html(html)), _) => json!({ "html": html }),
        (Some(Fill::Fields(texts)), Some(Body::Fields(fields))) => {
            let edits = html::decode_edits(&render::edits(fields, slot, texts)).unwrap_or_default();
            let edits = edits.iter().map(|edit| {
                let attributes: Map<String, Value> =
                    edit.attributes.iter().map(|(name, value)| (name.clone(), json!(text(value)))).collect();
                json!({ "selector": edit.selector.to_string(), "inner": edit.inner.as_deref().map(text), "attributes": attributes })
            });
            json!({ "edits": edits.collect::<Vec<_>>() })
        }
        (Some(Fill::Fields(_)), Some(Body::Html(_) | Body::Cards(_)) | None) | (None, _) => Value::Null,
    }
}

/// Each strategy with the mean of what is believed of it and the rate that was drawn, in percent.
fn strategies(loaded: &Loaded, slot: &str, decision: &SlotDecision, facts: &Facts) -> Value {
    let percent = |rate: Option<u32>| rate.map(recommend::percent);
    let strategies = draws_of(loaded, slot, decision, facts)
        .map(|(strategy, draw)| json!({ "strategy": strategy.key, "mean": percent(draw.mean), "drawn": percent(draw.drawn) }));
    Value::Array(strategies.collect())
}

/// Each recommended product with its source and the parts of its score.
fn recommendations(decision: &SlotDecision, facts: &Facts) -> Value {
    let Some(catalog) = facts.artifacts.catalog() else { return Value::Null };
    let mut recommendations = decision.recommendations.clone();
    recommend::explain(facts.artifacts, facts, &mut recommendations);
    let recommendations = recommendations.iter().filter_map(|recommendation| {
        let item = catalog.item(recommendation.ordinal)?;
        Some(json!({
            "id": item.id(),
            "title": item.title(),
            "source": recommendation.reason.key(),
            "because": recommend::anchor_key(catalog, recommendation),
            "score": recommend::score_parts(recommendation),
        }))
    });
    Value::Array(recommendations.collect())
}

/// Every test of every condition, with its verdict and the value that it was made with.
pub(super) fn tests(loaded: &Loaded, evaluation: &mut Evaluation) -> Value {
    let mut tests = Vec::with_capacity(loaded.conditions.atoms.len());
    for index in (0_u32..).take(loaded.conditions.atoms.len()) {
        let Some(finding) = explain::finding(loaded, index, evaluation) else { continue };
        let mut entry = Map::new();
        entry.insert("test".into(), json!(finding.atom));
        entry.insert("value".into(), json!(finding.value));
        entry.insert("verdict".into(), json!(finding.verdict.word()));
        match finding.unknown_reason {
            Some(UnknownReason::NoConsent) => entry.insert("unknown".into(), json!("no-consent")),
            Some(UnknownReason::Absent) => entry.insert("unknown".into(), json!("absent")),
            None => None,
        };
        tests.push(Value::Object(entry));
    }
    Value::Array(tests)
}
