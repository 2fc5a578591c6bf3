//! Tab and comma separated values.

use super::field::{FIELDS, Places};
use super::{Columns, Layout, Row, Take, inference};
use crate::{LearnError, Noise};
use std::io::Read;
use std::path::Path;

/// Lines by which columns without names are guessed.
const SAMPLE_LINES: usize = 2_000;

/// Reads rows; those that are not UTF-8 or have too few columns are counted. The `head` of the text is given a second time, to look at.
pub(super) fn read(
    path: &Path,
    (head, from): (&[u8], impl Read),
    separator: u8,
    columns: &Columns,
    noise: &mut Noise,
    take: Take<'_>,
) -> Result<Layout, LearnError> {
    let kind = if separator == b'\t' { "TSV" } else { "CSV" };
    // Where nobody quotes, a quote is a part of the value.
    let quoting = separator != b'\t' || head.starts_with(b"\"");
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(separator).quoting(quoting).flexible(true).has_headers(false).buffer_capacity(1 << 18);
    let failed = |error: csv::Error| LearnError::format(path, kind, error.to_string());
    let (found, layout) = find(path, &sample(&builder, head).map_err(failed)?, columns)?;
    let named = !columns.by_place() && !layout.guessed;
    let mut reader = builder.from_reader(from);
    let mut record = csv::ByteRecord::new();
    if named {
        reader.read_byte_record(&mut record).map_err(failed)?;
    }
    while reader.read_byte_record(&mut record).map_err(failed)? {
        let value = |place: Option<usize>| match place {
            Some(place) => record.get(place).and_then(|value| str::from_utf8(value).ok()).map(str::trim),
            None => Some(""),
        };
        let values: [Option<&str>; FIELDS] = found.map(value);
        match Row::of(values) {
            Some(row) => take(row, noise)?,
            None => noise.unreadable += 1,
        }
    }
    let by = match separator {
        b'\t' => String::new(),
        b' ' => " (spaces)".to_owned(),
        other => format!(" ({})", char::from(other)),
    };
    Ok(layout.of(&format!("{kind}{by}")))
}

/// The first lines; the last of the head may be cut and is left out if there are others.
fn sample(builder: &csv::ReaderBuilder, head: &[u8]) -> Result<Vec<Vec<String>>, csv::Error> {
    let mut lines: Vec<Vec<String>> = Vec::new();
    for record in builder.from_reader(head).into_byte_records().take(SAMPLE_LINES + 1) {
        lines.push(record?.iter().map(|value| String::from_utf8_lossy(value).trim().to_owned()).collect());
    }
    if lines.len() > 1 && (lines.len() > SAMPLE_LINES || !head.ends_with(b"\n")) {
        lines.pop();
    }
    Ok(lines)
}

/// Where the columns are: as given, by name, or, where the first line is no line of names, by what is in them.
fn find(path: &Path, lines: &[Vec<String>], columns: &Columns) -> Result<(Places, Layout), LearnError> {
    let first = lines.first().map(Vec::as_slice).unwrap_or_default();
    let names: Vec<&str> = first.iter().map(String::as_str).collect();
    let found = columns.places(path, if columns.by_place() { &[] } else { &names });
    match found {
        Ok((places, _)) if places.iter().flatten().any(|place| *place >= names.len()) => {
            let last = places.iter().flatten().max().map_or(0, |last| last + 1);
            Err(LearnError::column(path, last.to_string(), format!("{} columns", names.len())))
        }
        Err(error) if columns.is_empty() && inference::is_data(first) => {
            let places = inference::columns(lines).ok_or(error)?;
            let mut layout = Layout::new(&places, &[], false);
            layout.text.push_str(" (guessed, there is no line of names)");
            layout.guessed = true;
            Ok((places, layout))
        }
        found => found,
    }
}
