//! Days in UTC, as numbers since 1970-01-01.

use crate::failure::Failure;
use jiff::Span;
use jiff::civil::{Date, date};

pub(super) const DAY_S: i64 = 86_400;

/// A day by its name, such as 2026-11-29.
pub(super) fn day(text: &str) -> Result<i64, String> {
    let date: Date = text.parse().map_err(|_| "give a day such as 2026-11-29".to_owned())?;
    let span = date.since(EPOCH).map_err(|error| error.to_string())?;
    u32::try_from(span.get_days()).map(i64::from).map_err(|_| "give a day after 1970-01-01".to_owned())
}

/// The name of a day.
pub(super) fn name(day: i64) -> Result<String, Failure> {
    let span = Span::new().try_days(day);
    let date = span.and_then(|span| EPOCH.checked_add(span));
    date.map(|date| date.to_string())
        .map_err(|error| Failure::new(format!("day {day} is none: {error}"), "give a day such as 2026-11-29"))
}

const EPOCH: Date = date(1970, 1, 1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_a_number_and_a_name() {
        assert_eq!(day("1970-01-02"), Ok(1));
        assert_eq!(day("2024-10-04"), Ok(20_000));
        assert!(day("2024-13-04").is_err());
        assert!(day("1969-12-31").is_err());
        assert!(matches!(name(20_000), Ok(text) if text == "2024-10-04"));
        assert!(name(i64::MAX).is_err());
    }
}
