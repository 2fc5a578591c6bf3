//! Coordinate search: one parameter after the other, each against the best so far.

use super::objective::{Advantage, Objective};
use crate::evaluation::{HeldOut, Metrics};
use crate::{LearnError, Parameters};

/// A tuning and its outcome.
#[derive(Debug, Clone, Copy)]
pub struct Tuning {
    /// What was chosen.
    pub parameters: Parameters,
    /// How it does on the held-out sessions.
    pub metrics: Metrics,
    /// Number of parameter sets that were measured.
    pub tried: usize,
}

/// How much better a value has to be to be taken, in HR@20 + MRR@20: less is not worth a change.
const MARGIN: f64 = 0.000_5;
/// How many standard errors of its advantage a value has to be better: with few predictions, more of it is chance.
const STANDARD_ERRORS: f64 = 0.5;

type Set = fn(&mut Parameters, f64);
/// What is tried, one parameter after the other.
const STEPS: [(Set, &[f64]); 10] = [
    (|p, value| p.further = value, &[0.0, 0.2, 0.8, 1.6]),
    (|p, value| p.distance = value, &[1.0, 2.0, 8.0]),
    (|p, value| p.row_power = value, &[0.5, 1.0]),
    (|p, value| p.decay = value, &[0.5, 1.0, 1.5, 3.0, 4.0]),
    (|p, value| p.backward = value, &[0.5]),
    (|p, value| p.beta = value, &[0.2, 0.5, 1.0]),
    (|p, value| p.further = value, &[0.2, 0.4, 0.8, 1.6, 3.0]),
    (|p, value| p.distance = value, &[0.7, 1.5, 3.0]),
    (|p, value| p.decay = value, &[0.5, 0.7, 1.0, 1.5, 2.0, 3.0]),
    (|p, value| p.neighbours = whole(value), &[20.0, 30.0, 70.0, 100.0]),
];

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the values above")]
fn whole(value: f64) -> usize {
    value as usize
}

/// Chooses parameters: one after the other, each against the best so far.
///
/// `step` is called before each measurement.
///
/// # Errors
/// As [`build`](crate::index::build).
pub fn tune(held_out: &HeldOut, items: usize, mut step: impl FnMut()) -> Result<Tuning, LearnError> {
    let mut objective = Objective::new(held_out, items)?;
    let mut best = Parameters::default();
    let mut outcome = objective.measure(&best)?;
    let mut tried = 1;
    for (set, values) in STEPS {
        for value in values {
            let mut other = best;
            set(&mut other, *value);
            if other == best {
                continue;
            }
            step();
            tried += 1;
            let measured = objective.measure(&other)?;
            let Advantage { mean, error } = objective.advantage(&measured, &outcome);
            let doubt = STANDARD_ERRORS * error;
            // A shorter list is better at the same figures, but they have to be the same beyond doubt.
            let needed = if other.neighbours < best.neighbours { doubt - MARGIN } else { doubt.max(MARGIN) };
            if mean > needed {
                (best, outcome) = (other, measured);
            }
        }
    }
    Ok(Tuning { parameters: best, metrics: outcome.metrics, tried })
}

/// Number of measurements that [`tune`] makes at most.
pub fn steps_max() -> u64 {
    STEPS.iter().map(|(_, values)| values.len() as u64).sum::<u64>() + 1
}
