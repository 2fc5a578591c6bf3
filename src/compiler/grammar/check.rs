//! Checks a tree of values by the grammar and reports every difference.

use super::shape::{Keys, Name, Shape};
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Place;
use crate::suggest;
use crate::syntax::{Entry, Node, Table, Value};
use attune_core::limits;

/// Reports whatever in this value the shape does not allow.
pub(crate) fn check(node: &Node, shape: &Shape, what: &str, sink: &mut Sink<'_>) {
    match shape {
        Shape::Table(keys) => match node.table() {
            Some(table) => check_table(table, node.place, keys, sink),
            None => wrong_type(node, what, "a table: { key = value }", sink),
        },
        Shape::Map(name, value) => match node.table() {
            Some(table) => check_map(table, *name, value, sink),
            None => wrong_type(node, what, "a table: { key = value }", sink),
        },
        Shape::List(item) => match node.list() {
            Some(items) => check_items(items, item, what, sink),
            None => wrong_type(node, what, "a list: [ ... ]", sink),
        },
        Shape::OneOrMore(item) => match node.list() {
            Some(items) => check_items(items, item, what, sink),
            None => check(node, item, what, sink),
        },
        Shape::Either(shapes) => {
            let fits = |shape: &&Shape| {
                matches!(
                    (shape, &node.value),
                    (Shape::Map(..) | Shape::Table(_), Value::Table(_))
                        | (Shape::Text | Shape::Template | Shape::OneOrMore(_), Value::Text(_))
                        | (Shape::OneOrMore(_), Value::List(_))
                )
            };
            match shapes.iter().find(fits) {
                Some(shape) => check(node, shape, what, sink),
                None => wrong_type(node, what, "text in quotes, or a table by locale", sink),
            }
        }
        _ => check_scalar(node, shape, what, sink),
    }
}

fn check_items(items: &[Node], shape: &Shape, what: &str, sink: &mut Sink<'_>) {
    for item in items {
        check(item, shape, what, sink);
    }
}

fn check_scalar(node: &Node, shape: &Shape, what: &str, sink: &mut Sink<'_>) {
    let is_text = node.text().is_some();
    let (fits, expected) = match shape {
        Shape::Span => (is_text, "a length of time in quotes, such as \"7d\""),
        Shape::Moment => (
            is_text || matches!(node.value, Value::Moment(_)),
            "a date or a date with time, such as 2026-11-27T08:00:00",
        ),
        Shape::Bool => (node.bool().is_some(), "true or false"),
        Shape::Whole(..) => (node.whole().is_some(), "a whole number"),
        Shape::Weight | Shape::Percent => (node.number().is_some(), "a number"),
        // The composed shapes are handled by the caller.
        _ => (is_text, "text in quotes"),
    };
    if !fits {
        wrong_type(node, what, expected, sink);
        return;
    }
    match (shape, node.whole(), node.text()) {
        (Shape::Whole(min, max), Some(n), _) if !(*min..=*max).contains(&n) => sink.report(
            Code::OutOfRange,
            node.place,
            format!("{n} is out of range for `{what}`"),
            format!("write a whole number from {min} to {max}"),
        ),
        (Shape::Choice(choices), _, Some(text)) if !choices.contains(&text.decoded) => sink.report(
            Code::NotAChoice,
            node.place,
            format!("`{}` is not a choice for `{what}`", text.decoded),
            format!("write one of {}", suggest::quoted(choices)),
        ),
        _ => {}
    }
}

fn wrong_type(node: &Node, what: &str, expected: &str, sink: &mut Sink<'_>) {
    sink.report(
        Code::WrongType,
        node.place,
        format!("`{what}` cannot be {}", node.kind()),
        format!("write {expected}"),
    );
}

fn check_table(table: &Table, place: Place, keys: &Keys, sink: &mut Sink<'_>) {
    for entry in &table.entries {
        if let Some(key) = keys.known.iter().find(|key| key.name == entry.key) {
            check(&entry.node, &key.shape, &entry.key, sink);
        } else if let Some((name, shape)) = keys.rest {
            check_rest(entry, keys, name, shape, sink);
        } else {
            unknown_key(entry, keys, sink);
        }
    }
    for key in keys.known.iter().filter(|key| key.required) {
        if table.get(key.name).is_none() {
            sink.report(
                Code::MissingKey,
                place,
                format!("{} has no `{}`", keys.what, key.name),
                format!("add `{}`: {}", key.name, key.doc),
            );
        }
    }
}

fn check_rest(entry: &Entry, keys: &Keys, name: Name, shape: &Shape, sink: &mut Sink<'_>) {
    let is_table = entry.node.table().is_some();
    if matches!(shape, Shape::Table(_)) != is_table {
        unknown_key(entry, keys, sink);
        return;
    }
    if let Some(message) = key_problem(&entry.key, name) {
        bad_name(entry, &message, sink);
    }
    check(&entry.node, shape, &entry.key, sink);
}

fn unknown_key(entry: &Entry, keys: &Keys, sink: &mut Sink<'_>) {
    let known = keys.known.iter().filter(|key| key.name != "$schema").map(|key| key.name);
    sink.report(
        Code::UnknownKey,
        entry.key_place,
        format!("{} has no key `{}`", keys.what, entry.key),
        suggest::help(&entry.key, known, "remove it"),
    );
}

fn check_map(table: &Table, name: Name, value: &Shape, sink: &mut Sink<'_>) {
    for entry in &table.entries {
        if let Some(message) = key_problem(&entry.key, name) {
            bad_name(entry, &message, sink);
        }
        check(&entry.node, value, &entry.key, sink);
    }
}

fn bad_name(entry: &Entry, message: &str, sink: &mut Sink<'_>) {
    sink.report(
        Code::BadName,
        entry.key_place,
        format!("`{}` cannot be a name: {message}", entry.key),
        "write lower-case letters, digits, `-` and `_`, such as `summer-sale`",
    );
}

/// Why this cannot be a key, if it cannot. Locales and places are checked where they are used.
fn key_problem(key: &str, name: Name) -> Option<String> {
    if name != Name::Key {
        return None;
    }
    if key.len() > limits::KEY_BYTES_MAX {
        return Some(format!("it is longer than {} bytes", limits::KEY_BYTES_MAX));
    }
    let Some(first) = key.chars().next() else {
        return Some("it is empty".to_owned());
    };
    if !(first.is_ascii_lowercase() || first.is_ascii_digit()) {
        return Some("it does not begin with a lower-case letter or a digit".to_owned());
    }
    key.chars()
        .find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_')))
        .map(|c| format!("it has `{c}` in it"))
}
