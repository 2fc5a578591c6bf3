//! What sells now: recent sales, where older ones count less.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::duration::span_s;
use crate::source::Place;
use crate::syntax::Table;
use std::collections::BTreeMap;

const WEEK_S: u32 = 7 * 86_400;

/// Product keys by their decayed sales, the highest first. `sales` names a file of lines `time<TAB>product`, the time
/// in RFC 3339 or as a date; the age of a sale is counted from the newest one, so that the same file gives the same list.
pub(super) fn trending(table: &Table, sink: &mut Sink<'_>) -> Vec<String> {
    let Some(path) = table.text("sales") else { return Vec::new() };
    let half_life_s = match table.text("half_life") {
        None => WEEK_S,
        Some(text) => span_s(text.decoded).filter(|s| *s > 0).unwrap_or_else(|| {
            sink.report(
                Code::BadDuration,
                text.place,
                "this is not a half-life",
                "write a length of time such as \"7d\"",
            );
            WEEK_S
        }),
    };
    let files = sink.files();
    let Some((index, file)) = files.iter().enumerate().find(|(_, file)| file.path == path.decoded) else {
        sink.report(
            Code::NoFile,
            path.place,
            format!("there is no file {}", path.decoded),
            "put it into the folder catalog/",
        );
        return Vec::new();
    };
    let mut sales: Vec<(i64, &str)> = Vec::new();
    let mut unread = None;
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let trimmed = line.trim();
        match trimmed.split_once('\t').and_then(|(time, sku)| Some((second(time)?, sku.trim()))) {
            Some(sale) => sales.push(sale),
            None if trimmed.is_empty() => {}
            None => unread = unread.or(Some(Place::new(index, at..at + trimmed.len()))),
        }
        at += line.len();
    }
    if let Some(place) = unread {
        sink.report(
            Code::FeedRows,
            place,
            "a line is not a time, a tab and a product: left out",
            "the first is shown; write 2026-11-20T10:00:00Z<TAB>22423",
        );
    }
    let newest = sales.iter().map(|(at_s, _)| *at_s).max().unwrap_or(0);
    let mut scores: BTreeMap<&str, f64> = BTreeMap::new();
    for (at_s, sku) in sales {
        #[expect(clippy::cast_precision_loss, reason = "ages are far below 2^52 seconds")]
        let half_lives = (newest - at_s) as f64 / f64::from(half_life_s);
        *scores.entry(sku).or_default() += (-half_lives).exp2();
    }
    let mut ranked: Vec<(&str, f64)> = scores.into_iter().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    ranked.into_iter().map(|(sku, _)| sku.to_owned()).collect()
}

fn second(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Some(moment.as_second());
    }
    let date: jiff::civil::Date = text.parse().ok()?;
    date.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp().as_second())
}
