//! A decision as a tree in the terminal.

use super::outcome::{Circumstances, Decision};
use super::tree_node::Node;
use crate::output::describe;
use attune_core::bundle::{Campaign, Slot};
use attune_core::decide::{Salt, SlotDecision, draws_of, strategy_of};
use attune_core::explain::{self, Condition, What};
use attune_core::recommend;
use attune_core::segment::{Evaluation, Facts, Truth};
use std::fmt::Write;

/// The whole decision: every slot, who has it, who was passed over, and the value of each condition.
pub(super) fn tree(decision: &Decision, circumstances: &Circumstances, evaluation: &mut Evaluation) -> String {
    let mut out = header(decision, circumstances, &evaluation.facts);
    let mut root = Node::leaf("");
    for (index, slot, slot_decision) in decision.slots() {
        root.parts.push(slot_node(decision, index, slot, slot_decision, evaluation));
    }
    root.write_parts("", &mut out);
    out
}

/// Page, consent and holdout.
fn header(decision: &Decision, circumstances: &Circumstances, facts: &Facts) -> String {
    let kind = if facts.page.kind.is_empty() { "no page type" } else { facts.page.kind };
    let Circumstances { effective, cookie_bytes, took_us } = circumstances;
    let mut out = format!("{} ({kind}), bundle {}, {took_us} us\n", facts.context.path, decision.loaded.version);
    // Writing into a string has no way to fail.
    let _ = writeln!(
        out,
        "consent: personalization {}, measurement {}{}",
        effective.personalization.word(),
        effective.measurement.word(),
        cookie_bytes.map(|bytes| format!("; cookie {bytes} characters")).unwrap_or_default()
    );
    if let Some(draw) = decision.account.draws_of(None).next() {
        let holdout = decision.loaded.site.holdout_bp;
        let _ = writeln!(out, "site holdout: bucket {}, held out below {holdout}", draw.bucket);
    }
    out
}

fn slot_node(
    decision: &Decision,
    index: usize,
    slot: &Slot,
    slot_decision: &SlotDecision,
    evaluation: &mut Evaluation,
) -> Node {
    let content = slot_decision.content.and_then(|content| decision.content(content));
    let shown = content.map_or("the shop's own content", |content| content.key.as_str());
    let mut node = Node::leaf(format!("{}: {shown}", slot.key));
    match decision.winner(slot_decision) {
        Some((index, campaign)) => {
            let arm = slot_decision.arm.and_then(|arm| campaign.arms.get(arm));
            let arm = arm.map(|arm| format!(", arm {}", arm.key)).unwrap_or_default();
            let text = format!("{}{arm}: {}", campaign.key, slot_decision.reason.sentence());
            node.parts.push(campaign_node(text, decision, index, campaign, evaluation));
        }
        None => node.parts.push(Node::leaf(slot_decision.reason.sentence())),
    }
    node.parts.extend(strategies(decision, slot, slot_decision, &evaluation.facts));
    let mut passed_over = Node::leaf("passed over");
    for (passed, campaign) in decision.passed_over(index) {
        let text = format!("{} ({}): {}", campaign.key, campaign.priority, passed.reason.sentence());
        passed_over.parts.push(campaign_node(text, decision, passed.campaign, campaign, evaluation));
    }
    if !passed_over.parts.is_empty() {
        node.parts.push(passed_over);
    }
    node
}

/// The strategies that a slot chose from, with their rates.
fn strategies(decision: &Decision, slot: &Slot, slot_decision: &SlotDecision, facts: &Facts) -> Vec<Node> {
    let strategies: Vec<_> = draws_of(decision.loaded, &slot.key, slot_decision, facts).collect();
    let chosen = strategy_of(decision.loaded, slot_decision);
    let mut nodes = Vec::new();
    if !strategies.is_empty() && strategies.iter().all(|(_, draw)| draw.mean.is_none()) {
        let text = "no posteriors, or they are too old or know none of these strategies: each is drawn equally often";
        nodes.push(Node::leaf(text));
    }
    for (strategy, draw) in strategies {
        let is_chosen = chosen.is_some_and(|chosen| chosen.key == strategy.key);
        let rate = |rate: Option<u32>, what| rate.map(|rate| format!(", {what} {} %", recommend::percent(rate)));
        let mean = rate(draw.mean, "mean").unwrap_or_else(|| ", nothing is known of it".to_owned());
        let drawn = rate(draw.drawn, "drawn").unwrap_or_default();
        let mark = if is_chosen { "✓" } else { "✗" };
        nodes.push(Node::leaf(format!("{mark} strategy {}{mean}{drawn}", strategy.key)));
    }
    nodes
}

/// A campaign with its condition, its buckets and its cap.
fn campaign_node(
    text: String,
    decision: &Decision,
    index: usize,
    campaign: &Campaign,
    evaluation: &mut Evaluation,
) -> Node {
    let mut node = Node::leaf(text);
    if let Some(condition) = explain::condition(decision.loaded, &campaign.eligible, evaluation) {
        node.parts.push(condition_node(condition));
    }
    for draw in decision.account.draws_of(Some(index)) {
        let limit = match draw.salt {
            Salt::Holdout => format!(", held out below {}", campaign.holdout_bp),
            Salt::Arm => ranges(campaign),
            Salt::Site | Salt::Coverage | Salt::Layer | Salt::LayerHoldout => String::new(),
        };
        node.parts.push(Node::leaf(format!("{} bucket {}{limit}", draw.salt.text(), draw.bucket)));
    }
    if let Some(cap) = explain::cap_state(campaign, evaluation) {
        let purchase = if cap.stop_on_purchase { ", or until a purchase" } else { "" };
        let span = describe::span(cap.per_s);
        node.parts.push(Node::leaf(format!("seen {} of {} times in {span}{purchase}", cap.seen, cap.allowed)));
    }
    node
}

/// The buckets of each arm: `; control 0 to 4999, sale 5000 to 9999`.
fn ranges(campaign: &Campaign) -> String {
    let mut text = String::new();
    for (index, range) in campaign.ranges.iter().enumerate() {
        let key = campaign.arms.get(usize::from(range.arm)).map_or("", |arm| arm.key.as_str());
        let joint = if index == 0 { "; " } else { ", " };
        let _ = write!(text, "{joint}{key} {} to {}", range.from_bp, range.to_bp - 1);
    }
    text
}

fn condition_node(condition: Condition) -> Node {
    let mark = match condition.verdict {
        Truth::True => "✓",
        Truth::False => "✗",
        Truth::Unknown => "?",
    };
    let text = match &condition.what {
        What::All => format!("{mark} all of"),
        What::Any => format!("{mark} any of"),
        What::Not => format!("{mark} not"),
        What::Choose => format!("{mark} if, then, else"),
        What::Atom(finding) => format!("{mark} {}: {}", finding.atom, finding.value),
        What::Segment(key, name) => format!("{mark} segment {key} ({name})"),
        What::Const => format!("{mark} always {}", condition.verdict.word()),
        What::Disabled => format!("{mark} could not be read from the bundle"),
    };
    Node { text, parts: condition.parts.into_iter().map(condition_node).collect() }
}
