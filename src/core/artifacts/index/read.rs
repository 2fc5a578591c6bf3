//! The recommendation index, read in place. Bytes: SPEC.md, "Recommendation index".

use crate::codec::u32_at;
use crate::limits::{DECAY_STEPS, INDEX_BYTES_MAX, INDEX_ITEMS_MAX, POPULAR_MAX};

/// Format that this version writes and reads.
pub const INDEX_FORMAT: u16 = 1;
pub(super) const MAGIC: &[u8; 4] = b"ATRI";
/// Where the bytes begin that the checksum covers.
pub(super) const CHECKED_FROM: usize = 16;
pub(super) const HEADER_BYTES: usize = 80;

/// Why an index is refused, as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// The first bytes are not those of an index.
    #[error("not a recommendation index")]
    Foreign,
    /// Written by a later or a much older version.
    #[error("recommendation index of format {0}, this version reads format {INDEX_FORMAT}")]
    Format(u16),
    /// Shorter or longer than its header says.
    #[error("recommendation index has {found} bytes, its header says {expected}")]
    Length {
        /// Bytes by the header.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },
    /// Larger than an isolate has room for.
    #[error("recommendation index is over a limit: {0}")]
    Limit(&'static str),
    /// Bytes have changed since it was written.
    #[error("recommendation index is damaged: its checksum does not match")]
    Damaged,
    /// The checksum is right, but what it protects is not an index.
    #[error("recommendation index is inconsistent: {0}")]
    Inconsistent(&'static str),
}

/// Where the tables begin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub(super) items: u32,
    pub(super) entries: u32,
    pub(super) next_entries: u32,
    pub(super) popular: u32,
    pub(super) row_max: usize,
    pub(super) rank: usize,
    pub(super) popular_at: usize,
    pub(super) ids: usize,
    pub(super) weights: usize,
    pub(super) next_offsets: usize,
    pub(super) next_ids: usize,
    pub(super) next_weights: usize,
}

/// A checked recommendation index over bytes that somebody else may own.
#[derive(Debug, Clone)]
pub struct Index<B> {
    pub(super) bytes: B,
    pub(super) layout: Layout,
    epoch: u32,
    beta: f32,
    decay: [f32; DECAY_STEPS],
    /// The checksum by the header.
    pub(super) sum: u64,
}

/// One row: neighbours of a product, heaviest first.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    ids: &'a [u8],
    weights: &'a [u8],
    /// Weight of a neighbour whose byte is 255.
    pub max: f32,
}

impl<'a> Row<'a> {
    /// Ordinal and weight byte (1 to 255) of each neighbour.
    pub fn entries(self) -> impl Iterator<Item = (u32, u8)> + use<'a> {
        let (ids, _) = self.ids.as_chunks::<3>();
        ids.iter().zip(self.weights).map(|(id, weight)| (u24(*id), *weight))
    }

    /// Number of neighbours.
    pub fn len(self) -> usize {
        self.weights.len()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.weights.is_empty()
    }
}

impl<B: AsRef<[u8]>> Index<B> {
    /// Looks at the header alone.
    pub(super) fn unchecked(bytes: B) -> Result<Self, IndexError> {
        let data = bytes.as_ref();
        if data.get(..4) != Some(MAGIC) {
            return Err(IndexError::Foreign);
        }
        let found = data.len() as u64;
        let Some(header) = data.first_chunk::<HEADER_BYTES>() else {
            return Err(IndexError::Length { expected: HEADER_BYTES as u64, found });
        };
        let field = |at: usize| u32_at(header, at).unwrap_or_default();
        match u16::from_le_bytes([header[4], header[5]]) {
            INDEX_FORMAT => {}
            other => return Err(IndexError::Format(other)),
        }
        let (items, entries, next_entries, popular) = (field(20), field(24), field(28), field(32));
        let expected = total_bytes(items, entries, next_entries, popular);
        if expected != found {
            return Err(IndexError::Length { expected, found });
        }
        if data.len() > INDEX_BYTES_MAX {
            return Err(IndexError::Limit("bytes"));
        }
        if items > INDEX_ITEMS_MAX || popular as usize > POPULAR_MAX {
            return Err(IndexError::Limit("products"));
        }
        let sum = (u64::from(field(12)) << 32) | u64::from(field(8));
        let layout = Layout::new(items, entries, next_entries, popular);
        let mut decay = [0.0; DECAY_STEPS];
        for (n, factor) in decay.iter_mut().enumerate() {
            *factor = f32::from_bits(field(40 + 4 * n));
        }
        let beta = f32::from_bits(field(36));
        let epoch = field(16);
        Ok(Self { bytes, layout, epoch, beta, decay, sum })
    }

    /// What the header says beside the layout.
    pub(super) fn check_header(&self) -> Result<(), IndexError> {
        if self.bytes.as_ref().get(6..8) != Some(&[0, 0]) {
            return Err(IndexError::Inconsistent("reserved bytes are not zero"));
        }
        let factor_ok = |factor: f32| factor.is_finite() && (0.0..=1_000.0).contains(&factor);
        if !factor_ok(self.beta) || !self.decay.iter().all(|factor| factor_ok(*factor)) {
            return Err(IndexError::Inconsistent("a factor is out of range"));
        }
        Ok(())
    }

