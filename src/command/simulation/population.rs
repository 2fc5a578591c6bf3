//! Visitors that could be real, made from a seed.

use super::assortment::Assortment;
use super::chance::Chance;
use super::habits::{DAY_S, profile};
use super::place::{Place, places};
use crate::decision::LoadedSite;
use attune_core::bundle::PathSegment;
use attune_core::loaded::Loaded;
use attune_core::profile::json::{Ask, AskedPage, VisitorRequest};
use attune_core::profile::{RequestOverrides, customer_hash};

/// What visitors of a site are made from.
pub(super) struct Population {
    seed: u64,
    now_s: u32,
    /// Places with their weights.
    places: Vec<(u32, Place)>,
    assortment: Assortment,
    /// Page types with their weights, by their index in the site.
    page_types: Vec<(u32, usize)>,
}

impl Population {
    /// Visitors for the categories, products, countries and page types that the configuration names.
    pub(super) fn of(site: &LoadedSite, seed: u64, now_s: u32) -> Self {
        let weight = |key: &str| match key {
            "home" => 30,
            "product" => 34,
            "category" => 22,
            "basket" | "search" => 6,
            _ => 3,
        };
        let pages = site.loaded.site.pages.iter().enumerate();
        Self {
            seed,
            now_s,
            places: places(&site.loaded),
            assortment: Assortment::of(site),
            page_types: pages.map(|(index, page)| (weight(&page.key), index)).collect(),
        }
    }

    /// One visitor, with a page of their own if `with_page`.
    pub(super) fn visitor(&self, number: u64, with_page: bool, loaded: &Loaded) -> Ask {
        let mut chance = Chance::of(self.seed, number);
        let now_s = self.now_s.saturating_sub(chance.below(DAY_S));
        let mut profile = profile(&self.assortment, &mut chance, now_s);
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

    fn page(&self, chance: &mut Chance, loaded: &Loaded) -> Option<AskedPage> {
        let page = loaded.site.pages.get(chance.weighted(&self.page_types)?)?;
        let wants = |segment: &PathSegment| page.patterns.iter().any(|pattern| pattern.segments.contains(segment));
        let sku = chance.pick(&self.assortment.skus).filter(|_| wants(&PathSegment::Sku)).cloned();
        let category = chance.pick(&self.assortment.categories).filter(|_| wants(&PathSegment::Category)).cloned();
        Some(AskedPage::Kind(page.key.as_str().into(), sku, category))
    }
}
