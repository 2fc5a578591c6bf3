//! Pair counts that a database made with [`STATEMENT`] to an index: for logs too large for one machine.
//!
//! The result of the statement is read twice: first for how often each product was clicked, then for its row. So only one row of
//! sums is in memory at a time beside the index.

use crate::index::encode::encode_rows;
use crate::index::neighbours::NeighbourRows;
use crate::index::rows::{self, Row};
use crate::index::scaling::Scaling;
use crate::index::{Built, Popularity, Target};
use crate::items::Items;
use crate::{LearnError, Parameters, header};
use attune_core::artifacts::index::Rows;
use csv::StringRecord;
use std::fs::File;
use std::path::Path;

/// The statement: `DuckDB` and Spark SQL run it as it is.
pub const STATEMENT: &str = include_str!("pairs.sql");

const COLUMNS: [&str; 6] = ["item", "other", "weight", "sessions", "clicks", "ends"];
/// The format, as errors name it.
const FORMAT: &str = "pair counts";

/// Builds an index from pair counts. What comes next is not in them, so `beta` has to be 0.
///
/// # Errors
/// When the file is not the result of the statement, is not in order of `item`, or the index is over a limit.
pub fn build(
    path: &Path,
    items: &mut Items,
    parameters: &Parameters,
    epoch: u32,
    budget_bytes: u64,
) -> Result<Built, LearnError> {
    let popularity = popularity(path, items)?;
    let scaling = Scaling::new(&popularity, parameters);
    let pairs = neighbours(path, items, &scaling)?;
    let query = (0.0, parameters.decay_table());
    let target = Target { items: items.len(), epoch, budget_bytes, groups: &[] };
    let encoded = encode_rows(NeighbourRows { pairs, next: rows::none() }, &scaling, query, &target)?;
    Ok(encoded.with(popularity))
}

/// How often products were clicked, which the pairs of a product with itself say; new products get an ordinal.
fn popularity(path: &Path, items: &mut Items) -> Result<Popularity, LearnError> {
    let mut popularity = Popularity::default();
    let mut pairs = Pairs::open(path)?;
    while let Some(pair) = pairs.next()? {
        let [item, other] = [items.intern(pair.item), items.intern(pair.other)];
        if item == other {
            popularity.sessions_total += pair.ends;
            put(&mut popularity.clicks, item, pair.clicks);
            put(&mut popularity.sessions, item, pair.sessions);
        }
    }
    if popularity.sessions_total == 0 {
        return Err(LearnError::Empty(format!("{} has no pairs", path.display())));
    }
    popularity.clicks.resize(items.len(), 0);
    popularity.sessions.resize(items.len(), 0);
    popularity.sort();
    Ok(popularity)
}

/// The row of each product.
fn neighbours(path: &Path, items: &Items, scaling: &Scaling<'_>) -> Result<Rows, LearnError> {
    let ordinal = |id: &str| items.ordinal(id).unwrap_or(u32::MAX);
    let mut rows = vec![Row::default(); items.len()];
    let (mut sums, mut current): (Vec<(u32, u64)>, Option<u32>) = (Vec::new(), None);
    let mut pairs = Pairs::open(path)?;
    while let Some(pair) = pairs.next()? {
        let item = ordinal(pair.item);
        if current != Some(item) {
            if let Some(complete) = current.replace(item) {
                close_row(path, &mut rows, complete, &sums, scaling)?;
            }
            sums.clear();
        }
        if pair.weight > 0 {
            sums.push((ordinal(pair.other), pair.weight));
        }
    }
    if let Some(last) = current {
        close_row(path, &mut rows, last, &sums, scaling)?;
    }
    let mut all = rows::none();
    for row in rows {
        rows::push(&mut all, &row);
    }
    Ok(all)
}

/// Scales the complete sums of a product and keeps the heaviest.
fn close_row(
    path: &Path,
    rows: &mut [Row],
    item: u32,
    sums: &[(u32, u64)],
    scaling: &Scaling<'_>,
) -> Result<(), LearnError> {
    match rows.get_mut(item as usize) {
        Some(row) if row.is_empty() => {
            *row = scaling.neighbours(item, sums);
            Ok(())
        }
        _ => Err(LearnError::format(path, FORMAT, "rows of one item are apart; keep the ORDER BY")),
    }
}

fn put<T: Copy + Default>(list: &mut Vec<T>, item: u32, value: T) {
    let place = item as usize;
    if place >= list.len() {
        list.resize(place + 1, T::default());
    }
    if let Some(slot) = list.get_mut(place) {
        *slot = value;
    }
}

/// One row of the result.
struct Pair<'a> {
    item: &'a str,
    other: &'a str,
    weight: u64,
    sessions: u32,
    clicks: u64,
    ends: u64,
}

/// Reads the result row by row.
struct Pairs<'a> {
    path: &'a Path,
    reader: csv::Reader<File>,
    places: [usize; COLUMNS.len()],
    record: StringRecord,
}

impl<'a> Pairs<'a> {
    fn open(path: &'a Path) -> Result<Self, LearnError> {
        let file = File::open(path).map_err(LearnError::file("open", path))?;
        let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_reader(file);
        let names = reader.headers().map_err(|error| LearnError::format(path, FORMAT, error.to_string()))?;
        let places = header::places(path, names, COLUMNS)?;
        Ok(Self { path, reader, places, record: StringRecord::new() })
    }

    fn next(&mut self) -> Result<Option<Pair<'_>>, LearnError> {
        let path = self.path;
        let failed = |reason: String| LearnError::format(path, FORMAT, reason);
        if !self.reader.read_record(&mut self.record).map_err(|error| failed(error.to_string()))? {
            return Ok(None);
        }
        let [item, other, weight, sessions, clicks, ends] =
            self.places.map(|place| self.record.get(place).unwrap_or_default());
        let number = |text: &str| text.parse::<u64>().map_err(|_| failed(format!("`{text}` is not a count")));
        let sessions = u32::try_from(number(sessions)?).unwrap_or(u32::MAX);
        Ok(Some(Pair { item, other, weight: number(weight)?, sessions, clicks: number(clicks)?, ends: number(ends)? }))
    }
}