    /// Epoch of the catalogue whose ordinals these are.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Number of products: ordinals are below it.
    pub fn items(&self) -> u32 {
        self.layout.items
    }

    /// Size of the whole index, in bytes.
    pub fn size_bytes(&self) -> usize {
        self.bytes.as_ref().len()
    }

    /// Factor of each of the latest clicks, newest first.
    pub fn decay(&self) -> &[f32; DECAY_STEPS] {
        &self.decay
    }

    /// Share of the rows of what comes next, for the newest click; 0 if the index has none.
    pub fn beta(&self) -> f32 {
        self.beta
    }

    /// Neighbours of a product; none if the ordinal is too high.
    pub fn row(&self, item: u32) -> Row<'_> {
        let data = self.bytes.as_ref();
        let max = self.float(self.layout.row_max, item);
        let Layout { ids, weights, .. } = self.layout;
        self.row_at(data, item, HEADER_BYTES, (ids, weights), max)
    }

    /// What comes next after a product, in weights of at most `max`; none without such rows.
    pub fn next_row(&self, item: u32, max: f32) -> Row<'_> {
        let data = self.bytes.as_ref();
        if self.layout.next_entries == 0 {
            return Row { ids: &[], weights: &[], max };
        }
        let Layout { next_offsets, next_ids, next_weights, .. } = self.layout;
        self.row_at(data, item, next_offsets, (next_ids, next_weights), max)
    }

    /// Place of a product in the order of clicks, 0 for the most clicked; equal clicks in order of first appearance.
    pub fn rank(&self, item: u32) -> u32 {
        if item >= self.layout.items {
            return u32::MAX;
        }
        u24_at(self.bytes.as_ref(), self.layout.rank + 3 * item as usize)
    }

    /// The most clicked products, most clicked first.
    pub fn popular(&self) -> impl Iterator<Item = u32> {
        let (ids, _) =
            slice(self.bytes.as_ref(), self.layout.popular_at, 3 * self.layout.popular as usize).as_chunks::<3>();
        ids.iter().map(|id| u24(*id))
    }

    fn float(&self, at: usize, item: u32) -> f32 {
        if item >= self.layout.items {
            return 0.0;
        }
        f32::from_bits(u32_at(self.bytes.as_ref(), at + 4 * item as usize).unwrap_or_default())
    }

    fn row_at<'a>(
        &self,
        data: &'a [u8],
        item: u32,
        offsets: usize,
        (ids, weights): (usize, usize),
        max: f32,
    ) -> Row<'a> {
        if item >= self.layout.items {
            return Row { ids: &[], weights: &[], max };
        }
        let at = offsets + 4 * item as usize;
        let from = u32_at(data, at).unwrap_or_default() as usize;
        let len = (u32_at(data, at + 4).unwrap_or_default() as usize).saturating_sub(from);
        Row { ids: slice(data, ids + 3 * from, 3 * len), weights: slice(data, weights + from, len), max }
    }
}

impl Layout {
    fn new(items: u32, entries: u32, next_entries: u32, popular: u32) -> Self {
        let (n, e, next) = (items as usize, entries as usize, next_entries as usize);
        let row_max = HEADER_BYTES + 4 * (n + 1);
        let rank = row_max + 4 * n;
        let popular_at = rank + 3 * n;
        let ids = popular_at + 3 * popular as usize;
        let weights = ids + 3 * e;
        let next_offsets = weights + e;
        let next_ids = next_offsets + if next > 0 { 4 * (n + 1) } else { 0 };
        let next_weights = next_ids + 3 * next;
        Self {
            items,
            entries,
            next_entries,
            popular,
            row_max,
            rank,
            popular_at,
            ids,
            weights,
            next_offsets,
            next_ids,
            next_weights,
        }
    }
}

/// Size of an index with these tables, in bytes.
pub(super) fn total_bytes(items: u32, entries: u32, next_entries: u32, popular: u32) -> u64 {
    let n = u64::from(items);
    let next = if next_entries > 0 { 4 * (n + 1) + 4 * u64::from(next_entries) } else { 0 };
    HEADER_BYTES as u64 + 4 * (n + 1) + 7 * n + 3 * u64::from(popular) + 4 * u64::from(entries) + next
}

pub(super) fn slice(data: &[u8], at: usize, len: usize) -> &[u8] {
    at.checked_add(len).and_then(|end| data.get(at..end)).unwrap_or_default()
}

fn u24_at(data: &[u8], at: usize) -> u32 {
    data.get(at..).and_then(|rest| rest.first_chunk::<3>()).map_or(u32::MAX, |bytes| u24(*bytes))
}

pub(super) fn u24([low, middle, high]: [u8; 3]) -> u32 {
    u32::from_le_bytes([low, middle, high, 0])
}
