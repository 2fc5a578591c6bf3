//! Which of its strategies a slot follows: Thompson sampling from a snapshot of what is believed of each.

use crate::artifacts::{Artifacts, Belief, Posteriors};
use crate::bundle::cards::Cards;
use crate::codec::to_hex;
use crate::limits::STRATEGIES_MAX;
use crate::number::decimal;
use crate::segment::Facts;
use alloc::string::String;
use sha2::{Digest, Sha256};

/// What was drawn for one strategy. Rates are parts of 2^32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Draw {
    /// Mean of what is believed; `None` when the snapshot says nothing of it.
    pub mean: Option<u32>,
    /// The rate that was drawn; `None` without a snapshot, and for a visitor without an id.
    pub drawn: Option<u32>,
}

/// The strategy that a slot follows, and what was drawn for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Index of the strategy.
    pub strategy: usize,
    /// In the order of the strategies.
    pub draws: [Draw; STRATEGIES_MAX],
    /// When the snapshot was made, in seconds since the Unix epoch; 0 when there is none, or it is too old.
    pub made_s: u32,
}

/// Chooses a strategy; `None` where the slot has none.
///
/// The same visitor keeps the strategy for as long as the snapshot stays. A strategy that the snapshot does not know
/// gets an equal share, so without a snapshot all do. Who has no id gets what is best by what is believed.
pub fn choice(artifacts: &Artifacts, cards: &Cards, campaign: &str, slot: &str, facts: &Facts) -> Option<Choice> {
    let count = cards.strategies.len().min(STRATEGIES_MAX);
    if count == 0 {
        return None;
    }
    let snapshot = artifacts.posteriors(facts.context.now_s);
    let mut choice = Choice { made_s: snapshot.map_or(0, Posteriors::made_s), ..Choice::default() };
    let words = facts.profile.id.filter(|_| facts.personalization).map(|id| {
        let made = decimal::whole(choice.made_s.into());
        let text = ["strategy:", campaign, ":", slot, ":", &made, ":", &to_hex(&id)].concat();
        let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        digest
    });
    let word = |at: usize| {
        let (words, _) = words.as_ref()?.as_chunks::<4>();
        words.get(at).map(|word| u32::from_be_bytes(*word))
    };
    let share = word(0).map(|random| usize::try_from((u64::from(random) * count as u64) >> 32).unwrap_or(0));
    let mut best = None;
    for (at, (strategy, draw)) in cards.strategies.iter().zip(&mut choice.draws).enumerate() {
        let belief = snapshot.and_then(|known| known.of(Belief::key(campaign, slot, &strategy.key)));
        let Some(belief) = belief else {
            if share == Some(at) {
                choice.strategy = at;
                best = Some(u64::MAX);
            }
            continue;
        };
        *draw = Draw { mean: Some(belief.mean), drawn: word(at + 1).map(|random| belief.draw(random)) };
        let rate = u64::from(draw.drawn.unwrap_or(belief.mean));
        if best.is_none_or(|best| rate > best) {
            choice.strategy = at;
            best = Some(rate);
        }
    }
    Some(choice)
}

/// A rate in percent, for people.
pub fn percent(rate: u32) -> String {
    // 100 / 2^32.
    decimal::fixed(f64::from(rate) * (25.0 / 1_073_741_824.0), 3)
}
