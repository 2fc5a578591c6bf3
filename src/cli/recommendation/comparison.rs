//! Indexes and their figures on the same sessions.

use super::failure::failure;
use super::table::{Line, table};
use crate::failure::Failure;
use attune_core::artifacts::index::Index;
use attune_learn::index::{Built, Target};
use attune_learn::metrics::Metrics;
use attune_learn::sessions::{SessionLog, Sessions};
use attune_learn::{evaluate, peers};

/// The figures of several indexes on the same sessions.
pub(super) struct Comparison<'a> {
    built: &'a Built,
    sessions: &'a Sessions,
    /// Whether the current product is recommended too.
    include_current: bool,
    lines: Vec<Line>,
}

impl<'a> Comparison<'a> {
    /// Begins with the figures of the index that was built.
    pub(super) fn of(metrics: Metrics, built: &'a Built, sessions: &'a Sessions, include_current: bool) -> Self {
        let line = Line { name: "attune", metrics, index_bytes: built.bytes.len() };
        Self { built, sessions, include_current, lines: vec![line] }
    }

    /// Adds item-kNN and popularity, learned from the same sessions.
    pub(super) fn add_peers(&mut self, train: &SessionLog, target: &Target) -> Result<(), Failure> {
        let popularity = &self.built.popularity;
        self.add("item-kNN", &peers::item_knn(train, popularity, target).map_err(failure)?)?;
        self.add("popularity", &peers::popularity_only(popularity).map_err(failure)?)
    }

    /// Adds an index.
    pub(super) fn add(&mut self, name: &'static str, index: &[u8]) -> Result<(), Failure> {
        let metrics = measure(index, self.built, self.sessions, self.include_current)?;
        self.lines.push(Line { name, metrics, index_bytes: index.len() });
        Ok(())
    }

    /// The figures as a table.
    pub(super) fn table(&self) -> String {
        table(&self.lines)
    }
}

/// The figures of one index.
pub(super) fn measure(
    index: &[u8],
    built: &Built,
    sessions: &Sessions,
    include_current: bool,
) -> Result<Metrics, Failure> {
    let index = Index::load(index).map_err(|error| failure(error.into()))?;
    Ok(evaluate(&index, &built.popularity, sessions, include_current))
}
