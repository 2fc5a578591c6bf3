//! Who takes part in a campaign, beyond its condition: unit, coverage, changes of weights.

use super::measurement::is_unbounded;
use super::percent::percent_bp;
use super::{arms, schedule};
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::syntax::{Entry, Node, Table};
use attune_core::bundle::{ArmRange, CoverageStep, Enrolment, Site, UnitKind, WeightChange};
use attune_core::limits;

/// Arms of a bandit: more have no room above the floor of 10 percent.
const BANDIT_ARMS_MAX: usize = 10;

/// The campaign's enrolment, without layer and prerequisites, which need the other campaigns.
pub(super) fn enrolment(
    root: &Table,
    table: &Table,
    ranges: &[ArmRange],
    site: &Site,
    sink: &mut Sink<'_>,
) -> Enrolment {
    let says = |table: &Table, key: &str, word: &str| table.text(key).map(|text| text.decoded == word);
    let site_observes = root.table("site").and_then(|site| says(site, "mode", "observe"));
    let by_customer = says(table, "unit", "customer") == Some(true);
    let unit = if by_customer { UnitKind::Customer } else { UnitKind::Visitor };
    if let Some(node) = table.get("sticky").filter(|node| by_customer && node.bool() == Some(true)) {
        sink.report(
            Code::BadUnit,
            node.place,
            "a campaign that goes by customer cannot be sticky",
            "remove `sticky`: a change of weights then moves as few customers as can be",
        );
    }
    let weights = weights(table, ranges, site, sink);
    let is_bandit = bandit(root, table, by_customer, sink);
    let sticky = table.get("sticky").and_then(Node::bool).unwrap_or(unit == UnitKind::Visitor);
    Enrolment {
        unit,
        observe: says(table, "mode", "observe").or(site_observes).unwrap_or(false),
        // Without changes of weights it has no effect, and an enrolment with no effect takes no bytes.
        sticky: sticky && (is_bandit || !weights.is_empty()),
        layer: None,
        coverage: coverage(table, site, sink),
        weights,
        requires: Vec::new(),
        is_bandit,
    }
}

/// Whether the weights follow the results. What speaks against it is reported.
fn bandit(root: &Table, table: &Table, by_customer: bool, sink: &mut Sink<'_>) -> bool {
    let Some(entry) = table.entry("bandit").filter(|entry| entry.node.bool() == Some(true)) else { return false };
    let is_moving = table.get("sticky").and_then(Node::bool) == Some(false);
    let arms = table.entries_of("arms");
    let is_empty = |arm: &Entry| {
        arm.node.table().and_then(|arm| arm.get("weight")).is_some_and(|weight| weight.number() == Some(0.0))
    };
    let goal = table.text("goal").and_then(|goal| root.table("goals")?.table(goal.decoded));
    let flaws = [
        (
            !(2..=BANDIT_ARMS_MAX).contains(&arms.len()),
            "a bandit has 2 to 10 arms",
            "every arm keeps 10 percent of the visitors",
        ),
        (
            by_customer,
            "a bandit cannot go by customer",
            "remove `unit`: only a visitor's id has a date, by which the arm is kept",
        ),
        (
            is_moving,
            "a bandit is sticky",
            "remove `sticky`: whoever has an arm keeps it, or the results would mix the arms",
        ),
        (
            table.get("weights").is_some(),
            "a bandit has no changes of weights of its own",
            "remove `weights`, or `bandit`",
        ),
        (
            table.get("goal").is_none(),
            "nothing says which results the weights follow",
            "add goal = and the key of a goal",
        ),
        (
            goal.is_some_and(is_unbounded),
            "a bandit cannot follow values without a limit",
            "give its goal a `cap`, such as three times a large order: one enormous order would decide for a day",
        ),
        (
            arms.iter().any(is_empty),
            "an arm of a bandit has no visitors to begin with",
            "give it a weight above 0, or take it away",
        ),
    ];
    for (_, message, help) in flaws.into_iter().filter(|(is_flawed, ..)| *is_flawed) {
        sink.report(Code::BadBandit, entry.key_place, message, help);
    }
    true
}

