//! What generated visitors remember: consent, visits, interests, views, basket and orders.

use super::assortment::Assortment;
use super::chance::Chance;
use attune_core::profile::{Cart, CartLine, Choice, Consent, ConsentSource, Interest, Orders, Profile, Viewed, Visits};

pub(super) const DAY_S: u32 = 86_400;

/// The profile of a visitor at a moment. Without consent it is empty.
pub(super) fn profile(assortment: &Assortment, chance: &mut Chance, now_s: u32) -> Profile {
    let choice = chance.weighted(&[(55, Choice::Granted), (20, Choice::Denied), (25, Choice::Unknown)]);
    let personalization = choice.unwrap_or(Choice::Unknown);
    let consent = Consent {
        personalization,
        measurement: personalization,
        at_s: now_s,
        source: ConsentSource::Api,
        under_gpc: false,
    };
    if personalization != Choice::Granted {
        let consent = if personalization == Choice::Unknown { Consent::default() } else { consent };
        return Profile { consent, ..Profile::default() };
    }
    let mut id = [0; 16];
    for half in id.chunks_mut(8) {
        half.copy_from_slice(&chance.next_u64().to_be_bytes());
    }
    // Half of the visits are a first one; the others go back up to a year.
    let visits = 1 + chance.run(50, 60);
    let age_s = if visits == 1 { chance.below(1_800) } else { DAY_S + chance.below(visits.min(12) * 30 * DAY_S) };
    let first_s = now_s.saturating_sub(age_s);
    let previous_s = if visits == 1 { 0 } else { first_s + chance.below(age_s.saturating_sub(DAY_S).max(1)) };
    let pages = 1 + chance.run(72, 40);
    let mut profile = Profile {
        consent: Consent { at_s: first_s, ..consent },
        id: Some(id),
        issued_s: first_s,
        visits: Visits {
            count: u16::try_from(visits).unwrap_or(u16::MAX),
            first_s,
            previous_s,
            last_s: now_s.saturating_sub(chance.below(600)).max(first_s.max(previous_s)),
            session_pages: u16::try_from(pages).unwrap_or(u16::MAX),
        },
        ..Profile::default()
    };
    let memory = Memory { assortment, now_s, visits };
    memory.fill_interests(chance, &mut profile);
    memory.fill_views(chance, &mut profile);
    memory.fill_cart(chance, &mut profile);
    memory.fill_orders(chance, &mut profile);
    profile
}

/// What memory is made from: the more visits, the more of it.
struct Memory<'a> {
    assortment: &'a Assortment,
    now_s: u32,
    visits: u32,
}

impl Memory<'_> {
    /// A moment since the first visits.
    fn moment_s(&self, chance: &mut Chance) -> u32 {
        self.now_s.saturating_sub(chance.below(self.visits.min(12) * 12 * DAY_S))
    }

    fn fill_interests(&self, chance: &mut Chance, profile: &mut Profile) {
        for _ in 0..chance.run(45, 5) {
            let Some(category) = chance.pick(&self.assortment.categories).cloned() else { break };
            if profile.interests.iter().any(|interest| interest.category == category) {
                continue;
            }
            let views = 1 + chance.run(75, 40);
            let day = u16::try_from(self.moment_s(chance) / DAY_S).unwrap_or(u16::MAX);
            let views = u16::try_from(views).unwrap_or(u16::MAX);
            profile.interests.push(Interest { category, score_milli: u32::from(views) * 800, views, today: 0, day });
        }
        profile.interests.sort_by_key(|interest| std::cmp::Reverse(interest.score_milli));
    }

    fn fill_views(&self, chance: &mut Chance, profile: &mut Profile) {
        for _ in 0..chance.run(60, 12) {
            let Some(sku) = chance.pick(&self.assortment.skus).cloned() else { break };
            if !profile.viewed.iter().any(|viewed| viewed.sku == sku) {
                profile.viewed.push(Viewed { sku, at_s: self.moment_s(chance) });
            }
        }
        profile.viewed.sort_by_key(|viewed| std::cmp::Reverse(viewed.at_s));
    }

    fn fill_cart(&self, chance: &mut Chance, profile: &mut Profile) {
        if !chance.percent(14) {
            return;
        }
        let mut lines: Vec<CartLine> = Vec::new();
        for _ in 0..=chance.run(50, 6) {
            let Some(sku) = chance.pick(&self.assortment.skus).cloned() else { break };
            if !lines.iter().any(|line| line.sku == sku) {
                let quantity = u16::try_from(1 + chance.run(35, 11)).unwrap_or(1);
                lines.push(CartLine { sku, quantity, price_minor: 95 + chance.below(2_900) });
            }
        }
        profile.cart = Cart { lines, at_s: self.moment_s(chance) };
    }

    fn fill_orders(&self, chance: &mut Chance, profile: &mut Profile) {
        if self.visits == 1 || !chance.percent(24) {
            return;
        }
        let count = 1 + chance.run(55, 40);
        let total_minor = (0..count).map(|_| u64::from(900 + chance.below(9_000))).sum();
        let skus: Vec<Box<str>> = chance.pick(&self.assortment.skus).cloned().into_iter().collect();
        profile.orders = Orders {
            count: u16::try_from(count).unwrap_or(u16::MAX),
            total_minor,
            last_s: self.now_s.saturating_sub(chance.below(300 * DAY_S)),
            last_minor: u32::try_from(total_minor / u64::from(count)).unwrap_or(u32::MAX),
            last_items: u16::try_from(skus.len()).unwrap_or(u16::MAX),
            skus,
        };
    }
}
