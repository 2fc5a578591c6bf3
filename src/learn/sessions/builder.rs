//! Clicks, in any order, to sessions: an external merge sort by session and time.

use super::click::{CLICK_BYTES, Click};
use super::cut::{Cut, SESSION_CLICKS_MAX};
use super::grouping::Grouping;
use super::log::SessionLog;
use crate::{LearnError, Noise, temporary};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;

/// Collects clicks, in memory up to a limit, and groups them into sessions.
#[derive(Debug)]
pub struct SessionBuilder {
    clicks: Vec<Click>,
    /// Clicks held in memory before they are sorted and written to disk.
    clicks_max: usize,
    /// Sorted clicks on disk.
    runs: Vec<File>,
    /// Place in the input of the next click.
    place: u32,
    baskets: bool,
    cut: Cut,
}

impl SessionBuilder {
    /// Holds at most `memory_bytes` of clicks in memory; without a limit, all of them.
    pub fn new(memory_bytes: Option<u64>, baskets: bool) -> Self {
        // Half is for the clicks here; a chunk of sessions takes less than that, twice over with its inverse.
        let clicks_max = memory_bytes.map_or(usize::MAX, |bytes| {
            usize::try_from(bytes / 2 / CLICK_BYTES as u64).unwrap_or(usize::MAX).max(1 << 10)
        });
        Self {
            clicks: Vec::new(),
            clicks_max,
            runs: Vec::new(),
            place: 0,
            baskets,
            cut: Cut { clicks_max: SESSION_CLICKS_MAX, gap_ms: i64::MAX, dated: true },
        }
    }

    /// Keeps every click of a session, however long it is: for measuring.
    #[must_use]
    pub fn whole_sessions(mut self) -> Self {
        self.cut.clicks_max = usize::MAX;
        self
    }

    /// Begins another session after a pause of more than `gap_ms`.
    #[must_use]
    pub fn cut_at(mut self, gap_ms: Option<i64>) -> Self {
        self.cut.gap_ms = gap_ms.unwrap_or(i64::MAX);
        self
    }

    /// Whether times say when a session was; else they only order its clicks, and no session is later than another.
    #[must_use]
    pub fn dated(mut self, dated: bool) -> Self {
        self.cut.dated = dated;
        self
    }

    /// Adds a click; clicks of one time stay in the order in which they come.
    ///
    /// # Errors
    /// When a full buffer cannot be written to disk.
    pub fn push(&mut self, session: &str, item: u32, time_ms: i64) -> Result<(), LearnError> {
        if self.clicks.len() >= self.clicks_max {
            self.spill()?;
        }
        if self.clicks.len() == self.clicks.capacity() {
            // Doubling would go beyond the limit.
            self.clicks.reserve_exact(self.clicks.len().max(1 << 10).min(self.clicks_max - self.clicks.len()));
        }
        let mut hasher = DefaultHasher::new();
        session.hash(&mut hasher);
        self.clicks.push(Click { session: hasher.finish(), time_ms, place: self.place, item });
        self.place = self.place.wrapping_add(1);
        Ok(())
    }

    /// Sorts the clicks in memory and writes them to disk.
    fn spill(&mut self) -> Result<(), LearnError> {
        self.clicks.sort_unstable();
        let mut out = temporary::create()?;
        let written = self.clicks.iter().try_for_each(|click| out.write_all(&click.to_bytes()));
        written.map_err(temporary::failed("write"))?;
        self.runs.push(temporary::finish(out)?);
        self.clicks.clear();
        Ok(())
    }

    /// Groups everything into sessions.
    ///
    /// # Errors
    /// When temporary files cannot be written or read back.
    pub fn finish(mut self, noise: &mut Noise) -> Result<SessionLog, LearnError> {
        let chunk_clicks = if self.runs.is_empty() { usize::MAX } else { self.clicks_max };
        let mut grouping = Grouping::new(chunk_clicks, self.baskets, self.cut);
        if self.runs.is_empty() {
            self.clicks.sort_unstable();
            for click in std::mem::take(&mut self.clicks) {
                grouping.push(click, noise)?;
            }
            return grouping.finish(noise);
        }
        self.spill()?;
        self.clicks = Vec::new();
        let mut readers = temporary::read_all(std::mem::take(&mut self.runs))?;
        let mut heap = BinaryHeap::new();
        for (run, reader) in readers.iter_mut().enumerate() {
            heap.extend(Click::read(reader).map_err(temporary::failed("read"))?.map(|click| Reverse((click, run))));
        }
        while let Some(Reverse((click, run))) = heap.pop() {
            grouping.push(click, noise)?;
            if let Some(reader) = readers.get_mut(run) {
                heap.extend(Click::read(reader).map_err(temporary::failed("read"))?.map(|click| Reverse((click, run))));
            }
        }
        grouping.finish(noise)
    }
}
