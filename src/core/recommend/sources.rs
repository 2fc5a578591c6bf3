//! Candidates of each source, best first and what was seen later, and which product led to a pick.

use super::known::Known;
use super::recommendation::{Anchor, Recommendation};
use super::rotation::later;
use super::rules::Rules;
use crate::artifacts::Artifacts;
use crate::artifacts::catalog::{Catalog, Item};
use crate::artifacts::index::{Index, Query, Scored, Scratch};
use crate::bundle::cards::{Cards, RecommendationReason, Seed, Source};
use crate::segment::Facts;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// Candidates of one source.
const CANDIDATES: usize = 64;
/// Products of one category that are compared with another.
const COMPARED: usize = 200;
/// Rank in a list at which a product counts half as much as the first: what lifting a product by a factor is worth there.
const HALF_RANK: f32 = 20.0;

/// What the order of one slot's candidates depends on.
struct Scoring<'s, 'a> {
    /// Strength of rotation.
    rotation: f32,
    /// Products that the slot shows.
    shown: u8,
    known: &'s Known,
    rules: &'s Rules<'a>,
}

impl Scoring<'_, '_> {
    #[inline(never)]
    fn candidate(
        &self,
        ordinal: u32,
        base: f32,
        reason: RecommendationReason,
        anchor: Anchor,
    ) -> Option<Recommendation> {
        let factor = self.rules.factor(ordinal)?;
        let times_seen = self.known.times_seen(ordinal);
        Some(Recommendation {
            ordinal,
            reason,
            anchor,
            base,
            times_seen,
            factor,
            score: base * factor,
            place: 0,
            later: 0.0,
        })
    }

    /// Products in an order that somebody else made. It stops at enough candidates, but what the rules exclude does not
    /// count: the list itself must be bounded, as every source must, or a page walks the whole catalogue.
    #[inline(never)]
    fn listed(
        &self,
        list: &mut dyn Iterator<Item = u32>,
        reason: RecommendationReason,
        anchor: Anchor,
    ) -> Vec<Recommendation> {
        let mut rank = 0.0;
        let mut found = Vec::with_capacity(CANDIDATES);
        for ordinal in list {
            let base = HALF_RANK / (HALF_RANK + rank);
            rank += 1.0;
            found.extend(self.candidate(ordinal, base, reason, anchor));
            if found.len() == CANDIDATES {
                break;
            }
        }
        self.ordered(found)
    }

    /// By score, best first, and then by place, where what was seen counts as later. Equal scores go by ordinal, and of
    /// equal places the one comes first that was seen less, so that the order never depends on anything else.
    fn ordered(&self, mut found: Vec<Recommendation>) -> Vec<Recommendation> {
        sort(&mut found, |a, b| b.score.total_cmp(&a.score).then(a.ordinal.cmp(&b.ordinal)));
        found.truncate(CANDIDATES);
        for (place, candidate) in (0..).zip(&mut found) {
            candidate.place = place;
            candidate.later = later(place, self.shown, self.rotation, candidate.times_seen);
        }
        sort(&mut found, |a, b| a.later.total_cmp(&b.later).then(b.place.cmp(&a.place)));
        found
    }
}

/// The candidates of a source, best first; excluded ones are left out already.
#[inline(never)]
pub(super) fn candidates(
    source: &Source,
    artifacts: &Artifacts,
    cards: &Cards,
    facts: &Facts,
    known: &Known,
    rules: &Rules<'_>,
    scratch: &mut Option<Scratch>,
) -> Vec<Recommendation> {
    let Some(catalog) = artifacts.catalog() else { return Vec::new() };
    let rotation = f32::from(cards.rotation_centi) / 100.0;
    let scoring = Scoring { rotation, shown: cards.count, known, rules };
    match source {
        Source::Session => led(artifacts.sessions(), &known.recent, RecommendationReason::Viewed, &scoring, scratch),
        Source::GoesWith(seed) => led(
            artifacts.baskets(),
            seeds(*seed, known, facts.page.kind),
            RecommendationReason::GoesWith,
            &scoring,
            scratch,
        ),
        Source::Similar => similar(catalog, &scoring),
        Source::CategoryPopular => known.category.map_or_else(Vec::new, |category| {
            scoring.listed(
                &mut artifacts.popular_in(category),
                RecommendationReason::PopularIn,
                Anchor::Category(category),
            )
        }),
        Source::Popular => artifacts.sessions().map_or_else(Vec::new, |index| {
            scoring.listed(&mut index.popular(), RecommendationReason::Popular, Anchor::None)
        }),
        Source::List(reason, skus) => {
            let mut list = skus.iter().filter_map(|sku| catalog.ordinal(sku));
            scoring.listed(&mut list, *reason, Anchor::None)
        }
        // Somebody who looks for what they saw last wants to find it again: no rotation.
        Source::Viewed => {
            let scoring = Scoring { rotation: 0.0, ..scoring };
            scoring.listed(&mut known.recent.iter().copied(), RecommendationReason::Again, Anchor::None)
        }
    }
}

