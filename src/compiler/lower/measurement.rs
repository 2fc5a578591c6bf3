//! `[goals]` and the slices of results.

use super::days::days;
use super::limit::at_most;
use super::trust::trust;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::suggest;
use crate::syntax::{Entry, Node, Table};
use attune_core::bundle::{Covariate, Goal, Guard, Measurement, RuleTrust, SCRIPT_EVENTS, Slice};
use attune_core::limits;

/// Characters of the name of an event: GA4's limit.
const EVENT_CHARS_MAX: usize = 40;

/// The goals, each with the campaigns that name it, and the slices.
pub(super) fn measurement(root: &Table, sink: &mut Sink<'_>) -> Measurement {
    let entries = root.entries_of("goals");
    at_most(entries, "goals", limits::GOALS_MAX, sink);
    let mut goals: Vec<Goal> =
        entries.iter().filter_map(|entry| Some(goal(entry, entry.node.table()?, sink))).collect();
    for campaign in root.entries_of("campaigns") {
        let Some(table) = campaign.node.table() else { continue };
        can_finish(campaign, table, sink);
        let Some(named) = table.text("goal") else { continue };
        let Some(goal) = goals.iter_mut().find(|goal| goal.key == named.decoded) else {
            sink.report(
                Code::UnknownGoal,
                named.place,
                format!("there is no goal `{}`", named.decoded),
                suggest::help(named.decoded, entries.iter().map(|e| e.key.as_str()), "define it under [goals]"),
            );
            continue;
        };
        if root.table("goals").and_then(|goals| goals.table(&goal.key)).is_some_and(is_unbounded) {
            sink.report(
                Code::NeverFinishes,
                named.place,
                format!("`{}` is judged by the values of `{}`, which have no `cap`", campaign.key, goal.key),
                "a few enormous orders would decide; give the goal a cap, such as three times a large order",
            );
        }
        goal.campaigns.push(campaign.key.clone());
    }
    // Without goals there is nothing to tell apart.
    let slices = if goals.is_empty() { Vec::new() } else { slices(root) };
    Measurement { goals, slices }
}

/// Whether a few enormous values could decide a goal.
pub(super) fn is_unbounded(goal: &Table) -> bool {
    goal.text("value").is_some() && goal.get("cap").is_none()
}

fn goal(entry: &Entry, table: &Table, sink: &mut Sink<'_>) -> Goal {
    let trust = trust(table);
    for name in ["event", "per"] {
        let Some(event) = table.text(name) else { continue };
        let Some(help) = unreachable(event.decoded, trust) else { continue };
        let message = format!("no event `{}` can reach the goal `{}`", event.decoded, entry.key);
        sink.report(Code::UnreachableGoal, event.place, message, help);
    }
    let window_s = u32::from(days(table.text("window"), 14, "a number of days", sink)) * 86_400;
    let valued = table.text("value").is_some();
    let per = table.text("per").map_or_else(String::new, |event| event.decoded.to_owned());
    let is_counted_once = !valued && per.is_empty();
    let covariate = match table.text("covariate").map(|text| text.decoded) {
        Some("orders") => Some(Covariate::Orders),
        Some("value") => Some(Covariate::Value),
        Some("visits") => Some(Covariate::Visits),
        Some(_) => None,
        None if valued => Some(Covariate::Value),
        None => Some(Covariate::Visits),
    };
    let guard = match table.text("guard").map(|text| text.decoded) {
        Some("drop") => Some(Guard::Drop),
        Some("rise") => Some(Guard::Rise),
        _ => None,
    };
    Goal {
        key: entry.key.clone(),
        event: table.text("event").map_or_else(String::new, |event| event.decoded.to_owned()),
        valued,
        per,
        trust,
        after_s: after_s(table, window_s, sink),
        window_s,
        cap: table.get("cap").and_then(Node::number).or(is_counted_once.then_some(1.0)),
        covariate,
        guard,
        campaigns: Vec::new(),
    }
}

/// From when on the goal counts; never, when that is after its window.
fn after_s(table: &Table, window_s: u32, sink: &mut Sink<'_>) -> u32 {
    let Some(text) = table.text("after") else { return 0 };
    let after_s = u32::from(days(Some(text), 1, "a number of days", sink)) * 86_400;
    if after_s >= window_s {
        let message = format!("it counts from \"{}\" on, and its window has ended by then", text.decoded);
        sink.report(Code::UnreachableGoal, text.place, message, "write a longer `window`, such as three times as long");
    }
    after_s
}

/// What to write instead of an event that nothing reports.
fn unreachable(event: &str, trust: RuleTrust) -> Option<&'static str> {
    let is_name = event.len() <= EVENT_CHARS_MAX
        && event.starts_with(|first: char| first.is_ascii_alphabetic())
        && event.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name {
        return Some("names of events are letters, digits and _, at most 40, such as sign_up");
    }
    if event == "void" || event.starts_with("attune_") {
        return Some("this name is of the page script's own events");
    }
    // A server's refund takes away from what the purchase counted, and is no event of its own.
    let is_of_browsers = trust == RuleTrust::Server && SCRIPT_EVENTS.contains(&event) && event != "purchase";
    is_of_browsers.then_some("only browsers report it: write trust = \"browser\"")
}

/// Says where an experiment can never have a result: where all visitors are in one arm, or nobody takes part.
fn can_finish(campaign: &Entry, table: &Table, sink: &mut Sink<'_>) {
    let arms = table.entries_of("arms");
    if arms.is_empty() {
        return;
    }
    let changes = table.get("weights").and_then(Node::list).unwrap_or_default();
    let is_ever_drawn = |arm: &&Entry| {
        let first = arm.node.table().and_then(|arm| arm.get("weight")).and_then(Node::number).unwrap_or(1.0);
        let later = changes.iter().filter_map(|change| change.table()?.table("arms")?.get(&arm.key)?.number());
        later.chain([first]).any(|weight| weight > 0.0)
    };
    let has_holdout = table.get("holdout").and_then(Node::number).is_some_and(|percent| percent > 0.0);
    let mut drawn = arms.iter().filter(is_ever_drawn);
    if let (Some(only), None, false) = (drawn.next(), drawn.next(), has_holdout) {
        let message = format!("`{}` is the only arm of `{}` that anybody is in", only.key, campaign.key);
        let help = "give another arm a weight above 0, or the campaign a holdout";
        sink.report(Code::NeverFinishes, only.node.place, message, help);
    }
    if let Some(node) = table.get("coverage").filter(|node| node.number() == Some(0.0)) {
        let message = format!("`{}` covers nobody", campaign.key);
        sink.report(Code::NeverFinishes, node.place, message, "write a coverage above 0, or a ramp");
    }
}

fn slices(root: &Table) -> Vec<Slice> {
    let Some(list) = root.table("site").and_then(|site| site.get("slices")) else {
        return vec![Slice::Device, Slice::Visitor];
    };
    let all = [Slice::Device, Slice::Visitor, Slice::Customer, Slice::Country];
    all.into_iter().filter(|slice| list.texts().iter().any(|text| text.decoded == slice.word())).collect()
}
