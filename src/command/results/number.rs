//! Numbers of a goal, as people write them.

use super::plan::measure_of;
use crate::output::describe::{grouped, span};
use attune_core::bundle::Goal;
use attune_stats::Measure;

/// How a goal's numbers are shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    is_share: bool,
    /// Empty for numbers that are no money.
    currency: String,
    decimals: usize,
}

impl Form {
    /// The form of a goal; `precision` is a difference that has to show two digits.
    pub(crate) fn of(goal: &Goal, currency: &str, precision: f64) -> Self {
        let is_share = measure_of(goal) == Measure::Proportion;
        let currency = if goal.valued { currency.to_owned() } else { String::new() };
        let least = if is_share || goal.valued { 2 } else { 3 };
        let shown = if is_share { precision * 100.0 } else { precision };
        Self { is_share, currency, decimals: decimals(shown).max(least) }
    }

    /// A mean: `3.69 %`, `12.30 GBP`, `0.412`.
    pub(crate) fn value(&self, value: f64) -> String {
        if self.is_share {
            return format!("{} %", fixed(value * 100.0, self.decimals));
        }
        let number = fixed(value, self.decimals);
        if self.currency.is_empty() { number } else { format!("{number} {}", self.currency) }
    }

    /// A difference without its unit: `+0.42`.
    pub(crate) fn bare(&self, difference: f64) -> String {
        let shown = if self.is_share { difference * 100.0 } else { difference };
        let text = fixed(shown.abs(), self.decimals);
        let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        match (is_zero, shown < 0.0) {
            (true, _) => text,
            (false, true) => format!("-{text}"),
            (false, false) => format!("+{text}"),
        }
    }

    /// The unit of differences, with a space before it.
    pub(crate) fn unit(&self) -> String {
        match (self.is_share, self.currency.as_str()) {
            (true, _) => " points".to_owned(),
            (false, "") => String::new(),
            (false, currency) => format!(" {currency}"),
        }
    }

    /// A difference: `+0.42 points`.
    pub(crate) fn difference(&self, difference: f64) -> String {
        format!("{}{}", self.bare(difference), self.unit())
    }

    /// The size of a difference: `0.42 points`.
    pub(crate) fn size(&self, difference: f64) -> String {
        self.difference(difference.abs()).trim_start_matches('+').to_owned()
    }
}

/// Digits behind the point that show two digits of a number.
fn decimals(number: f64) -> usize {
    (0..=6_u8).find(|digits| number.abs() * 10_f64.powi(i32::from(*digits)) >= 9.5).map_or(2, usize::from)
}

fn fixed(number: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", number.abs());
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
    let sign = if number < 0.0 { "-" } else { "" };
    rest.map_or_else(|| format!("{sign}{whole}"), |rest| format!("{sign}{whole}.{rest}"))
}

/// A whole number: `12,345`.
pub(crate) fn count(number: f64) -> String {
    fixed(number.round(), 0)
}

/// A part of a whole as percent: `50.1 %`.
pub(crate) fn percent(part: f64) -> String {
    format!("{:.1} %", part * 100.0)
}

/// A chance that is never certain: `98.1 %`, `above 99.9 %`.
pub(crate) fn chance(part: f64) -> String {
    match part {
        part if part > 0.999 => "above 99.9 %".to_owned(),
        part if part < 0.001 => "below 0.1 %".to_owned(),
        part => percent(part),
    }
}

/// A relative change: `+11 %`.
pub(crate) fn change(part: f64) -> String {
    let percent = part * 100.0;
    let digits = usize::from(percent.abs() < 9.95);
    format!("{}{} %", if percent < 0.0 { "-" } else { "+" }, fixed(percent.abs(), digits))
}

/// A p: `0.43`, `below 0.0001`.
pub(crate) fn p_value(p: f64) -> String {
    if p < 0.0001 {
        return "below 0.0001".to_owned();
    }
    let digits = if p < 0.01 { 4 } else { 2 };
    format!("{p:.digits$}")
}

/// What a goal counts, in words.
pub(crate) fn meaning(goal: &Goal, unit: &str, currency: &str) -> String {
    let one = unit.trim_end_matches('s');
    let after = if goal.after_s > 0 { format!(", not before {}", span(goal.after_s)) } else { String::new() };
    let window = format!("{}{after}", span(goal.window_s));
    let value =
        if goal.valued { format!("value of `{}` in {currency}", goal.event) } else { format!("`{}`", goal.event) };
    let cap = match goal.cap {
        Some(cap) if goal.valued => format!(", at most {} {currency} a {one}", fixed(cap, 0)),
        Some(cap) => format!(", at most {} a {one}", fixed(cap, 0)),
        None => String::new(),
    };
    match measure_of(goal) {
        Measure::Proportion => format!("{unit} with `{}` within {window}", goal.event),
        Measure::Mean => format!("{value} per {one} within {window}{cap}"),
        Measure::Ratio => format!("{value} per `{}` within {window}{cap}", goal.per),
    }
}
