//! Visitors that could be real, made from a seed.

use crate::config::Shop;
use attune_core::artifacts::Artifacts;
use attune_core::artifacts::catalog::Availability;
use attune_core::attribute::Attribute;
use attune_core::bundle::{PathSegment, Test};
use attune_core::loaded::Loaded;
use attune_core::profile::json::{Ask, AskedPage, VisitorRequest};
use attune_core::profile::{
    Cart, CartLine, Choice, Consent, ConsentSource, Interest, Orders, Profile, RequestOverrides, Viewed, Visits,
    customer_hash,
};
use std::collections::BTreeSet;

const DAY_S: u32 = 86_400;
/// Most categories or products that are taken from the configuration.
const NAMES_MAX: usize = 200;

/// A stream of numbers from a seed (`SplitMix64`, Steele, Lea and Flood 2014): the same on every machine.
pub(crate) struct Chance(u64);

impl Chance {
    /// The stream of one visitor.
    pub(crate) fn of(seed: u64, visitor: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ visitor.wrapping_mul(0xbf58_476d_1ce4_e5b9))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `end` - 1; 0 for an `end` of 0.
    fn below(&mut self, end: u32) -> u32 {
        u32::try_from((u128::from(self.next()) * u128::from(end)) >> 64).unwrap_or(0)
    }

    /// True so often out of a hundred.
    fn percent(&mut self, share: u32) -> bool {
        self.below(100) < share
    }

    /// How often in a row a coin of this share comes up, at most `max`: many small numbers, few large ones.
    fn run(&mut self, share: u32, max: u32) -> u32 {
        let mut count = 0;
        while count < max && self.percent(share) {
            count += 1;
        }
        count
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        from.get(self.below(u32::try_from(from.len()).unwrap_or(u32::MAX)) as usize)
    }

    /// One of several, each as often as its weight.
    fn weighted<T: Copy>(&mut self, from: &[(u32, T)]) -> Option<T> {
        let mut at = self.below(from.iter().map(|(weight, _)| weight).sum());
        from.iter().find_map(|(weight, item)| {
            let here = at < *weight;
            at = at.wrapping_sub(*weight);
            here.then_some(*item)
        })
    }
}

/// What visitors of a site can be made of.
pub(crate) struct Population {
    seed: u64,
    now_s: u32,
    /// Place: country, in the European Union, minutes from UTC, language.
    places: Vec<(u32, Place)>,
    categories: Vec<Box<str>>,
    skus: Vec<Box<str>>,
    /// Page types by how often they are opened.
    kinds: Vec<(u32, usize)>,
    names: Vec<Box<str>>,
}

#[derive(Clone, Copy)]
struct Place {
    country: &'static str,
    eu: bool,
    offset_min: i16,
    language: &'static str,
}

/// Where the visitors of a European shop come from, roughly, in percent.
const PLACES: [(u32, &str, bool, i16, &str); 9] = [
    (46, "GB", false, 0, "en-gb"),
    (14, "DE", true, 60, "de"),
    (9, "FR", true, 60, "fr"),
    (8, "IE", true, 0, "en-ie"),
    (6, "NL", true, 60, "nl"),
    (4, "ES", true, 60, "es"),
    (3, "AT", true, 60, "de-at"),
    (8, "US", false, -300, "en-us"),
    (2, "AU", false, 600, "en-au"),
];

