//! A decision as a tree in the terminal.

use crate::decide::{Asked, Circumstances, verdict, word};
use attune_core::bundle::Campaign;
use attune_core::decide::{draws_of, strategy_of};
use attune_core::explain::{self, Condition, What};
use attune_core::recommend;
use attune_core::segment::{Evaluation, Truth};
use std::fmt::Write;

/// One line of the tree and what hangs on it.
pub(crate) struct Node {
    text: String,
    parts: Vec<Node>,
}

impl Node {
    fn leaf(text: impl Into<String>) -> Self {
        Self { text: text.into(), parts: Vec::new() }
    }

    fn write(&self, indent: &str, out: &mut String) {
        for (index, part) in self.parts.iter().enumerate() {
            let last = index + 1 == self.parts.len();
            let (branch, trunk) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            // Writing into a string has no way to fail.
            let _ = writeln!(out, "{indent}{branch}{}", part.text);
            part.write(&format!("{indent}{trunk}"), out);
        }
    }
}

/// The whole decision: every slot, who has it, who was passed over, and what each condition met.
pub(crate) fn tree(asked: &Asked, told: &Circumstances, evaluation: &mut Evaluation) -> String {
    let facts = &evaluation.facts;
    let kind = if facts.page.kind.is_empty() { "no page type" } else { facts.page.kind };
    let consent = told.effective;
    let mut out = format!("{} ({kind}), bundle {}, {} us\n", facts.context.path, asked.loaded.version, told.took_us);
    let _ = writeln!(
        out,
        "consent: personalization {}, measurement {}{}",
        word(consent.personalization),
        word(consent.measurement),
        told.cookie_bytes.map(|bytes| format!("; cookie {bytes} characters")).unwrap_or_default()
    );
    if let Some(draw) = asked.account.draws_of(None).next() {
        let holdout = asked.loaded.site.holdout_bp;
        let _ = writeln!(out, "site holdout: bucket {}, held out below {holdout}", draw.bucket);
    }
    let mut root = Node::leaf("");
    for (index, (slot, decision)) in asked.loaded.slots.iter().zip(asked.slots).enumerate() {
        let Some(slot) = slot else { continue };
        let campaign = decision.campaign.and_then(|index| Some((index, asked.loaded.campaigns.get(index)?.as_ref()?)));
        let filler = decision.content.and_then(|index| asked.loaded.contents.get(index)?.as_ref());
        let shows = filler.map_or("the shop's own content", |content| content.key.as_str());
        let mut node = Node::leaf(format!("{}: {shows}", slot.key));
        match campaign {
            Some((at, campaign)) => {
                let arm = decision.arm.and_then(|arm| campaign.arms.get(arm));
                let arm = arm.map(|arm| format!(", arm {}", arm.key)).unwrap_or_default();
                let text = format!("{}{arm}: {}", campaign.key, decision.reason.sentence());
                node.parts.push(campaign_node(text, asked, at, campaign, evaluation));
            }
            None => node.parts.push(Node::leaf(decision.reason.sentence())),
        }
        let strategies: Vec<_> = draws_of(asked.loaded, &slot.key, decision, &evaluation.facts).collect();
        if !strategies.is_empty() && strategies.iter().all(|(_, draw)| draw.mean.is_none()) {
            let text =
                "no posteriors, or they are too old or know none of these strategies: each is drawn equally often";
            node.parts.push(Node::leaf(text));
        }
        for (strategy, draw) in strategies {
            let taken = strategy_of(asked.loaded, decision).is_some_and(|taken| taken.key == strategy.key);
            let rate = |rate: Option<u32>, what| rate.map(|rate| format!(", {what} {} %", recommend::percent(rate)));
            let mean = rate(draw.mean, "mean").unwrap_or_else(|| ", nothing is known of it".to_owned());
            let drawn = rate(draw.drawn, "drawn").unwrap_or_default();
            let mark = if taken { "✓" } else { "✗" };
            node.parts.push(Node::leaf(format!("{mark} strategy {}{mean}{drawn}", strategy.key)));
        }
        let mut over = Node::leaf("passed over");
        for passed in asked.account.passed_for(index) {
            let Some(Some(campaign)) = asked.loaded.campaigns.get(passed.campaign) else { continue };
            let text = format!("{} ({}): {}", campaign.key, campaign.priority, passed.reason.sentence());
            over.parts.push(campaign_node(text, asked, passed.campaign, campaign, evaluation));
        }
        if !over.parts.is_empty() {
            node.parts.push(over);
        }
        root.parts.push(node);
    }
    root.write("", &mut out);
    out
}

/// A campaign with its numbers and its condition.
fn campaign_node(text: String, asked: &Asked, index: usize, campaign: &Campaign, evaluation: &mut Evaluation) -> Node {
    let mut node = Node::leaf(text);
    if let Some(condition) = explain::condition(asked.loaded, &campaign.eligible, evaluation) {
        node.parts.push(condition_node(condition));
    }
    for draw in asked.account.draws_of(Some(index)) {
        let limit = match draw.salt {
            attune_core::decide::Salt::Holdout => format!(", held out below {}", campaign.holdout_bp),
            attune_core::decide::Salt::Arm => ranges(campaign),
            _ => String::new(),
        };
        node.parts.push(Node::leaf(format!("{} bucket {}{limit}", draw.salt.text(), draw.bucket)));
    }
    if let Some(cap) = explain::cap_state(campaign, evaluation) {
        let purchase = if cap.stop_on_purchase { ", or until a purchase" } else { "" };
        let per = crate::words::span(cap.per_s);
        node.parts.push(Node::leaf(format!("seen {} of {} times in {per}{purchase}", cap.seen, cap.allowed)));
    }
    node
}

/// `; control 0 to 4999, sale 5000 to 9999`.
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
        What::Const => format!("{mark} always {}", verdict(condition.verdict)),
        What::Disabled => format!("{mark} could not be read from the bundle"),
    };
    Node { text, parts: condition.parts.into_iter().map(condition_node).collect() }
}
