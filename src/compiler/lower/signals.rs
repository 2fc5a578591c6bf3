//! `[signals]`: authored memory over events.

use super::vocabulary::at_most;
use crate::codes::Code;
use crate::condition::{item_tests, span_s};
use crate::diagnostic::Sink;
use crate::source::Text;
use crate::syntax::Table;
use attune_core::bundle::{ItemTest, Measure, Signal};
use attune_core::limits;

pub(super) fn signals(root: &Table, categories: Option<&[String]>, sink: &mut Sink<'_>) -> Vec<Signal> {
    let entries = root.entries_of("signals");
    at_most(entries, "signals", limits::SIGNALS_MAX, sink);
    let mut signals = Vec::new();
    for entry in entries {
        let Some(table) = entry.node.table() else { continue };
        let tests = table.text("where").map(|text| tests(text, categories, sink)).unwrap_or_default();
        signals.push(Signal {
            key: entry.key.clone(),
            event: table.text("event").map_or_else(String::new, |event| event.decoded.to_owned()),
            tests,
            measure: measure(table.text("measure"), sink),
            half_life_days: half_life(table.text("half_life"), sink),
        });
    }
    signals
}

fn measure(text: Option<Text<'_>>, sink: &mut Sink<'_>) -> Measure {
    let Some(text) = text else { return Measure::Count };
    match text.decoded {
        "count" => Measure::Count,
        "sum:value" => Measure::SumValue,
        "sum:quantity" => Measure::SumQuantity,
        "share" => Measure::Share,
        "last" => Measure::Last,
        other => {
            let later = other.starts_with("top:");
            let code = if later { Code::NotYet } else { Code::NotAChoice };
            sink.report(
                code,
                text.place,
                format!("\"{other}\" is not a measure{}", if later { " yet" } else { "" }),
                "write \"count\", \"sum:value\", \"sum:quantity\", \"share\" or \"last\"",
            );
            Measure::Count
        }
    }
}

fn half_life(text: Option<Text<'_>>, sink: &mut Sink<'_>) -> u16 {
    let Some(text) = text else { return 0 };
    let days = span_s(text.decoded).filter(|s| s % 86_400 == 0).map(|s| s / 86_400);
    let whole =
        days.filter(|days| (1..=limits::PROFILE_AGE_DAYS_MAX).contains(days)).and_then(|d| u16::try_from(d).ok());
    whole.unwrap_or_else(|| {
        sink.report(
            Code::BadDuration,
            text.place,
            format!("\"{}\" is not a half-life", text.decoded),
            format!("write whole days, from \"1d\" to \"{}d\"", limits::PROFILE_AGE_DAYS_MAX),
        );
        0
    })
}

fn tests(text: Text<'_>, categories: Option<&[String]>, sink: &mut Sink<'_>) -> Vec<ItemTest> {
    let tests = item_tests(text, categories, sink);
    if tests.len() > limits::SIGNAL_TESTS_MAX {
        sink.report(
            Code::OverLimit,
            text.place,
            format!("the signal tests {} things of an item", tests.len()),
            format!("at most {} are possible", limits::SIGNAL_TESTS_MAX),
        );
    }
    tests
}
