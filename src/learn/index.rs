//! Counts to an index: idf, scaling, the heaviest neighbours, bytes.

use crate::count::{self, Counts, Prepared, Shape};
use crate::expand::expand;
use crate::rows::{self, Row, heaviest, weigh};
use crate::sessions::{SessionLog, merge_buffer_bytes};
use crate::{LearnError, Parameters};
use attune_core::artifacts::index::{IndexParts, Rows, encode};
use attune_core::limits::{DECAY_STEPS, INDEX_BYTES_MAX, POPULAR_MAX};
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

/// Neighbours kept of what comes next.
pub const NEXT_KEPT: usize = 30;

/// How often products were clicked.
#[derive(Debug, Clone, Default)]
pub struct Popularity {
    /// Clicks of each product.
    pub clicks: Vec<u64>,
    /// Sessions of each product.
    pub sessions: Vec<u32>,
    /// Sessions in all.
    pub sessions_total: u64,
    /// Every product, most clicked first; equal clicks in order of first appearance.
    pub order: Vec<u32>,
}

impl Popularity {
    /// Counts clicks and sessions of `items` products.
    ///
    /// # Errors
    /// When a chunk cannot be read back from disk.
    pub fn of(log: &SessionLog, items: usize) -> Result<Self, LearnError> {
        let mut popularity = Self { clicks: vec![0; items], sessions: vec![0; items], ..Self::default() };
        let mut last_session = vec![u64::MAX; items];
        for chunk in log.chunks() {
            for clicks in chunk?.iter() {
                for item in clicks.iter().map(|item| *item as usize) {
                    let (Some(all), Some(visits), Some(last)) = (
                        popularity.clicks.get_mut(item),
                        popularity.sessions.get_mut(item),
                        last_session.get_mut(item),
                    ) else {
                        continue;
                    };
                    *all += 1;
                    *visits += u32::from(*last != popularity.sessions_total);
                    *last = popularity.sessions_total;
                }
                popularity.sessions_total += 1;
            }
        }
        popularity.sort();
        Ok(popularity)
    }

    /// Puts the products in order of clicks, then of ordinals, which is that of first appearance.
    pub(crate) fn sort(&mut self) {
        let clicks = |item: &u32| self.clicks.get(*item as usize).copied().unwrap_or_default();
        let mut order: Vec<u32> = (0..u32::try_from(self.clicks.len()).unwrap_or(u32::MAX)).collect();
        order.sort_by(|a, b| clicks(b).cmp(&clicks(a)).then(a.cmp(b)));
        self.order = order;
    }
}

/// How rows of sums become rows of an index.
#[derive(Debug, Clone)]
pub struct Finish<'a> {
    /// Factor of each product as a neighbour.
    pub column: Vec<f64>,
    /// Factor of each product's own row.
    pub row: Vec<f64>,
    /// Neighbours kept.
    pub kept: usize,
    /// Share of neighbours of neighbours; 0 for none.
    pub share: f64,
    /// Products that are in both, for ties.
    pub popularity: &'a Popularity,
}

impl<'a> Finish<'a> {
    /// The factors of section "Recommendation index" in SPEC.md.
    pub fn new(popularity: &'a Popularity, parameters: &Parameters) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 sessions")]
        let total = popularity.sessions_total as f64;
        let visits = || popularity.sessions.iter().map(|visits| f64::from((*visits).max(1)));
        let column = visits().map(|visits| 1.0 + parameters.idf * (total / visits).ln().max(0.0)).collect();
        let row = visits().map(|visits| visits.powf(-parameters.row_power)).collect();
        Self { column, row, kept: parameters.neighbours, share: parameters.further, popularity }
    }

    /// Both rows of a product.
    pub(crate) fn row(&self, item: u32, counts: &Counts) -> (Row, Row) {
        let factor = self.row.get(item as usize).copied().unwrap_or(1.0);
        let pairs = heaviest(&mut weigh(&counts.pairs, factor, &self.column), self.kept);
        (pairs, heaviest(&mut weigh(&counts.next, 1.0, &[]), NEXT_KEPT))
    }
}

/// An index and what it was built from.
#[derive(Debug)]
pub struct Built {
    /// The index, as the edge reads it.
    pub bytes: Vec<u8>,
    /// How often products were clicked.
    pub popularity: Popularity,
    /// Entries of rows that there were.
    pub entries_found: usize,
    /// Entries of rows that there was room for.
    pub entries_kept: usize,
}

