//! Times, however they are written.

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz::TimeZone};

/// Milliseconds since 1970 of a number (seconds, milli-, micro- or nanoseconds, told by its size) or of an ISO 8601 date,
/// with a `T` or a space before the time; without an offset it is UTC.
pub fn parse_ms(text: &str) -> Option<i64> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(match whole.unsigned_abs() {
            0..100_000_000_000 => whole * 1_000,
            100_000_000_000..100_000_000_000_000 => whole,
            100_000_000_000_000..100_000_000_000_000_000 => whole / 1_000,
            _ => whole / 1_000_000,
        });
    }
    if let Ok(number) = text.parse::<f64>() {
        let in_ms = match number.abs() {
            size if size < 1e11 => number * 1e3,
            size if size < 1e14 => number,
            size if size < 1e17 => number / 1e3,
            _ => number / 1e6,
        };
        #[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
        return number.is_finite().then_some(in_ms.round() as i64);
    }
    date_ms(text)
}

/// Whether this is a date, with or without a time of day.
pub(super) fn is_date(text: &str) -> bool {
    text.contains('-') && date_ms(text).is_some()
}

fn date_ms(text: &str) -> Option<i64> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_millisecond());
    }
    // As BigQuery and pandas write it.
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    let civil = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(DateTime::from)).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}
