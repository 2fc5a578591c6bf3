//! A feed by its format.

use super::columns::{Columns, KNOWN};
use super::product::{Flaw, Rows};
use super::{delimited, json, merchant};
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::{File, Place, Text};
use std::borrow::Cow;

/// One row as its format has it: columns and values, and where it begins and ends in the file.
pub(super) struct Row<'r> {
    pub(super) cells: Vec<(&'r str, Cow<'r, str>)>,
    pub(super) place: Place,
}

/// What a reader finds.
pub(super) enum Found<'r> {
    /// A row.
    Row(Row<'r>),
    /// What should be a row, and is none.
    Bad(Flaw, Place),
}

impl Row<'_> {
    fn cell(&self, name: &str) -> Option<&str> {
        let found = self.cells.iter().find(|(column, _)| *column == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// One of the things that every product may have.
    pub(super) fn known(&self, key: &str, columns: &Columns) -> Option<&str> {
        let at = KNOWN.iter().position(|(name, _)| *name == key)?;
        columns.names(at).iter().find_map(|name| self.cell(name))
    }

    /// A field.
    pub(super) fn field(&self, at: usize, columns: &Columns) -> Option<&str> {
        self.cell(columns.fields().get(at)?)
    }
}

/// The name of a column as it is compared: `Image Link`, `g:image_link` and `image-link` are one.
pub(super) fn column_name(name: &str) -> String {
    let name = name.trim();
    // Google writes columns with a prefix in some exports.
    name.strip_prefix("g:").unwrap_or(name).to_lowercase().replace([' ', '-'], "_")
}

/// Reads a feed of any format.
pub(super) fn read(index: usize, file: &File, named: Text<'_>, rows: &mut Rows<'_>, sink: &mut Sink<'_>) {
    if !FORMATS.contains(&format(file)) {
        sink.report(
            Code::FeedFormat,
            named.place,
            format!("the format of {} is not known", file.path),
            "name it .xml (Google Merchant), .tsv, .csv, .json or .jsonl",
        );
    } else if let Err((at, problem)) = self::rows(file, index, &mut |found| rows.add(found)) {
        sink.report(
            Code::FeedFormat,
            Place::new(index, at..(at + 1).min(file.text.len())),
            format!("{} cannot be read: {problem}", file.path),
            "what comes before was read; correct it and compile again",
        );
    }
}

const FORMATS: &[&str] = &["tsv", "csv", "json", "jsonl", "xml"];

fn format(file: &File) -> &str {
    file.path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// The rows of a feed, by the ending of its name.
pub(super) fn rows(file: &File, index: usize, add: &mut dyn FnMut(&Found<'_>)) -> Result<(), Broken> {
    let text = file.text.trim_start_matches('\u{feff}');
    let from = file.text.len() - text.len();
    match format(file) {
        "tsv" => delimited::read(text, from, '\t', index, add),
        "csv" => delimited::read(text, from, ',', index, add),
        "json" => json::read(text, from, false, index, add),
        "jsonl" => json::read(text, from, true, index, add),
        "xml" => merchant::read(text, from, index, add),
        other => Err((0, format!("the format .{other} is not known"))),
    }
}

/// Where a feed cannot be read any further, and why.
pub(super) type Broken = (usize, String);
