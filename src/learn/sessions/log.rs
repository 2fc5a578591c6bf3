//! All sessions of a log, in chunks.

use super::buffer::Sessions;
use crate::{LearnError, temporary};
use std::borrow::Cow;
use std::fs::File;

/// All sessions, in chunks of which one fits in memory beside the work on it.
#[derive(Debug, Default)]
pub struct SessionLog {
    pub(super) chunks: Vec<Chunk>,
}

#[derive(Debug)]
pub(super) enum Chunk {
    Memory(Sessions),
    Disk(File, bool),
}

impl Chunk {
    /// Writes a chunk to disk.
    pub(super) fn on_disk(sessions: &Sessions) -> Result<Self, LearnError> {
        let mut out = temporary::create()?;
        sessions.write(&mut out).map_err(temporary::failed("write"))?;
        Ok(Self::Disk(temporary::finish(out)?, sessions.baskets))
    }
}

impl SessionLog {
    /// A log of one chunk.
    pub fn of(sessions: Sessions) -> Self {
        Self { chunks: vec![Chunk::Memory(sessions)] }
    }

    /// Puts another log behind this one.
    pub fn append(&mut self, other: Self) {
        self.chunks.extend(other.chunks);
    }

    /// The sessions whose last click is before `until_ms`, on disk where they are there.
    ///
    /// # Errors
    /// When a chunk cannot be read back, or written.
    pub fn before(&self, until_ms: i64) -> Result<Self, LearnError> {
        let mut earlier = Self::default();
        for (chunk, sessions) in self.chunks.iter().zip(self.chunks()) {
            let part = sessions?.between(i64::MIN, until_ms);
            if part.is_empty() {
                continue;
            }
            earlier.chunks.push(match chunk {
                Chunk::Memory(_) => Chunk::Memory(part),
                Chunk::Disk(..) => Chunk::on_disk(&part)?,
            });
        }
        Ok(earlier)
    }

    /// Number of chunks.
    pub fn len(&self) -> usize {
        self.chunks.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Every chunk in turn, read back from disk where it is there.
    ///
    /// # Errors
    /// When a chunk cannot be read back.
    pub fn chunks(&self) -> impl Iterator<Item = Result<Cow<'_, Sessions>, LearnError>> {
        self.chunks.iter().map(|chunk| match chunk {
            Chunk::Memory(sessions) => Ok(Cow::Borrowed(sessions)),
            Chunk::Disk(file, baskets) => {
                let read = Sessions::read(&mut temporary::read(file)?, *baskets);
                read.map(Cow::Owned).map_err(temporary::failed("read"))
            }
        })
    }
}