/// What an index is to be.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Number of products.
    pub items: usize,
    /// Epoch of their ordinals.
    pub epoch: u32,
    /// Most bytes it may have; 24 MiB at most, whatever is said here.
    pub budget_bytes: u64,
    /// For each product the one that stands for its item group, whose row it gets; empty where there are no groups.
    pub groups: &'a [u32],
}

impl Target<'_> {
    /// An index of `items` products without groups, as large as an index may be.
    pub fn of(items: usize) -> Self {
        Self { items, epoch: 0, budget_bytes: u64::MAX, groups: &[] }
    }
}

/// Builds an index.
///
/// # Errors
/// When temporary files fail, or not even the products fit into the budget.
pub fn build(log: &SessionLog, parameters: &Parameters, target: &Target<'_>) -> Result<Built, LearnError> {
    let popularity = Popularity::of(log, target.items)?;
    let shape = Shape::decaying(parameters.distance, parameters.backward, parameters.beta > 0.0);
    let finish = Finish::new(&popularity, parameters);
    let counted = count_all(log, &shape, &finish)?;
    let query = (parameters.beta, parameters.decay_table());
    let encoded = encode_rows(counted, &finish, query, target)?;
    Ok(encoded.with(popularity))
}

/// Rows of neighbours and of what comes next.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) pairs: Rows,
    pub(crate) next: Rows,
}

impl Counted {
    pub(crate) fn none() -> Self {
        Self { pairs: rows::none(), next: rows::none() }
    }

    pub(crate) fn push(&mut self, (pair, following): (Row, Row)) {
        rows::push(&mut self.pairs, &pair);
        rows::push(&mut self.next, &following);
    }
}

/// Counts and finishes every row.
///
/// # Errors
/// When temporary files fail, or there is no session.
pub(crate) fn count_all(log: &SessionLog, shape: &Shape, finish: &Finish<'_>) -> Result<Counted, LearnError> {
    let items = finish.column.len();
    let wanted: Vec<u32> = (0..u32::try_from(items).unwrap_or(u32::MAX)).collect();
    let mut counted = Counted::none();
    if log.len() <= 1 {
        for chunk in log.chunks() {
            let prepared = Prepared::new(chunk?.as_ref(), items);
            count::rows(
                &prepared,
                items,
                &wanted,
                shape,
                |item, counts| finish.row(item, counts),
                |row| counted.push(row),
            );
        }
    } else {
        let mut partial = Vec::new();
        for chunk in log.chunks() {
            partial.push(spill(&Prepared::new(chunk?.as_ref(), items), items, &wanted, shape)?);
        }
        merge(partial, items, |item, counts| counted.push(finish.row(item, counts)))?;
    }
    if items > 0 && counted.pairs.max.is_empty() {
        return Err(LearnError::Empty("no session is left".to_owned()));
    }
    Ok(counted)
}

/// An index before it is known what it was built from.
#[derive(Debug)]
pub(crate) struct Encoded {
    pub(crate) bytes: Vec<u8>,
    entries_found: usize,
    entries_kept: usize,
}

impl Encoded {
    pub(crate) fn with(self, popularity: Popularity) -> Built {
        let Self { bytes, entries_found, entries_kept } = self;
        Built { bytes, popularity, entries_found, entries_kept }
    }
}

