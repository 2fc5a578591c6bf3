//! Pair counts from elsewhere: the result of `pairs.sql`.
//!
//! It is read twice, for what is known of each product and then for its row, so that only one row is in memory at a
//! time beside the index.

use crate::index::{Built, Counted, Finish, Popularity, Target, encode_rows};
use crate::items::Items;
use crate::rows::{self, Row, heaviest, weigh};
use crate::{LearnError, Parameters};
use std::path::Path;

/// The statement: `DuckDB` and Spark SQL run it as it is.
pub const STATEMENT: &str = include_str!("pairs.sql");

const COLUMNS: [&str; 6] = ["item", "other", "weight", "sessions", "clicks", "ends"];

/// One row of the result.
struct Pair {
    item: u32,
    other: u32,
    weight: u64,
    sessions: u32,
    clicks: u64,
    ends: u64,
}

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
    let mut popularity = Popularity::default();
    read(
        path,
        |[item, other]| [items.intern(item), items.intern(other)],
        |pair| {
            if pair.item == pair.other {
                popularity.sessions_total += pair.ends;
                put(&mut popularity.clicks, pair.item, pair.clicks);
                put(&mut popularity.sessions, pair.item, pair.sessions);
            }
            Ok(())
        },
    )?;
    if popularity.sessions_total == 0 {
        return Err(LearnError::Empty(format!("{} has no pairs", path.display())));
    }
    popularity.clicks.resize(items.len(), 0);
    popularity.sessions.resize(items.len(), 0);
    popularity.sort();
    let finish = Finish::new(&popularity, parameters);
    let mut rows = vec![Row::default(); items.len()];
    let (mut sums, mut current): (Vec<(u32, u64)>, Option<u32>) = (Vec::new(), None);
    let mut close = |item: Option<u32>, sums: &mut Vec<(u32, u64)>| {
        let Some(item) = item else { return Ok(()) };
        let factor = finish.row.get(item as usize).copied().unwrap_or(1.0);
        let row = heaviest(&mut weigh(sums, factor, &finish.column), finish.kept);
        sums.clear();
        match rows.get_mut(item as usize) {
            Some(place) if place.is_empty() => {
                *place = row;
                Ok(())
            }
            _ => Err(LearnError::format(path, "pair counts", "rows of one item are apart; keep the ORDER BY")),
        }
    };
    let known = &*items;
    let ordinal = |name: &str| known.ordinal(name).unwrap_or(u32::MAX);
    read(
        path,
        |names| names.map(ordinal),
        |pair| {
            if current != Some(pair.item) {
                close(current, &mut sums)?;
                current = Some(pair.item);
            }
            if pair.weight > 0 {
                sums.push((pair.other, pair.weight));
            }
            Ok(())
        },
    )?;
    close(current, &mut sums)?;
    let query = (0.0, parameters.decay_table());
    let mut pairs = rows::none();
    for row in rows {
        rows::push(&mut pairs, &row);
    }
    let target = Target { items: items.len(), epoch, budget_bytes, groups: &[] };
    let encoded = encode_rows(Counted { pairs, next: rows::none() }, &finish, query, &target)?;
    Ok(encoded.with(popularity))
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

fn read(
    path: &Path,
    mut ordinals: impl FnMut([&str; 2]) -> [u32; 2],
    mut take: impl FnMut(Pair) -> Result<(), LearnError>,
) -> Result<(), LearnError> {
    let failed = |error: csv::Error| LearnError::format(path, "pair counts", error.to_string());
    let file = std::fs::File::open(path).map_err(LearnError::file("open", path))?;
    let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_reader(file);
    let names = reader.headers().map_err(failed)?.clone();
    let mut places = [0; 6];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        *place = names.iter().position(|name| name == column).ok_or_else(|| LearnError::Column {
            path: path.to_path_buf(),
            column: column.to_owned(),
            found: names.iter().collect::<Vec<_>>().join(", "),
        })?;
    }
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(failed)? {
        let [item, other, weight, sessions, clicks, ends] = places.map(|place| record.get(place).unwrap_or_default());
        let number = |text: &str| {
            text.parse::<u64>().map_err(|_| LearnError::format(path, "pair counts", format!("`{text}` is not a count")))
        };
        let [item, other] = ordinals([item, other]);
        let sessions = u32::try_from(number(sessions)?).unwrap_or(u32::MAX);
        take(Pair { item, other, weight: number(weight)?, sessions, clicks: number(clicks)?, ends: number(ends)? })?;
    }
    Ok(())
}
