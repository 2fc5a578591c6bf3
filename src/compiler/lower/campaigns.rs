//! `[campaigns]`.

use super::percent::percent_bp;
use super::references::index;
use super::{arms, enrolment, requires, schedule};
use crate::codes::Code;
use crate::condition::Compiler;
use crate::diagnostic::Sink;
use crate::duration::span_s;
use crate::source::{Place, Text};
use crate::syntax::{Entry, Node, Table};
use attune_core::bundle::{Arm, ArmRange, Campaign, Cap, Op, Program, Site};
use attune_core::limits;

/// The longest time that a cap can look back, in seconds: what a profile remembers.
const CAP_S_MAX: u32 = limits::PROFILE_AGE_DAYS_MAX * 86_400;

/// The campaigns, highest priority first, in no layer yet.
pub(super) fn campaigns(root: &Table, site: &Site, compiler: &mut Compiler<'_>, sink: &mut Sink<'_>) -> Vec<Campaign> {
    let entries = root.entries_of("campaigns");
    let mut campaigns: Vec<(Campaign, &Entry)> = Vec::with_capacity(entries.len());
    for entry in entries {
        if let Some(table) = entry.node.table() {
            campaigns.push((campaign(root, entry, table, site, compiler, sink), entry));
        }
    }
    report_equal_priorities(root, &campaigns, sink);
    campaigns.sort_by(|(a, _), (b, _)| b.priority.cmp(&a.priority).then_with(|| a.key.cmp(&b.key)));
    requires::requires(&mut campaigns, sink);
    let mut bandits = campaigns.iter().filter(|(campaign, _)| campaign.enrolment.is_bandit);
    if let Some((_, entry)) = bandits.nth(limits::BANDITS_MAX) {
        let help = format!("at most {} are possible: give the others fixed weights", limits::BANDITS_MAX);
        sink.report(Code::OverLimit, entry.key_place, "there are too many bandits", help);
    }
    campaigns.into_iter().map(|(campaign, _)| campaign).collect()
}

fn campaign(
    root: &Table,
    entry: &Entry,
    table: &Table,
    site: &Site,
    compiler: &mut Compiler<'_>,
    sink: &mut Sink<'_>,
) -> Campaign {
    let (arms, ranges) = arms_of(root, entry, table, sink);
    report_shows_nothing(entry, table, sink);
    let mut slots: Vec<u16> = arms.iter().flat_map(|arm| &arm.show).map(|(slot, _)| *slot).collect();
    slots.sort_unstable();
    slots.dedup();
    let enrolment = enrolment::enrolment(root, table, &ranges, site, sink);
    Campaign {
        key: entry.key.clone(),
        owner: table.text("owner").map_or_else(String::new, |owner| owner.decoded.to_owned()),
        priority: table.whole("priority").unwrap_or(0),
        eligible: eligible(table, entry.key_place, compiler, sink),
        during: table.get("during").and_then(|node| schedule::during(node.table()?, node.place, &site.timezone, sink)),
        cap: table.table("cap").and_then(|cap_table| cap(cap_table, sink)),
        holdout_bp: percent_bp(table.get("holdout"), sink),
        phase: table.whole("phase").unwrap_or(1),
        arms,
        ranges,
        slots,
        enrolment,
    }
}

/// The arms and their ranges. A campaign without `arms` has one arm without a name, and no ranges.
fn arms_of(root: &Table, entry: &Entry, table: &Table, sink: &mut Sink<'_>) -> (Vec<Arm>, Vec<ArmRange>) {
    let Some(arms) = table.entry("arms") else {
        let mut show = shown(root, table.entries_of("show"));
        show.extend(recommended(root, entry));
        show.sort_unstable();
        return (vec![Arm { key: String::new(), show }], Vec::new());
    };
    if table.entry("show").is_some() {
        sink.report(
            Code::ShowsNothing,
            arms.key_place,
            format!("campaign `{}` has both `show` and `arms`", entry.key),
            "move what all arms show into each arm, and remove `show`",
        );
        return (Vec::new(), Vec::new());
    }
    let entries = table.entries_of("arms");
    let arm = |arm: &Entry| {
        let entries = arm.node.table().map_or(&[][..], |arm| &arm.entries);
        Arm { key: arm.key.clone(), show: shown(root, entries) }
    };
    (entries.iter().map(arm).collect(), arms::ranges(entries, sink))
}

