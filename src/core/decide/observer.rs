//! Watching a decision.

use super::{Assignment, Reason, Salt};
use crate::recommend::{FillCards, Recommender};

/// Watches a decision being made. The hot path watches with `()`, which costs nothing.
pub trait Observer {
    /// What fills a slot with recommended products. An answer that says them as data needs no cards written; whoever
    /// does not ask for that carries no code of it.
    const FILL_CARDS: FillCards = Recommender::fill;

    /// A campaign did not get this slot.
    fn passed_over(&mut self, slot: usize, campaign: usize, reason: Reason);

    /// A bucket was looked up; without a campaign, that of the site's holdout.
    fn drew(&mut self, _campaign: Option<usize>, _salt: Salt, _bucket: u16) {}

    /// A campaign with a slot on the page was found to be for this visitor or not, before slots conflict; `epoch` is the number
    /// of the weights that its arms are drawn by.
    fn assigned(&mut self, _campaign: usize, _assignment: Assignment, _epoch: usize) {}
}

impl Observer for () {
    fn passed_over(&mut self, _: usize, _: usize, _: Reason) {}
}