impl Population {
    /// Collects the categories, products, countries and page types that the configuration names.
    pub(crate) fn of(shop: &Shop, seed: u64, now_s: u32) -> Self {
        let loaded = &shop.loaded;
        let (mut categories, mut skus, mut countries) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for atom in loaded.conditions.atoms.iter().flatten() {
            let argument = atom.subject.argument.as_deref();
            match atom.subject.attribute {
                Attribute::InterestScore | Attribute::Views | Attribute::ViewedToday => categories.extend(argument),
                Attribute::Viewed | Attribute::CartHas | Attribute::OrdersHas | Attribute::OrdersLastHas => {
                    skus.extend(argument);
                }
                Attribute::PageCategory | Attribute::TopInterestName => categories.extend(texts(&atom.test)),
                Attribute::PageSku => skus.extend(texts(&atom.test)),
                Attribute::GeoCountry => countries.extend(texts(&atom.test)),
                _ => {}
            }
        }
        let owned = |keys: BTreeSet<&str>, fallback: &[&str]| -> Vec<Box<str>> {
            let mut keys: Vec<Box<str>> = keys.into_iter().take(NAMES_MAX).map(Into::into).collect();
            // What no condition names is there too: most visitors like something that nobody wrote a rule for.
            keys.extend(fallback.iter().map(|key| Box::<str>::from(*key)));
            keys
        };
        let place = |(weight, country, eu, offset_min, language)| (weight, Place { country, eu, offset_min, language });
        let mut places: Vec<(u32, Place)> = PLACES.map(place).to_vec();
        for (weight, place) in &mut places {
            // A country that campaigns ask for is one that the shop has visitors from.
            *weight = if countries.contains(place.country) { *weight + 4 } else { *weight };
        }
        let names: Vec<Box<str>> = loaded.site.pages.iter().map(|page| page.key.as_str().into()).collect();
        let weight = |key: &str| match key {
            "home" => 30,
            "product" => 34,
            "category" => 22,
            "basket" | "search" => 6,
            _ => 3,
        };
        let kinds = names.iter().enumerate().map(|(index, key)| (weight(key), index)).collect();
        let shelves = some_products(&shop.artifacts);
        let made_up = ["20001", "20002", "20003", "20004", "20005"];
        let skus = owned(skus, if shelves.is_empty() { &made_up } else { &shelves });
        Self { seed, now_s, places, categories: owned(categories, &["gifts", "garden", "kitchen"]), skus, kinds, names }
    }

    /// One visitor; the page is only made when none is given for all.
    pub(crate) fn visitor(&self, number: u64, with_page: bool, loaded: &Loaded) -> Ask {
        let mut chance = Chance::of(self.seed, number);
        let now_s = self.now_s.saturating_sub(chance.below(DAY_S));
        let mut profile = self.profile(&mut chance, now_s);
        // Who has ordered has an account, roughly.
        profile.customer = (profile.orders.count > 0).then(|| customer_hash(&number.to_string()));
        let page = if with_page { self.page(&mut chance, loaded) } else { None };
        let locale = chance.pick(&loaded.site.locales).filter(|_| loaded.site.locales.len() > 1);
        Ask {
            profile,
            request: self.request(&mut chance, now_s),
            page,
            locale: locale.map_or_else(Box::default, |locale| locale.tag.as_str().into()),
            ..Ask::default()
        }
    }

    fn request(&self, chance: &mut Chance, now_s: u32) -> VisitorRequest {
        let place = chance.weighted(&self.places);
        // A platform does not know everybody's place.
        let place = place.filter(|_| !chance.percent(3));
        let device = chance.weighted(&[(62, "phone"), (33, "desktop"), (5, "tablet")]);
        let overrides = RequestOverrides {
            country: place.map(|place| place.country.into()),
            eu: place.map(|place| place.eu),
            language: place.map(|place| place.language.into()),
            utc_offset_min: place.map(|place| place.offset_min),
            device: device.map(Into::into),
            now_s: Some(now_s),
            ..RequestOverrides::default()
        };
        VisitorRequest { overrides, ..VisitorRequest::default() }
    }

    fn profile(&self, chance: &mut Chance, now_s: u32) -> Profile {
        let agreed = chance.weighted(&[(55, Choice::Granted), (20, Choice::Denied), (25, Choice::Unknown)]);
        let personalization = agreed.unwrap_or(Choice::Unknown);
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
            half.copy_from_slice(&chance.next().to_be_bytes());
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
        self.habits(chance, now_s, visits, &mut profile);
        profile
    }

