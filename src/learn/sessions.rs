//! Rows to sessions: grouped and put in order of time, in memory or through sorted runs on disk.

use crate::{LearnError, Noise};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

/// Clicks of a session that are used, its last ones.
pub const SESSION_CLICKS_MAX: usize = 100;

/// One click, as it is sorted: by session, then time, then place in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Click {
    session: u64,
    time_ms: i64,
    place: u32,
    item: u32,
}

const CLICK_BYTES: usize = 24;

impl Click {
    fn to_bytes(self) -> [u8; CLICK_BYTES] {
        let mut bytes = [0; CLICK_BYTES];
        let (session, rest) = bytes.split_at_mut(8);
        let (time, rest) = rest.split_at_mut(8);
        let (place, item) = rest.split_at_mut(4);
        session.copy_from_slice(&self.session.to_le_bytes());
        time.copy_from_slice(&self.time_ms.to_le_bytes());
        place.copy_from_slice(&self.place.to_le_bytes());
        item.copy_from_slice(&self.item.to_le_bytes());
        bytes
    }

    fn read(from: &mut impl Read) -> std::io::Result<Option<Self>> {
        let mut words = [[0; 8]; 3];
        for (n, word) in words.iter_mut().enumerate() {
            match from.read_exact(word) {
                Ok(()) => {}
                Err(error) if n == 0 && error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        let [session, time, [p0, p1, p2, p3, i0, i1, i2, i3]] = words;
        Ok(Some(Self {
            session: u64::from_le_bytes(session),
            time_ms: i64::from_le_bytes(time),
            place: u32::from_le_bytes([p0, p1, p2, p3]),
            item: u32::from_le_bytes([i0, i1, i2, i3]),
        }))
    }
}

/// Sessions in one buffer.
#[derive(Debug, Clone, Default)]
pub struct Sessions {
    /// Where each session begins in `items`; one more than there are sessions.
    pub offsets: Vec<u32>,
    /// Clicked products, in order of time.
    pub items: Vec<u32>,
    /// Time of the last click of each session, in ms.
    pub ends_ms: Vec<i64>,
    /// Whether these are baskets, in which order means nothing.
    pub baskets: bool,
}

impl Sessions {
    /// Number of sessions.
    pub fn len(&self) -> usize {
        self.ends_ms.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends_ms.is_empty()
    }

    /// Products of each session, in order of time.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.offsets.windows(2).map(|ends| match ends {
            [from, to] => self.items.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        })
    }

    /// Adds a session at the end.
    pub fn push(&mut self, items: &[u32], end_ms: i64) {
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        self.items.extend_from_slice(items);
        // Chunks are cut far below 2^32 clicks.
        self.offsets.push(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
        self.ends_ms.push(end_ms);
    }

    /// The sessions whose last click is at or after `from_ms` and before `to_ms`.
    #[must_use]
    pub fn between(&self, from_ms: i64, to_ms: i64) -> Self {
        let mut part = Self { baskets: self.baskets, ..Self::default() };
        for (items, end_ms) in self.iter().zip(&self.ends_ms) {
            if (from_ms..to_ms).contains(end_ms) {
                part.push(items, *end_ms);
            }
        }
        part
    }

    fn write(&self, to: &mut impl Write) -> std::io::Result<()> {
        for (items, end_ms) in self.iter().zip(&self.ends_ms) {
            to.write_all(&end_ms.to_le_bytes())?;
            to.write_all(&u32::try_from(items.len()).unwrap_or(u32::MAX).to_le_bytes())?;
            for item in items {
                to.write_all(&item.to_le_bytes())?;
            }
        }
        Ok(())
    }

    fn read(from: &mut impl Read, baskets: bool) -> std::io::Result<Self> {
        let mut sessions = Self { baskets, ..Self::default() };
        let (mut end, mut number, mut items) = ([0; 8], [0; 4], Vec::new());
        loop {
            match from.read_exact(&mut end) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(sessions),
                Err(error) => return Err(error),
            }
            from.read_exact(&mut number)?;
            items.clear();
            for _ in 0..u32::from_le_bytes(number) {
                from.read_exact(&mut number)?;
                items.push(u32::from_le_bytes(number));
            }
            sessions.push(&items, i64::from_le_bytes(end));
        }
    }
}