fn seeds<'k>(seed: Seed, known: &'k Known, page: &str) -> &'k [u32] {
    match seed {
        Seed::Page if known.current.is_some() => known.recent.get(..1).unwrap_or_default(),
        Seed::Page if page == "basket" => &known.cart,
        Seed::Page => &[],
        Seed::Cart => &known.cart,
        Seed::LastOrder => known.last_order(),
    }
}

/// Products that an index leads to.
fn led(
    index: Option<&Index<Vec<u8>>>,
    recent: &[u32],
    reason: RecommendationReason,
    scoring: &Scoring<'_, '_>,
    scratch: &mut Option<Scratch>,
) -> Vec<Recommendation> {
    let Some(index) = index.filter(|_| !recent.is_empty()) else { return Vec::new() };
    // 20 KB that most decisions do without.
    let scratch = scratch.get_or_insert_with(Scratch::default);
    let query = Query { recent, exclude: scoring.rules.excluded() };
    let mut scored = [Scored::default(); CANDIDATES];
    let found = index.related(&query, scratch, &mut scored);
    let candidate = |scored: &Scored| scoring.candidate(scored.item, scored.score, reason, Anchor::None);
    scoring.ordered(scored.iter().take(found).filter_map(candidate).collect())
}

/// Products of the category of what was viewed last, by price and words of the name.
fn similar(catalog: &Catalog<Vec<u8>>, scoring: &Scoring<'_, '_>) -> Vec<Recommendation> {
    let Some(seed) = scoring.known.recent.first().and_then(|ordinal| catalog.item(*ordinal)) else { return Vec::new() };
    let Some(category) = seed.category() else { return Vec::new() };
    let words: Vec<&[u8]> = words(seed.title()).collect();
    let others = catalog.members(category).filter(|ordinal| *ordinal != seed.ordinal).take(COMPARED);
    let found: Vec<Recommendation> = others
        .filter_map(|ordinal| {
            let likeness = likeness(&seed, &words, &catalog.item(ordinal)?);
            scoring.candidate(ordinal, likeness, RecommendationReason::Similar, Anchor::Product(seed.ordinal))
        })
        .collect();
    scoring.ordered(found)
}

/// Up to 1 for the same price, and 1 for each word of the name.
fn likeness(seed: &Item<'_>, seed_words: &[&[u8]], other: &Item<'_>) -> f32 {
    let shared = words(other.title()).filter(|word| seed_words.iter().any(|seed| seed.eq_ignore_ascii_case(word)));
    let near = match (seed.price_minor(), other.price_minor()) {
        #[expect(clippy::cast_precision_loss, reason = "a share: the last digits do not matter")]
        (Some(a), Some(b)) if a.max(b) > 0 => a.min(b) as f32 / a.max(b) as f32,
        _ => 0.0,
    };
    shared.fold(near, |sum, _| sum + 1.0)
}

fn words(title: &str) -> impl Iterator<Item = &[u8]> {
    // Short words are of, and, in, ... Whatever is not ASCII counts as a letter: the tables of what is one take 3 KB.
    title.as_bytes().split(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric()).filter(|word| word.len() > 3)
}

fn sort(candidates: &mut Vec<Recommendation>, order: fn(&Recommendation, &Recommendation) -> Ordering) {
    if candidates.is_sorted_by(|a, b| order(a, b).is_lt()) {
        return;
    }
    let at = |index: u32| candidates.get(index as usize);
    let mut places: Vec<u32> = (0..).take(candidates.len()).collect();
    crate::sort::indices(&mut places, &|a, b| match (at(a), at(b)) {
        (Some(a), Some(b)) => order(a, b),
        _ => Ordering::Equal,
    });
    *candidates = places.into_iter().filter_map(|place| at(place).copied()).collect();
}

/// Finds for each pick that an index led to the product that led to it most.
pub(super) fn explain(recommendations: &mut [Recommendation], artifacts: &Artifacts, known: &Known) {
    for recommendation in recommendations.iter_mut().filter(|recommendation| recommendation.anchor == Anchor::None) {
        let (index, leading) = match recommendation.reason {
            RecommendationReason::Viewed => (artifacts.sessions(), known.recent.as_slice()),
            RecommendationReason::GoesWith if !known.cart.is_empty() && known.current.is_none() => {
                (artifacts.baskets(), known.cart.as_slice())
            }
            RecommendationReason::GoesWith if known.current.is_none() => (artifacts.baskets(), known.last_order()),
            RecommendationReason::GoesWith => (artifacts.baskets(), known.recent.as_slice()),
            _ => continue,
        };
        let Some(index) = index else { continue };
        let mut most = 0.0;
        for (item, factor) in leading.iter().zip(index.decay()) {
            let row = index.row(*item);
            let weight =
                row.entries().find(|(other, _)| *other == recommendation.ordinal).map_or(0, |(_, weight)| weight);
            let part = factor * row.max * f32::from(weight);
            if part > most {
                (most, recommendation.anchor) = (part, Anchor::Product(*item));
            }
        }
    }
}
