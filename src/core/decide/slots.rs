//! Gives the slots of a page to campaigns.

use super::Assignment;
use super::assignment::Assignments;
use super::eligibility::eligibility;
use super::holdout::everywhere;
use super::{Observed, Observer, Reason, SlotDecision, Unit};
use crate::bundle::{Body, Campaign, Intensity};
use crate::loaded::Loaded;
use crate::recommend::{self, FillCards, Recommendation, Recommender};
use crate::render::{self, Fill};
use crate::segment::Evaluation;
use alloc::vec;
use alloc::vec::Vec;

/// Decides every slot of the bundle, in the order of the bundle's slots.
pub fn decide(
    loaded: &Loaded,
    evaluation: &mut Evaluation,
    unit: Unit,
    observer: &mut impl Observer,
) -> Vec<SlotDecision> {
    let mut slots = vec![SlotDecision::default(); loaded.slots.len()];
    let intensity = loaded.site.rules.intensity_of(evaluation.facts.page.kind);
    let off = (intensity == Intensity::Off).then_some(Reason::Intensity);
    if let Some(reason) = everywhere(loaded, unit, observer).or(off) {
        for slot in &mut slots {
            slot.reason = reason;
        }
        return slots;
    }
    for (decision, slot) in slots.iter_mut().zip(&loaded.slots) {
        if slot.as_ref().is_some_and(|slot| !slot.is_on(evaluation.facts.page.kind)) {
            decision.reason = Reason::NotOnPage;
        }
    }
    let mut recommender = Recommender::default();
    let mut assignments =
        Assignments::new(loaded, evaluation.facts.artifacts.weights(), unit, evaluation.facts.context.now_s);
    // What a preview forces goes before everything else, whatever its priority: it is there to be looked at.
    let passes: &[bool] = if unit.forced.is_empty() { &[false] } else { &[true, false] };
    for forced in passes {
        for (index, campaign) in loaded.campaigns.iter().enumerate() {
            let Some(campaign) = campaign else { continue };
            if assignments.forces(campaign) == *forced {
                place(loaded, evaluation, &mut assignments, &mut recommender, index, campaign, &mut slots, observer);
            }
        }
    }
    slots
}

/// Gives a campaign the slots that it gets.
#[expect(clippy::too_many_arguments, reason = "what a page decides with, and where it goes")]
fn place<O: Observer>(
    loaded: &Loaded,
    evaluation: &mut Evaluation,
    assignments: &mut Assignments,
    recommender: &mut Recommender,
    index: usize,
    campaign: &Campaign,
    slots: &mut [SlotDecision],
    observer: &mut O,
) {
    let on_page = |slots: &[SlotDecision], slot: usize| slots.get(slot).is_some_and(|s| s.reason != Reason::NotOnPage);
    if let Some(first) = campaign.slots.first()
        && !campaign.slots.iter().any(|slot| on_page(slots, usize::from(*slot)))
    {
        return observer.passed_over(usize::from(*first), index, Reason::NotOnPage);
    }
    // Eligibility is decided before slots conflict: losing a slot must not depend on who else ran.
    let eligibility = if evaluation.is_killed(index) {
        Assignment::Out(Reason::Killed)
    } else {
        eligibility(index, campaign, evaluation, assignments, observer)
    };
    observer.assigned(index, eligibility, assignments.epoch(campaign));
    // On a page of light intensity one campaign has slots: the first that got any.
    let light = loaded.site.rules.intensity_of(evaluation.facts.page.kind) == Intensity::Light;
    let others = slots.iter().find_map(|slot| slot.campaign).filter(|_| light);
    let only_watches = campaign.enrolment.observe && !assignments.forces(campaign);
    // What is not drawn takes no product from the other slots.
    let mut apart = Recommender::default();
    let recommender = if only_watches { &mut apart } else { recommender };
    for slot in campaign.slots.iter().map(|slot| usize::from(*slot)) {
        let Some(place) = slots.get_mut(slot).filter(|place| place.reason != Reason::NotOnPage) else { continue };
        let offer = match eligibility {
            Assignment::Out(reason) => Err(reason),
            _ if place.campaign.is_some() || (only_watches && place.observed.is_some()) => Err(Reason::LostSlot),
            _ if others.is_some_and(|only| only != index) => Err(Reason::Intensity),
            Assignment::HeldOut(reason) => Ok(SlotDecision { reason, ..SlotDecision::default() }),
            Assignment::In(arm) => fill(loaded, evaluation, recommender, index, arm, slot, O::FILL_CARDS),
        };
        match offer {
            Ok(SlotDecision { arm, content, reason, .. }) if only_watches => {
                place.observed = Some(Observed { campaign: index, arm, content, reason });
                observer.passed_over(slot, index, Reason::Observing);
            }
            Ok(decision) => *place = SlotDecision { campaign: Some(index), observed: place.observed, ..decision },
            Err(reason) => observer.passed_over(slot, index, reason),
        }
    }
}

