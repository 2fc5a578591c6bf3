//! Numbers, values, verdicts and tests in words.

use attune_core::attribute::Kind;
use attune_core::bundle::{Atom, Comparison, Test};
use attune_core::civil::format_date;
use attune_core::explain;
use attune_core::html::GiveUpReason;

/// A length of time: `7 days`, `1 hour`, `90 seconds`.
pub fn span(seconds: u32) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let whole = units.into_iter().find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit));
    let (unit, name) = whole.unwrap_or((1, "second"));
    counted((seconds / unit) as usize, name)
}

/// `1 error`, `2 errors`.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A count with separated thousands: `1,234,567`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A share as percent with one digit: `12.5 %`.
pub fn percent(part: u64, whole: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
    let share = if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 };
    format!("{share:.1} %")
}

/// What a test requires: `more than 1 hour`, `one of "DE", "FR"`.
pub fn requirement(atom: &Atom, kind: Kind) -> String {
    match &atom.test {
        Test::Known => "known".to_owned(),
        Test::IsTrue => "true".to_owned(),
        Test::Number(comparison, number) => {
            let than = match comparison {
                Comparison::Less => "less than ",
                Comparison::LessOrEqual => "at most ",
                Comparison::Greater => "more than ",
                Comparison::GreaterOrEqual => "at least ",
                Comparison::Equal => "",
            };
            format!("{than}{}", value(kind, &number.to_string()))
        }
        Test::TextEquals(text) => format!("\"{text}\""),
        Test::TextIn(list) if list.len() > 8 => format!("in a list of {}", list.len()),
        Test::TextIn(list) => format!("one of \"{}\"", list.join("\", \"")),
        Test::StartsWith(text) => format!("a text that begins with \"{text}\""),
        Test::EndsWith(_)
        | Test::Contains(_)
        | Test::TextInList(_)
        | Test::Matches(_)
        | Test::Lowered(_)
        | Test::Version(..)
        | Test::Near(_)
        | Test::Versus(..)
        | Test::SameText(_)
        | Test::Remainder(..)
        | Test::Length(..) => format!("so that {} holds", explain::atom(atom)),
    }
}

/// A value in the unit that people use: seconds as hours or days, days since 1970 as a date.
pub fn value(kind: Kind, shown: &str) -> String {
    let described = match kind {
        Kind::Duration => shown.parse().ok().map(span),
        Kind::Date => shown.parse().ok().map(format_date),
        Kind::Bool | Kind::Number | Kind::Money | Kind::Text | Kind::Time | Kind::Place => None,
    };
    described.unwrap_or_else(|| shown.to_owned())
}

/// Why an element that matches a slot keeps the origin's content.
pub fn give_up(reason: GiveUpReason) -> &'static str {
    match reason {
        GiveUpReason::Overflow => "it is larger than 64 KB",
        GiveUpReason::EndOfFile => "the page ends before its end tag",
        GiveUpReason::StrayEndTag => "an end tag comes that it did not open",
        GiveUpReason::ImpliedEnd => "another tag ends it before its end tag",
        GiveUpReason::TooDeep => "too many elements are open in it",
        GiveUpReason::NotFillable => "where it ends is not certain, or it has no content",
        GiveUpReason::InTemplate => "it is in a <template>",
        GiveUpReason::InForeign => "it is in SVG or MathML",
        GiveUpReason::InTable => "it is in a table, outside of any cell",
        GiveUpReason::MovedOut => "it is a table, and a browser moves out of it what stands in none of its cells",
        GiveUpReason::Unsure => "an end tag before it may have ended SVG or MathML, or nothing",
        _ => "the scanner does not fill it",
    }
}
