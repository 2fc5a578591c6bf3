//! Next-click evaluation of an index: every prefix of every session is a query, and the click after it the target.
//!
//! All products of the training data are ranked, none are sampled.

use super::held_out::known_only;
use super::metrics::{LIST_LEN, Outcome, Tally};
use super::prefix::{latest, prefixes};
use crate::index::{Built, Popularity, Target, build};
use crate::items::UNKNOWN;
use crate::sessions::{SessionLog, Sessions};
use crate::{LearnError, Parameters};
use attune_core::artifacts::index::{Index, Query, Scored, Scratch};
use attune_core::limits::DECAY_STEPS;
use std::time::Instant;

/// Measures an index on sessions, with the scorer that runs at the edge.
///
/// Products that no training session has are [`UNKNOWN`]: as a click of the prefix they are left out, as a target they are a miss.
/// The current product is not recommended, unless `include_current`.
pub fn evaluate<B: AsRef<[u8]> + Sync>(
    index: &Index<B>,
    popularity: &Popularity,
    sessions: &Sessions,
    include_current: bool,
) -> Outcome {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(16);
    let all: Vec<&[u32]> = sessions.iter().collect();
    let part_len = all.len().div_ceil(threads).max(1);
    let items = popularity.clicks.len();
    let mut tally = Tally::new(items);
    std::thread::scope(|scope| {
        let work = |sessions| scope.spawn(move || evaluate_part(index, popularity, sessions, include_current));
        let running: Vec<_> = all.chunks(part_len).map(work).collect();
        for thread in running {
            match thread.join() {
                Ok(done) => tally.merge(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    tally.of_products(popularity)
}

/// Builds an index from `train` and measures it on `test`.
///
/// # Errors
/// As [`build`].
pub fn measure(
    train: &SessionLog,
    test: &Sessions,
    parameters: &Parameters,
    target: &Target<'_>,
    include_current: bool,
) -> Result<(Outcome, Built), LearnError> {
    let built = build(train, parameters, target)?;
    let known = known_only(test, &built.popularity);
    let outcome = evaluate(&Index::load(&built.bytes)?, &built.popularity, &known, include_current);
    Ok((outcome, built))
}

fn evaluate_part<B: AsRef<[u8]>>(
    index: &Index<B>,
    popularity: &Popularity,
    sessions: &[&[u32]],
    include_current: bool,
) -> Tally {
    let mut scratch = Scratch::default();
    let mut tally = Tally::new(popularity.clicks.len());
    let mut recent = Vec::with_capacity(DECAY_STEPS);
    let mut out = [Scored::default(); LIST_LEN];
    for clicks in sessions {
        for (prefix, target) in prefixes(clicks) {
            latest(prefix, &mut recent);
            let current = prefix.last().copied().unwrap_or(UNKNOWN);
            let exclude = [current];
            let exclude: &[u32] = if include_current { &[] } else { &exclude };
            let query = Query { recent: &recent, exclude };
            let start = Instant::now();
            let len = index.recommend(&query, &mut scratch, &mut out);
            let time_ns = u32::try_from(start.elapsed().as_nanos()).unwrap_or(u32::MAX);
            let list = out.iter().take(len).map(|scored| scored.item);
            tally.add(list, (target != UNKNOWN).then_some(target), &popularity.clicks, time_ns);
        }
    }
    tally
}
