//! The sentences of `attune why`.

use super::blame::blame;
use crate::decision::Decision;
use crate::output::describe;
use attune_core::bundle::{Campaign, Slot};
use attune_core::decide::{Reason, SlotDecision};
use attune_core::explain::{self, Finding};
use attune_core::loaded::Loaded;
use attune_core::profile::{Choice, Effective};
use attune_core::segment::{Evaluation, Truth, UnknownReason};

/// The page, the visitor and their consent.
pub(super) fn opening(url: &str, name: &str, kind: &str, effective: Effective) -> String {
    let page = if kind.is_empty() { "a page of no type".to_owned() } else { format!("a page of the type {kind}") };
    let consent = match effective.personalization {
        Choice::Granted => "has agreed to personalization",
        Choice::Denied => "has refused personalization, so nothing that is remembered of them counts",
        Choice::Unknown => {
            "has not been asked for consent or not answered, so nothing that is remembered of them counts"
        }
    };
    format!("{url} is {page}. The visitor \"{name}\" {consent}.\n")
}

/// What a slot shows and for which reasons, then why the other campaigns do not have it.
pub(super) fn slot_paragraph(
    decision: &Decision,
    index: usize,
    slot: &Slot,
    slot_decision: &SlotDecision,
    evaluation: &mut Evaluation,
) -> String {
    let mut sentences = vec![headline(decision, &slot.key, slot_decision)];
    let winner = decision.winner(slot_decision);
    if let Some((index, campaign)) = winner {
        let reasons = condition_reasons(decision.loaded, campaign, Truth::True, evaluation);
        if !reasons.is_empty() {
            sentences.push(format!("The conditions of \"{}\" hold: {}.", campaign.key, reasons.join("; ")));
        }
        sentences.extend(arm(decision, index, campaign, slot_decision));
        if let Some(cap) = explain::cap_state(campaign, evaluation) {
            let (seen, span) = (times(cap.seen), describe::span(cap.per_s));
            sentences.push(format!("It may be seen {} in {span}, and has been seen {seen}.", times(cap.allowed)));
        }
    }
    for (passed, campaign) in decision.passed_over(index) {
        let winner = winner.map(|(_, campaign)| campaign);
        sentences.push(passed_over(decision.loaded, campaign, passed.reason, winner, evaluation));
    }
    sentences.join("\n  ") + "\n"
}

fn headline(decision: &Decision, slot: &str, slot_decision: &SlotDecision) -> String {
    let reason = slot_decision.reason.sentence();
    if slot_decision.reason == Reason::NotOnPage {
        return format!("{slot}: {reason}.");
    }
    let content = slot_decision.content.and_then(|content| decision.content(content));
    match (decision.winner(slot_decision), content) {
        (Some((_, campaign)), Some(content)) => {
            format!("{slot} shows \"{}\", from the campaign \"{}\".", content.key, campaign.key)
        }
        (Some((_, campaign)), None) => {
            format!("{slot} shows the shop's own content: \"{}\" has the place, but {reason}.", campaign.key)
        }
        (None, _) => format!("{slot} shows the shop's own content: {reason}."),
    }
}

/// The arm of an experiment, and the bucket that put the visitor there.
fn arm(decision: &Decision, index: usize, campaign: &Campaign, slot_decision: &SlotDecision) -> Option<String> {
    let arm = campaign.arms.get(slot_decision.arm?)?;
    let bucket = decision.account.draws_of(Some(index)).last()?.bucket;
    Some(format!("It is an experiment: the visitor is in the arm \"{}\", by bucket {bucket} of 10,000.", arm.key))
}

/// Why a campaign does not have the slot.
fn passed_over(
    loaded: &Loaded,
    campaign: &Campaign,
    reason: Reason,
    winner: Option<&Campaign>,
    evaluation: &mut Evaluation,
) -> String {
    let key = &campaign.key;
    if let (Reason::LostSlot, Some(winner)) = (reason, winner) {
        return format!(
            "\"{key}\" wants this place too, but \"{}\" comes first: priority {} against {}.",
            winner.key, winner.priority, campaign.priority
        );
    }
    let sentence = if reason == Reason::NotEligible {
        condition_reasons(loaded, campaign, Truth::False, evaluation).join("; ")
    } else if reason == Reason::Unknown {
        condition_reasons(loaded, campaign, Truth::Unknown, evaluation).join("; ")
    } else {
        reason.sentence().to_owned()
    };
    format!("\"{key}\" does not show: {sentence}.")
}

/// The tests that made a campaign's condition what it is, each in words and once.
fn condition_reasons(loaded: &Loaded, campaign: &Campaign, verdict: Truth, evaluation: &mut Evaluation) -> Vec<String> {
    let Some(condition) = explain::condition(loaded, &campaign.eligible, evaluation) else { return Vec::new() };
    let mut tests = Vec::new();
    blame(&condition, verdict, true, &mut tests);
    let mut reasons: Vec<String> = Vec::new();
    for (finding, must_hold) in tests {
        let reason = test_reason(loaded, &finding, must_hold);
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}

fn test_reason(loaded: &Loaded, finding: &Finding, must_hold: bool) -> String {
    let Some(Some(atom)) = loaded.conditions.atoms.get(finding.index as usize) else {
        return finding.atom.clone();
    };
    let name = explain::subject(&atom.subject);
    let kind = atom.subject.attribute.spec().kind;
    let is = match finding.unknown_reason {
        Some(UnknownReason::NoConsent) => format!("{name} may not be used without consent"),
        Some(UnknownReason::Absent) => format!("{name} is not known"),
        None => format!("{name} is {}", describe::value(kind, &finding.value)),
    };
    let must = if must_hold { "has to be" } else { "must not be" };
    format!("{is} ({must} {})", describe::requirement(atom, kind))
}

fn times(count: u8) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}
