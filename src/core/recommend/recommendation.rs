//! What the recommender gives: products with the reasons for them, or why a slot gets none.

use crate::bundle::cards::RecommendationReason;

/// What led to a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Nothing but the cause.
    None,
    /// A product, by its ordinal.
    Product(u32),
    /// A category, by its index.
    Category(u16),
}

/// One product that was picked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recommendation {
    /// Ordinal.
    pub ordinal: u32,
    /// Why.
    pub reason: RecommendationReason,
    /// What led to it.
    pub anchor: Anchor,
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

/// Why a slot gets no recommendations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortfall {
    /// There are fewer products than the slot needs.
    TooFew,
    /// What stands around the cards lacks a value.
    Incomplete,
}
