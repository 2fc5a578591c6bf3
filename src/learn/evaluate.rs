//! Measuring an index: every prefix of every session, the next click, the full ranking.

use crate::index::Popularity;
use crate::metrics::{LIST, Metrics, Tally};
use crate::sessions::Sessions;
use attune_core::artifacts::index::{Index, Query, Scored, Scratch};
use attune_core::limits::DECAY_STEPS;
use std::time::Instant;

/// Ordinal of products of a test session that are not in the training data.
pub const UNKNOWN: u32 = u32::MAX;

/// Measures an index on sessions, with the scorer that runs at the edge.
///
/// Products that no training session has are [`UNKNOWN`]: as a click they say nothing, as a next click they are a miss.
/// The current product is not recommended, unless `include_current`.
pub fn evaluate<B: AsRef<[u8]> + Sync>(
    index: &Index<B>,
    popularity: &Popularity,
    sessions: &Sessions,
    include_current: bool,
) -> Metrics {
    evaluate_each(index, popularity, sessions, include_current).of_products(popularity)
}

/// As [`evaluate`], with what each prediction adds, in the order of the sessions.
pub(crate) fn evaluate_each<B: AsRef<[u8]> + Sync>(
    index: &Index<B>,
    popularity: &Popularity,
    sessions: &Sessions,
    include_current: bool,
) -> Tally {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(16);
    let all: Vec<&[u32]> = sessions.iter().collect();
    let part = all.len().div_ceil(threads).max(1);
    let items = popularity.clicks.len();
    let mut tally = Tally::new(items);
    std::thread::scope(|scope| {
        let work = |part| scope.spawn(move || evaluate_part(index, popularity, part, include_current));
        let running: Vec<_> = all.chunks(part).map(work).collect();
        for thread in running {
            match thread.join() {
                Ok(done) => tally.merge(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    tally
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
    let mut out = [Scored::default(); LIST];
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

/// Every prefix of a session with the click that follows.
pub fn prefixes(clicks: &[u32]) -> impl Iterator<Item = (&[u32], u32)> {
    (1..clicks.len()).filter_map(|len| Some((clicks.get(..len)?, *clicks.get(len)?)))
}

/// The latest distinct known products of a prefix, newest first, as a visitor's profile keeps them.
pub fn latest(prefix: &[u32], recent: &mut Vec<u32>) {
    recent.clear();
    for item in prefix.iter().rev() {
        if recent.len() == DECAY_STEPS {
            break;
        }
        if *item != UNKNOWN && !recent.contains(item) {
            recent.push(*item);
        }
    }
}
