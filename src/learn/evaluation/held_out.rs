//! Sessions held out of the training data, for tuning to measure on: several parts, each with what is before it.

use crate::LearnError;
use crate::index::Popularity;
use crate::items::UNKNOWN;
use crate::sessions::{SessionLog, Sessions};

const DAY_MS: i64 = 24 * 3_600 * 1_000;
/// Parts that are held out: what is best for one day is often so by chance.
const PARTS_MAX: usize = 4;
/// A part has at most one in so many clicks.
const PART: usize = 20;
/// Clicks that tuning learns from, the newest, for all parts together: enough to rank parameters by.
const TRAIN_CLICKS_MAX: usize = 4_000_000;
/// Clicks that tuning learns from even where memory is short.
const TRAIN_CLICKS_MIN: usize = 100_000;
/// Memory that tuning takes for a click, in bytes: the sessions, their inverse and the rows, measured.
const CLICK_BYTES: u64 = 100;
/// Clicks that tuning measures on, in all parts together.
const HELD_OUT_CLICKS_MAX: usize = 25_000;
/// Sessions whose times are looked at to find the last of them.
const TIMES_MAX: usize = 1 << 20;

/// The training data, cut in time.
#[derive(Debug)]
pub struct HeldOut {
    /// Sessions to learn from: those before.
    pub train: SessionLog,
    /// Sessions to measure on: a day, or 5 % where a day would be more.
    pub test: Sessions,
}

/// What is learned from and measured on, in time: `oldest..from`, and `from..until`.
struct Bounds {
    oldest_ms: i64,
    from_ms: i64,
    until_ms: i64,
    /// Of several parts without times, which.
    number: usize,
}

impl HeldOut {
    /// Cuts a log, the newest part first; none if there is nothing to measure on. There are as many parts, up to four, as
    /// their training data fit into a part of `memory_bytes` side by side; of a log that does not fit once, one part of
    /// its newest sessions.
    ///
    /// # Errors
    /// When a chunk cannot be read back.
    pub fn parts(log: &SessionLog, memory_bytes: Option<u64>) -> Result<Vec<Self>, LearnError> {
        let Some(times) = Times::of(log)? else { return Ok(Vec::new()) };
        let room = memory_bytes.map_or(usize::MAX, |bytes| usize::try_from(bytes / CLICK_BYTES).unwrap_or(usize::MAX));
        let clicks_max = room.clamp(TRAIN_CLICKS_MIN, TRAIN_CLICKS_MAX);
        let count = (clicks_max / times.clicks.max(1)).clamp(1, PARTS_MAX);
        let oldest_ms = if times.clicks > clicks_max { times.of_last(clicks_max) } else { i64::MIN };
        let (mut parts, mut until_ms) = (Vec::new(), times.newest_ms.saturating_add(1));
        for number in 0..count {
            let day_before = until_ms.saturating_sub(DAY_MS);
            let from_ms = times.of_last(times.clicks / PART * (number + 1)).max(day_before);
            let bounds = Bounds { oldest_ms, from_ms, until_ms, number };
            let held_out = Self::cut(log, &bounds, times.none, (clicks_max, HELD_OUT_CLICKS_MAX / count))?;
            if held_out.test.is_empty() || held_out.train.is_empty() {
                break;
            }
            parts.push(held_out);
            until_ms = from_ms;
        }
        Ok(parts)
    }

    /// One part, with at most so many clicks to learn from and to measure on.
    fn cut(
        log: &SessionLog,
        bounds: &Bounds,
        timeless: bool,
        (train_max, test_max): (usize, usize),
    ) -> Result<Self, LearnError> {
        let (mut train, mut test) = (Sessions::default(), Sessions::default());
        for chunk in log.chunks() {
            let chunk = chunk?;
            if chunk.baskets {
                continue;
            }
            for (place, (items, end_ms)) in chunk.iter().zip(&chunk.ends_ms).enumerate() {
                // Without times, one session in twenty: they are in the order of a hash here.
                let (measured, learned) = if timeless {
                    (place % PART == bounds.number, place % PART != bounds.number)
                } else {
                    (
                        (bounds.from_ms..bounds.until_ms).contains(end_ms),
                        (bounds.oldest_ms..bounds.from_ms).contains(end_ms),
                    )
                };
                if measured && test.items.len() < test_max {
                    test.push(items, *end_ms);
                } else if learned && train.items.len() < train_max {
                    train.push(items, *end_ms);
                }
            }
        }
        Ok(Self { train: SessionLog::of(train), test })
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
