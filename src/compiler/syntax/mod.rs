//! Authored text to one tree of values with places, whatever the format.

mod json;
mod quotes;
mod toml;
mod tree;

pub(crate) use tree::{Entry, Node, Table, Value};

use crate::diagnostic::Sink;

/// Reads one TOML or JSON file; problems are reported and what could be read is returned.
pub(crate) fn parse(file: usize, sink: &mut Sink<'_>) -> Table {
    let Some(source) = sink.files().get(file) else {
        return Table::default();
    };
    if source.has_extension("json") {
        json::parse(file, &source.text, sink)
    } else {
        toml::parse(file, &source.text, sink)
    }
}
