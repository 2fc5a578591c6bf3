//! A log of sessions to an index.

use super::encode::{Built, Target, encode_rows};
use super::neighbours::count_all;
use super::popularity::Popularity;
use super::scaling::Scaling;
use super::weights::PairWeights;
use crate::sessions::SessionLog;
use crate::{LearnError, Parameters};

/// Builds an index.
///
/// # Errors
/// When temporary files fail, or not even the products fit into the budget.
pub fn build(log: &SessionLog, parameters: &Parameters, target: &Target<'_>) -> Result<Built, LearnError> {
    let popularity = Popularity::of(log, target.items)?;
    let weights = PairWeights::decaying(parameters.distance, parameters.backward, parameters.beta > 0.0);
    let scaling = Scaling::new(&popularity, parameters);
    let counted = count_all(log, &weights, &scaling)?;
    let query = (parameters.beta, parameters.decay_table());
    let encoded = encode_rows(counted, &scaling, query, target)?;
    Ok(encoded.with(popularity))
}
