//! Whether a campaign applies to a visitor on this page, and in which arm.

use super::Assignment;
use super::assignment::Assignments;
use super::{Observer, Reason};
use crate::bundle::{Campaign, Cap, During};
use crate::codec::hash32;
use crate::segment::{Evaluation, Truth};

/// Whether a visitor is in a campaign on this page, and in which arm. A forced arm is shown whatever the campaign's dates, condition
/// and cap say: a preview shows what is to come.
pub(super) fn eligibility(
    index: usize,
    campaign: &Campaign,
    evaluation: &mut Evaluation,
    assignments: &mut Assignments,
    observer: &mut impl Observer,
) -> Assignment {
    if !assignments.forces(campaign)
        && let Err(reason) = entry(index, campaign, evaluation)
    {
        return Assignment::Out(reason);
    }
    assignments.of(index, observer)
}

/// Checks in the order a person would ask: does it run, may they, have they had enough.
fn entry(index: usize, campaign: &Campaign, evaluation: &mut Evaluation) -> Result<(), Reason> {
    if let Some(during) = &campaign.during {
        scheduled(during, evaluation.facts.context.now_s, evaluation.facts.context.utc_offset_min)?;
    }
    match evaluation.eligible(index) {
        Truth::True => {}
        Truth::False => return Err(Reason::NotEligible),
        Truth::Unknown => return Err(Reason::Unknown),
    }
    campaign.cap.map_or(Ok(()), |cap| capped(cap, &campaign.key, evaluation))
}

fn scheduled(during: &During, now_s: u32, utc_offset_min: Option<i16>) -> Result<(), Reason> {
    let offset_s = if during.visitor_zone { i64::from(utc_offset_min.ok_or(Reason::ZoneUnknown)?) * 60 } else { 0 };
    let now_s = i64::from(now_s) + offset_s;
    let begun = during.from_s.is_none_or(|from| now_s >= from);
    let running = during.until_s.is_none_or(|until| now_s <= until);
    if begun && running { Ok(()) } else { Err(Reason::OutsideSchedule) }
}

/// A cap counts what the browser reported as seen; without consent nothing is remembered and nothing capped.
fn capped(cap: Cap, key: &str, evaluation: &Evaluation) -> Result<(), Reason> {
    let facts = &evaluation.facts;
    if !facts.personalization {
        return Ok(());
    }
    let now_s = facts.context.now_s;
    let within = |at_s: u32| at_s > 0 && now_s.saturating_sub(at_s) < cap.per_s;
    if cap.stop_on_purchase && (within(facts.profile.purchased_s) || within(facts.profile.orders.last_s)) {
        return Err(Reason::Purchased);
    }
    if impressions_within(cap, key, evaluation) >= cap.seen { Err(Reason::Capped) } else { Ok(()) }
}

/// Impressions of a campaign within the window of its cap.
pub fn impressions_within(cap: Cap, key: &str, evaluation: &Evaluation) -> u8 {
    let facts = &evaluation.facts;
    let within = |at_s: u32| at_s > 0 && facts.context.now_s.saturating_sub(at_s) < cap.per_s;
    // Who has seen nothing lately needs no hash.
    if !facts.profile.impressions.iter().any(|shown| within(shown.since_s)) {
        return 0;
    }
    let campaign = hash32(&[key]);
    let seen = facts.profile.impressions.iter().find(|shown| shown.campaign == campaign && within(shown.since_s));
    seen.map_or(0, |shown| shown.count)
}
