//! Counts of a log that does not fit into memory: a file for each chunk, added up product by product.

use super::cooccurrence::{Counts, count_rows};
use super::inverted::InvertedSessions;
use super::weights::PairWeights;
use crate::{LearnError, temporary};
use std::fs::File;
use std::io::{BufReader, Read, Write};

/// Counts one chunk and writes its rows to a temporary file, in order of products.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn spill(inverted: &InvertedSessions, items: usize, weights: &PairWeights) -> Result<File, LearnError> {
    let wanted: Vec<u32> = (0..u32::try_from(items).unwrap_or(u32::MAX)).collect();
    let mut out = temporary::create()?;
    let mut written = Ok(());
    count_rows(inverted, items, &wanted, weights, row_bytes, |bytes| {
        if written.is_ok() {
            written = out.write_all(&bytes);
        }
    });
    written.map_err(temporary::failed("write"))?;
    temporary::finish(out)
}

fn row_bytes(_: u32, counts: &mut Counts) -> Vec<u8> {
    let mut bytes = Vec::new();
    for list in [&counts.pairs, &counts.next] {
        bytes.extend_from_slice(&u32::try_from(list.len()).unwrap_or(u32::MAX).to_le_bytes());
        for (item, sum) in list {
            bytes.extend_from_slice(&item.to_le_bytes());
            bytes.extend_from_slice(&sum.to_le_bytes());
        }
    }
    bytes
}

/// The counts of all chunks, read side by side.
pub(super) struct ChunkedCounts {
    readers: Vec<BufReader<File>>,
    sums: Counts,
}

impl ChunkedCounts {
    /// Opens what [`spill`] wrote.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(super) fn open(files: Vec<File>) -> Result<Self, LearnError> {
        Ok(Self { readers: temporary::read_all(files)?, sums: Counts::default() })
    }

    /// Adds up the row of the next product.
    ///
    /// # Errors
    /// When a file cannot be read, or has no more rows.
    pub(super) fn next_row(&mut self) -> Result<&mut Counts, LearnError> {
        let Self { readers, sums } = self;
        sums.pairs.clear();
        sums.next.clear();
        for reader in readers {
            for list in [&mut sums.pairs, &mut sums.next] {
                read_list(reader, list).map_err(temporary::failed("read"))?;
            }
        }
        for list in [&mut sums.pairs, &mut sums.next] {
            list.sort_unstable_by_key(|(item, _)| *item);
            list.dedup_by(|later, earlier| {
                let same = later.0 == earlier.0;
                earlier.1 += if same { later.1 } else { 0 };
                same
            });
        }
        Ok(sums)
    }
}

fn read_list(from: &mut impl Read, list: &mut Vec<(u32, u64)>) -> std::io::Result<()> {
    let (mut number, mut sum) = ([0; 4], [0; 8]);
    from.read_exact(&mut number)?;
    for _ in 0..u32::from_le_bytes(number) {
        from.read_exact(&mut number)?;
        from.read_exact(&mut sum)?;
        list.push((u32::from_le_bytes(number), u64::from_le_bytes(sum)));
    }
    Ok(())
}
