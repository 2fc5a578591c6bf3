//! Which slots and campaigns a browser may decide.

use super::condition::Conditions;
use super::content;
use super::left_out::{LeftOut, Part};
use super::private::Private;
use super::why::Why;
use attune_core::bundle::{Bundle, Campaign, Content, Intensity, Slot};

/// What keeps each slot and each campaign on the server; `None` where nothing does.
pub(super) struct Choice {
    pub(super) slots: Vec<Option<Why>>,
    pub(super) campaigns: Vec<Option<Why>>,
}

impl Choice {
    pub(super) fn of(bundle: &Bundle, private: &Private, cards: bool) -> Self {
        let mut campaigns = barred(bundle, private, cards);
        bar_dependents(bundle, &mut campaigns);
        let mut slots: Vec<Option<Why>> =
            (0_u16..).zip(&bundle.slots).map(|(slot, _)| filled_by(bundle, slot, &campaigns)).collect();
        while bar_coupled(bundle, &mut slots) {}
        bar_idle(bundle, &slots, &mut campaigns);
        Self { slots, campaigns }
    }

    /// Whether the browser decides a slot.
    pub(super) fn has_slot(&self, slot: u16) -> bool {
        self.slots.get(usize::from(slot)).is_some_and(Option::is_none)
    }

    pub(super) fn left_out(&self, bundle: &Bundle) -> Vec<LeftOut> {
        let slots = self.slots.iter().zip(&bundle.slots).map(|(why, slot)| (Part::Slot, &slot.key, why));
        let campaigns =
            self.campaigns.iter().zip(&bundle.campaigns).map(|(why, campaign)| (Part::Campaign, &campaign.key, why));
        let left_out = |(part, key, why): (Part, &String, &Option<Why>)| {
            why.clone().map(|why| LeftOut { part, key: key.clone(), why })
        };
        slots.chain(campaigns).filter_map(left_out).collect()
    }
}

/// Campaigns with a condition, a content or weights that stay on the server.
fn barred(bundle: &Bundle, private: &Private, cards: bool) -> Vec<Option<Why>> {
    let conditions = Conditions::of(bundle, private);
    let contents: Vec<Option<Why>> =
        bundle.contents.iter().map(|content| content::why(bundle, private, content, cards)).collect();
    let why = |campaign: &Campaign| {
        let mut shown = campaign.arms.iter().flat_map(|arm| &arm.show);
        let of_content = |(_, content): &(u16, u16)| contents.get(usize::from(*content))?.clone();
        let bandit = || campaign.enrolment.is_bandit.then_some(Why::Bandit);
        conditions.why(&campaign.eligible).or_else(|| shown.find_map(of_content)).or_else(bandit)
    };
    bundle.campaigns.iter().map(why).collect()
}

/// Bars campaigns that require a barred one, at any depth.
fn bar_dependents(bundle: &Bundle, campaigns: &mut [Option<Why>]) {
    loop {
        let barred = |index: u16| campaigns.get(usize::from(index)).is_none_or(Option::is_some);
        let found = bundle.campaigns.iter().enumerate().find_map(|(index, campaign)| {
            let is_free = campaigns.get(index).is_some_and(Option::is_none);
            let required = campaign.enrolment.requires.iter().find(|required| barred(required.campaign))?;
            let other = bundle.campaigns.get(usize::from(required.campaign)).map(|other| other.key.clone());
            is_free.then(|| (index, Why::Requires(other.unwrap_or_default())))
        });
        let Some((index, why)) = found else { return };
        if let Some(place) = campaigns.get_mut(index) {
            *place = Some(why);
        }
    }
}

/// A slot is decided by all campaigns that fill it: one that stays on the server may always be the one that wins.
fn filled_by(bundle: &Bundle, slot: u16, campaigns: &[Option<Why>]) -> Option<Why> {
    let mut filling = bundle.campaigns.iter().zip(campaigns).filter(|(campaign, _)| campaign.slots.contains(&slot));
    let mut is_empty = true;
    let barred = filling.find(|(_, why)| {
        is_empty = false;
        why.is_some()
    });
    match barred {
        Some((campaign, _)) => Some(Why::FilledBy(campaign.key.clone())),
        None => is_empty.then_some(Why::Empty),
    }
}

