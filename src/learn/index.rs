//! Counts to an index: idf, scaling, the heaviest neighbours, bytes.

use crate::count::{self, Counts, Prepared, Shape};
use crate::expand::expand;
use crate::sessions::SessionLog;
use crate::{LearnError, Parameters};
use attune_core::limits::DECAY_STEPS;
use attune_core::recommend::{IndexParts, Rows, encode};
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
}

/// A row on its way into an index.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    max: f32,
    entries: Vec<(u32, u8)>,
}

impl Row {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// The weights of a row.
pub(crate) fn weigh(sums: &[(u32, u64)], factor: f64, column: &[f64]) -> Vec<(u32, f64)> {
    let weigh = |(item, sum): &(u32, u64)| {
        #[expect(clippy::cast_precision_loss, reason = "a weight")]
        let weight = *sum as f64 / count::ONE * factor * column.get(*item as usize).copied().unwrap_or(1.0);
        (*item, weight)
    };
    sums.iter().map(weigh).collect()
}

/// The heaviest entries of a row, with weights as parts of 255 of the largest.
pub(crate) fn heaviest(weights: &mut Vec<(u32, f64)>, kept: usize) -> Row {
    let heavier = |a: &(u32, f64), b: &(u32, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if weights.len() > kept && kept > 0 {
        weights.select_nth_unstable_by(kept - 1, heavier);
        weights.truncate(kept);
    }
    weights.sort_unstable_by(heavier);
    let Some((_, largest)) = weights.first().copied() else { return Row::default() };
    #[expect(clippy::cast_possible_truncation, reason = "the index holds single precision")]
    let max = largest as f32;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 255")]
    let entries =
        weights.iter().map(|(item, weight)| (*item, (weight / largest * 255.0).round().max(1.0) as u8)).collect();
    Row { max, entries }
}

fn push(rows: &mut Rows, row: &Row) {
    rows.entries.extend_from_slice(&row.entries);
    rows.offsets.push(u32::try_from(rows.entries.len()).unwrap_or(u32::MAX));
    rows.max.push(row.max);
}

/// An index and what it was built from.
#[derive(Debug)]
pub struct Built {
    /// The index, as the edge reads it.
    pub bytes: Vec<u8>,
    /// How often products were clicked.
    pub popularity: Popularity,
}

/// Builds an index of `items` products.
///
/// # Errors
/// When temporary files fail, or the index would be over a limit of its format.
pub fn build(log: &SessionLog, items: usize, parameters: &Parameters, epoch: u32) -> Result<Built, LearnError> {
    let popularity = Popularity::of(log, items)?;
    let shape = Shape::decaying(parameters.distance, parameters.backward, parameters.beta > 0.0);
    let finish = Finish::new(&popularity, parameters);
    let query = (parameters.beta, parameters.decay_table());
    let bytes = index(log, &shape, &finish, query, epoch)?;
    Ok(Built { bytes, popularity })
}

/// Counts, finishes and encodes.
///
/// # Errors
/// As [`build`].
pub fn index(
    log: &SessionLog,
    shape: &Shape,
    finish: &Finish<'_>,
    (beta, decay): (f64, [f32; DECAY_STEPS]),
    epoch: u32,
) -> Result<Vec<u8>, LearnError> {
    let items = finish.column.len();
    let (mut rows, mut next) = (Vec::with_capacity(items), Vec::new());
    let done = |item: u32, counts: &mut Counts| {
        let factor = finish.row.get(item as usize).copied().unwrap_or(1.0);
        let pairs = heaviest(&mut weigh(&counts.pairs, factor, &finish.column), finish.kept);
        (pairs, heaviest(&mut weigh(&counts.next, 1.0, &[]), NEXT_KEPT))
    };
    let mut take = |(pair, following): (Row, Row)| {
        rows.push(pair);
        next.push(following);
    };
    if log.len() <= 1 {
        for chunk in log.chunks() {
            count::rows(&[Prepared::new(chunk?.as_ref(), items)], items, shape, done, &mut take);
        }
    } else {
        let mut partial = Vec::new();
        for chunk in log.chunks() {
            partial.push(spill(&Prepared::new(chunk?.as_ref(), items), items, shape)?);
        }
        merge(partial, items, |item, counts| take(done(item, counts)))?;
    }
    if items > 0 && rows.is_empty() {
        return Err(LearnError::Empty("no session is left".to_owned()));
    }
    encode_rows(&rows, &next, finish, (beta, decay), epoch)
}

/// Widens rows and encodes them.
pub(crate) fn encode_rows(
    rows: &[Row],
    next: &[Row],
    finish: &Finish<'_>,
    (beta, decay): (f64, [f32; DECAY_STEPS]),
    epoch: u32,
) -> Result<Vec<u8>, LearnError> {
    let mut pairs = joined(rows);
    if finish.share > 0.0 {
        pairs = joined(&expand(&pairs, finish.share, |weights| heaviest(weights, finish.kept)));
    }
    let next = (beta > 0.0).then(|| joined(next));
    #[expect(clippy::cast_possible_truncation, reason = "the index holds single precision")]
    let beta = beta as f32;
    let by_popularity = &finish.popularity.order;
    Ok(encode(&IndexParts { epoch, rows: &pairs, next: next.as_ref(), beta, decay, by_popularity })?)
}

fn joined(rows: &[Row]) -> Rows {
    let mut joined = Rows { offsets: vec![0], ..Rows::default() };
    for row in rows {
        push(&mut joined, row);
    }
    joined
}

/// Counts one chunk and writes its rows to disk, in order of products.
fn spill(prepared: &Prepared, items: usize, shape: &Shape) -> Result<File, LearnError> {
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
    let one = std::slice::from_ref(prepared);
    count::rows(one, items, shape, bytes, |bytes: Vec<u8>| {
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
    let mut readers: Vec<_> = files.into_iter().map(|file| BufReader::with_capacity(1 << 18, file)).collect();
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
