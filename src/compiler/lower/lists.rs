//! `[lists]`, and the text files that lists may stand in.

use super::limit::at_most;
use super::private;
use crate::codes::Code;
use crate::condition::NamedList;
use crate::diagnostic::Sink;
use crate::source::{Place, Text};
use crate::suggest;
use crate::syntax::Table;
use attune_core::limits;

/// The named lists, sorted, from values or from files.
pub(super) fn lists(root: &Table, sink: &mut Sink<'_>) -> Vec<NamedList> {
    let entries = root.entries_of("lists");
    at_most(entries, "lists", limits::LISTS_MAX, sink);
    let mut lists = Vec::new();
    for entry in entries {
        let Some(table) = entry.node.table() else { continue };
        let values = match (table.get("values"), table.text("file")) {
            (Some(values), None) => values.texts().iter().map(|text| (text.decoded.to_owned(), text.place)).collect(),
            (None, Some(file)) => match lines(file, sink) {
                Some(values) => values,
                None => continue,
            },
            _ => {
                sink.report(
                    Code::BadList,
                    entry.key_place,
                    format!("list `{}` has both values and a file, or neither", entry.key),
                    "write file = \"lists/clearance.txt\", or values = [\"22423\"]",
                );
                continue;
            }
        };
        lists.push(NamedList {
            key: entry.key.clone(),
            values: checked(&entry.key, entry.key_place, values, sink),
            is_private: private::is_private(table),
        });
    }
    lists
}

/// One value a line; `None`, reported, without the file. Blank lines and lines that begin with `#` are nothing.
pub(super) fn lines(file: Text<'_>, sink: &mut Sink<'_>) -> Option<Vec<(String, Place)>> {
    let Some(index) = sink.files().iter().position(|known| known.path == file.decoded) else {
        let known: Vec<&str> =
            sink.files().iter().filter(|f| f.has_extension("txt")).map(|f| f.path.as_str()).collect();
        sink.report(
            Code::NoFile,
            file.place,
            format!("there is no file {}", file.decoded),
            suggest::help(file.decoded, known, "put it into lists/ beside attune.toml, with .txt at its end"),
        );
        return None;
    };
    let text = sink.files().get(index).map_or("", |file| file.text.as_str());
    let mut at = 0;
    let mut values = Vec::new();
    for line in text.split_inclusive('\n') {
        let value = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        if !value.is_empty() && !value.starts_with('#') {
            values.push((value.to_owned(), Place::new(index, start..start + value.len())));
        }
    }
    Some(values)
}

/// The values, sorted, each once; problems are reported.
pub(super) fn checked(key: &str, place: Place, values: Vec<(String, Place)>, sink: &mut Sink<'_>) -> Vec<String> {
    if values.is_empty() || values.len() > limits::LIST_MAX {
        sink.report(
            Code::BadList,
            place,
            format!("list `{key}` has {} values", values.len()),
            format!("1 to {} are possible", limits::LIST_MAX),
        );
    }
    if let Some((text, place)) = values.iter().find(|(text, _)| text.is_empty() || text.len() > limits::TEXT_BYTES_MAX)
    {
        sink.report(
            Code::BadList,
            *place,
            format!("the value has {} bytes", text.len()),
            format!("1 to {} are possible", limits::TEXT_BYTES_MAX),
        );
    }
    let mut values: Vec<String> = values.into_iter().map(|(text, _)| text).collect();
    values.sort_unstable();
    values.dedup();
    values
}
