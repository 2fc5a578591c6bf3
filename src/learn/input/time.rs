//! Times, however they are written.

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime;
use jiff::{Timestamp, tz::TimeZone};

/// How times are written where that is not plain from themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TimeFormat {
    /// Numbers, ISO 8601, and dates with the year first. Of `12/1/2010` a day above 12 anywhere in the column settles
    /// which number is the day.
    #[default]
    Told,
    /// 1/12/2010 is the first of December.
    DayFirst,
    /// 12/1/2010 is the first of December.
    MonthFirst,
    /// As strptime has it, such as `%d %b %Y %H:%M`; without an offset it is UTC.
    Pattern(String),
}

impl TimeFormat {
    /// Reads `day-first`, `month-first` or a pattern.
    ///
    /// # Errors
    /// When it is none of them.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "day-first" => Ok(Self::DayFirst),
            "month-first" => Ok(Self::MonthFirst),
            pattern if pattern.contains('%') => Ok(Self::Pattern(pattern.to_owned())),
            other => Err(format!("`{other}` is not day-first, month-first, or a pattern such as \"%d %b %Y %H:%M\"")),
        }
    }

    /// Milliseconds since 1970; `None` for what cannot be read, or could be another day too.
    pub fn ms(&self, text: &str) -> Option<i64> {
        if let Self::Pattern(pattern) = self {
            let parts = strtime::parse(pattern, text).ok()?;
            return match parts.to_timestamp() {
                Ok(moment) => Some(moment.as_millisecond()),
                Err(_) => utc_ms(parts.to_datetime().or_else(|_| parts.to_date().map(DateTime::from)).ok()?),
            };
        }
        parse_ms(text).or_else(|| {
            let date = Numbered::of(text)?;
            match self {
                Self::MonthFirst => date.ms(date.second, date.first),
                // Nobody writes the month before the day with points between them.
                Self::Told if !date.is_plain() => None,
                _ => date.ms(date.first, date.second),
            }
        })
    }
}

/// Milliseconds since 1970 of a number (seconds, milli-, micro- or nanoseconds, told by its size), or of a date with the
/// year first: ISO 8601 with a `T` or a space before the time, or `2010/12/1 8:26`; without an offset it is UTC.
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
    (text.contains(['-', '/']) && date_ms(text).is_some())
        || Numbered::of(text).is_some_and(|date| date.separator == '/')
}

fn date_ms(text: &str) -> Option<i64> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_millisecond());
    }
    // As BigQuery and pandas write it.
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    if let Ok(civil) = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(DateTime::from)) {
        return utc_ms(civil);
    }
    let (date, time) = date_and_time(text)?;
    let (_, [year, month, day]) = numbers(date)?;
    // A year first has four digits; whoever writes it so writes the month next.
    (date.find(|c: char| !c.is_ascii_digit()) == Some(4)).then(|| at_ms(year, month, day, time)).flatten()
}

/// A date as day and month, or month and day, and year: `12/1/2010 8:26`, `1.12.2010`, `13-01-10 8:26 PM`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbered {
    first: i16,
    second: i16,
    year: i16,
    separator: char,
    time: Time,
}

impl Numbered {
    pub(crate) fn of(text: &str) -> Option<Self> {
        let (date, time) = date_and_time(text.strip_suffix(" UTC").unwrap_or(text))?;
        let (separator, [first, second, year]) = numbers(date)?;
        let years = date.len() - date.rfind(separator)? - 1;
        let year = match years {
            4 => year,
            2 => 2_000 + year,
            _ => return None,
        };
        ((1..=31).contains(&first) && (1..=31).contains(&second)).then_some(Self {
            first,
            second,
            year,
            separator,
            time,
        })
    }

    /// Which number is the day, where one is above 12.
    pub(crate) fn settles(self) -> Option<TimeFormat> {
        match (self.first > 12, self.second > 12) {
            (true, false) => Some(TimeFormat::DayFirst),
            (false, true) => Some(TimeFormat::MonthFirst),
            _ => None,
        }
    }

    /// Whether it can be read whatever others of its column say.
    pub(crate) fn is_plain(self) -> bool {
        self.separator == '.'
    }

    fn ms(self, day: i16, month: i16) -> Option<i64> {
        at_ms(self.year, month, day, self.time)
    }
}

