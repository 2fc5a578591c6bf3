//! Which products a slot shows: candidates from the sources, exclusions and rules, and why.
//!
//! Everything is decided from what the artifacts holds and the cookie remembers; the same state gives the same picks.

mod known;
mod rotation;
mod rules;
mod sources;
mod strategy;
#[cfg(test)]
mod tests;
mod values;

pub use rotation::later;
pub use strategy::{Choice, Draw, choice, percent};
pub use values::{because, because_key, score_parts, shown, value};

use crate::artifacts::Artifacts;
use crate::artifacts::catalog::Catalog;
use crate::artifacts::index::Scratch;
use crate::bundle::cards::{Cards, Cause, Mix, Rule, Source};
use crate::decide::Reason;
use crate::limits::CONTENT_BYTES_MAX;
use crate::render;
use crate::segment::Facts;
use alloc::string::String;
use alloc::vec::{self, Vec};
use known::Known;
use rules::Rules;
use sources::candidates;

/// What led to a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// Nothing but the cause.
    Nothing,
    /// A product, by its ordinal.
    Product(u32),
    /// A category, by its index.
    Category(u16),
}

/// One product that was picked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pick {
    /// Ordinal.
    pub ordinal: u32,
    /// Why.
    pub cause: Cause,
    /// What led to it.
    pub because: Because,
    /// Score by its source, before rotation and rules.
    pub base: f32,
    /// Times shown and not clicked, decayed.
    pub times_seen: f32,
    /// What rules multiplied it by.
    pub factor: f32,
    /// `base * factor`: comparable within one source only.
    pub score: f32,
    /// Place by score in the list of its source, from 0.
    pub place: u16,
    /// The place that it counts as having, for having been seen.
    pub later: f32,
}

/// [`Picking::fill`], or [`Picking::fill_unwritten`].
pub type FillCards = fn(&mut Picking, &Artifacts, &Cards, Option<usize>, &Facts) -> Result<(String, Vec<Pick>), Reason>;

/// What was picked on this page so far.
#[derive(Debug, Default)]
pub struct Picking {
    /// Item groups on the page.
    taken: Vec<u32>,
    scratch: Option<Scratch>,
}

#[expect(clippy::similar_names, reason = "the artifacts is not self")]
impl Picking {
    /// Picks and writes the cards of one slot.
    ///
    /// # Errors
    /// [`Reason::NoPicks`] when there are too few products, [`Reason::Incomplete`] when the frame lacks a value.
    pub fn fill(
        &mut self,
        artifacts: &Artifacts,
        cards: &Cards,
        strategy: Option<usize>,
        facts: &Facts,
    ) -> Result<(String, Vec<Pick>), Reason> {
        let picks = self.pick(artifacts, cards, strategy, facts);
        self.write(artifacts, cards, picks, facts)
    }

    /// Picks what [`Self::fill`] picks, and writes nothing.
    ///
    /// # Errors
    /// As for [`Self::fill`].
    pub fn fill_unwritten(
        &mut self,
        artifacts: &Artifacts,
        cards: &Cards,
        strategy: Option<usize>,
        facts: &Facts,
    ) -> Result<(String, Vec<Pick>), Reason> {
        let picks = self.pick(artifacts, cards, strategy, facts);
        let catalog = artifacts.catalog().ok_or(Reason::NoPicks)?;
        if enough(cards, &picks).is_err() || !can_write(artifacts, cards, &picks, facts) {
            return self.write(artifacts, cards, picks, facts).map(|(_, picks)| (String::new(), picks));
        }
        self.take(catalog, &picks);
        Ok((String::new(), picks))
    }

    /// The products are on the page now.
    fn take(&mut self, catalog: &Catalog<Vec<u8>>, picks: &[Pick]) {
        self.taken.extend(picks.iter().filter_map(|pick| Some(catalog.item(pick.ordinal)?.group())));
    }

    /// Writes the cards of what was picked, and takes it.
    fn write(
        &mut self,
        artifacts: &Artifacts,
        cards: &Cards,
        mut picks: Vec<Pick>,
        facts: &Facts,
    ) -> Result<(String, Vec<Pick>), Reason> {
        let catalog = artifacts.catalog().ok_or(Reason::NoPicks)?;
        let mut html = String::with_capacity(512 + picks.len() * 512);
        render::append(&cards.before, |source| facts.value(source), &mut html).map_err(|_| Reason::Incomplete)?;
        // A product whose card lacks a value is left out, not the whole slot.
        picks.retain(|pick| {
            let start = html.len();
            let written = shown(catalog, pick, cards, facts).is_some_and(|item| {
                let offer = artifacts.offer(&item, facts.context.now_s);
                let value = |source: &_| value(artifacts, cards, pick, &item, &offer, source, facts);
                render::append(&cards.card, value, &mut html).is_ok()
            });
            if !written {
                html.truncate(start);
            }
            written
        });
        enough(cards, &picks)?;
        render::append(&cards.after, |source| facts.value(source), &mut html).map_err(|_| Reason::Incomplete)?;
        self.take(catalog, &picks);
        Ok((html, picks))
    }

    /// How many item groups are on the page.
    pub(crate) fn taken(&self) -> usize {
        self.taken.len()
    }

