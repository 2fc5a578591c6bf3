//! Columns of a file without a line of names, by their first values.

use super::field::{FIELDS, Places};
use super::time::{is_date, parse_ms};
use std::collections::BTreeSet;

/// 2000-01-01 and 2100-01-01: a number is a time only if it is between them.
const LIKELY_MS: std::ops::Range<i64> = 946_684_800_000..4_102_444_800_000;
/// Rows from which on a column is judged by its values.
const ENOUGH: usize = 20;
/// So few different values are kinds of something: events, countries.
const KINDS_MAX: usize = 3;

/// Whether a line cannot be names: one of its values is a number or a date.
pub(super) fn is_data(line: &[String]) -> bool {
    line.iter().any(|value| value.parse::<f64>().is_ok() || is_date(value))
}

/// Time is the column of dates, else of numbers that are likely times; session and product are the first two others, the one that
/// stays the same from row to row being the session; a column that counts the rows, or says kinds, is neither. `None` if there are not two.
pub(super) fn columns(rows: &[Vec<String>]) -> Option<Places> {
    let width = rows.iter().map(Vec::len).min()?;
    let column = |place: usize| rows.iter().filter_map(move |row| row.get(place)).map(String::as_str);
    let time = (0..width).find(|place| column(*place).all(is_date)).or_else(|| {
        let likely =
            |place: &usize| column(*place).all(|value| parse_ms(value).is_some_and(|ms| LIKELY_MS.contains(&ms)));
        // Ids may be numbers of this size, too, but times of neighbouring rows are closer together.
        let spread = |place: &usize| {
            let times = || column(*place).filter_map(parse_ms);
            times().max().unwrap_or_default() - times().min().unwrap_or_default()
        };
        (0..width).filter(likely).min_by_key(spread)
    });
    let says_something = |place: &usize| {
        if Some(*place) == time || rows.len() < ENOUGH {
            return Some(*place) != time;
        }
        let different: BTreeSet<&str> = column(*place).collect();
        let numbers: Vec<i64> = column(*place).map_while(|value| value.parse().ok()).collect();
        let counts =
            numbers.len() == rows.len() && numbers.windows(2).all(|pair| matches!(pair, [a, b] if *b - *a == 1));
        different.len() > KINDS_MAX && !counts
    };
    let mut others = (0..width).filter(says_something);
    let (first, second) = (others.next()?, others.next()?);
    let stays = |place| column(place).zip(column(place).skip(1)).filter(|(a, b)| a == b).count();
    // Where rows are in no order, nothing stays, and what stays now and then is a product that is much clicked.
    let turned = 5 * stays(second) > rows.len() && stays(second) > 2 * stays(first);
    let (session, item) = if turned { (second, first) } else { (first, second) };
    let mut places = [None; FIELDS];
    for (place, found) in places.iter_mut().zip([Some(session), Some(item), time]) {
        *place = found;
    }
    Some(places)
}
