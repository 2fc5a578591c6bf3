//! Civil dates and RFC 3339 times of 1970 to 2106, the span of a `u32` of seconds.

use alloc::format;
use alloc::string::String;

const MONTH_DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn month_days(year: u32, month: u32) -> u32 {
    let index = (month as usize).wrapping_sub(1);
    let days = MONTH_DAYS.get(index).copied().unwrap_or(0);
    days + u32::from(month == 2 && is_leap(year))
}

/// Days from 1970-01-01 to the first day of a year, which is 1970 or later.
fn days_before(year: u32) -> u32 {
    let leap_days = |before: u32| before / 4 - before / 100 + before / 400;
    365 * (year - 1970) + leap_days(year - 1) - leap_days(1969)
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
    let mut year = 1970 + day / 366;
    while days_before(year + 1) <= day {
        year += 1;
    }
    let mut rest = day - days_before(year);
    let mut month = 1;
    while rest >= month_days(year, month) {
        rest -= month_days(year, month);
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", rest + 1)
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
        let day = self.number(2, 1..=month_days(year, month))?;
        let months: u32 = (1..month).map(|month| month_days(year, month)).sum();
        Some(days_before(year) + months + day - 1)
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