    /// Interests, views, basket and orders: the more visits, the more of them.
    fn habits(&self, chance: &mut Chance, now_s: u32, visits: u32, profile: &mut Profile) {
        let since_s = |chance: &mut Chance| now_s.saturating_sub(chance.below(visits.min(12) * 12 * DAY_S));
        for _ in 0..chance.run(45, 5) {
            let Some(category) = chance.pick(&self.categories).cloned() else { break };
            if profile.interests.iter().any(|interest| interest.category == category) {
                continue;
            }
            let views = 1 + chance.run(75, 40);
            let day = u16::try_from(since_s(chance) / DAY_S).unwrap_or(u16::MAX);
            let views = u16::try_from(views).unwrap_or(u16::MAX);
            profile.interests.push(Interest { category, score_milli: u32::from(views) * 800, views, today: 0, day });
        }
        profile.interests.sort_by_key(|interest| std::cmp::Reverse(interest.score_milli));
        for _ in 0..chance.run(60, 12) {
            let Some(sku) = chance.pick(&self.skus).cloned() else { break };
            if !profile.viewed.iter().any(|viewed| viewed.sku == sku) {
                profile.viewed.push(Viewed { sku, at_s: since_s(chance) });
            }
        }
        profile.viewed.sort_by_key(|viewed| std::cmp::Reverse(viewed.at_s));
        if chance.percent(14) {
            let mut lines: Vec<CartLine> = Vec::new();
            for _ in 0..=chance.run(50, 6) {
                let Some(sku) = chance.pick(&self.skus).cloned() else { break };
                if !lines.iter().any(|line| line.sku == sku) {
                    let quantity = u16::try_from(1 + chance.run(35, 11)).unwrap_or(1);
                    lines.push(CartLine { sku, quantity, price_minor: 95 + chance.below(2_900) });
                }
            }
            profile.cart = Cart { lines, at_s: since_s(chance) };
        }
        if visits > 1 && chance.percent(24) {
            let count = 1 + chance.run(55, 40);
            let total_minor = (0..count).map(|_| u64::from(900 + chance.below(9_000))).sum();
            let skus: Vec<Box<str>> = chance.pick(&self.skus).cloned().into_iter().collect();
            profile.orders = Orders {
                count: u16::try_from(count).unwrap_or(u16::MAX),
                total_minor,
                last_s: now_s.saturating_sub(chance.below(300 * DAY_S)),
                last_minor: u32::try_from(total_minor / u64::from(count)).unwrap_or(u32::MAX),
                last_items: u16::try_from(skus.len()).unwrap_or(u16::MAX),
                skus,
            };
        }
    }

    fn page(&self, chance: &mut Chance, loaded: &Loaded) -> Option<AskedPage> {
        let index = chance.weighted(&self.kinds)?;
        let kind = self.names.get(index)?;
        let patterns = loaded.site.pages.get(index).map_or(&[][..], |page| page.patterns.as_slice());
        let wants = |segment: &PathSegment| patterns.iter().any(|pattern| pattern.segments.contains(segment));
        let sku = chance.pick(&self.skus).filter(|_| wants(&PathSegment::Sku)).cloned();
        let category = chance.pick(&self.categories).filter(|_| wants(&PathSegment::Category)).cloned();
        Some(AskedPage::Kind(kind.clone(), sku, category))
    }
}

/// Products of the catalogue, from all of it.
fn some_products(artifacts: &Artifacts) -> Vec<&str> {
    let Some(catalog) = artifacts.catalog() else { return Vec::new() };
    let step = (catalog.items() as usize / NAMES_MAX).max(1);
    let items = (0..catalog.items()).step_by(step).filter_map(|ordinal| catalog.item(ordinal));
    items.filter(|item| item.availability() != Availability::Gone).map(|item| item.id()).collect()
}

/// The texts that a test compares with.
fn texts(asked: &Test) -> Vec<&str> {
    match asked {
        Test::TextEquals(text) => vec![text],
        Test::TextIn(list) => list.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}