/// What an arm puts into a slot; an arm that shows nothing there keeps the origin's content and the slot.
fn fill(
    loaded: &Loaded,
    evaluation: &Evaluation,
    recommender: &mut Recommender,
    campaign: usize,
    arm: usize,
    slot: usize,
    fill_cards: FillCards,
) -> Result<SlotDecision, Reason> {
    let arms = loaded.campaigns.get(campaign).and_then(Option::as_ref).map_or(&[][..], |campaign| &campaign.arms);
    let shown = arms.get(arm).and_then(|arm| arm.show.iter().find(|(at, _)| usize::from(*at) == slot));
    let arm = Some(arm).filter(|_| arms.len() > 1);
    let Some(content_index) = shown.map(|(_, content)| usize::from(*content)) else {
        return Ok(SlotDecision { arm, reason: Reason::Control, ..SlotDecision::default() });
    };
    let slot = loaded.slots.get(slot).and_then(Option::as_ref).ok_or(Reason::Disabled)?;
    let facts = &evaluation.facts;
    let (locale, decided) = (facts.page.locale, facts.page.decided_locale);
    let mut strategy = None;
    let mut write =
        |locale, recommender: &mut Recommender| match loaded.body(content_index, locale).ok_or(Reason::Disabled)? {
            Body::Cards(cards) => {
                let key = loaded.campaigns.get(campaign).and_then(Option::as_ref).map_or("", |campaign| &campaign.key);
                strategy =
                    recommend::choice(facts.artifacts, cards, key, &slot.key, facts).map(|choice| choice.strategy);
                let filled = fill_cards(recommender, facts.artifacts, cards, strategy, facts);
                filled.map(|(html, recommendations)| (Fill::Html(html), recommendations)).map_err(Reason::from)
            }
            Body::Html(template) => written(render::template(template, facts).map(Fill::Html)),
            Body::Fields(fields) => written(render::fields(fields, slot, facts)),
        };
    let mut decision =
        SlotDecision { arm, content: Some(content_index), reason: Reason::Shown, ..SlotDecision::default() };
    if locale == decided {
        let (fill, recommendations) = write(locale, recommender)?;
        (decision.fill, decision.recommendations, decision.strategy) = (Some(fill), recommendations, strategy);
        return Ok(decision);
    }
    // The origin was told what can be written in the locale that is decided by. That stands: what cannot be written in
    // the page's own keeps the slot, and the origin's content.
    let groups = recommender.groups_on_page();
    write(decided, recommender)?;
    recommender.release(groups);
    match write(locale, recommender) {
        Ok((fill, recommendations)) => {
            (decision.fill, decision.recommendations, decision.strategy) = (Some(fill), recommendations, strategy);
        }
        Err(_) => decision.reason = Reason::Incomplete,
    }
    Ok(decision)
}

fn written(fill: Result<Fill, render::RenderError>) -> Result<(Fill, Vec<Recommendation>), Reason> {
    fill.map(|fill| (fill, Vec::new())).map_err(|_| Reason::Incomplete)
}
