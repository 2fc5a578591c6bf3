//! What a slot gets, and why.

use super::Reason;
use crate::recommend::Recommendation;
use crate::render::Fill;
use alloc::vec::Vec;

/// What one slot gets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SlotDecision {
    /// Index of the campaign that has the slot.
    pub campaign: Option<usize>,
    /// Index of its arm.
    pub arm: Option<usize>,
    /// Index of the content.
    pub content: Option<usize>,
    /// Why.
    pub reason: Reason,
    /// What to put in; `None` keeps the origin's content.
    pub fill: Option<Fill>,
    /// Products that were picked, in the order of their cards.
    pub recommendations: Vec<Recommendation>,
    /// Index of the strategy that they were picked by, where the slot has several.
    pub strategy: Option<usize>,
    /// The campaign that only observes and would have had the slot.
    pub observed: Option<Observed>,
}

/// A decision that was made and not drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Index of the campaign.
    pub campaign: usize,
    /// Index of its arm.
    pub arm: Option<usize>,
    /// Index of the content that it would have shown.
    pub content: Option<usize>,
    /// Why: shown, control or a holdout.
    pub reason: Reason,
}
