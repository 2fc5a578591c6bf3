//! All files to one configuration: tables merge, a name defined twice is an error.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::grammar::{self, ROOT, Shape};
use crate::source::DEPLOYMENT;
use crate::syntax::{self, Entry, Node, Table, Value};

/// Reads, merges and checks every file.
pub(crate) fn merge(sink: &mut Sink<'_>) -> Table {
    let mut root = Table::default();
    for file in 0..sink.files().len() {
        let authored = sink.files().get(file).is_some_and(|f| {
            (f.has_extension("toml") || f.has_extension("json")) && !f.is_catalog() && f.path != DEPLOYMENT
        });
        if !authored {
            continue;
        }
        for entry in syntax::parse(file, sink).entries {
            add(&mut root, entry, sink);
        }
    }
    if let Some(place) = root.entries.first().map(|entry| entry.key_place) {
        let node = Node { value: Value::Table(root.clone()), place };
        grammar::check(&node, &Shape::Table(&ROOT), "the configuration", sink);
    }
    if root.get("site").is_none() {
        sink.report_absent(
            Code::NoSite,
            "the configuration has no [site]",
            "add attune.toml with [site], name, hosts and locales; `attune init` writes one",
        );
    }
    root
}

fn add(root: &mut Table, entry: Entry, sink: &mut Sink<'_>) {
    let Some(existing) = root.entries.iter_mut().find(|e| e.key == entry.key) else {
        root.entries.push(entry);
        return;
    };
    if entry.key == "$schema" {
        return;
    }
    match (&mut existing.node.value, entry.node.value) {
        (Value::Table(into), Value::Table(from)) => {
            for inner in from.entries {
                if let Some(first) = into.entry(&inner.key) {
                    sink.report_with(
                        Code::DefinedTwice,
                        inner.key_place,
                        format!("`{}.{}` is defined twice", entry.key, inner.key),
                        "delete one of the two, or give it another name",
                        (first.key_place, "first defined here"),
                    );
                } else {
                    into.entries.push(inner);
                }
            }
        }
        _ => sink.report_with(
            Code::DefinedTwice,
            entry.key_place,
            format!("`{}` is defined twice", entry.key),
            "delete one of the two",
            (existing.key_place, "first defined here"),
        ),
    }
}
