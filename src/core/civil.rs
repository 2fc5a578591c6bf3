//! The one calendar: days since 1970-01-01 and dates of the proleptic Gregorian calendar, and RFC 3339 times of 1970 to
//! 2106, the span of a `u32` of seconds.
//!
//! It is written by hand because pages carry it: with the crate `jiff` without time zones the page Worker
//! has 1,690 bytes of gzip more.

use alloc::format;
use alloc::string::String;

/// Year, month (1 to 12) and day (1 to 31) of a number of days since 1970-01-01.
///
/// Counts from 1 March, so that the leap day is the last of its year (Howard Hinnant, "chrono-compatible low-level date
/// algorithms", `civil_from_days`). Days are clamped to the years -768 to 29348.
pub fn date_of(day: i64) -> (i64, i64, i64) {
    let day = day.clamp(-1_000_000, 10_000_000) + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The number of days since 1970-01-01 of a date; a day beyond the month's end is one of the next month
/// (`days_from_civil` of the same source).
pub fn day_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - 719_468
}

/// A time as `2026-11-20T09:30:00Z`.
pub fn format_time(at_s: u32) -> String {
    let (day, second) = (at_s / 86_400, at_s % 86_400);
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    format!("{}T{hour:02}:{minute:02}:{:02}Z", format_days(day), second % 60)
}

/// A day since 1970-01-01 as `2026-11-20`.
pub fn format_date(day: u16) -> String {
    format_days(day.into())
}

fn format_days(day: u32) -> String {
    let (year, month, day) = date_of(day.into());
    format!("{year:04}-{month:02}-{day:02}")
}

/// The day of `2026-11-20`, since 1970-01-01.
pub fn parse_date(text: &str) -> Option<u16> {
    let mut scanner = Scanner(text.as_bytes());
    let day = scanner.date()?;
    scanner.0.is_empty().then_some(())?;
    u16::try_from(day).ok()
}

/// The second of an RFC 3339 time such as `2026-11-20T09:30:00Z` or `2026-11-20T10:30:00.5+01:00`; a
/// fraction is cut off.
pub fn parse_time(text: &str) -> Option<u32> {
    let mut scanner = Scanner(text.as_bytes());
    let day = i64::from(scanner.date()?);
    scanner.one_of(b"Tt ")?;
    let hour = scanner.number(2, 0..=23)?;
    scanner.one_of(b":")?;
    let minute = scanner.number(2, 0..=59)?;
    scanner.one_of(b":")?;
    let second = scanner.number(2, 0..=59)?;
    if scanner.one_of(b".").is_some() {
        scanner.number(1, 0..=9)?;
        while scanner.number(1, 0..=9).is_some() {}
    }
    let offset_min = match scanner.one_of(b"Zz+-")? {
        sign @ (b'+' | b'-') => {
            let hours = scanner.number(2, 0..=23)?;
            scanner.one_of(b":")?;
            let minutes = i64::from(hours * 60 + scanner.number(2, 0..=59)?);
            if sign == b'+' { minutes } else { -minutes }
        }
        _ => 0,
    };
    scanner.0.is_empty().then_some(())?;
    let of_day = i64::from(hour * 3_600 + minute * 60 + second);
    u32::try_from(day * 86_400 + of_day - offset_min * 60).ok()
}

struct Scanner<'a>(&'a [u8]);

impl Scanner<'_> {
    fn number(&mut self, digits: usize, range: core::ops::RangeInclusive<u32>) -> Option<u32> {
        let (head, rest) = self.0.split_at_checked(digits)?;
        let mut value = 0;
        for byte in head {
            value = value * 10 + char::from(*byte).to_digit(10)?;
        }
        range.contains(&value).then_some(())?;
        self.0 = rest;
        Some(value)
    }

    fn one_of(&mut self, set: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        set.contains(first).then_some(())?;
        self.0 = rest;
        Some(*first)
    }

    /// `YYYY-MM-DD` as days since 1970-01-01.
    fn date(&mut self) -> Option<u32> {
        let year = self.number(4, 1970..=2106)?;
        self.one_of(b"-")?;
        let month = self.number(2, 1..=12)?;
        self.one_of(b"-")?;
        let day = self.number(2, 1..=31)?;
        let number = day_of(year.into(), month.into(), day.into());
        // A day that the month does not have is one of the next month.
        (date_of(number).2 == i64::from(day)).then_some(())?;
        u32::try_from(number).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_span_comes_back_and_they_follow_each_other() {
        let mut last = String::new();
        for day in 0..=49_709u16 {
            let text = format_date(day);
            assert_eq!(parse_date(&text), Some(day), "{text}");
            assert!(text > last, "{last} {text}");
            last = text;
        }
    }

    #[test]
    fn days_become_dates_and_dates_days() {
        for (day, date) in [(0, (1970, 1, 1)), (20_778, (2026, 11, 21)), (11_016, (2000, 2, 29)), (-1, (1969, 12, 31))]
        {
            assert_eq!(date_of(day), date);
            assert_eq!(day_of(date.0, date.1, date.2), day);
        }
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        for (text, at_s) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2025-01-01T00:00:00Z", 1_735_689_600),
            ("2026-11-20T09:30:00Z", 1_795_167_000),
            ("2106-02-07T06:28:15Z", u32::MAX),
        ] {
            assert_eq!(parse_time(text), Some(at_s), "{text}");
            assert_eq!(format_time(at_s), text);
        }
        assert_eq!(parse_time("2026-11-20t10:30:00.999+01:00"), Some(1_795_167_000));
        assert_eq!(parse_time("2026-11-20T04:00:00-05:30"), Some(1_795_167_000));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026-11-20",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-20T24:00:00Z",
            "2026-11-20T09:30:00",
            "2026-11-20T09:30:00.Z",
            "2026-11-20T09:30:00Z ",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+00:01",
            "2106-02-07T06:28:16Z",
            "+026-11-20T09:30:00Z",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }
}
