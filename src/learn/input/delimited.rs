//! Tab and comma separated values.

use super::{Columns, Row, Take};
use crate::{LearnError, Noise};
use std::io::Read;
use std::path::Path;

/// Reads rows; those that are not UTF-8 or have too few columns are counted.
pub(super) fn read(
    path: &Path,
    from: impl Read,
    separator: u8,
    columns: &Columns,
    noise: &mut Noise,
    take: Take<'_>,
) -> Result<(), LearnError> {
    let kind = if separator == b'\t' { "TSV" } else { "CSV" };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .quoting(separator != b'\t')
        .flexible(true)
        .has_headers(false)
        .buffer_capacity(1 << 18)
        .from_reader(from);
    let mut record = csv::ByteRecord::new();
    let failed = |error: csv::Error| LearnError::format(path, kind, error.to_string());
    let places = if columns.by_place() {
        columns.places(path, &[])?
    } else {
        reader.read_byte_record(&mut record).map_err(failed)?;
        let names: Vec<_> = record.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        columns.places(path, &names.iter().map(String::as_str).collect::<Vec<_>>())?
    };
    while reader.read_byte_record(&mut record).map_err(failed)? {
        let value = |place: Option<usize>| match place {
            Some(place) => record.get(place).and_then(|value| str::from_utf8(value).ok()).map(str::trim),
            None => Some(""),
        };
        let [session, item, time, quantity] = places.map(value);
        match (session, item, time, quantity) {
            (Some(session), Some(item), Some(time), Some(quantity)) => {
                take(Row { session, item, time, quantity }, noise)?;
            }
            _ => noise.unreadable += 1,
        }
    }
    Ok(())
}
