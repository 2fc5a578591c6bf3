//! Figures of lists of twenty: hit rate, reciprocal rank, gain, coverage, popularity bias.

use crate::index::Popularity;

/// Length of the lists that are measured.
pub(super) const LIST_LEN: usize = 20;

/// Figures over all predictions.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Metrics {
    /// Share of predictions whose next click is in the list.
    pub hr20: f64,
    /// Mean of 1 / place of the next click, 0 if it is not in the list.
    pub mrr20: f64,
    /// Mean of 1 / log2(1 + place), 0 if it is not in the list.
    pub ndcg20: f64,
    /// Share of the training products that are in some list.
    pub coverage20: f64,
    /// Mean clicks of recommended products, as a part of the most clicked one's: how much the popular are favoured.
    pub popularity20: f64,
    /// Number of predictions.
    pub predictions: u64,
    /// Predictions whose next click is of a product that is not in the training data: they cannot be right.
    pub unknown_targets: u64,
    /// Median time of a query, in microseconds.
    pub query_us_p50: f64,
}

/// Figures, and what each prediction adds to them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// The figures over all predictions.
    pub metrics: Metrics,
    /// 1 / place of each next click, in the order of the sessions; 0 if it is not in the list.
    pub reciprocals: Vec<f32>,
}

/// Adds up predictions.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    hits: f64,
    reciprocal: f64,
    gain: f64,
    clicks: f64,
    recommended: u64,
    listed: Vec<bool>,
    predictions: u64,
    unknown: u64,
    times_ns: Vec<u32>,
    /// 1 / place of each next click; 0 if it is not in the list.
    reciprocals: Vec<f32>,
}

impl Tally {
    /// For an index of `items` products.
    pub(super) fn new(items: usize) -> Self {
        Self {
            hits: 0.0,
            reciprocal: 0.0,
            gain: 0.0,
            clicks: 0.0,
            recommended: 0,
            listed: vec![false; items],
            predictions: 0,
            unknown: 0,
            times_ns: Vec::new(),
            reciprocals: Vec::new(),
        }
    }

    /// Adds one prediction: the list, the next click (if it is in the training data), clicks by product, and its time.
    pub(super) fn add(&mut self, list: impl Iterator<Item = u32>, target: Option<u32>, clicks: &[u64], time_ns: u32) {
        self.predictions += 1;
        self.unknown += u64::from(target.is_none());
        self.times_ns.push(time_ns);
        let (mut place, mut reciprocal) = (0.0, 0.0);
        for item in list {
            place += 1.0;
            if let Some(listed) = self.listed.get_mut(item as usize) {
                *listed = true;
            }
            #[expect(clippy::cast_precision_loss, reason = "clicks of one product")]
            let count = clicks.get(item as usize).copied().unwrap_or_default() as f64;
            self.clicks += count;
            self.recommended += 1;
            if target == Some(item) {
                self.hits += 1.0;
                self.reciprocal += 1.0 / place;
                self.gain += 1.0 / (1.0 + place).log2();
                reciprocal = 1.0 / place;
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
        self.reciprocals.push(reciprocal as f32);
    }

    /// Adds what another thread has added up.
    pub(super) fn merge(&mut self, other: Self) {
        self.hits += other.hits;
        self.reciprocal += other.reciprocal;
        self.gain += other.gain;
        self.clicks += other.clicks;
        self.recommended += other.recommended;
        self.predictions += other.predictions;
        self.unknown += other.unknown;
        self.times_ns.extend(other.times_ns);
        self.reciprocals.extend(other.reciprocals);
        for (listed, there) in self.listed.iter_mut().zip(other.listed) {
            *listed |= there;
        }
    }

    /// The outcome, for products that were clicked this often.
    pub(super) fn of_products(mut self, popularity: &Popularity) -> Outcome {
        let most = popularity.clicks.iter().max().copied().unwrap_or_default();
        let known = popularity.clicks.iter().filter(|clicks| **clicks > 0).count();
        let reciprocals = std::mem::take(&mut self.reciprocals);
        Outcome { metrics: self.metrics(most, known), reciprocals }
    }

    /// The figures; `clicks_most` are the clicks of the most clicked product, `items` the products with any click.
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
    fn metrics(mut self, clicks_most: u64, items: usize) -> Metrics {
        self.times_ns.sort_unstable();
        let middle = self.times_ns.get(self.times_ns.len() / 2).copied().unwrap_or_default();
        let all = (self.predictions as f64).max(1.0);
        let listed = self.listed.iter().filter(|listed| **listed).count();
        Metrics {
            hr20: self.hits / all,
            mrr20: self.reciprocal / all,
            ndcg20: self.gain / all,
            coverage20: listed as f64 / (items as f64).max(1.0),
            popularity20: self.clicks / (self.recommended as f64).max(1.0) / (clicks_most as f64).max(1.0),
            predictions: self.predictions,
            unknown_targets: self.unknown,
            query_us_p50: f64::from(middle) / 1_000.0,
        }
    }
}