fn coverage(table: &Table, site: &Site, sink: &mut Sink<'_>) -> Vec<CoverageStep> {
    let Some(ramp) = table.entry("ramp") else {
        let share_bp = table.get("coverage").map_or(10_000, |node| percent_bp(Some(node), sink));
        return if share_bp == 10_000 { Vec::new() } else { vec![CoverageStep { from_s: 0, share_bp }] };
    };
    if table.get("coverage").is_some() {
        sink.report(
            Code::BadRamp,
            ramp.key_place,
            "the campaign has both `coverage` and `ramp`",
            "write the coverage as the first step of the ramp",
        );
    }
    let mut steps: Vec<CoverageStep> = Vec::new();
    let items = ramp.node.list().unwrap_or_default();
    if items.is_empty() {
        sink.report(Code::BadRamp, ramp.node.place, "the ramp has no steps", "add one, or remove it");
    }
    if let Some(item) = items.get(limits::RAMP_STEPS_MAX) {
        let help = format!("at most {} are possible", limits::RAMP_STEPS_MAX);
        sink.report(Code::OverLimit, item.place, format!("the ramp has {} steps", items.len()), help);
    }
    for item in items {
        let Some((from, share)) = item.table().and_then(|step| Some((step.get("from")?, step.get("coverage")?))) else {
            continue;
        };
        let Some(from_s) = schedule::from_s(from, &site.timezone, sink) else { continue };
        let share_bp = percent_bp(Some(share), sink);
        if let Some(last) = steps.last() {
            if from_s <= last.from_s {
                let message = "the step does not begin after the one before it";
                sink.report(Code::BadRamp, from.place, message, "put the steps in order of time");
            }
            if share_bp < last.share_bp {
                sink.report(
                    Code::BadRamp,
                    share.place,
                    "the step covers fewer visitors than the one before it",
                    "write at least as much: who takes part stays. To end the campaign, use `during`",
                );
            }
        }
        steps.push(CoverageStep { from_s, share_bp });
    }
    steps
}

fn weights(table: &Table, ranges: &[ArmRange], site: &Site, sink: &mut Sink<'_>) -> Vec<WeightChange> {
    let Some(entry) = table.entry("weights") else { return Vec::new() };
    let arms = table.entries_of("arms");
    if arms.is_empty() {
        sink.report(
            Code::BadWeightChange,
            entry.key_place,
            "weights are of arms, and the campaign has none",
            "remove `weights`, or write `arms`",
        );
        return Vec::new();
    }
    let items = entry.node.list().unwrap_or_default();
    if let Some(item) = items.get(limits::WEIGHT_CHANGES_MAX) {
        let help = format!("at most {} are possible: raise `phase` and begin anew", limits::WEIGHT_CHANGES_MAX);
        sink.report(Code::OverLimit, item.place, format!("the weights change {} times", items.len()), help);
    }
    let mut changes: Vec<WeightChange> = Vec::new();
    for item in items {
        let Some((from, to)) = item.table().and_then(|change| Some((change.get("from")?, change.entry("arms")?)))
        else {
            continue;
        };
        let Some(from_s) = schedule::from_s(from, &site.timezone, sink) else { continue };
        if changes.last().is_some_and(|last| from_s <= last.from_s) {
            let message = "the change does not begin after the one before it";
            sink.report(Code::BadWeightChange, from.place, message, "put the changes in order of time");
        }
        let Some(shares) = changed_shares(arms, to, sink) else { continue };
        let before = changes.last().map_or(ranges, |change| &change.ranges);
        changes.push(WeightChange { from_s, ranges: arms::reshared(before, &shares) });
    }
    changes
}

/// The shares of the arms in their own order. Every arm must be named, so that no weight changes by oversight.
fn changed_shares(arms: &[Entry], to: &Entry, sink: &mut Sink<'_>) -> Option<Vec<u16>> {
    let weights = to.node.table()?;
    let mut is_valid = true;
    for entry in weights.entries.iter().filter(|entry| !arms.iter().any(|arm| arm.key == entry.key)) {
        let known: Vec<&str> = arms.iter().map(|arm| arm.key.as_str()).collect();
        sink.report(
            Code::BadWeightChange,
            entry.key_place,
            format!("the campaign has no arm `{}`", entry.key),
            crate::suggest::help(&entry.key, known, "name its arms"),
        );
        is_valid = false;
    }
    for arm in arms.iter().filter(|arm| weights.get(&arm.key).is_none()) {
        sink.report(
            Code::BadWeightChange,
            to.key_place,
            format!("the change says nothing of arm `{}`", arm.key),
            format!("add {} = and its weight, or 0", arm.key),
        );
        is_valid = false;
    }
    if !is_valid {
        return None;
    }
    let numbers = arms.iter().map(|arm| {
        let node = weights.get(&arm.key);
        (node, node.and_then(Node::number).unwrap_or(0.0))
    });
    arms::shares(numbers, Some(to.key_place), sink)
}
