//! A feed by its format.

use super::columns::{Columns, KNOWN};
use super::product::Rows;
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

impl Row<'_> {
    fn cell(&self, name: &str) -> Option<&str> {
        let found = self.cells.iter().find(|(column, _)| column.eq_ignore_ascii_case(name));
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

/// Reads a feed of any format.
pub(super) fn read(
    index: usize,
    file: &File,
    named: Text<'_>,
    columns: &Columns,
    rows: &mut Rows<'_>,
    sink: &mut Sink<'_>,
) {
    let mut add = |row: &Row<'_>| rows.add(row, columns);
    let format = file.path.rsplit_once('.').map_or("", |(_, extension)| extension);
    if !FORMATS.contains(&format) {
        sink.report(
            Code::FeedFormat,
            named.place,
            format!("the format of {} is not known", file.path),
            "name it .xml (Google Merchant), .tsv, .csv, .json or .jsonl",
        );
    } else if let Err((at, problem)) = self::rows(file, index, &mut add) {
        sink.report(
            Code::FeedFormat,
            Place::new(index, at..(at + 1).min(file.text.len())),
            format!("{} cannot be read: {problem}", file.path),
            "what comes before was read; correct it and compile again",
        );
    }
}

const FORMATS: &[&str] = &["tsv", "csv", "json", "jsonl", "xml"];

/// The rows of a feed, by the ending of its name.
pub(super) fn rows(file: &File, index: usize, add: &mut dyn FnMut(&Row<'_>)) -> Result<(), Broken> {
    let text = file.text.trim_start_matches('\u{feff}');
    let from = file.text.len() - text.len();
    match file.path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "tsv" => delimited::read(text, from, '\t', index, add),
        "csv" => delimited::read(text, from, ',', index, add),
        "json" | "jsonl" => json::read(text, from, index, add),
        "xml" => merchant::read(text, from, index, add),
        other => Err((0, format!("the format .{other} is not known"))),
    }
}

/// Where a feed cannot be read any further, and why.
pub(super) type Broken = (usize, String);