/// Widens rows, cuts them to what there is room for, and encodes them.
pub(crate) fn encode_rows(
    counted: Counted,
    finish: &Finish<'_>,
    (beta, decay): (f64, [f32; DECAY_STEPS]),
    target: &Target<'_>,
) -> Result<Encoded, LearnError> {
    let Target { items, epoch, budget_bytes, groups } = *target;
    let Counted { mut pairs, mut next } = counted;
    if finish.share > 0.0 {
        let wanted: Vec<u32> = (0..u32::try_from(items).unwrap_or(u32::MAX)).collect();
        pairs = expand(&pairs, finish.share, &wanted, |weights| heaviest(weights, finish.kept));
    }
    let mut clicks = Cow::Borrowed(&finish.popularity.clicks);
    if !groups.is_empty() {
        (pairs, next) = (rows::shared(&pairs, groups), rows::shared(&next, groups));
        let of = |item: &u32| finish.popularity.clicks.get(*item as usize).copied().unwrap_or_default();
        clicks = Cow::Owned(groups.iter().map(of).collect());
    }
    let next = (beta > 0.0).then_some(next);
    let next_entries = next.as_ref().map_or(0, |rows| rows.entries.len());
    let room = entries_within(budget_bytes, items, next_entries)
        .ok_or(LearnError::Budget { items, budget_bytes: budget_bytes.min(INDEX_BYTES_MAX as u64) })?;
    let entries_found = pairs.entries.len();
    rows::fit(&mut pairs, &clicks, room);
    let entries_kept = pairs.entries.len();
    #[expect(clippy::cast_possible_truncation, reason = "the index holds single precision")]
    let beta = beta as f32;
    let by_popularity = &finish.popularity.order;
    let bytes = encode(&IndexParts { epoch, rows: &pairs, next: next.as_ref(), beta, decay, by_popularity })?;
    Ok(Encoded { bytes, entries_found, entries_kept })
}

/// Neighbours in all that an index of `items` products has room for in `bytes`, beside `next_entries` of what comes next; `None` if not even
/// the products fit.
pub fn entries_within(bytes: u64, items: usize, next_entries: usize) -> Option<usize> {
    let (items, next) = (items as u64, next_entries as u64);
    // Offset, row maximum and rank of each product; 4 bytes an entry; header and list of the popular.
    let next = if next > 0 { 4 * (items + 1) + 4 * next } else { 0 };
    let fixed = 84 + 11 * items + 3 * items.min(POPULAR_MAX as u64) + next;
    let room = bytes.min(INDEX_BYTES_MAX as u64).checked_sub(fixed)? / 4;
    usize::try_from(room).ok().filter(|room| *room > 0 || items == 0)
}

/// Counts one chunk and writes its rows to disk, in order of products.
fn spill(prepared: &Prepared, items: usize, wanted: &[u32], shape: &Shape) -> Result<File, LearnError> {
    let temporary = Path::new("a temporary file");
    let mut file = tempfile::tempfile().map_err(LearnError::file("open", temporary))?;
    let mut out = BufWriter::with_capacity(1 << 20, &mut file);
    let mut written = Ok(());
    let bytes = |_: u32, counts: &mut Counts| {
        let mut bytes = Vec::new();
        for list in [&counts.pairs, &counts.next] {
            bytes.extend_from_slice(&u32::try_from(list.len()).unwrap_or(u32::MAX).to_le_bytes());
            for (item, sum) in list {
                bytes.extend_from_slice(&item.to_le_bytes());
                bytes.extend_from_slice(&sum.to_le_bytes());
            }
        }
        bytes
    };
    count::rows(prepared, items, wanted, shape, bytes, |bytes: Vec<u8>| {
        if written.is_ok() {
            written = out.write_all(&bytes);
        }
    });
    written.and_then(|()| out.flush()).map_err(LearnError::file("write", temporary))?;
    drop(out);
    file.rewind().map_err(LearnError::file("read", temporary))?;
    Ok(file)
}

/// Adds up the rows of all chunks, one product after the other.
fn merge(files: Vec<File>, items: usize, mut take: impl FnMut(u32, &mut Counts)) -> Result<(), LearnError> {
    let buffer_bytes = merge_buffer_bytes(files.len());
    let mut readers: Vec<_> = files.into_iter().map(|file| BufReader::with_capacity(buffer_bytes, file)).collect();
    let mut counts = Counts::default();
    for item in 0..u32::try_from(items).unwrap_or(u32::MAX) {
        counts.pairs.clear();
        counts.next.clear();
        for reader in &mut readers {
            for list in [&mut counts.pairs, &mut counts.next] {
                read_list(reader, list).map_err(LearnError::file("read", Path::new("a temporary file")))?;
            }
        }
        for list in [&mut counts.pairs, &mut counts.next] {
            list.sort_unstable_by_key(|(item, _)| *item);
            list.dedup_by(|later, earlier| {
                let same = later.0 == earlier.0;
                earlier.1 += if same { later.1 } else { 0 };
                same
            });
        }
        take(item, &mut counts);
    }
    Ok(())
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
