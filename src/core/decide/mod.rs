//! Which campaign, arm and content each slot gets, and why.

mod assign;
mod assignment;
mod reason;
mod standing;
mod strategy;
#[cfg(test)]
mod tests;

pub use assign::{BUCKETS, Salt, bucket};
pub use assignment::{Assignment, assignment};
pub use reason::Reason;
pub use standing::impressions_within;
pub use strategy::{draws_of, strategy_of};

use crate::bundle::{Body, Campaign, Intensity, Program};
use crate::loaded::Loaded;
use crate::recommend::{self, FillCards, Recommendation, Recommender};
use crate::render::{self, Fill};
use crate::segment::{Evaluation, Truth};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use assignment::Assignments;
use standing::standing;

/// Who decides: the visitor's unit, or nobody yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unit<'a> {
    /// Visitor id as 32 lower-case hexadecimal digits; empty before consent: nobody is enrolled.
    pub id: &'a str,
    /// When that id was minted, in seconds since the Unix epoch; 0 when it is not known.
    pub minted_s: u32,
    /// [`crate::profile::customer_hash`] of the customer as 32 lower-case hexadecimal digits; empty when it is not
    /// known which customer this is, and before consent.
    pub customer: &'a str,
    /// A robot: every slot keeps the origin's content.
    pub bot: bool,
    /// Campaign and arm keys forced by a preview token.
    pub forced: &'a [(Box<str>, Box<str>)],
}

impl Unit<'_> {
    /// The arm of this campaign that a preview forces, if it does.
    fn forced_arm(&self, campaign: &Campaign) -> Option<usize> {
        let (_, arm) = self.forced.iter().find(|(key, _)| **key == *campaign.key)?;
        campaign.arms.iter().position(|known| *known.key == **arm)
    }
}

/// What one slot gets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SlotDecision {
    /// Index of the campaign that has the slot.
    pub campaign: Option<usize>,
    /// Index of its arm.
    pub arm: Option<usize>,
    /// Index of the content.
    pub content: Option<usize>,
    /// Why.
    pub reason: Reason,
    /// What to put in; `None` keeps the origin's content.
    pub fill: Option<Fill>,
    /// Products that were picked, in the order of their cards.
    pub recommendations: Vec<Recommendation>,
    /// Index of the strategy that they were picked by, where the slot has several.
    pub strategy: Option<usize>,
    /// The campaign that only observes and would have had the slot.
    pub observed: Option<Observed>,
}

/// A decision that was made and not drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Index of the campaign.
    pub campaign: usize,
    /// Index of its arm.
    pub arm: Option<usize>,
    /// Index of the content that it would have shown.
    pub content: Option<usize>,
    /// Why: shown, control or a holdout.
    pub reason: Reason,
}

/// Watches a decision being made. The hot path watches with `()`, which costs nothing.
pub trait Observer {
    /// What fills a slot with recommended products. An answer that says them as data needs no cards written; whoever
    /// does not ask for that carries no code of it.
    const FILL_CARDS: FillCards = Recommender::fill;

    /// A campaign did not get this slot.
    fn passed_over(&mut self, slot: usize, campaign: usize, reason: Reason);

    /// A bucket was looked up; without a campaign, that of the site's holdout.
    fn drew(&mut self, _campaign: Option<usize>, _salt: Salt, _bucket: u16) {}
}

impl Observer for () {
    fn passed_over(&mut self, _: usize, _: usize, _: Reason) {}
}

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
    let mut assignments = Assignments::new(loaded, unit, evaluation.facts.context.now_s);
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

/// Why the origin's content stays everywhere, if it does.
fn everywhere(loaded: &Loaded, unit: Unit, observer: &mut impl Observer) -> Option<Reason> {
    if unit.bot {
        return Some(Reason::Bot);
    }
    let held = !unit.id.is_empty()
        && unit.forced.is_empty()
        && loaded.site.holdout_bp > 0
        && site_bucket(loaded, unit, observer) < loaded.site.holdout_bp;
    held.then_some(Reason::SiteHoldout)
}

fn site_bucket(loaded: &Loaded, unit: Unit, observer: &mut impl Observer) -> u16 {
    let bucket = bucket(Salt::Site, &loaded.site.name, 0, unit.id);
    observer.drew(None, Salt::Site, bucket);
    bucket
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
    // Standing is decided before slots conflict: losing a slot must not depend on who else ran.
    let standing = standing(index, campaign, evaluation, assignments, observer);
    // On a page of light intensity one campaign has slots: the first that got any.
    let light = loaded.site.rules.intensity_of(evaluation.facts.page.kind) == Intensity::Light;
    let others = slots.iter().find_map(|slot| slot.campaign).filter(|_| light);
    let only_watches = campaign.enrolment.observe && !assignments.forces(campaign);
    // What is not drawn takes no product from the other slots.
    let mut apart = Recommender::default();
    let recommender = if only_watches { &mut apart } else { recommender };
    for slot in campaign.slots.iter().map(|slot| usize::from(*slot)) {
        let Some(place) = slots.get_mut(slot).filter(|place| place.reason != Reason::NotOnPage) else { continue };
        let offer = match standing {
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
    let taken = recommender.taken();
    write(decided, recommender)?;
    recommender.give_back(taken);
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

/// Membership of every segment of the bundle, in its order.
pub fn memberships(loaded: &Loaded, evaluation: &mut Evaluation) -> Vec<Truth> {
    (0_u32..).take(loaded.segments.len()).map(|index| evaluation.segment(index)).collect()
}

/// The atoms a condition asks, each once, segments included.
pub fn atoms_of(loaded: &Loaded, program: &Program) -> Vec<u32> {
    atoms_in(program, |segment| Some(&loaded.segments.get(segment as usize)?.as_ref()?.when))
}

/// The atoms that a program and its segments ask, where `condition` has the program of each segment.
pub fn atoms_in<'p>(program: &'p Program, condition: impl Fn(u32) -> Option<&'p Program>) -> Vec<u32> {
    use crate::bundle::Op;
    let (mut atoms, mut pending, mut seen) = (Vec::new(), vec![program], Vec::new());
    while let Some(program) = pending.pop() {
        for op in program {
            match op {
                Op::Atom(atom) if !atoms.contains(atom) => atoms.push(*atom),
                Op::Segment(segment) if !seen.contains(segment) => {
                    seen.push(*segment);
                    pending.extend(condition(*segment));
                }
                _ => {}
            }
        }
    }
    atoms
}
