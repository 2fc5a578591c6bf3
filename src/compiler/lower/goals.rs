//! `[goals]`.

use super::days::days;
use super::limit::at_most;
use super::trust::trust;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::suggest;
use crate::syntax::{Node, Table};
use attune_core::bundle::Goal;
use attune_core::limits;

/// The goals, each with the campaigns that name it.
pub(super) fn goals(root: &Table, sink: &mut Sink<'_>) -> Vec<Goal> {
    let entries = root.entries_of("goals");
    at_most(entries, "goals", limits::GOALS_MAX, sink);
    let mut goals: Vec<Goal> = Vec::new();
    for entry in entries {
        let Some(table) = entry.node.table() else { continue };
        let window = table.text("window");
        goals.push(Goal {
            key: entry.key.clone(),
            event: table.text("event").map_or_else(String::new, |event| event.decoded.to_owned()),
            valued: table.text("value").is_some(),
            trust: trust(table),
            window_s: u32::from(days(window, 14, "a number of days", sink)) * 86_400,
            cap: table.get("cap").and_then(Node::number),
            campaigns: Vec::new(),
        });
    }
    for campaign in root.entries_of("campaigns") {
        let Some(named) = campaign.node.table().and_then(|table| table.text("goal")) else { continue };
        if let Some(goal) = goals.iter_mut().find(|goal| goal.key == named.decoded) {
            goal.campaigns.push(campaign.key.clone());
        } else {
            sink.report(
                Code::UnknownGoal,
                named.place,
                format!("there is no goal `{}`", named.decoded),
                suggest::help(named.decoded, entries.iter().map(|e| e.key.as_str()), "define it under [goals]"),
            );
        }
    }
    goals
}