    /// Takes what came after so many item groups off the page again.
    pub(crate) fn give_back(&mut self, taken: usize) {
        self.taken.truncate(taken);
    }

    /// Picks the products of one slot, best first: by the sources of the strategy with this index, and then by those
    /// that all strategies have.
    pub fn pick(&mut self, artifacts: &Artifacts, cards: &Cards, strategy: Option<usize>, facts: &Facts) -> Vec<Pick> {
        let Some(catalog) = artifacts.catalog() else { return Vec::new() };
        let known = Known::of(catalog, facts);
        let mut rules = Rules::of(artifacts, cards, facts, &known, &self.taken);
        let count = usize::from(cards.count);
        let mut picks: Vec<Pick> = Vec::with_capacity(count);
        for rule in &cards.rules {
            if let Rule::Pin(sku, _) = rule
                && let Some(ordinal) = catalog.ordinal(sku)
                && let Some(factor) = rules.admit(ordinal)
            {
                let (cause, because) = (Cause::Chosen, Because::Nothing);
                picks.push(Pick {
                    ordinal,
                    cause,
                    because,
                    base: 1.0,
                    times_seen: 0.0,
                    factor,
                    score: factor,
                    place: 0,
                    later: 0.0,
                });
            }
        }
        picks.truncate(count);
        let pinned = picks.len();
        let own = strategy.and_then(|index| cards.strategies.get(index)).map_or(&[][..], |own| &own.sources);
        for sources in [own, &cards.sources] {
            // Sources that take turns are all asked at once; those in order, one after the other.
            let at_once = if cards.mix == Mix::TakeTurns { sources.len() } else { 1 };
            for sources in sources.chunks(at_once.max(1)) {
                if picks.len() < count {
                    let mut asked = |source: &Source| {
                        candidates(source, artifacts, cards, facts, &known, &rules, &mut self.scratch)
                    };
                    let lists = sources.iter().map(&mut asked).map(Vec::into_iter).collect();
                    take_turns(lists, count, &mut rules, &mut picks);
                }
            }
        }
        place_pins(&mut picks, pinned, cards, |sku| catalog.ordinal(sku));
        if !cards.because.is_empty() {
            sources::explain(&mut picks, artifacts, &known);
        }
        picks
    }
}

/// Whether there are as many products as the slot needs.
fn enough(cards: &Cards, picks: &[Pick]) -> Result<(), Reason> {
    if picks.len() < usize::from(cards.min.max(1)) { Err(Reason::NoPicks) } else { Ok(()) }
}

/// Whether it is certain that the cards of all picks can be written, into a slot that is not too large.
fn can_write(artifacts: &Artifacts, cards: &Cards, picks: &[Pick], facts: &Facts) -> bool {
    let frame = [&cards.before, &cards.after].map(|frame| render::bytes_max(frame, |source| facts.value(source)));
    let card = |pick: &Pick| {
        let item = shown(artifacts.catalog()?, pick, cards, facts)?;
        let offer = artifacts.offer(&item, facts.context.now_s);
        render::bytes_max(&cards.card, |source| value(artifacts, cards, pick, &item, &offer, source, facts))
    };
    let parts = frame.into_iter().chain(picks.iter().map(card));
    parts.sum::<Option<usize>>().is_some_and(|bytes| bytes <= CONTENT_BYTES_MAX)
}

/// Finds out which product led to each pick, where nobody asked when they were picked.
pub fn explain(artifacts: &Artifacts, facts: &Facts, picks: &mut [Pick]) {
    if let Some(catalog) = artifacts.catalog() {
        sources::explain(picks, artifacts, &Known::of(catalog, facts));
    }
}

/// One product of each list in turn, until there are enough.
fn take_turns(mut lists: Vec<vec::IntoIter<Pick>>, count: usize, rules: &mut Rules, picks: &mut Vec<Pick>) {
    while picks.len() < count && lists.iter().any(|list| list.len() > 0) {
        for list in &mut lists {
            let before = picks.len();
            while picks.len() < count && picks.len() == before {
                let Some(candidate) = list.next() else { break };
                admit(rules, candidate, picks);
            }
        }
    }
}

fn admit(rules: &mut Rules, candidate: Pick, picks: &mut Vec<Pick>) {
    if rules.admit(candidate.ordinal).is_none() {
        return;
    }
    picks.push(candidate);
}

/// Moves pinned products, which come first, to their places.
fn place_pins(picks: &mut Vec<Pick>, pinned: usize, cards: &Cards, ordinal: impl Fn(&str) -> Option<u32>) {
    let pins: Vec<Pick> = picks.drain(..pinned.min(picks.len())).collect();
    let mut places: Vec<(usize, Pick)> = Vec::with_capacity(pins.len());
    for rule in &cards.rules {
        if let Rule::Pin(sku, place) = rule
            && let Some(pin) = pins.iter().find(|pin| Some(pin.ordinal) == ordinal(sku))
        {
            places.push((usize::from(*place), *pin));
        }
    }
    crate::sort::by_key(&mut places, |(place, _)| *place);
    for (place, pin) in places {
        picks.insert(place.min(picks.len()), pin);
    }
}
