//! Campaigns that can never win a slot.

use super::satisfiable::{conjuncts, satisfiable};
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::syntax::Table;
use attune_core::bundle::{Body, Bundle, Campaign, Enrolment, Op, Part, Program, Template};
use std::collections::BTreeSet;

/// Reports campaigns whose conditions exclude each other, and campaigns that always lose to another.
/// The bundle is final; its campaigns run from the highest priority down.
pub(super) fn report(root: &Table, bundle: &Bundle, sink: &mut Sink<'_>) {
    let place = |campaign: &Campaign| {
        root.entries_of("campaigns").iter().find(|entry| entry.key == campaign.key).map(|entry| entry.key_place)
    };
    let parts: Vec<BTreeSet<Vec<u64>>> = bundle.campaigns.iter().map(|c| identity(&c.eligible)).collect();
    for (index, campaign) in bundle.campaigns.iter().enumerate() {
        let Some(at) = place(campaign) else { continue };
        let contradiction = if !satisfiable(bundle, &[&campaign.eligible], None) {
            Some((
                "exclude each other, so nobody ever sees it",
                "take one of them out, or write || where either will do",
            ))
        } else if is_elsewhere(bundle, campaign) {
            let help = "change the condition on the page, or `pages` of the slots";
            Some(("hold on no page that one of its slots is on", help))
        } else {
            None
        };
        if let Some((why, help)) = contradiction {
            sink.report(Code::NeverWins, at, format!("the conditions of `{}` {why}", campaign.key), help);
            continue;
        }
        let own = parts.get(index);
        let winner = |slot: &u16| {
            bundle.campaigns.iter().zip(&parts).take(index).find(|(other, theirs)| {
                other.slots.contains(slot)
                    && own.is_some_and(|own| theirs.is_subset(own))
                    && always_takes(bundle, other, *slot)
            })
        };
        let winners: Vec<&Campaign> = campaign.slots.iter().filter_map(winner).map(|(other, _)| other).collect();
        if let (Some(other), true) = (winners.first(), winners.len() == campaign.slots.len()) {
            let message = format!("`{}` always takes every slot of `{}` first", other.key, campaign.key);
            let help = "give it a higher priority, or the other one a condition";
            match place(other) {
                Some(theirs) => sink.report_with(Code::NeverWins, at, message, help, (theirs, "the other one")),
                None => sink.report(Code::NeverWins, at, message, help),
            }
        }
    }
}

/// Whether a campaign can apply on none of the pages that its slots are on.
fn is_elsewhere(bundle: &Bundle, campaign: &Campaign) -> bool {
    let mut slots = campaign.slots.iter().filter_map(|slot| bundle.slots.get(usize::from(*slot)));
    let is_there = |page| satisfiable(bundle, &[&campaign.eligible], Some(page));
    !campaign.slots.is_empty() && slots.all(|slot| !slot.pages.is_empty() && !slot.pages.texts().any(is_there))
}

/// Whether a campaign that applies is certain to take a slot.
fn always_takes(bundle: &Bundle, campaign: &Campaign, slot: u16) -> bool {
    let [arm] = campaign.arms.as_slice() else { return false };
    let plain = campaign.during.is_none() && campaign.cap.is_none() && campaign.holdout_bp == 0;
    let shown = arm.show.iter().find(|(at, _)| *at == slot);
    // When a value may be missing, the slot may go to the next campaign.
    let complete = shown.is_none_or(|(_, content)| {
        bundle.contents.get(usize::from(*content)).is_some_and(|content| content.bodies.iter().all(is_complete))
    });
    // A hash, `mode = "observe"` or a prerequisite leaves out some visitors.
    let everybody = campaign.ranges.is_empty() && campaign.enrolment == Enrolment::default();
    plain && everybody && complete
}

fn is_complete(body: &Body) -> bool {
    let full = |template: &Template| {
        template.parts.iter().all(|part| !matches!(part, Part::Hole(hole) if hole.default.is_none()))
    };
    match body {
        Body::Html(template) => full(template),
        // With too few products the slot goes to the next campaign.
        Body::Cards(_) => false,
        Body::Fields(fields) => fields.iter().all(|field| {
            field.inner.as_ref().is_none_or(full) && field.attributes.iter().all(|(_, template)| full(template))
        }),
    }
}

/// The parts in a form that can be compared.
fn identity(program: &Program) -> BTreeSet<Vec<u64>> {
    let code = |op: &Op| match op {
        Op::Atom(index) => u64::from(*index) << 3,
        Op::Segment(index) => u64::from(*index) << 3 | 1,
        Op::Const(holds) => u64::from(*holds) << 3 | 2,
        Op::Not => 3,
        Op::And => 4,
        Op::Or => 5,
        Op::Choose => 6,
    };
    let parts = conjuncts(program).into_iter().map(|part| part.iter().map(code).collect::<Vec<u64>>());
    parts.filter(|part| !part.is_empty()).collect()
}
