//! A feed by its format.

use super::product::Rows;
use super::row::{Broken, Found};
use super::{delimited, json, merchant};
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::{File, Place, Text};

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
