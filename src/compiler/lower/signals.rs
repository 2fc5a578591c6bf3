//! `[signals]`: authored memory over events.

use super::days::days;
use super::limit::at_most;
use crate::codes::Code;
use crate::condition::{Categories, item_tests};
use crate::diagnostic::Sink;
use crate::source::{Place, Text};
use crate::suggest;
use crate::syntax::{Entry, Node, Table};
use attune_core::bundle::{ItemField, ItemTest, Measure, Signal};
use attune_core::codec::hash32;
use attune_core::limits;
use attune_core::profile::top_hash;
use std::collections::BTreeMap;

pub(super) fn signals(root: &Table, categories: Categories<'_>, sink: &mut Sink<'_>) -> Vec<Signal> {
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
            measure: measure(entry, table, categories, sink),
            half_life_days: days(table.text("half_life"), 0, "a half-life", sink),
        });
    }
    report_entries(&signals, entries, sink);
    report_doubles(&signals, entries, sink);
    signals
}

/// The values that a signal can have, if it is a text.
pub(super) fn values(signal: &Signal) -> Option<Vec<&str>> {
    signal.measure.top().map(|(_, values)| values.iter().map(String::as_str).collect())
}

/// Reports more entries than a visitor's cookie can hold.
fn report_entries(signals: &[Signal], entries: &[Entry], sink: &mut Sink<'_>) {
    let mut count = 0;
    for (signal, entry) in signals.iter().zip(entries) {
        let before = count;
        count += signal.entries_max();
        if before <= limits::SIGNALS_MAX && count > limits::SIGNALS_MAX && signals.len() <= limits::SIGNALS_MAX {
            sink.report(
                Code::OverLimit,
                entry.key_place,
                format!("the signals up to this one take {count} entries of the cookie"),
                format!(
                    "at most {} are possible: a signal with `top` takes one for each value, {} at most, and any other takes one",
                    limits::SIGNALS_MAX,
                    limits::TOP_ENTRIES_MAX
                ),
            );
        }
    }
}

/// Reports signals and values with the same hash of 32 bits: the cookie could not tell them apart.
fn report_doubles(signals: &[Signal], entries: &[Entry], sink: &mut Sink<'_>) {
    let mut names_by_hash = BTreeMap::new();
    for (signal, entry) in signals.iter().zip(entries) {
        let top = signal.measure.top();
        let count = top.is_none().then(|| (hash32(&[&signal.key]), signal.key.clone()));
        let values = top.map_or(&[][..], |(_, values)| values);
        let of_values = values.iter().map(|value| (top_hash(&signal.key, value), format!("{}: {value}", signal.key)));
        for (hash, name) in count.into_iter().chain(of_values) {
            if let Some(other) = names_by_hash.insert(hash, name.clone()) {
                sink.report(
                    Code::BadSignal,
                    entry.key_place,
                    format!("`{name}` and `{other}` have the same hash in the cookie"),
                    "call the signal something else: its key is part of the hash",
                );
            }
        }
    }
}

fn measure(entry: &Entry, table: &Table, categories: Categories<'_>, sink: &mut Sink<'_>) -> Measure {
    let Some(text) = table.text("measure") else { return Measure::Count };
    let values = table.get("values");
    if let Some(field) = text.decoded.strip_prefix("top:") {
        return top(entry, text, field, values, categories, sink);
    }
    if let Some(values) = values {
        sink.report(
            Code::BadSignal,
            values.place,
            format!("\"{}\" has no values", text.decoded),
            "values are for measure = \"top:brand\", \"top:category\" and \"top:variant\"",
        );
    }
    match text.decoded {
        "count" => Measure::Count,
        "sum:value" => Measure::SumValue,
        "sum:quantity" => Measure::SumQuantity,
        "share" => Measure::Share,
        "last" => Measure::Last,
        other => {
            sink.report(
                Code::NotAChoice,
                text.place,
                format!("\"{other}\" is not a measure"),
                format!("write {}", suggest::quoted(MEASURES)),
            );
            Measure::Count
        }
    }
}

const MEASURES: &[&str] =
    &["count", "sum:value", "sum:quantity", "share", "last", "top:category", "top:brand", "top:variant"];

/// `top:brand` with its closed list of values. Default for categories: those of the catalogue.
fn top(
    entry: &Entry,
    text: Text<'_>,
    field: &str,
    values: Option<&Node>,
    categories: Categories<'_>,
    sink: &mut Sink<'_>,
) -> Measure {
    let field = match field {
        "category" => ItemField::Category,
        "brand" => ItemField::Brand,
        "variant" => ItemField::Variant,
        other => {
            sink.report(
                Code::NotAChoice,
                text.place,
                format!("an item has no text `{other}` that could be counted"),
                suggest::help(
                    other.trim_start_matches("item_"),
                    ["category", "brand", "variant"],
                    "write \"top:brand\"",
                ),
            );
            return Measure::Count;
        }
    };
    let of_catalog = categories.known.filter(|_| field == ItemField::Category);
    let Some(values) = values else {
        let Some(known) = of_catalog.filter(|known| known.len() <= limits::TOP_VALUES_MAX) else {
            sink.report(
                Code::BadSignal,
                entry.key_place,
                format!("signal `{}` does not say which values it tells apart", entry.key),
                "add values = [\"acme\", \"lumen\"]: others are not counted",
            );
            return of(field, Vec::new());
        };
        return of(field, known.to_vec());
    };
    let texts = values.texts();
    if texts.is_empty() || texts.len() > limits::TOP_VALUES_MAX {
        sink.report(
            Code::OverLimit,
            values.place,
            format!("signal `{}` has {} values", entry.key, texts.len()),
            format!("1 to {} are possible", limits::TOP_VALUES_MAX),
        );
    }
    let mut kept: Vec<String> = Vec::new();
    for text in &texts {
        let key =
            if field == ItemField::Category { categories.aliases.category(text.decoded) } else { text.decoded.into() };
        value(&key, text.place, &kept, of_catalog, sink);
        if !kept.iter().any(|known| *known == key) {
            kept.push(key.into_owned());
        }
    }
    of(field, kept)
}

fn of(field: ItemField, values: Vec<String>) -> Measure {
    match field {
        ItemField::Category => Measure::TopCategory(values),
        ItemField::Brand => Measure::TopBrand(values),
        ItemField::Variant => Measure::TopVariant(values),
    }
}

/// Checks one value, after those `before` it.
fn value(decoded: &str, place: Place, before: &[String], categories: Option<&[String]>, sink: &mut Sink<'_>) {
    if decoded.is_empty() || decoded.len() > limits::ITEM_TEXT_BYTES_MAX {
        sink.report(
            Code::OverLimit,
            place,
            format!("the value has {} bytes", decoded.len()),
            format!("1 to {} are possible", limits::ITEM_TEXT_BYTES_MAX),
        );
    } else if before.iter().any(|value| value == decoded) {
        sink.report(Code::BadSignal, place, format!("\"{decoded}\" is there twice"), "leave one of them out");
    } else if let Some(known) = categories.filter(|known| !known.iter().any(|key| key == decoded)) {
        let help = suggest::help(decoded, known.iter().map(String::as_str), "add it to the catalogue first");
        sink.report(Code::UnknownCategory, place, format!("the catalogue has no category \"{decoded}\""), help);
    }
}

fn tests(text: Text<'_>, categories: Categories<'_>, sink: &mut Sink<'_>) -> Vec<ItemTest> {
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
