//! Exclusions and the rules of the business.

use super::known::Known;
use crate::artifacts::Artifacts;
use crate::artifacts::catalog::{Availability, Catalog, Item};
use crate::bundle::cards::{Cards, Exclude, Match, Rule};
use crate::segment::Facts;
use alloc::vec::Vec;

/// Exclusions and rules of one slot, ready to be asked.
#[derive(Debug)]
pub(super) struct Rules<'a> {
    artifacts: &'a Artifacts,
    cards: &'a Cards,
    now_s: u32,
    /// Item groups that may not come: hard exclusions, what is on the page, what was picked.
    groups: Vec<u32>,
    /// Products whose groups may not come, for the index.
    excluded: Vec<u32>,
    buyable_only: bool,
    /// Lowest and highest price by the band, in hundredths.
    band: Option<(u32, u32)>,
    /// Category and products picked of it.
    per_category: Vec<(Option<u16>, u8)>,
    /// Products of each rule that names some, resolved once.
    named: Vec<Vec<u32>>,
}

impl<'a> Rules<'a> {
    pub(super) fn of(
        artifacts: &'a Artifacts,
        cards: &'a Cards,
        facts: &Facts,
        known: &Known,
        groups_on_page: &[u32],
    ) -> Self {
        let mut excluded: Vec<u32> = Vec::new();
        for exclude in &cards.exclude {
            match exclude {
                Exclude::Current => excluded.extend(known.current),
                Exclude::InCart => excluded.extend(&known.cart),
                Exclude::Purchased => excluded.extend(&known.bought),
                Exclude::Viewed => excluded.extend(&known.recent),
                Exclude::OutOfStock => {}
            }
        }
        let group = |ordinal: &u32| Some(artifacts.catalog()?.item(*ordinal)?.group());
        let groups = excluded.iter().filter_map(group).chain(groups_on_page.iter().copied()).collect();
        let now_s = facts.context.now_s;
        let mut rules = Self {
            artifacts,
            cards,
            now_s,
            groups,
            excluded,
            buyable_only: cards.exclude.contains(&Exclude::OutOfStock),
            band: None,
            per_category: Vec::new(),
            named: Vec::new(),
        };
        let price = known.current.and_then(|ordinal| {
            let item = artifacts.catalog()?.item(ordinal)?;
            artifacts.offer(&item, now_s).price_minor
        });
        for rule in &cards.rules {
            let mut named = Vec::new();
            match (rule, price) {
                (Rule::PriceBand(from, to), Some(price)) => {
                    let part =
                        |percent: u16| u32::try_from(u64::from(price) * u64::from(percent) / 100).unwrap_or(u32::MAX);
                    rules.band = Some((part(*from), part(*to)));
                }
                (Rule::Weigh(Match::Products(skus), _), _) => {
                    named = skus.iter().filter_map(|sku| artifacts.catalog()?.ordinal(sku)).collect();
                }
                _ => {}
            }
            rules.named.push(named);
        }
        rules
    }

    /// Products that are excluded by name, for the index.
    pub(super) fn excluded(&self) -> &[u32] {
        &self.excluded
    }

    fn item(&self, ordinal: u32) -> Option<(&'a Catalog<Vec<u8>>, Item<'a>)> {
        let catalog = self.artifacts.catalog()?;
        Some((catalog, catalog.item(ordinal)?))
    }

    /// What the rules multiply the score of a product by; `None` when one of them forbids it.
    pub(super) fn factor(&self, ordinal: u32) -> Option<f32> {
        let (catalog, item) = self.item(ordinal)?;
        if item.availability() == Availability::Gone || self.groups.contains(&item.group()) {
            return None;
        }
        let now = self.artifacts.offer(&item, self.now_s);
        // What is not known cannot be ordered.
        if self.buyable_only && !now.availability.is_some_and(Availability::is_buyable) {
            return None;
        }
        if let Some((from, to)) = self.band
            && !now.price_minor.is_some_and(|price| (from..=to).contains(&price))
        {
            return None;
        }
        let mut factor = 1.0;
        for (rule, named) in self.cards.rules.iter().zip(&self.named) {
            match rule {
                Rule::MinStock(pieces) if now.stock.unwrap_or(0) < *pieces => return None,
                Rule::AtLeast(field, least) => {
                    let number = catalog.field(field).and_then(|(field, _)| catalog.extra(&item, field)?.1);
                    if number.is_none_or(|number| number < *least) {
                        return None;
                    }
                }
                Rule::Weigh(which, percent) if is_meant(which, named, catalog, &item) => {
                    factor *= f32::from(*percent) / 100.0;
                }
                _ => {}
            }
        }
        Some(factor)
    }

    /// Takes a product in, unless a rule forbids it: then its group may not come again. The answer is its factor.
    pub(super) fn admit(&mut self, ordinal: u32) -> Option<f32> {
        let factor = self.factor(ordinal)?;
        let (_, item) = self.item(ordinal)?;
        let category = item.category();
        let max = self.cards.rules.iter().find_map(|rule| match rule {
            Rule::MaxPerCategory(max) => Some(*max),
            _ => None,
        });
        if let Some(max) = max {
            match self.per_category.iter_mut().find(|(known, _)| *known == category) {
                Some((_, count)) if *count >= max => return None,
                Some((_, count)) => *count += 1,
                None => self.per_category.push((category, 1)),
            }
        }
        self.groups.push(item.group());
        Some(factor)
    }
}

fn is_meant(which: &Match, named: &[u32], catalog: &Catalog<Vec<u8>>, item: &Item<'_>) -> bool {
    match which {
        Match::Category(key) => item.category().is_some_and(|category| catalog.category_key(category) == key),
        Match::Products(_) => named.contains(&item.ordinal),
        Match::Field(name, value) => {
            let field = catalog.field(name).and_then(|(field, _)| catalog.extra(item, field));
            field.is_some_and(|(text, _)| text == value)
        }
    }
}
