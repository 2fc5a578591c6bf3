//! What tuning maximizes: HR@20 and MRR@20 on held-out sessions.
//!
//! Only the rows that those sessions query are made. The figures are those of
//! [`measure`](crate::evaluation::measure), which builds the whole index.

use super::cache::BestAndLatest;
use crate::evaluation::{HeldOut, Outcome, evaluate, known_only};
use crate::index::cooccurrence::count_rows;
use crate::index::encode::encode_rows;
use crate::index::inverted::InvertedSessions;
use crate::index::neighbours::NeighbourRows;
use crate::index::rows::{self, Row, cut};
use crate::index::scaling::Scaling;
use crate::index::second_order::add_second_order;
use crate::index::weights::PairWeights;
use crate::index::{Popularity, Target};
use crate::items::UNKNOWN;
use crate::sessions::Sessions;
use crate::{LearnError, Parameters};
use attune_core::artifacts::index::{Index, Rows};
use attune_core::limits::NEIGHBOURS_MAX;

/// Held-out sessions, ready to measure one set of parameters after the other.
pub(crate) struct Objective {
    inverted: InvertedSessions,
    popularity: Popularity,
    test: Sessions,
    /// Whether lists show the current product too.
    include_current: bool,
    /// Products of the held-out sessions, ascending.
    queried: Vec<u32>,
    /// Rows as they were counted.
    counted: BestAndLatest<CountKey, NeighbourRows>,
    /// Neighbours as a query reads them.
    neighbours: BestAndLatest<Parameters, Rows>,
}

/// What counts depend on: distance, backward, own, and whether there are rows of what comes next.
type CountKey = (f64, f64, f64, bool);

impl Objective {
    /// Prepares sessions of `items` products.
    ///
    /// # Errors
    /// When a chunk cannot be read back.
    pub(crate) fn new(held_out: &HeldOut, items: usize, include_current: bool) -> Result<Self, LearnError> {
        let popularity = Popularity::of(&held_out.train, items)?;
        let test = known_only(&held_out.test, &popularity);
        let mut queried: Vec<u32> = test.items.iter().copied().filter(|item| *item != UNKNOWN).collect();
        queried.sort_unstable();
        queried.dedup();
        let train = held_out.train.chunks().next().transpose()?;
        let inverted = InvertedSessions::new(&train.unwrap_or_default(), items);
        let (counted, neighbours) = (BestAndLatest::new(), BestAndLatest::new());
        Ok(Self { inverted, popularity, test, include_current, queried, counted, neighbours })
    }

    /// Measures a set of parameters.
    ///
    /// # Errors
    /// When products are too many for an index.
    pub(crate) fn measure(&mut self, parameters: &Parameters) -> Result<Outcome, LearnError> {
        let count_key = (parameters.distance, parameters.backward, parameters.own, parameters.beta > 0.0);
        if !self.counted.recall(&count_key) {
            let counted = self.count(count_key, parameters);
            self.counted.insert(count_key, counted);
        }
        // A query reads the same neighbours whatever the decay and the share of what comes next.
        let neighbours_key = Parameters { decay: 0.0, beta: 0.0, ..*parameters };
        if !self.neighbours.recall(&neighbours_key) {
            let neighbours = self.neighbours(parameters);
            self.neighbours.insert(neighbours_key, neighbours);
        }
        let pairs = self.neighbours.latest().map_or_else(rows::none, Rows::clone);
        let next = self.counted.latest().filter(|_| parameters.beta > 0.0);
        let next = next.map_or_else(rows::none, |counted| counted.next.clone());
        // Neighbours of neighbours are in the rows already, of the products that are queried.
        let scaling = Scaling { share: 0.0, ..Scaling::new(&self.popularity, parameters) };
        let query = (parameters.beta, parameters.decay_table());
        let encoded = encode_rows(NeighbourRows { pairs, next }, &scaling, query, &Target::of(scaling.column.len()))?;
        let index = Index::load(&encoded.bytes)?;
        Ok(evaluate(&index, &self.popularity, &self.test, self.include_current))
    }

    /// The parameters that were measured last are the best so far: what they need is kept.
    pub(crate) fn settle(&mut self) {
        self.counted.settle();
        self.neighbours.settle();
    }

    /// The held-out sessions.
    pub(crate) fn sessions(&self) -> &Sessions {
        &self.test
    }

    /// The rows of the products that are queried, and of their neighbours, which neighbours of neighbours need.
    fn count(&self, (distance, backward, _, with_next): CountKey, parameters: &Parameters) -> NeighbourRows {
        let items = self.popularity.clicks.len();
        let weights = PairWeights::decaying(distance, backward, with_next);
        // Rows are scaled when they are used, so that all strengths of scaling share a count.
        let unscaled = Parameters { row_power: 0.0, neighbours: NEIGHBOURS_MAX, ..*parameters };
        let scaling = Scaling::new(&self.popularity, &unscaled);
        let scale = |item, counts: &mut _| scaling.rows(item, counts);
        let mut found: Vec<Option<(Row, Row)>> = vec![None; items];
        let mut wanted = self.queried.clone();
        for _ in 0..2 {
            let mut done = wanted.iter();
            let mut neighbours = Vec::new();
            count_rows(&self.inverted, items, &wanted, &weights, scale, |rows| {
                neighbours.extend(rows.0.items());
                if let Some(place) = done.next().and_then(|item| found.get_mut(*item as usize)) {
                    *place = Some(rows);
                }
            });
            neighbours.sort_unstable();
            neighbours.dedup();
            neighbours.retain(|item| found.get(*item as usize).is_some_and(Option::is_none));
            wanted = neighbours;
        }
        let mut counted = NeighbourRows::none();
        for rows in found {
            counted.push(rows.unwrap_or_default());
        }
        counted
    }

    /// The latest counted neighbours, scaled and cut as an index has them.
    fn neighbours(&self, parameters: &Parameters) -> Rows {
        let Some(counted) = self.counted.latest() else { return rows::none() };
        let scaling = Scaling::new(&self.popularity, parameters);
        let factor = |item: usize| scaling.row.get(item).copied().unwrap_or(1.0);
        let neighbours = cut(&counted.pairs, parameters.neighbours, factor);
        if parameters.further > 0.0 {
            return add_second_order(&neighbours, parameters.further, &self.queried, parameters.neighbours);
        }
        neighbours
    }
}
