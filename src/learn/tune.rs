//! Choosing the parameters on sessions that were held out of the training data.

use crate::evaluate::UNKNOWN;
use crate::index::{Built, Popularity, Target, build};
use crate::metrics::Metrics;
use crate::sessions::{SessionLog, Sessions};
use crate::trial::{Advantage, Trial};
use crate::{LearnError, Parameters, evaluate};
use attune_core::artifacts::index::Index;

const DAY_MS: i64 = 24 * 3_600 * 1_000;
/// Clicks that tuning learns from, the newest: enough to rank parameters by.
const TRAIN_CLICKS_MAX: usize = 4_000_000;
/// Clicks that tuning learns from even where memory is short.
const TRAIN_CLICKS_MIN: usize = 100_000;
/// Memory that tuning takes for a click, in bytes: the sessions, their inverse and the rows, measured.
const CLICK_BYTES: u64 = 100;
/// Clicks that tuning measures on.
const HELD_OUT_CLICKS_MAX: usize = 25_000;
/// Sessions whose times are looked at to find the last of them.
const TIMES_MAX: usize = 1 << 20;

/// The training data, cut in time.
#[derive(Debug)]
pub struct HeldOut {
    /// Sessions to learn from.
    pub train: SessionLog,
    /// Sessions to measure on: the last day, or the last 5 % where a day would be more.
    pub test: Sessions,
}

impl HeldOut {
    /// Cuts the newest part of a log that fits into a part of `memory_bytes`; `None` if there is nothing to measure on.
    ///
    /// # Errors
    /// When a chunk cannot be read back.
    pub fn of(log: &SessionLog, memory_bytes: Option<u64>) -> Result<Option<Self>, LearnError> {
        let Some(times) = Times::of(log)? else { return Ok(None) };
        let room = memory_bytes.map_or(usize::MAX, |bytes| usize::try_from(bytes / CLICK_BYTES).unwrap_or(usize::MAX));
        let clicks_max = room.clamp(TRAIN_CLICKS_MIN, TRAIN_CLICKS_MAX);
        let cut = times.of_last(times.clicks / 20).max(times.newest_ms.saturating_sub(DAY_MS));
        let oldest = if times.clicks > clicks_max { times.of_last(clicks_max) } else { i64::MIN };
        let (mut train, mut test) = (Sessions::default(), Sessions::default());
        for chunk in log.chunks() {
            let chunk = chunk?;
            if chunk.baskets {
                continue;
            }
            for (place, (items, end_ms)) in chunk.iter().zip(&chunk.ends_ms).enumerate() {
                // Without times, one session in twenty: they are in the order of a hash here.
                if if times.none { place % 20 == 0 } else { *end_ms >= cut } {
                    if test.items.len() < HELD_OUT_CLICKS_MAX {
                        test.push(items, *end_ms);
                    }
                } else if *end_ms >= oldest && train.items.len() < clicks_max {
                    train.push(items, *end_ms);
                }
            }
        }
        Ok((!train.is_empty() && !test.is_empty()).then(|| Self { train: SessionLog::of(train), test }))
    }
}

/// When the sessions of a log end; of a million and more, a sample, so that the memory for it is bounded.
struct Times {
    ends_ms: Vec<i64>,
    clicks: usize,
    newest_ms: i64,
    none: bool,
}

impl Times {
    fn of(log: &SessionLog) -> Result<Option<Self>, LearnError> {
        let (mut ends_ms, mut clicks, mut every, mut number) = (Vec::new(), 0, 1usize, 0usize);
        let (mut newest_ms, mut oldest_ms) = (i64::MIN, i64::MAX);
        for chunk in log.chunks() {
            let chunk = chunk?;
            if chunk.baskets {
                continue;
            }
            clicks += chunk.items.len();
            for end_ms in &chunk.ends_ms {
                (newest_ms, oldest_ms) = (newest_ms.max(*end_ms), oldest_ms.min(*end_ms));
                if number.is_multiple_of(every) {
                    ends_ms.push(*end_ms);
                }
                number += 1;
                if ends_ms.len() == TIMES_MAX {
                    // Sessions are in the order of a hash, so every second of them is a fair sample.
                    every *= 2;
                    let mut keep = false;
                    ends_ms.retain(|_| {
                        keep = !keep;
                        keep
                    });
                }
            }
        }
        ends_ms.sort_unstable();
        let none = newest_ms == oldest_ms;
        Ok((!ends_ms.is_empty()).then_some(Self { ends_ms, clicks, newest_ms, none }))
    }

    /// Since when the sessions ended that have the last `clicks`.
    fn of_last(&self, clicks: usize) -> i64 {
        let part = self.ends_ms.len().saturating_mul(clicks) / self.clicks.max(1);
        // Nothing is later than the newest, so a part of no session is empty.
        self.ends_ms.get(self.ends_ms.len().saturating_sub(part)).copied().unwrap_or(i64::MAX)
    }
}

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
/// As [`build`].
pub fn tune(held_out: &HeldOut, items: usize, mut step: impl FnMut()) -> Result<Tuning, LearnError> {
    let mut trial = Trial::new(held_out, items)?;
    let mut best = Parameters::default();
    let mut outcome = trial.measure(&best)?;
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
            let measured = trial.measure(&other)?;
            let Advantage { mean, error } = trial.advantage(&measured, &outcome);
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

/// Learns from `train` and measures on `test`.
///
/// # Errors
/// As [`build`].
pub fn measure(
    train: &SessionLog,
    test: &Sessions,
    parameters: &Parameters,
    target: &Target<'_>,
) -> Result<(Metrics, Built), LearnError> {
    let built = build(train, parameters, target)?;
    let known = known_only(test, &built.popularity);
    let metrics = evaluate(&Index::load(&built.bytes)?, &built.popularity, &known, false);
    Ok((metrics, built))
}

/// The sessions, with products unknown that the training data do not have.
#[must_use]
pub fn known_only(test: &Sessions, popularity: &Popularity) -> Sessions {
    let mut known = test.clone();
    for item in &mut known.items {
        if popularity.clicks.get(*item as usize).is_none_or(|clicks| *clicks == 0) {
            *item = UNKNOWN;
        }
    }
    known
}
