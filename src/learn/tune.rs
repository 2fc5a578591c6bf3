//! Choosing the parameters on sessions that were held out of the training data.

use crate::evaluate::UNKNOWN;
use crate::index::{Built, NEXT_KEPT, Popularity, build};
use crate::metrics::Metrics;
use crate::sessions::{SessionLog, Sessions};
use crate::{LearnError, Parameters, evaluate};
use attune_core::recommend::Index;

const DAY_MS: i64 = 24 * 3_600 * 1_000;
/// Clicks that tuning learns from, the newest: enough to rank parameters by.
const TRAIN_CLICKS_MAX: usize = 700_000;
/// Clicks that tuning measures on.
const HELD_OUT_CLICKS_MAX: usize = 30_000;

/// The training data, cut in time.
#[derive(Debug, Clone)]
pub struct HeldOut {
    /// Sessions to learn from.
    pub train: Sessions,
    /// Sessions to measure on: the last day, or the last 5 % where a day would be more.
    pub test: Sessions,
}

impl HeldOut {
    /// Cuts the newest chunk-fitting part of a log; `None` if there is nothing to measure on.
    ///
    /// # Errors
    /// When a chunk cannot be read back.
    pub fn of(log: &SessionLog) -> Result<Option<Self>, LearnError> {
        let mut times = Vec::new();
        let mut clicks = 0;
        for chunk in log.chunks() {
            let chunk = chunk?;
            if !chunk.baskets {
                times.extend(chunk.ends_ms.iter().copied());
                clicks += chunk.items.len();
            }
        }
        times.sort_unstable();
        let Some(newest) = times.last().copied() else { return Ok(None) };
        let place = times.len() - times.len() / 20;
        let Some(last_part) = times.get(place).copied() else { return Ok(None) };
        let cut = last_part.max(newest.saturating_sub(DAY_MS));
        let timeless = times.first() == Some(&newest);
        let oldest_place = if clicks > TRAIN_CLICKS_MAX {
            times.len() - times.len() * (TRAIN_CLICKS_MAX / 1_000) / (clicks / 1_000)
        } else {
            0
        };
        let oldest = times.get(oldest_place).copied().unwrap_or(i64::MIN);
        let (mut train, mut test) = (Sessions::default(), Sessions::default());
        for chunk in log.chunks() {
            let chunk = chunk?;
            if chunk.baskets {
                continue;
            }
            for (place, (items, end_ms)) in chunk.iter().zip(&chunk.ends_ms).enumerate() {
                // Without times, one session in twenty: they are in the order of a hash here.
                if if timeless { place % 20 == 0 } else { *end_ms >= cut } {
                    if test.items.len() < HELD_OUT_CLICKS_MAX {
                        test.push(items, *end_ms);
                    }
                } else if *end_ms >= oldest {
                    train.push(items, *end_ms);
                }
            }
        }
        Ok((!train.is_empty() && !test.is_empty()).then_some(Self { train, test }))
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

/// How much better a value has to be to be taken, in [`score`]: less is noise.
const MARGIN: f64 = 0.000_5;

type Set = fn(&mut Parameters, f64);
/// What is tried, one parameter after the other.
const STEPS: [(Set, &[f64]); 9] = [
    (|p, value| p.further = value, &[0.0, 0.2, 0.8, 1.6]),
    (|p, value| p.distance = value, &[1.0, 2.0, 8.0]),
    (|p, value| p.row_power = value, &[0.5, 1.0]),
    (|p, value| p.decay = value, &[1.0, 1.5, 3.0, 4.0]),
    (|p, value| p.backward = value, &[0.5]),
    (|p, value| p.beta = value, &[0.2, 0.5]),
    (|p, value| p.further = value, &[0.2, 0.4, 0.8, 1.6, 3.0]),
    (|p, value| p.distance = value, &[0.7, 1.5, 3.0]),
    (|p, value| p.neighbours = whole(value), &[20.0, 30.0, 70.0, 100.0]),
];

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the values above")]
fn whole(value: f64) -> usize {
    value as usize
}

/// Chooses parameters: one after the other, each against the best so far, within a size of the index.
///
/// `step` is called before each measurement.
///
/// # Errors
/// As [`build`].
pub fn tune(held_out: &HeldOut, items: usize, budget_bytes: u64, mut step: impl FnMut()) -> Result<Tuning, LearnError> {
    let train = SessionLog::of(held_out.train.clone());
    let mut best = Parameters::default();
    best.neighbours = best.neighbours.min(neighbours_within(budget_bytes, items, false));
    let (mut metrics, _) = measure(&train, &held_out.test, items, &best)?;
    let mut tried = 1;
    for (set, values) in STEPS {
        for value in values {
            let mut other = best;
            set(&mut other, *value);
            let room = neighbours_within(budget_bytes, items, other.beta > 0.0);
            if other == best || other.neighbours > room {
                continue;
            }
            step();
            tried += 1;
            let (measured, _) = measure(&train, &held_out.test, items, &other)?;
            // A shorter list is better at the same figures.
            let margin = if other.neighbours < best.neighbours { -MARGIN } else { MARGIN };
            if score(&measured) > score(&metrics) + margin {
                (best, metrics) = (other, measured);
            }
        }
    }
    Ok(Tuning { parameters: best, metrics, tried })
}

/// Number of measurements that [`tune`] makes at most.
pub fn steps_max() -> u64 {
    STEPS.iter().map(|(_, values)| values.len() as u64).sum::<u64>() + 1
}

/// Most neighbours that an index of `items` products has room for in `bytes`, at most 100; `with_next` beside what
/// comes next.
pub fn neighbours_within(bytes: u64, items: usize, with_next: bool) -> usize {
    let items = items.max(1) as u64;
    // Offset, row maximum and rank of each product; 4 bytes a neighbour; header and list of the popular.
    let fixed = 11 + if with_next { 4 + 4 * NEXT_KEPT as u64 } else { 0 };
    let room = bytes.saturating_sub(4_096).saturating_sub(fixed * items) / (4 * items);
    usize::try_from(room).unwrap_or(usize::MAX).min(attune_core::limits::NEIGHBOURS_MAX)
}

/// Learns from `train` and measures on `test`.
///
/// # Errors
/// As [`build`].
pub fn measure(
    train: &SessionLog,
    test: &Sessions,
    items: usize,
    parameters: &Parameters,
) -> Result<(Metrics, Built), LearnError> {
    let built = build(train, items, parameters, 0)?;
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

/// What is compared: being in the list and being high in it, equally.
pub fn score(metrics: &Metrics) -> f64 {
    metrics.hr20 + metrics.mrr20
}
