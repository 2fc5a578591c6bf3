//! The recommender: which products a slot shows, and why.
//!
//! Candidates come from the sources, exclusions and rules choose among them, rotation moves what was seen further back.
//! Everything is decided from the artifacts and the cookie; the same state gives the same recommendations.

mod cards;
mod known;
mod recommendation;
mod recommender;
mod rotation;
mod rules;
mod sources;
mod strategy;
#[cfg(test)]
mod tests;
mod values;

pub use cards::FillCards;
pub use recommendation::{Anchor, Recommendation, Shortfall};
pub use recommender::Recommender;
pub use rotation::later;
pub use strategy::{Choice, Draw, choice, percent};
pub use values::{anchor_key, explain, reason_text, score_parts, shown, value};
