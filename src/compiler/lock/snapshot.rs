//! What the lock keeps of a campaign.

use super::format::{Locked, LockedLayer, Range, Step, Weights};
use crate::syntax::{Node, Table};
use attune_core::bundle::{ArmRange, Bundle, Campaign, Op, Program, UnitKind};
use std::collections::BTreeMap;

/// Whether a hash decides who takes part.
pub(super) fn shares_out(campaign: &Campaign) -> bool {
    let enrolment = &campaign.enrolment;
    !campaign.ranges.is_empty()
        || campaign.holdout_bp > 0
        || !enrolment.coverage.is_empty()
        || enrolment.layer.is_some()
}

pub(super) fn snapshot(campaign: &Campaign, bundle: &Bundle, root: &Table) -> Locked {
    let enrolment = &campaign.enrolment;
    let table = root.table("campaigns").and_then(|campaigns| campaigns.table(&campaign.key));
    let mut conditions: Vec<String> = table
        .and_then(|table| table.get("where"))
        .map(|node| node.texts().into_iter().map(|text| one_line(text.decoded)).collect())
        .unwrap_or_default();
    conditions.sort();
    let mut segments = BTreeMap::new();
    add_segments(&campaign.eligible, bundle, root, &mut segments);
    let key = |index: u16| bundle.campaigns.get(usize::from(index)).map(|c| (c.key.clone(), &c.arms));
    let requires = enrolment.requires.iter().filter_map(|required| {
        let (key, arms) = key(required.campaign)?;
        let named = required.arms.iter().filter_map(|arm| Some(arms.get(usize::from(*arm))?.key.clone()));
        Some((key, named.collect()))
    });
    let slot_key = |slot: u16| bundle.slots.get(usize::from(slot)).map(|slot| slot.key.clone());
    let content_key = |content: u16| bundle.contents.get(usize::from(content)).map(|content| content.key.clone());
    let arms = campaign.arms.iter().map(|arm| {
        let show = arm.show.iter().filter_map(|(slot, content)| Some((slot_key(*slot)?, content_key(*content)?)));
        (arm.key.clone(), show.collect())
    });
    let layer = enrolment.layer.and_then(|share| {
        let layer = bundle.layers.get(usize::from(share.layer))?;
        let (key, phase, holdout) = (layer.key.clone(), layer.phase, layer.holdout_bp);
        Some(LockedLayer { key, phase, holdout, from: share.from_bp, to: share.to_bp })
    });
    let mut weights = Vec::new();
    if !campaign.ranges.is_empty() {
        weights.push(Weights { from: 0, ranges: ranges(&campaign.ranges, campaign) });
        weights.extend(
            enrolment
                .weights
                .iter()
                .map(|change| Weights { from: change.from_s, ranges: ranges(&change.ranges, campaign) }),
        );
    }
    let coverage = enrolment.coverage.iter().map(|step| Step { from: step.from_s, share: step.share_bp }).collect();
    Locked {
        campaign: campaign.key.clone(),
        phase: campaign.phase,
        unit: if enrolment.unit == UnitKind::Visitor { "visitor" } else { "customer" }.to_owned(),
        mode: if enrolment.observe { "observe" } else { "act" }.to_owned(),
        starts: campaign.during.and_then(|during| during.from_s).unwrap_or(0),
        r#where: conditions,
        segments,
        requires: requires.collect(),
        arms: arms.collect(),
        layer,
        coverage,
        holdout: campaign.holdout_bp,
        // As the next change of weights would have it: the first such change must not look like a change of `sticky`.
        sticky: table.and_then(|t| t.get("sticky")).and_then(Node::bool).unwrap_or(enrolment.unit == UnitKind::Visitor),
        bandit: enrolment.is_bandit,
        weights,
    }
}

fn ranges(ranges: &[ArmRange], campaign: &Campaign) -> Vec<Range> {
    let arm = |index: u16| campaign.arms.get(usize::from(index)).map_or_else(String::new, |arm| arm.key.clone());
    ranges.iter().map(|range| Range { from: range.from_bp, to: range.to_bp, arm: arm(range.arm) }).collect()
}

/// The segments that a condition uses, also through others.
fn add_segments(program: &Program, bundle: &Bundle, root: &Table, found: &mut BTreeMap<String, String>) {
    for op in program {
        let Op::Segment(index) = op else { continue };
        let Some(segment) = bundle.segments.get(*index as usize) else { continue };
        if found.contains_key(&segment.key) {
            continue;
        }
        let authored = root.table("segments").and_then(|segments| segments.table(&segment.key));
        let when =
            authored.and_then(|table| table.text("when")).map_or_else(String::new, |when| one_line(when.decoded));
        found.insert(segment.key.clone(), when);
        add_segments(&segment.when, bundle, root, found);
    }
}

/// The condition with each run of white space outside of strings as one space: a new layout is no change.
fn one_line(condition: &str) -> String {
    let mut out = String::with_capacity(condition.len());
    let (mut quote, mut escaped, mut blank) = (None, false, false);
    for c in condition.trim().chars() {
        if quote.is_none() && c.is_whitespace() {
            blank = true;
            continue;
        }
        if std::mem::take(&mut blank) {
            out.push(' ');
        }
        out.push(c);
        match quote {
            None if matches!(c, '"' | '\'') => quote = Some(c),
            Some(open) if c == open && !escaped => quote = None,
            _ => {}
        }
        escaped = quote.is_some() && c == '\\' && !escaped;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn layout_is_no_change_but_what_is_in_a_string_is() {
        assert_eq!(one_line("  a  ==\n\t\"x  y\"   &&  b "), "a == \"x  y\" && b");
        assert_eq!(one_line(r#"a == "\"  " || b"#), r#"a == "\"  " || b"#);
        assert_eq!(one_line(r#"a == "\\"   || b"#), r#"a == "\\" || b"#);
    }
}