/// Three numbers, and the one sign between them.
fn numbers(date: &str) -> Option<(char, [i16; 3])> {
    let separator = date.chars().find(|c| !c.is_ascii_digit()).filter(|c| matches!(c, '/' | '.' | '-'))?;
    let parts: Vec<&str> = date.split(separator).collect();
    let parts = <[&str; 3]>::try_from(parts).ok()?;
    let number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok()).flatten();
    Some((separator, [number(parts[0])?, number(parts[1])?, number(parts[2])?]))
}

/// A date, and the time of day behind it: `8:26`, `08:26:00.5`, `8:26 PM`; midnight without one.
fn date_and_time(text: &str) -> Option<(&str, Time)> {
    let Some((date, time)) = text.split_once([' ', 'T']) else { return Some((text, Time::midnight())) };
    let time = time.trim();
    let upper = time.to_ascii_uppercase();
    let (clock, afternoon) = match upper.strip_suffix("AM").or_else(|| upper.strip_suffix("PM")) {
        Some(clock) => (clock.trim(), Some(upper.ends_with("PM"))),
        None => (time, None),
    };
    let mut parts = clock.splitn(3, ':');
    let hour: i8 = parts.next()?.parse().ok()?;
    let minute = parts.next().map_or(Some(0), |minute| minute.parse().ok())?;
    let seconds: f64 = parts.next().map_or(Some(0.0), |seconds| seconds.parse().ok())?;
    let hour = match afternoon {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(true) => hour % 12 + 12,
        Some(false) => hour % 12,
        None => hour,
    };
    if !(0.0..60.0).contains(&seconds) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked: below 60")]
    let (whole, nanos) = (seconds as i8, (seconds.fract() * 1e9) as i32);
    Some((date, Time::new(hour, minute, whole, nanos).ok()?))
}

fn at_ms(year: i16, month: i16, day: i16, time: Time) -> Option<i64> {
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    utc_ms(date.to_datetime(time))
}

fn utc_ms(civil: DateTime) -> Option<i64> {
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn times_are_read_however_they_are_written() {
        let ms = 1_291_191_960_000;
        for text in [
            "1291191960",
            "1291191960.0",
            "1291191960000",
            "2010-12-01 08:26:00",
            "2010-12-01T08:26:00Z",
            "2010-12-01T09:26:00+01:00",
        ] {
            assert_eq!(parse_ms(text), Some(ms), "{text}");
        }
        assert_eq!(parse_ms("2010-12-01"), Some(ms - (8 * 60 + 26) * 60_000));
        assert_eq!([parse_ms("soon"), parse_ms("nan"), parse_ms("2010-13-01")], [None; 3]);
    }

    #[test]
    fn dates_of_exports_left_every_row_out() {
        let ms = 1_291_191_960_000;
        let read = |format: &TimeFormat, text: &str| format.ms(text).map(|found| found - ms);
        for text in ["12/1/2010 8:26", "12/01/2010 08:26:00", "12-1-2010 8:26 AM", "12/1/10 8:26", "2010/12/1 8:26"] {
            assert_eq!(read(&TimeFormat::MonthFirst, text), Some(0), "{text}");
        }
        for text in
            ["1/12/2010 8:26", "01-12-2010 08:26", "1.12.2010 8:26", "01.12.10 08:26:00.000", "2010-12-01 08:26"]
        {
            assert_eq!(read(&TimeFormat::DayFirst, text), Some(0), "{text}");
        }
        // With points the day is first; of others nothing is guessed.
        assert_eq!(read(&TimeFormat::Told, "1.12.2010 08:26"), Some(0));
        assert_eq!(read(&TimeFormat::Told, "12/1/2010 8:26"), None);
        assert_eq!(read(&TimeFormat::MonthFirst, "12/1/2010 8:26 PM"), Some(12 * 3_600_000));
        assert_eq!(read(&TimeFormat::MonthFirst, "12/1/2010 12:26 AM"), Some(-8 * 3_600_000));
        let pattern = |text: &str| TimeFormat::parse(text).unwrap();
        assert_eq!(read(&pattern("%d %b %Y %H:%M"), "01 Dec 2010 08:26"), Some(0));
        assert_eq!(read(&pattern("%Y%m%d"), "20101201"), Some(-(8 * 60 + 26) * 60_000));
        for text in
            ["13/13/2010", "1/12/2010 25:00", "1/12", "1/12/2010/5", "a/b/2010", "1/12/201", "1/12/2010 0:30 PM"]
        {
            assert_eq!(read(&TimeFormat::DayFirst, text), None, "{text}");
        }
        assert!(TimeFormat::parse("us").is_err());
    }
}
