//! What share of generated visitors each campaign reaches, before and after a change.

use super::population::Population;
use super::tally::Tally;
use crate::decision::{LineReader, LoadedSite, MomentOptions};
use crate::failure::Failure;
use serde::Serialize;

/// A campaign's share of the visitors.
#[derive(Debug, PartialEq, Serialize)]
pub struct Share {
    pub campaign: String,
    /// Visitors that it shows something to, of all.
    pub shown: u64,
    pub visitors: u64,
}

/// The share of each campaign of `site`, on the same visitors for every site that `model` is a model of.
pub fn shares(site: &LoadedSite, model: &LoadedSite, visitors: u64) -> Result<Vec<Share>, Failure> {
    let moment = MomentOptions::default();
    let reader = LineReader::new(site, None, None, &moment)?;
    let population = Population::of(model, 1, reader.now_s());
    let mut tally = Tally::new(&site.loaded);
    for number in 0..visitors {
        let ask = population.visitor(number, true, &model.loaded);
        let Ok(mut input) = reader.input(ask) else { continue };
        let prepared = input.prepare(site)?;
        let mut evaluation = prepared.evaluation();
        tally.count(&prepared.decide_with_account(&mut evaluation));
    }
    let campaigns = site.loaded.campaigns.iter().zip(&tally.campaigns);
    let share = |key: &str, shown| Share { campaign: key.to_owned(), shown, visitors };
    Ok(campaigns.filter_map(|(campaign, counts)| campaign.as_ref().map(|one| share(&one.key, counts.shown))).collect())
}
