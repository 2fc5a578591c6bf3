//! The strategy of a slot that was decided.

use super::SlotDecision;
use crate::bundle::Body;
use crate::bundle::cards::{Cards, Strategy};
use crate::loaded::Loaded;
use crate::recommend::{Draw, choice};
use crate::segment::Facts;

/// The strategy that a slot follows.
pub fn strategy_of<'l>(loaded: &'l Loaded, decision: &SlotDecision) -> Option<&'l Strategy> {
    cards_of(loaded, decision)?.strategies.get(decision.strategy?)
}

/// The draws of a slot once more, for whoever asks why; each with its strategy.
pub fn draws_of<'l>(
    loaded: &'l Loaded,
    slot: &str,
    decision: &SlotDecision,
    facts: &Facts,
) -> impl Iterator<Item = (&'l Strategy, Draw)> {
    let campaign = decision.campaign.and_then(|index| loaded.campaigns.get(index)?.as_ref());
    let cards = cards_of(loaded, decision);
    let choice =
        campaign.zip(cards).and_then(|(campaign, cards)| choice(facts.artifacts, cards, &campaign.key, slot, facts));
    let draws = choice.map(|choice| choice.draws);
    cards.into_iter().flat_map(|cards| &cards.strategies).zip(draws.into_iter().flatten())
}

/// Strategies are the same in every locale.
fn cards_of<'l>(loaded: &'l Loaded, decision: &SlotDecision) -> Option<&'l Cards> {
    let content = loaded.contents.get(decision.content?)?.as_ref()?;
    content.bodies.iter().find_map(|body| if let Body::Cards(cards) = body { Some(&**cards) } else { None })
}
