//! Coordinate search: one parameter after the other, each against the best so far.

use super::contest::Contest;
use crate::evaluation::{HeldOut, Metrics};
use crate::{LearnError, Parameters};

/// A tuning and its outcome.
#[derive(Debug, Clone, Copy)]
pub struct Tuning {
    /// What was chosen.
    pub parameters: Parameters,
    /// How it does on the newest held-out sessions.
    pub metrics: Metrics,
    /// Number of held-out predictions, of all parts.
    pub predictions: u64,
    /// Number of parameter sets that were measured.
    pub tried: usize,
}

type Set = fn(&mut Parameters, f64, f64);
/// What is tried, one step after the other: every pair of values.
const STEPS: [(Set, &[f64], &[f64]); 12] = [
    (|p, value, _| p.further = value, &[0.0, 0.2, 0.8, 1.6], ALONE),
    (|p, value, _| p.distance = value, &[1.0, 2.0, 8.0], ALONE),
    (|p, value, _| p.row_power = value, &[0.5, 1.0], ALONE),
    (|p, value, _| p.decay = value, &[0.5, 1.0, 1.5, 3.0, 4.0], ALONE),
    (|p, value, _| p.backward = value, &[0.5], ALONE),
    (|p, value, _| p.beta = value, &[0.2, 0.5, 1.0], ALONE),
    (|p, value, _| p.further = value, &[0.2, 0.4, 0.8, 1.6, 3.0], ALONE),
    (|p, value, _| p.distance = value, &[0.7, 1.5, 3.0], ALONE),
    (|p, value, _| p.decay = value, &[0.5, 0.7, 1.0, 1.5, 2.0, 3.0], ALONE),
    // Both say how soon what was clicked before comes back, so neither is best without the other.
    (|p, own, decay| (p.own, p.decay) = (own, decay), &OWN, &[0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 4.0]),
    // What comes next is worth more or less once the past and the product itself have their weight.
    (|p, value, _| p.beta = value, &[0.0, 0.2, 0.5, 1.0, 2.0, 4.0], ALONE),
    (|p, value, _| p.neighbours = whole(value), &[20.0, 30.0, 70.0, 100.0], ALONE),
];
/// Own weights; the rows are counted anew for each.
const OWN: [f64; 6] = [0.25, 0.5, 0.7, 1.0, 1.4, 2.0];
/// Of a parameter that is tried alone.
const ALONE: &[f64] = &[0.0];

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the values above")]
fn whole(value: f64) -> usize {
    value as usize
}

/// Chooses parameters: one step after the other, each against the best so far, for lists that leave the current product
/// out or show it too. Without anything held out, the defaults.
///
/// `step` is called before each set of parameters is measured.
///
/// # Errors
/// As [`build`](crate::index::build).
pub fn tune(
    held_out: &[HeldOut],
    items: usize,
    include_current: bool,
    mut step: impl FnMut(),
) -> Result<Tuning, LearnError> {
    let mut contest = Contest::new(held_out, items, include_current)?;
    let mut tried = 1;
    for (set, values, seconds) in STEPS {
        for (value, second) in values.iter().flat_map(|value| seconds.iter().map(move |second| (*value, *second))) {
            let mut other = contest.best;
            set(&mut other, value, second);
            if contest.is_open(&other) {
                step();
                tried += 1;
                contest.challenge(other)?;
            }
        }
    }
    let metrics = contest.outcomes().next().map(|outcome| outcome.metrics).unwrap_or_default();
    let predictions = contest.outcomes().map(|outcome| outcome.metrics.predictions).sum();
    Ok(Tuning { parameters: contest.best, metrics, predictions, tried })
}

/// Number of measurements that [`tune`] makes at most.
pub fn steps_max() -> u64 {
    STEPS.iter().map(|(_, values, seconds)| (values.len() * seconds.len()) as u64).sum::<u64>() + 1
}