/// Bars one slot that depends on a barred one; false when there is none.
///
/// On a page of light intensity the first campaign with a slot is the only one, so all its slots depend on each other. A page
/// shows no product twice, so slots with recommendations that can be on one page do.
fn bar_coupled(bundle: &Bundle, slots: &mut [Option<Why>]) -> bool {
    let all = || bundle.slots.iter().enumerate();
    let is_barred = |index: usize| matches!(slots.get(index), Some(Some(why)) if *why != Why::Empty);
    let is_free = |index: usize| matches!(slots.get(index), Some(None));
    let light = bundle.site.rules.intensity.iter().filter(|(_, intensity)| *intensity == Intensity::Light);
    let on_light_page = light.map(|(page, _)| page).find_map(|page| {
        let on_page = || all().filter(|(_, slot)| slot.is_on(page));
        let (_, barred) = on_page().find(|(index, _)| is_barred(*index))?;
        let (index, _) = on_page().find(|(index, _)| is_free(*index))?;
        Some((index, Why::LightPage { page: page.clone(), slot: barred.key.clone() }))
    });
    let with_cards = || all().filter(|(index, _)| recommends(bundle, *index));
    let of_products = || {
        with_cards().filter(|(index, _)| is_barred(*index)).find_map(|(_, barred)| {
            let (index, _) = with_cards().find(|(index, slot)| is_free(*index) && share_a_page(barred, slot))?;
            Some((index, Why::Products { slot: barred.key.clone() }))
        })
    };
    let Some((index, why)) = on_light_page.or_else(of_products) else { return false };
    if let Some(place) = slots.get_mut(index) {
        *place = Some(why);
    }
    true
}

/// Whether a campaign may show recommendations in a slot.
fn recommends(bundle: &Bundle, slot: usize) -> bool {
    let content = |index: u16| bundle.contents.get(usize::from(index));
    let mut shown = bundle.campaigns.iter().flat_map(|campaign| &campaign.arms).flat_map(|arm| &arm.show);
    shown.any(|(at, index)| {
        usize::from(*at) == slot && content(*index).is_some_and(|of: &Content| content::has_cards(of))
    })
}

fn share_a_page(a: &Slot, b: &Slot) -> bool {
    a.pages.is_empty() || b.pages.is_empty() || a.pages.texts().any(|page| b.pages.contains(page))
}

/// Bars campaigns that decide nothing in the browser: none of their slots is there, and nothing there requires them.
fn bar_idle(bundle: &Bundle, slots: &[Option<Why>], campaigns: &mut [Option<Why>]) {
    let has_slot = |slot: &u16| slots.get(usize::from(*slot)).is_some_and(Option::is_none);
    let mut needed: Vec<bool> = bundle
        .campaigns
        .iter()
        .zip(campaigns.iter())
        .map(|(campaign, why)| why.is_none() && campaign.slots.iter().any(has_slot))
        .collect();
    let mut pending: Vec<usize> =
        needed.iter().enumerate().filter(|(_, is_needed)| **is_needed).map(|(index, _)| index).collect();
    while let Some(index) = pending.pop() {
        let requires = bundle.campaigns.get(index).map_or(&[][..], |campaign| &campaign.enrolment.requires);
        for required in requires.iter().map(|required| usize::from(required.campaign)) {
            if let Some(place) = needed.get_mut(required).filter(|is_needed| !**is_needed) {
                *place = true;
                pending.push(required);
            }
        }
    }
    for (why, is_needed) in campaigns.iter_mut().zip(needed) {
        if why.is_none() && !is_needed {
            *why = Some(Why::Slots);
        }
    }
}
