//! Sums of arms by weight epoch, for one goal.

use super::ledger::{EXPOSED, Experiment, Figures, Row};
use super::plan::{covariate_rows, scale_of};
use attune_core::bundle::Goal;
use attune_stats::Sums;

/// Some units of an experiment.
#[derive(Clone, Copy)]
pub(crate) enum Units<'a> {
    /// All, in what they had done up to a day.
    UpTo(i64),
    /// All.
    All,
    /// Those of a slice.
    Slice(&'a str),
}

impl Units<'_> {
    fn has(self, row: &Row) -> bool {
        match self {
            Self::UpTo(last) => row.slice.is_empty() && row.days.is_some_and(|(_, day)| day <= last),
            Self::All => row.slice.is_empty(),
            Self::Slice(slice) => row.slice == slice,
        }
    }
}

/// The sums of some arms together, by epoch, in the goal's own unit.
pub(crate) fn strata(
    experiment: &Experiment,
    goal: &Goal,
    arms: &[&str],
    epochs: &[u32],
    units: Units<'_>,
) -> Vec<Sums> {
    let covariate = covariate_rows(goal);
    let of_epoch = |epoch: &u32| {
        let mut total = Figures::default();
        let rows = experiment.rows.iter().filter(|row| row.epoch == *epoch && units.has(row));
        for row in rows.filter(|row| arms.contains(&row.arm.as_str())) {
            let Figures { n, x, xx, .. } = row.figures;
            if row.goal == EXPOSED {
                total.n += n;
            } else if row.goal == goal.key {
                total += Figures { n: 0, x: 0, xx: 0, ..row.figures };
            } else if covariate.as_ref() == Some(&row.goal) {
                total.x += x;
                total.xx += xx;
            }
        }
        total.sums(scale_of(goal))
    };
    epochs.iter().map(of_epoch).collect()
}
