//! Checks an index in steps, so that other work can go on between them.

use super::read::{CHECKED_FROM, HEADER_BYTES, Index, IndexError, slice, u24};
use crate::codec::{Checksum, u32_at};
use crate::limits::{NEIGHBOURS_MAX, NEXT_MAX};

impl<B: AsRef<[u8]>> Index<B> {
    /// Checks every byte once, so that queries need no checks.
    ///
    /// # Errors
    /// When the bytes are truncated, changed, of another kind or format, or over a limit.
    pub fn load(bytes: B) -> Result<Self, IndexError> {
        let mut check = IndexCheck::begin(bytes)?;
        while !check.step(usize::MAX)? {}
        Ok(check.into_index())
    }
}

/// An index whose header is right, and of which the rest is being checked.
#[derive(Clone, Debug)]
pub struct IndexCheck<B> {
    index: Index<B>,
    sum: Checksum,
    part: u8,
    at: usize,
    /// The offset before the next one.
    before: u32,
}

impl<B: AsRef<[u8]>> IndexCheck<B> {
    /// Looks at the header.
    ///
    /// # Errors
    /// When the bytes are truncated, of another kind or format, or over a limit.
    pub fn begin(bytes: B) -> Result<Self, IndexError> {
        let index = Index::unchecked(bytes)?;
        let sum = Checksum::begin(index.size_bytes() - CHECKED_FROM);
        Ok(Self { index, sum, part: 0, at: 0, before: 0 })
    }

    /// Looks at about so many bytes more; true when all is well and there is no more to look at.
    ///
    /// # Errors
    /// When the bytes have changed, or are not an index.
    pub fn step(&mut self, bytes: usize) -> Result<bool, IndexError> {
        let wrong = IndexError::Inconsistent;
        let data = self.index.bytes.as_ref();
        let layout = self.index.layout;
        let next = layout.next_entries > 0;
        let rows = layout.items as usize + 1;
        // Where each part is, how many entries it has and of how many bytes.
        let (from, count, size) = match self.part {
            0 => (CHECKED_FROM, (data.len() - CHECKED_FROM).div_ceil(8), 8),
            1 => (HEADER_BYTES, rows, 4),
            2 => (layout.next_offsets, if next { rows } else { 0 }, 4),
            3 => (layout.ids, layout.entries as usize, 3),
            4 => (layout.next_ids, layout.next_entries as usize, 3),
            5 => (layout.popular_at, layout.popular as usize, 3),
            6 => (layout.rank, rows - 1, 3),
            7 => (layout.row_max, rows - 1, 4),
            _ => return Ok(true),
        };
        let end = count.min(self.at + (bytes / size).max(1));
        let from = from + size * self.at;
        let piece = slice(data, from, (size * (end - self.at)).min(data.len().saturating_sub(from)));
        let is_last = end == count;
        match self.part {
            0 => {
                let tail = self.sum.add(piece);
                if is_last {
                    if self.sum.end(tail) != self.index.sum {
                        return Err(IndexError::Damaged);
                    }
                    self.index.check_header()?;
                }
            }
            1 | 2 => self.before = self.check_rows(piece, is_last)?,
            7 => {
                let maxima = (0..end - self.at).map(|n| f32::from_bits(u32_at(piece, 4 * n).unwrap_or(u32::MAX)));
                if !maxima.into_iter().all(|max| max.is_finite() && (0.0..=1e30).contains(&max)) {
                    return Err(wrong("a weight is out of range"));
                }
            }
            _ => {
                if !piece.as_chunks::<3>().0.iter().all(|id| u24(*id) < layout.items) {
                    return Err(wrong("a product that is not there"));
                }
            }
        }
        if is_last {
            (self.part, self.at) = (self.part + 1, 0);
        } else {
            self.at = end;
        }
        Ok(false)
    }

    /// Checks the offsets of a piece of a table of rows; gives the last one.
    fn check_rows(&self, piece: &[u8], is_last: bool) -> Result<u32, IndexError> {
        let wrong = IndexError::Inconsistent;
        let layout = self.index.layout;
        let (entries, row_max) =
            if self.part == 1 { (layout.entries, NEIGHBOURS_MAX) } else { (layout.next_entries, NEXT_MAX) };
        let mut before = if self.at == 0 { 0 } else { self.before };
        for (n, bytes) in (self.at..).zip(piece.as_chunks::<4>().0) {
            let offset = u32::from_le_bytes(*bytes);
            if offset < before || offset > entries || (n == 0 && offset != 0) {
                return Err(wrong("rows are out of order"));
            }
            if (offset - before) as usize > row_max {
                return Err(IndexError::Limit("neighbours of a product"));
            }
            before = offset;
        }
        if is_last && !piece.is_empty() && before != entries {
            return Err(wrong("rows do not use all entries"));
        }
        Ok(before)
    }

    /// The index, once [`IndexCheck::step`] has said that all is well.
    pub(crate) fn into_index(self) -> Index<B> {
        self.index
    }
}
