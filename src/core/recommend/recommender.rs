//! Picks the products of a slot.

use super::known::Known;
use super::recommendation::{Anchor, Recommendation};
use super::rules::Rules;
use super::sources::{candidates, explain};
use crate::artifacts::Artifacts;
use crate::artifacts::catalog::Catalog;
use crate::artifacts::index::Scratch;
use crate::bundle::cards::{Cards, Mix, RecommendationReason, Rule, Source};
use crate::segment::Facts;
use crate::sort;
use alloc::vec::{self, Vec};

/// What was picked on this page so far.
#[derive(Debug, Default)]
pub struct Recommender {
    /// Item groups on the page.
    groups_on_page: Vec<u32>,
    scratch: Option<Scratch>,
}

impl Recommender {
    /// The products are on the page now.
    pub(super) fn take(&mut self, catalog: &Catalog<Vec<u8>>, recommendations: &[Recommendation]) {
        self.groups_on_page.extend(
            recommendations.iter().filter_map(|recommendation| Some(catalog.item(recommendation.ordinal)?.group())),
        );
    }

    /// How many item groups are on the page.
    pub(crate) fn groups_on_page(&self) -> usize {
        self.groups_on_page.len()
    }

    /// Takes what came after so many item groups off the page again.
    pub(crate) fn release(&mut self, groups_on_page: usize) {
        self.groups_on_page.truncate(groups_on_page);
    }

    /// Picks the products of one slot, best first: by the sources of the strategy with this index, and then by those
    /// that all strategies have.
    pub fn pick(
        &mut self,
        artifacts: &Artifacts,
        cards: &Cards,
        strategy: Option<usize>,
        facts: &Facts,
    ) -> Vec<Recommendation> {
        let Some(catalog) = artifacts.catalog() else { return Vec::new() };
        let known = Known::of(catalog, facts);
        let mut rules = Rules::of(artifacts, cards, facts, &known, &self.groups_on_page);
        let count = usize::from(cards.count);
        let mut recommendations: Vec<Recommendation> = Vec::with_capacity(count);
        for rule in &cards.rules {
            if let Rule::Pin(sku, _) = rule
                && let Some(ordinal) = catalog.ordinal(sku)
                && let Some(factor) = rules.admit(ordinal)
            {
                let (reason, anchor) = (RecommendationReason::Chosen, Anchor::None);
                recommendations.push(Recommendation {
                    ordinal,
                    reason,
                    anchor,
                    base: 1.0,
                    times_seen: 0.0,
                    factor,
                    score: factor,
                    place: 0,
                    later: 0.0,
                });
            }
        }
        recommendations.truncate(count);
        let pinned = recommendations.len();
        let own = strategy.and_then(|index| cards.strategies.get(index)).map_or(&[][..], |own| &own.sources);
        for sources in [own, &cards.sources] {
            // Sources that take turns are all asked at once; those in order, one after the other.
            let at_once = if cards.mix == Mix::TakeTurns { sources.len() } else { 1 };
            for sources in sources.chunks(at_once.max(1)) {
                if recommendations.len() < count {
                    let mut candidates_of = |source: &Source| {
                        candidates(source, artifacts, cards, facts, &known, &rules, &mut self.scratch)
                    };
                    let lists = sources.iter().map(&mut candidates_of).map(Vec::into_iter).collect();
                    take_turns(lists, count, &mut rules, &mut recommendations);
                }
            }
        }
        place_pins(&mut recommendations, pinned, cards, |sku| catalog.ordinal(sku));
        if !cards.reason_texts.is_empty() {
            explain(&mut recommendations, artifacts, &known);
        }
        recommendations
    }
}

/// One product of each list in turn, until there are enough.
fn take_turns(
    mut lists: Vec<vec::IntoIter<Recommendation>>,
    count: usize,
    rules: &mut Rules,
    recommendations: &mut Vec<Recommendation>,
) {
    while recommendations.len() < count && lists.iter().any(|list| list.len() > 0) {
        for list in &mut lists {
            let before = recommendations.len();
            while recommendations.len() < count && recommendations.len() == before {
                let Some(candidate) = list.next() else { break };
                admit(rules, candidate, recommendations);
            }
        }
    }
}

fn admit(rules: &mut Rules, candidate: Recommendation, recommendations: &mut Vec<Recommendation>) {
    if rules.admit(candidate.ordinal).is_none() {
        return;
    }
    recommendations.push(candidate);
}

/// Moves pinned products, which come first, to their places.
fn place_pins(
    recommendations: &mut Vec<Recommendation>,
    pinned: usize,
    cards: &Cards,
    ordinal: impl Fn(&str) -> Option<u32>,
) {
    let pins: Vec<Recommendation> = recommendations.drain(..pinned.min(recommendations.len())).collect();
    let mut places: Vec<(usize, Recommendation)> = Vec::with_capacity(pins.len());
    for rule in &cards.rules {
        if let Rule::Pin(sku, place) = rule
            && let Some(pin) = pins.iter().find(|pin| Some(pin.ordinal) == ordinal(sku))
        {
            places.push((usize::from(*place), *pin));
        }
    }
    sort::by_key(&mut places, |(place, _)| *place);
    for (place, pin) in places {
        recommendations.insert(place.min(recommendations.len()), pin);
    }
}
