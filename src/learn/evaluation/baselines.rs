//! Baselines that an index is compared with. Each is an index of its own, so that the same scorer and protocol measure them all.

use crate::LearnError;
use crate::index::encode::encode_rows;
use crate::index::neighbours::count_all;
use crate::index::rows;
use crate::index::scaling::Scaling;
use crate::index::weights::PairWeights;
use crate::index::{Popularity, Target};
use crate::sessions::SessionLog;
use attune_core::artifacts::index::{IndexParts, encode};
use attune_core::limits::DECAY_STEPS;

/// Sessions by which item-kNN holds back products of few sessions (Ludewig and Jannach, 2018: lambda of 20).
const SHRINKAGE: f64 = 20.0;
/// Neighbours of item-kNN.
const NEIGHBOURS: usize = 100;

fn last_click_only() -> [f32; DECAY_STEPS] {
    let mut decay = [0.0; DECAY_STEPS];
    if let Some(first) = decay.first_mut() {
        *first = 1.0;
    }
    decay
}

/// Item-kNN: cosine of the sessions of two products, with shrinkage, for the last click.
///
/// # Errors
/// As [`build`](crate::index::build).
pub fn item_knn(log: &SessionLog, popularity: &Popularity, target: &Target<'_>) -> Result<Vec<u8>, LearnError> {
    let cosine = || popularity.sessions.iter().map(|sessions| (f64::from(*sessions) + SHRINKAGE).powf(-0.5)).collect();
    let scaling = Scaling { column: cosine(), row: cosine(), own: 1.0, kept: NEIGHBOURS, share: 0.0, popularity };
    let counted = count_all(log, &PairWeights::plain(), &scaling)?;
    Ok(encode_rows(counted, &scaling, (0.0, last_click_only()), target)?.bytes)
}

/// Popularity alone.
///
/// # Errors
/// As [`build`](crate::index::build).
pub fn popularity_only(popularity: &Popularity) -> Result<Vec<u8>, LearnError> {
    let rows = rows::empty(popularity.clicks.len());
    let (decay, by_popularity) = (last_click_only(), &popularity.order);
    Ok(encode(&IndexParts { epoch: 0, rows: &rows, next: None, beta: 0.0, decay, by_popularity })?)
}
