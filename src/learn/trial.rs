//! Measuring parameters quickly: only the rows that the held-out sessions ask for are made.

use crate::evaluate::{UNKNOWN, evaluate_each};
use crate::held_out::{HeldOut, known_only};
use crate::index::cooccurrence::count_rows;
use crate::index::encode::encode_rows;
use crate::index::inverted::InvertedSessions;
use crate::index::neighbours::NeighbourRows;
use crate::index::rows::{self, cut};
use crate::index::scaling::Scaling;
use crate::index::second_order::add_second_order;
use crate::index::weights::PairWeights;
use crate::index::{Popularity, Target};
use crate::metrics::{Metrics, Tally};
use crate::sessions::Sessions;
use crate::{LearnError, Parameters};
use attune_core::artifacts::index::{Index, Rows};
use attune_core::limits::NEIGHBOURS_MAX;

/// Held-out sessions, ready to be measured on again and again.
///
/// Figures are those of [`tune::measure`](crate::tune::measure), which builds the whole index.
pub(crate) struct Trial {
    inverted: InvertedSessions,
    popularity: Popularity,
    test: Sessions,
    /// Products that are asked for, ascending.
    asked: Vec<u32>,
    /// Rows as they were counted, of the two shapes that were asked for last, the latest behind.
    counted: Vec<(ShapeKey, NeighbourRows)>,
    /// Rows as a query reads them, of the two parameter sets that were asked for last.
    widened: Vec<(Parameters, Rows)>,
}

/// What a count depends on: distance, backward, and whether there is what comes next.
type ShapeKey = (f64, f64, bool);

/// Figures, and what each prediction adds to them.
pub(crate) struct Outcome {
    pub(crate) metrics: Metrics,
    /// 1 and the reciprocal place for each hit, 0 for each miss.
    pub(crate) gains: Vec<f32>,
}

/// Hits at the first place, plus or minus, that are chance however the others fall: with a hundred predictions, of which most change nothing,
/// the spread of the few that do says too little.
const CHANCE: f64 = 2.0;
/// What such a hit adds to HR@20 and MRR@20 together.
const HIT: f64 = 2.0;

/// By how much one outcome is better than another, for a prediction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Advantage {
    pub(crate) mean: f64,
    /// Standard error of the mean. Sessions are independent of each other; the predictions of one session are not.
    pub(crate) error: f64,
}

impl Trial {
    /// How much better an outcome is than another one of this trial.
    #[expect(clippy::cast_precision_loss, reason = "predictions are fewer than 2^53")]
    pub(crate) fn advantage(&self, outcome: &Outcome, than: &Outcome) -> Advantage {
        let count = (outcome.gains.len() as f64).max(1.0);
        let mut differences = outcome.gains.iter().zip(&than.gains).map(|(gain, other)| f64::from(gain - other));
        let sessions = self.test.iter().map(|clicks| clicks.len().saturating_sub(1));
        let sums: Vec<(f64, f64)> = sessions.map(|len| (differences.by_ref().take(len).sum(), len as f64)).collect();
        let mean = sums.iter().map(|(sum, _)| sum).sum::<f64>() / count;
        let variance: f64 = sums.iter().map(|(sum, len)| (sum - mean * len).powi(2)).sum();
        Advantage { mean, error: (variance + (CHANCE * HIT).powi(2)).sqrt() / count }
    }

    /// Prepares sessions of `items` products.
    ///
    /// # Errors
    /// When a chunk cannot be read back.
    pub(crate) fn new(held_out: &HeldOut, items: usize) -> Result<Self, LearnError> {
        let popularity = Popularity::of(&held_out.train, items)?;
        let test = known_only(&held_out.test, &popularity);
        let mut asked: Vec<u32> = test.items.iter().copied().filter(|item| *item != UNKNOWN).collect();
        asked.sort_unstable();
        asked.dedup();
        let train = held_out.train.chunks().next().transpose()?;
        let inverted = InvertedSessions::new(&train.unwrap_or_default(), items);
        Ok(Self { inverted, popularity, test, asked, counted: Vec::new(), widened: Vec::new() })
    }

