//! Which campaign, arm and content each slot gets, and why.

mod assign;
mod reason;
mod standing;
#[cfg(test)]
mod tests;

pub use assign::{BUCKETS, Salt, bucket};
pub use reason::Reason;
pub use standing::seen_within;

use crate::bundle::{Body, Intensity, Loaded, Program};
use crate::render;
use crate::segment::{Evaluation, Truth};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use standing::{Standing, standing};

/// Who decides: the visitor's unit, or nobody yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unit<'a> {
    /// Visitor id as 32 lower-case hexadecimal digits; empty before consent: nobody is enrolled.
    pub id: &'a str,
    /// A robot: every slot keeps the origin's content.
    pub bot: bool,
    /// Campaign and arm keys forced by a preview token.
    pub forced: &'a [(Box<str>, Box<str>)],
}

/// What a filled slot gets.
#[derive(Clone, Debug, PartialEq)]
pub enum Fill {
    /// Everything inside the slot is replaced.
    Html(String),
    /// Elements inside the slot are edited: [`crate::html::decode_edits`] reads this.
    Edits(Vec<u8>),
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
}

/// Watches a decision being made. The hot path watches with `()`, which costs nothing.
pub trait Observer {
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
    // On a page of light intensity, the one campaign that may have slots.
    let mut only = None;
    let everywhere = if unit.bot {
        Some(Reason::Bot)
    } else if !unit.id.is_empty()
        && unit.forced.is_empty()
        && loaded.site.holdout_bp > 0
        && site_bucket(loaded, unit, observer) < loaded.site.holdout_bp
    {
        Some(Reason::SiteHoldout)
    } else if intensity == Intensity::Off {
        Some(Reason::Intensity)
    } else {
        None
    };
    if let Some(reason) = everywhere {
        for slot in &mut slots {
            slot.reason = reason;
        }
        return slots;
    }
    for (index, campaign) in loaded.campaigns.iter().enumerate() {
        let Some(campaign) = campaign else { continue };
        // Standing is decided before slots conflict: losing a slot must not depend on who else ran.
        let watch = &mut |salt, bucket| observer.drew(Some(index), salt, bucket);
        let standing = standing(index, campaign, evaluation, unit, watch);
        for slot in campaign.slots.iter().map(|slot| usize::from(*slot)) {
            let Some(place) = slots.get_mut(slot) else { continue };
            let offer = match standing {
                Standing::Passed(reason) => Err(reason),
                _ if place.campaign.is_some() => Err(Reason::LostSlot),
                _ if intensity == Intensity::Light && only.is_some_and(|only| only != index) => Err(Reason::Intensity),
                Standing::HeldOut => Ok(SlotDecision { reason: Reason::Holdout, ..SlotDecision::default() }),
                Standing::In(arm) => fill(loaded, evaluation, index, arm, slot),
            };
            match offer {
                Ok(decision) => {
                    only = only.or(Some(index));
                    *place = SlotDecision { campaign: Some(index), ..decision };
                }
                Err(reason) => observer.passed_over(slot, index, reason),
            }
        }
    }
    slots
}

fn site_bucket(loaded: &Loaded, unit: Unit, observer: &mut impl Observer) -> u16 {
    let bucket = bucket(Salt::Site, &loaded.site.name, 0, unit.id);
    observer.drew(None, Salt::Site, bucket);
    bucket
}

/// What an arm puts into a slot; an arm that shows nothing there keeps the origin's content and the slot.
fn fill(
    loaded: &Loaded,
    evaluation: &Evaluation,
    campaign: usize,
    arm: usize,
    slot: usize,
) -> Result<SlotDecision, Reason> {
    let arms = loaded.campaigns.get(campaign).and_then(Option::as_ref).map_or(&[][..], |campaign| &campaign.arms);
    let shown = arms.get(arm).and_then(|arm| arm.show.iter().find(|(at, _)| usize::from(*at) == slot));
    let arm = Some(arm).filter(|_| arms.len() > 1);
    let Some(content_index) = shown.map(|(_, content)| usize::from(*content)) else {
        return Ok(SlotDecision { arm, reason: Reason::Control, ..SlotDecision::default() });
    };
    let content = loaded.contents.get(content_index).and_then(Option::as_ref).ok_or(Reason::Disabled)?;
    let locale = evaluation.facts.page.locale;
    let body = content.by_locale.get(locale).and_then(|body| content.bodies.get(usize::from(*body)));
    let slot = loaded.slots.get(slot).and_then(Option::as_ref).ok_or(Reason::Disabled)?;
    let fill = match body.ok_or(Reason::Disabled)? {
        Body::Html(template) => render::template(template, &evaluation.facts).map(Fill::Html),
        Body::Fields(fields) => render::fields(fields, slot, &evaluation.facts),
    };
    let fill = Some(fill.map_err(|_| Reason::Incomplete)?);
    Ok(SlotDecision { campaign: None, arm, content: Some(content_index), reason: Reason::Shown, fill })
}

/// Membership of every segment of the bundle, in its order.
pub fn memberships(loaded: &Loaded, evaluation: &mut Evaluation) -> Vec<Truth> {
    (0_u32..).take(loaded.segments.len()).map(|index| evaluation.segment(index)).collect()
}

/// The atoms a condition asks, each once, segments included.
pub fn atoms_of(loaded: &Loaded, program: &Program) -> Vec<u32> {
    use crate::bundle::Op;
    let (mut atoms, mut pending, mut seen) = (Vec::new(), vec![program], Vec::new());
    while let Some(program) = pending.pop() {
        for op in program {
            match op {
                Op::Atom(atom) if !atoms.contains(atom) => atoms.push(*atom),
                Op::Segment(segment) if !seen.contains(segment) => {
                    seen.push(*segment);
                    pending.extend(loaded.segments.get(*segment as usize).and_then(Option::as_ref).map(|s| &s.when));
                }
                _ => {}
            }
        }
    }
    atoms
}