fn report_shows_nothing(entry: &Entry, table: &Table, sink: &mut Sink<'_>) {
    let is_empty = |key: &str| table.entries_of(key).is_empty();
    let arm_shows = |arm: &Entry| arm.node.table().is_some_and(|arm| arm.entries.iter().any(|e| e.key != "weight"));
    let shows_nothing = match (table.entry("show"), table.entry("arms")) {
        (None, None) => is_empty("recommend"),
        (Some(_), _) => is_empty("show") && is_empty("recommend"),
        (None, Some(_)) => !table.entries_of("arms").iter().any(arm_shows),
    };
    if shows_nothing {
        sink.report(
            Code::ShowsNothing,
            entry.key_place,
            format!("campaign `{}` shows nothing", entry.key),
            "add show = { slot = \"content\" }",
        );
    }
}

/// Slot and content indices of what an arm shows; unknown names were reported with the placements.
fn shown(root: &Table, entries: &[Entry]) -> Vec<(u16, u16)> {
    let mut show: Vec<(u16, u16)> = entries
        .iter()
        .filter(|entry| entry.key != "weight")
        .filter_map(|entry| {
            let slot = index(root, "slots", &entry.key)?;
            let content = index(root, "content", entry.node.text()?.decoded)?;
            Some((u16::try_from(slot).ok()?, u16::try_from(content).ok()?))
        })
        .collect();
    show.sort_unstable();
    show
}

/// Slot and content indices of a campaign's own recommendations. Their contents come after all others, in the order of
/// the campaigns.
fn recommended(root: &Table, campaign: &Entry) -> Vec<(u16, u16)> {
    let mut content = root.entries_of("content").len();
    for other in root.entries_of("campaigns") {
        let entries = other.node.table().map_or(&[][..], |table| table.entries_of("recommend"));
        if other.key == campaign.key {
            let pair = |(at, entry): (usize, &Entry)| {
                let slot = index(root, "slots", &entry.key)?;
                Some((u16::try_from(slot).ok()?, u16::try_from(content + at).ok()?))
            };
            return entries.iter().enumerate().filter_map(pair).collect();
        }
        content += entries.len();
    }
    Vec::new()
}

/// All conditions, joined.
fn eligible(table: &Table, place: Place, compiler: &mut Compiler<'_>, sink: &mut Sink<'_>) -> Program {
    let conditions: Vec<Text<'_>> = table.get("where").map(Node::texts).unwrap_or_default();
    let mut program = Program::new();
    for condition in conditions {
        let Some(one) = compiler.condition(condition, sink) else { continue };
        let first = program.is_empty();
        program.extend(one);
        if !first {
            program.push(Op::And);
        }
    }
    if program.len() > limits::PROGRAM_OPS_MAX {
        sink.report(
            Code::ConditionTooLarge,
            place,
            format!("the conditions have {} steps together", program.len()),
            format!("at most {} are possible: use in_segment", limits::PROGRAM_OPS_MAX),
        );
    }
    program
}

fn cap(table: &Table, sink: &mut Sink<'_>) -> Option<Cap> {
    let seen = table.whole("seen")?;
    let per = table.text("per")?;
    let Some(per_s) = span_s(per.decoded).filter(|s| (1..=CAP_S_MAX).contains(s)) else {
        sink.report(
            Code::BadDuration,
            per.place,
            format!("\"{}\" is not a length of time for a cap", per.decoded),
            format!("write 1s to {}d, such as \"7d\" or \"12h\"", limits::PROFILE_AGE_DAYS_MAX),
        );
        return None;
    };
    Some(Cap { seen, per_s, stop_on_purchase: table.text("stop_on").is_some() })
}

fn report_equal_priorities(root: &Table, campaigns: &[(Campaign, &Entry)], sink: &mut Sink<'_>) {
    let place = |entry: &Entry| {
        entry.node.table().and_then(|table| table.entry("priority")).map_or(entry.key_place, |p| p.node.place)
    };
    for (i, (later, later_entry)) in campaigns.iter().enumerate() {
        for (earlier, earlier_entry) in campaigns.iter().take(i) {
            if earlier.priority != later.priority {
                continue;
            }
            let Some(shared) = later.slots.iter().find(|slot| earlier.slots.contains(slot)) else { continue };
            let slot = root.entries_of("slots").get(usize::from(*shared)).map_or("", |slot| slot.key.as_str());
            sink.report_with(
                Code::EqualPriority,
                place(later_entry),
                format!("`{}` and `{}` both have priority {} in slot `{slot}`", earlier.key, later.key, later.priority),
                "give one of them another number: the higher one wins the slot",
                (place(earlier_entry), "the other one"),
            );
        }
    }
}