    /// How parameters do.
    ///
    /// # Errors
    /// When products are too many for an index.
    pub(crate) fn measure(&mut self, parameters: &Parameters) -> Result<Outcome, LearnError> {
        let scaling = Scaling::new(&self.popularity, parameters);
        let key = (parameters.distance, parameters.backward, parameters.beta > 0.0);
        if !latest(&mut self.counted, &key) {
            let counted = self.count(key, parameters);
            remember(&mut self.counted, key, counted);
        }
        let empty = NeighbourRows::none();
        let NeighbourRows { pairs, next } = self.counted.last().map_or(&empty, |(_, counted)| counted);
        // A query reads the same rows whatever the decay and the share of what comes next.
        let rows_key = Parameters { decay: 0.0, beta: 0.0, ..*parameters };
        if !latest(&mut self.widened, &rows_key) {
            let mut pairs = cut(pairs, parameters.neighbours, |item| scaling.row.get(item).copied().unwrap_or(1.0));
            if parameters.further > 0.0 {
                pairs = add_second_order(&pairs, parameters.further, &self.asked, parameters.neighbours);
            }
            remember(&mut self.widened, rows_key, pairs);
        }
        let pairs = self.widened.last().map_or_else(rows::none, |(_, pairs)| pairs.clone());
        let next = if parameters.beta > 0.0 { next.clone() } else { rows::none() };
        let (beta, decay) = (parameters.beta, parameters.decay_table());
        // They are widened, for the products that count.
        let scaling = Scaling { share: 0.0, ..scaling };
        let encoded =
            encode_rows(NeighbourRows { pairs, next }, &scaling, (beta, decay), &Target::of(scaling.column.len()))?;
        let index = Index::load(&encoded.bytes)?;
        let tally: Tally = evaluate_each(&index, &self.popularity, &self.test, false);
        let gains = tally.gains.clone();
        Ok(Outcome { metrics: tally.of_products(&self.popularity), gains })
    }

    /// Rows of the products that are asked for, and of their neighbours: what widening needs.
    fn count(&self, (distance, backward, with_next): ShapeKey, parameters: &Parameters) -> NeighbourRows {
        let items = self.popularity.clicks.len();
        let weights = PairWeights::decaying(distance, backward, with_next);
        // Rows are scaled when they are used, so that all strengths of scaling share a count.
        let all = Parameters { row_power: 0.0, neighbours: NEIGHBOURS_MAX, ..*parameters };
        let scaling = Scaling::new(&self.popularity, &all);
        let mut found: Vec<Option<_>> = vec![None; items];
        let mut wanted = self.asked.clone();
        for _ in 0..2 {
            let mut done = wanted.iter();
            let mut following = Vec::new();
            count_rows(
                &self.inverted,
                items,
                &wanted,
                &weights,
                |item, counts| scaling.rows(item, counts),
                |row| {
                    following.extend(row.0.items());
                    if let Some(place) = done.next().and_then(|item| found.get_mut(*item as usize)) {
                        *place = Some(row);
                    }
                },
            );
            following.sort_unstable();
            following.dedup();
            following.retain(|item| found.get(*item as usize).is_some_and(Option::is_none));
            wanted = following;
        }
        let mut counted = NeighbourRows::none();
        for row in found {
            counted.push(row.unwrap_or_default());
        }
        counted
    }
}

/// Whether something is remembered; then it is the latest.
fn latest<K: PartialEq, T>(kept: &mut Vec<(K, T)>, key: &K) -> bool {
    let place = kept.iter().position(|(known, _)| known == key);
    if let Some(place) = place {
        let found = kept.remove(place);
        kept.push(found);
    }
    place.is_some()
}

/// Remembers something as the latest, and the latest before it.
fn remember<K, T>(kept: &mut Vec<(K, T)>, key: K, value: T) {
    if kept.len() > 1 {
        kept.remove(0);
    }
    kept.push((key, value));
}
