//! TOML, with recovery: one broken line does not hide the others.

use super::quotes;
use super::tree::{Entry, Node, Table, Value};
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Place;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) fn parse(file: usize, text: &str, sink: &mut Sink<'_>) -> Table {
    let (root, errors) = DeTable::parse_recoverable(text);
    let table = convert_table(root.get_ref(), file, sink);
    let unclosed = if errors.is_empty() { Vec::new() } else { quotes::unclosed(text) };
    let end = unclosed.first().map_or(usize::MAX, |quote| quote.start);
    let mut last = 0;
    for error in errors {
        let range = clamp(error.span().unwrap_or(0..0), text);
        let place = Place::new(file, range.clone());
        // Problems behind an unclosed quote follow from it.
        if range.start >= end {
            continue;
        }
        last = last.max(range.start);
        if error.message().contains("duplicate key") {
            report_duplicate(&table, text, place, sink);
        } else if let Some(quote) = ended_before(text, range.start, error.message(), end) {
            let help = if quote == '"' {
                "close it before this, or put '...' around a text with quotes in it: where = 'page.type == \"home\"'"
            } else {
                "close it before this, or put \"...\" around a text with an apostrophe in it: title = \"It's here\""
            };
            sink.report(
                Code::Syntax,
                place,
                "this is not valid TOML: the text has ended at the quote before this",
                help,
            );
        } else {
            sink.report(
                Code::Syntax,
                place,
                format!("this is not valid TOML: {}", error.message()),
                "see toml.io for the rules; texts stand in quotes and conditions best in '...'",
            );
        }
    }
    report_unclosed(text, file, last, &unclosed, sink);
    table
}

/// The quote that ended a text too early, directly before a problem. `unclosed`: the first quote that is not closed.
fn ended_before(text: &str, at: usize, problem: &str, unclosed: usize) -> Option<char> {
    let quote = text.get(..at)?.chars().next_back().filter(|c| matches!(c, '"' | '\''))?;
    let on_this_line = || text.get(at..unclosed).is_some_and(|between| !between.contains('\n'));
    let is_early_end =
        problem.starts_with("unexpected key or value") || (problem.starts_with("missing comma") && on_this_line());
    is_early_end.then_some(quote)
}

/// Reports each quote that is not closed. `last`: where the last problem before the first of them is. On the same line
/// that problem is the cause, so the quote is not reported.
fn report_unclosed(text: &str, file: usize, last: usize, unclosed: &[Range<usize>], sink: &mut Sink<'_>) {
    let Some(first) = unclosed.first() else { return };
    sink.cut_off = true;
    let line = text.get(..first.start).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    for quote in unclosed.iter().skip(usize::from(last > line)) {
        let written = text.get(quote.clone()).unwrap_or("\"");
        let help = if written.len() == 3 {
            format!("write {written} where the text ends")
        } else {
            format!(
                "write {written} where the text ends, on the same line; a text of several lines stands in three quotes"
            )
        };
        sink.report(Code::Syntax, Place::new(file, quote.clone()), "this quote is not closed", help);
    }
}

fn report_duplicate(table: &Table, text: &str, place: Place, sink: &mut Sink<'_>) {
    let key = text.get(place.start..place.end).unwrap_or("").trim().trim_matches(['"', '\'']).to_owned();
    let message = format!("`{key}` is defined twice");
    let help = "delete one of the two, or give it another name";
    // The keys of a table stand together, so the first definition is the last one before this.
    let first = last_before(table, &key, place.start).or_else(|| same_line_before(text, place));
    match first {
        Some(first) => sink.report_with(Code::DefinedTwice, place, message, help, (first, "first defined here")),
        None => sink.report(Code::DefinedTwice, place, message, help),
    }
}

fn last_before(table: &Table, key: &str, before: usize) -> Option<Place> {
    table
        .entries
        .iter()
        .flat_map(|entry| {
            let own = (entry.key == key && entry.key_place.start < before).then_some(entry.key_place);
            let inner = entry.node.table().and_then(|inner| last_before(inner, key, before));
            own.into_iter().chain(inner)
        })
        .max_by_key(|place| place.start)
}

/// An earlier line that reads the same: the other one of two equal `[headings]`.
fn same_line_before(text: &str, place: Place) -> Option<Place> {
    let start = text.get(..place.start)?.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(start..)?.lines().next()?;
    let mut at = 0;
    for earlier in text.get(..start)?.split_inclusive('\n') {
        if earlier.trim() == line.trim() {
            let from = at + (place.start - start);
            return Some(Place::new(place.file, from..from + (place.end - place.start)));
        }
        at += earlier.len();
    }
    None
}

fn clamp(range: Range<usize>, text: &str) -> Range<usize> {
    let mut start = range.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = range.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

fn convert_table(table: &DeTable<'_>, file: usize, sink: &mut Sink<'_>) -> Table {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_place: Place::new(file, key.span()),
            node: convert(value, file, sink),
        })
        .collect();
    // The map is sorted by name, but the order of arms, pages and locales matters.
    entries.sort_by_key(|entry| entry.key_place.start);
    Table { entries }
}

fn convert(value: &Spanned<DeValue<'_>>, file: usize, sink: &mut Sink<'_>) -> Node {
    let place = Place::new(file, value.span());
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(n) => {
            if let Ok(n) = i64::from_str_radix(n.as_str(), n.radix()) {
                Value::Whole(n)
            } else {
                too_large(place, sink);
                Value::Whole(0)
            }
        }
        DeValue::Float(n) => match n.as_str().parse::<f64>() {
            Ok(n) if n.is_finite() => Value::Number(n),
            _ => {
                too_large(place, sink);
                Value::Number(0.0)
            }
        },
        DeValue::Boolean(b) => Value::Bool(*b),
        DeValue::Datetime(moment) => Value::Moment(*moment),
        DeValue::Array(items) => Value::List(items.iter().map(|item| convert(item, file, sink)).collect()),
        DeValue::Table(table) => Value::Table(convert_table(table, file, sink)),
    };
    Node { value, place }
}

fn too_large(place: Place, sink: &mut Sink<'_>) {
    sink.report(
        Code::OutOfRange,
        place,
        "the number is too large, or not a number",
        "write a finite number below 2^63",
    );
}
