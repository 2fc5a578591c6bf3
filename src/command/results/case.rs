//! An experiment, as everything that is said of it sees it.

use super::ledger::Experiment;
use super::plan::Planned;
use attune_stats::verdict::Rules;

/// The chance with which the smallest detectable effect shows.
pub(crate) const POWER: f64 = 0.8;

/// An experiment with its sums.
pub(crate) struct Case<'a> {
    pub(crate) experiment: &'a Experiment,
    pub(crate) planned: &'a Planned,
    pub(crate) epochs: Vec<u32>,
    pub(crate) rules: Rules,
}
