//! Clicks in order, cut into sessions and chunks.

use super::buffer::Sessions;
use super::click::Click;
use super::cut::Cut;
use super::log::{Chunk, SessionLog};
use crate::{LearnError, Noise};

/// Takes clicks in order and cuts them into sessions and chunks.
pub(super) struct Grouping {
    log: SessionLog,
    chunk: Sessions,
    clicks_max: usize,
    session: u64,
    items: Vec<u32>,
    end_ms: i64,
    last_place: u32,
    cut: Cut,
}

impl Grouping {
    pub(super) fn new(clicks_max: usize, baskets: bool, cut: Cut) -> Self {
        let chunk = Sessions { baskets, ..Sessions::default() };
        Self {
            log: SessionLog::default(),
            chunk,
            clicks_max,
            session: 0,
            items: Vec::new(),
            end_ms: 0,
            last_place: 0,
            cut,
        }
    }

    pub(super) fn push(&mut self, click: Click, noise: &mut Noise) -> Result<(), LearnError> {
        let pause_ms = click.time_ms.saturating_sub(self.end_ms);
        if click.session != self.session || pause_ms > self.cut.gap_ms {
            self.close(noise)?;
            self.session = click.session;
        } else if !self.items.is_empty() && click.place < self.last_place {
            noise.out_of_order += 1;
        }
        self.items.push(click.item);
        self.end_ms = click.time_ms;
        self.last_place = click.place;
        Ok(())
    }

    fn close(&mut self, noise: &mut Noise) -> Result<(), LearnError> {
        if self.items.is_empty() {
            return Ok(());
        }
        let beyond = self.items.len().saturating_sub(self.cut.clicks_max);
        noise.beyond_length += beyond as u64;
        let used = self.items.get(beyond..).unwrap_or_default();
        noise.single += u64::from(used.iter().all(|item| used.first() == Some(item)));
        self.chunk.push(used, if self.cut.dated { self.end_ms } else { 0 });
        self.items.clear();
        if self.chunk.items.len() >= self.clicks_max {
            self.store()?;
        }
        Ok(())
    }

    /// Writes the chunk to disk and begins the next.
    fn store(&mut self) -> Result<(), LearnError> {
        self.log.chunks.push(Chunk::on_disk(&self.chunk)?);
        let baskets = self.chunk.baskets;
        self.chunk = Sessions { baskets, ..Sessions::default() };
        Ok(())
    }

    pub(super) fn finish(mut self, noise: &mut Noise) -> Result<SessionLog, LearnError> {
        self.close(noise)?;
        if !self.chunk.is_empty() {
            if self.log.is_empty() {
                self.log.chunks.push(Chunk::Memory(std::mem::take(&mut self.chunk)));
            } else {
                self.store()?;
            }
        }
        Ok(self.log)
    }
}
