//! An index against others, on clicks that were held out of the training.

use super::comparison::Comparison;
use super::failure::failure;
use crate::failure::Failure;
use attune_learn::Parameters;
use attune_learn::index::Target;
use attune_learn::sessions::Sessions;
use attune_learn::tune::{HeldOut, Tuning, known_only, measure};
use std::fmt::Write;

/// How an index is built.
pub(super) struct Build<'a> {
    pub(super) parameters: &'a Parameters,
    pub(super) tuning: Option<&'a Tuning>,
    pub(super) target: Target<'a>,
}

/// Builds an index without what was held out, and compares it with others and with the index before.
pub(super) fn text(held_out: &HeldOut, build: &Build, previous: Option<&[u8]>) -> Result<String, Failure> {
    let Build { parameters, tuning, target } = build;
    let train = &held_out.train;
    let (metrics, built) = measure(train, &held_out.test, parameters, target).map_err(failure)?;
    let known: Sessions = known_only(&held_out.test, &built.popularity);
    let mut comparison = Comparison::of(metrics, &built, &known, false);
    comparison.add_peers(train, target)?;
    if let Some(previous) = previous {
        comparison.add("previous build", previous)?;
    }
    let tried = tuning.map_or(String::new(), |tuning| format!(", chosen from {}", tuning.tried));
    let mut text = format!(
        "\non {} held-out predictions, {} of new products{tried}:\n{}",
        metrics.predictions,
        metrics.unknown_targets,
        comparison.table()
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
