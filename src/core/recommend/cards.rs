//! Writes the cards of recommended products.

use super::recommendation::{Recommendation, Shortfall};
use super::recommender::Recommender;
use super::values::{shown, value};
use crate::artifacts::Artifacts;
use crate::bundle::cards::Cards;
use crate::limits::CONTENT_BYTES_MAX;
use crate::render;
use crate::segment::Facts;
use alloc::string::String;
use alloc::vec::Vec;

/// [`Recommender::fill`], or [`Recommender::fill_unwritten`].
pub type FillCards =
    fn(&mut Recommender, &Artifacts, &Cards, Option<usize>, &Facts) -> Result<(String, Vec<Recommendation>), Shortfall>;

impl Recommender {
    /// Picks and writes the cards of one slot.
    ///
    /// # Errors
    /// [`Shortfall::TooFew`] when there are too few products, [`Shortfall::Incomplete`] when the frame lacks a value.
    pub fn fill(
        &mut self,
        artifacts: &Artifacts,
        cards: &Cards,
        strategy: Option<usize>,
        facts: &Facts,
    ) -> Result<(String, Vec<Recommendation>), Shortfall> {
        if !cfg!(feature = "full") {
            return Err(Shortfall::TooFew);
        }
        let recommendations = self.pick(artifacts, cards, strategy, facts);
        self.write(artifacts, cards, recommendations, facts)
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
    ) -> Result<(String, Vec<Recommendation>), Shortfall> {
        let recommendations = self.pick(artifacts, cards, strategy, facts);
        let catalog = artifacts.catalog().ok_or(Shortfall::TooFew)?;
        if enough(cards, &recommendations).is_err() || !can_write(artifacts, cards, &recommendations, facts) {
            return self
                .write(artifacts, cards, recommendations, facts)
                .map(|(_, recommendations)| (String::new(), recommendations));
        }
        self.take(catalog, &recommendations);
        Ok((String::new(), recommendations))
    }

    /// Writes the cards of what was picked, and takes it.
    fn write(
        &mut self,
        artifacts: &Artifacts,
        cards: &Cards,
        mut recommendations: Vec<Recommendation>,
        facts: &Facts,
    ) -> Result<(String, Vec<Recommendation>), Shortfall> {
        let catalog = artifacts.catalog().ok_or(Shortfall::TooFew)?;
        let mut html = String::with_capacity(512 + recommendations.len() * 512);
        render::append(&cards.before, |source| facts.value(source), &mut html).map_err(|_| Shortfall::Incomplete)?;
        // A product whose card lacks a value is left out, not the whole slot.
        recommendations.retain(|recommendation| {
            let start = html.len();
            let written = shown(catalog, recommendation, cards, facts).is_some_and(|item| {
                let offer = artifacts.offer(&item, facts.context.now_s);
                let value = |source: &_| value(artifacts, cards, recommendation, &item, &offer, source, facts);
                render::append(&cards.card, value, &mut html).is_ok()
            });
            if !written {
                html.truncate(start);
            }
            written
        });
        enough(cards, &recommendations)?;
        render::append(&cards.after, |source| facts.value(source), &mut html).map_err(|_| Shortfall::Incomplete)?;
        self.take(catalog, &recommendations);
        Ok((html, recommendations))
    }
}

/// Whether there are as many products as the slot needs.
fn enough(cards: &Cards, recommendations: &[Recommendation]) -> Result<(), Shortfall> {
    if recommendations.len() < usize::from(cards.min.max(1)) { Err(Shortfall::TooFew) } else { Ok(()) }
}

/// Whether it is certain that the cards of all picks can be written, into a slot that is not too large.
fn can_write(artifacts: &Artifacts, cards: &Cards, recommendations: &[Recommendation], facts: &Facts) -> bool {
    let frame = [&cards.before, &cards.after].map(|frame| render::bytes_max(frame, |source| facts.value(source)));
    let card = |recommendation: &Recommendation| {
        let item = shown(artifacts.catalog()?, recommendation, cards, facts)?;
        let offer = artifacts.offer(&item, facts.context.now_s);
        render::bytes_max(&cards.card, |source| value(artifacts, cards, recommendation, &item, &offer, source, facts))
    };
    let parts = frame.into_iter().chain(recommendations.iter().map(card));
    parts.sum::<Option<usize>>().is_some_and(|bytes| bytes <= CONTENT_BYTES_MAX)
}
