//! A build beside the baselines and the build before it.

use super::failure::broken;
use super::table::{Line, table};
use crate::failure::Failure;
use attune_core::artifacts::index::Index;
use attune_learn::Parameters;
use attune_learn::evaluation::{HeldOut, baselines, evaluate, known_only, measure};
use attune_learn::index::Target;
use attune_learn::sessions::Sessions;
use attune_learn::tuning::Tuning;
use std::fmt::Write;

/// What is compared, on the sessions that were held out.
pub(super) struct Comparison<'a> {
    pub(super) held_out: &'a HeldOut,
    pub(super) parameters: &'a Parameters,
    pub(super) target: Target<'a>,
    /// The index of the build before.
    pub(super) previous: Option<&'a [u8]>,
    pub(super) tuning: Option<&'a Tuning>,
    /// Whether lists show the current product too.
    pub(super) include_current: bool,
}

impl Comparison<'_> {
    /// The figures as a table.
    pub(super) fn text(&self) -> Result<String, Failure> {
        let Self { held_out, parameters, target, previous, tuning, include_current } = self;
        let train = &held_out.train;
        let (outcome, built) = measure(train, &held_out.test, parameters, target, *include_current).map_err(broken)?;
        let known: Sessions = known_only(&held_out.test, &built.popularity);
        let line = |name, bytes: &[u8]| -> Result<Line, Failure> {
            let index = Index::load(bytes).map_err(|error| broken(error.into()))?;
            let metrics = evaluate(&index, &built.popularity, &known, *include_current).metrics;
            Ok(Line { name, metrics, index_bytes: bytes.len() })
        };
        let metrics = outcome.metrics;
        let mut lines = vec![
            Line { name: "attune", metrics, index_bytes: built.bytes.len() },
            line("item-kNN", &baselines::item_knn(train, &built.popularity, target).map_err(broken)?)?,
            line("popularity", &baselines::popularity_only(&built.popularity).map_err(broken)?)?,
        ];
        if let Some(previous) = previous {
            lines.push(line("previous build", previous)?);
        }
        let tried = tuning.map_or(String::new(), |tuning| format!(", chosen from {}", tuning.tried));
        let mut text = format!(
            "\non {} held-out predictions, {} of new products{tried}:\n{}",
            metrics.predictions,
            metrics.unknown_targets,
            table(&lines)
        );
        if previous.is_some() {
            text.push_str("(the previous build may have learned from the held-out sessions)\n");
        }
        if let Some(tuning) = tuning.filter(|_| built.entries_kept < built.entries_found) {
            // Writing into a string has no way to fail.
            let _ = writeln!(
                text,
                "with room for all neighbours HR@20 would be {:.4}, MRR@20 {:.4}",
                tuning.metrics.hr20, tuning.metrics.mrr20
            );
        }
        Ok(text)
    }
}
