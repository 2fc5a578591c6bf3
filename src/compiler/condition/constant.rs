//! Constants: arithmetic, durations and dates, folded when compiling.

use jiff::civil::Date;

/// A value that is known when compiling.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Constant {
    Bool(bool),
    Number(f64),
    Text(String),
    /// Seconds.
    Span(f64),
    /// Seconds since 1970-01-01.
    Time(f64),
    /// A semantic version.
    Version(String),
}

impl Constant {
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::Span(_) => "a length of time",
            Self::Time(_) => "a moment",
            Self::Version(_) => "a version",
        }
    }
}

/// Seconds of a unit of `days(7)` and the like.
pub(super) fn unit_s(function: &str) -> Option<f64> {
    match function {
        "days" => Some(86_400.0),
        "hours" => Some(3_600.0),
        "minutes" => Some(60.0),
        _ => None,
    }
}

/// Folds an operator over two constants; `None` when their types do not fit, or the result is not finite.
pub(super) fn fold(operator: &str, a: &Constant, b: &Constant) -> Option<Constant> {
    use Constant::{Number, Span, Text, Time};
    let result = match (operator, a, b) {
        ("_+_", Number(a), Number(b)) => Number(a + b),
        ("_-_", Number(a), Number(b)) => Number(a - b),
        ("_*_", Number(a), Number(b)) => Number(a * b),
        ("_/_", Number(a), Number(b)) => Number(a / b),
        ("_%_", Number(a), Number(b)) => Number(a % b),
        ("_+_", Span(a), Span(b)) => Span(a + b),
        ("_-_", Span(a), Span(b)) | ("_-_", Time(a), Time(b)) => Span(a - b),
        ("_*_", Span(a), Number(b)) | ("_*_", Number(b), Span(a)) => Span(a * b),
        ("_/_", Span(a), Number(b)) => Span(a / b),
        ("_+_", Time(a), Span(b)) | ("_+_", Span(a), Time(b)) => Time(a + b),
        ("_-_", Time(a), Span(b)) => Time(a - b),
        ("_+_", Text(a), Text(b)) => Text(format!("{a}{b}")),
        _ => return None,
    };
    match result {
        Number(n) | Span(n) | Time(n) if !n.is_finite() => None,
        result => Some(result),
    }
}

/// Compares two constants; `None` when their types do not fit.
pub(super) fn compare(operator: &str, a: &Constant, b: &Constant) -> Option<bool> {
    use Constant::{Bool, Number, Span, Text, Time};
    let order = match (a, b) {
        (Number(a), Number(b)) | (Span(a), Span(b)) | (Time(a), Time(b)) => a.partial_cmp(b)?,
        (Text(a), Text(b)) => a.cmp(b),
        (Bool(a), Bool(b)) if matches!(operator, "_==_" | "_!=_") => a.cmp(b),
        _ => return None,
    };
    Some(match operator {
        "_==_" => order.is_eq(),
        "_!=_" => order.is_ne(),
        "_<_" => order.is_lt(),
        "_<=_" => order.is_le(),
        "_>_" => order.is_gt(),
        "_>=_" => order.is_ge(),
        _ => return None,
    })
}

/// Seconds of CEL's `duration("1h30m")`: decimal numbers with h, m, s or ms, in a row.
pub(super) fn duration_s(text: &str) -> Option<f64> {
    let (sign, mut rest) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    if rest == "0" {
        return Some(0.0);
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let len = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let (number, unit) = rest.split_at_checked(len)?;
        let number: f64 = number.parse().ok()?;
        let (unit_s, after) = if let Some(after) = unit.strip_prefix("ms") {
            (0.001, after)
        } else if let Some(after) = unit.strip_prefix('h') {
            (3_600.0, after)
        } else if let Some(after) = unit.strip_prefix('m') {
            (60.0, after)
        } else {
            (1.0, unit.strip_prefix('s')?)
        };
        total += number * unit_s;
        rest = after;
    }
    (!text.is_empty()).then_some(sign * total)
}

/// Days since 1970-01-01 of a date such as `2026-11-27`.
pub(super) fn date_days(text: &str) -> Option<f64> {
    if text.len() != 10 {
        return None;
    }
    let date: Date = text.parse().ok()?;
    let days = date.since(Date::constant(1970, 1, 1)).ok()?.get_days();
    Some(f64::from(days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_cel_writes_them() {
        for (text, seconds) in [
            ("1h", Some(3_600.0)),
            ("1h30m", Some(5_400.0)),
            ("1.5h", Some(5_400.0)),
            ("90s", Some(90.0)),
            ("500ms", Some(0.5)),
            ("-1m", Some(-60.0)),
            ("0", Some(0.0)),
            ("1d", None),
            ("", None),
            ("h", None),
            ("5", None),
        ] {
            assert_eq!(duration_s(text), seconds, "{text}");
        }
    }

    #[test]
    fn dates_count_days_from_1970() {
        assert_eq!(date_days("1970-01-01"), Some(0.0));
        assert_eq!(date_days("1969-12-31"), Some(-1.0));
        assert_eq!(date_days("2026-11-27"), Some(20_784.0));
        assert_eq!(date_days("2026-02-30"), None);
        assert_eq!(date_days("2026-11-27T00:00"), None);
    }
}