/// All sessions, in chunks of which one fits in memory beside the work on it.
#[derive(Debug, Default)]
pub struct SessionLog {
    chunks: Vec<Chunk>,
}

#[derive(Debug)]
enum Chunk {
    Memory(Sessions),
    Disk(File, bool),
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
                let mut reader = BufReader::with_capacity(1 << 20, file);
                let read = reader.rewind().and_then(|()| Sessions::read(&mut reader, *baskets));
                read.map(Cow::Owned).map_err(LearnError::file("read", Path::new("a temporary file")))
            }
        })
    }
}

/// Collects clicks and groups them into sessions.
#[derive(Debug)]
pub struct SessionBuilder {
    clicks: Vec<Click>,
    /// Clicks held in memory before they are sorted and written to disk.
    clicks_max: usize,
    runs: Vec<File>,
    place: u32,
    baskets: bool,
    cut: Cut,
}

/// Where sessions end, and what is kept of them.
#[derive(Debug, Clone, Copy)]
struct Cut {
    /// Clicks of a session that are kept, its last ones.
    clicks_max: usize,
    /// A longer pause begins another session.
    gap_ms: i64,
    /// Whether times say when a session was, and not only the order of its clicks.
    dated: bool,
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

    fn spill(&mut self) -> Result<(), LearnError> {
        let temporary = Path::new("a temporary file");
        self.clicks.sort_unstable();
        let mut file = tempfile::tempfile().map_err(LearnError::file("open", temporary))?;
        let mut out = BufWriter::with_capacity(1 << 20, &mut file);
        let written = self.clicks.iter().try_for_each(|click| out.write_all(&click.to_bytes()));
        written.and_then(|()| out.flush()).map_err(LearnError::file("write", temporary))?;
        drop(out);
        self.runs.push(file);
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
        let fail = |error| LearnError::file("read", Path::new("a temporary file"))(error);
        let mut readers = Vec::new();
        let buffer_bytes = merge_buffer_bytes(self.runs.len());
        for mut file in std::mem::take(&mut self.runs) {
            file.rewind().map_err(fail)?;
            readers.push(BufReader::with_capacity(buffer_bytes, file));
        }
        let mut heap = BinaryHeap::new();
        for (run, reader) in readers.iter_mut().enumerate() {
            heap.extend(Click::read(reader).map_err(fail)?.map(|click| Reverse((click, run))));
        }
        while let Some(Reverse((click, run))) = heap.pop() {
            grouping.push(click, noise)?;
            if let Some(reader) = readers.get_mut(run) {
                heap.extend(Click::read(reader).map_err(fail)?.map(|click| Reverse((click, run))));
            }
        }
        grouping.finish(noise)
    }
}

/// Buffer of each of the files that are read side by side: 16 MiB for all, if they are fewer than 4,096.
pub(crate) fn merge_buffer_bytes(files: usize) -> usize {
    ((1 << 24) / files.max(1)).clamp(1 << 12, 1 << 18)
}

/// Takes clicks in order and cuts them into sessions and chunks.
struct Grouping {
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
    fn new(clicks_max: usize, baskets: bool, cut: Cut) -> Self {
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

    fn push(&mut self, click: Click, noise: &mut Noise) -> Result<(), LearnError> {
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
        let temporary = Path::new("a temporary file");
        let mut file = tempfile::tempfile().map_err(LearnError::file("open", temporary))?;
        let mut out = BufWriter::with_capacity(1 << 20, &mut file);
        self.chunk.write(&mut out).and_then(|()| out.flush()).map_err(LearnError::file("write", temporary))?;
        drop(out);
        self.log.chunks.push(Chunk::Disk(file, self.chunk.baskets));
        let baskets = self.chunk.baskets;
        self.chunk = Sessions { baskets, ..Sessions::default() };
        Ok(())
    }

    fn finish(mut self, noise: &mut Noise) -> Result<SessionLog, LearnError> {
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
