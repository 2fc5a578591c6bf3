//! Reading logs: rows of a session, a product and a time, from TSV, CSV, JSON lines and Parquet, streamed.

mod columns;
mod delimited;
mod json_lines;
mod parquet;
mod time;

pub use columns::{Columns, Field};
pub use time::parse_ms;

use crate::{LearnError, Noise};
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// One row as it is in a file. Empty where the file says nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Row<'a> {
    /// Session, or order.
    pub session: &'a str,
    /// Product.
    pub item: &'a str,
    /// Time, as it is written.
    pub time: &'a str,
    /// Pieces, of order lines.
    pub quantity: &'a str,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Tabs between values, no quotes.
    Tsv,
    /// Commas or semicolons between values, with quotes.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// Columns, as databases and Spark write them.
    Parquet,
}

/// Called with the number of bytes read so far.
pub type Progress<'a> = &'a mut dyn FnMut(u64);
/// Called with each row.
pub type Take<'a> = &'a mut dyn FnMut(Row<'_>, &mut Noise) -> Result<(), LearnError>;

/// Reads a file row by row, gzip or not. Without a `format` the first bytes tell.
///
/// # Errors
/// When the file cannot be read, is in no known format, or lacks a column. Rows that cannot be read are counted.
pub fn read(
    path: &Path,
    format: Option<Format>,
    columns: &Columns,
    noise: &mut Noise,
    progress: Progress<'_>,
    take: Take<'_>,
) -> Result<(), LearnError> {
    let mut file = BufReader::with_capacity(1 << 18, File::open(path).map_err(LearnError::file("open", path))?);
    let start = file.fill_buf().map_err(LearnError::file("read", path))?;
    let (gzip, parquet) = (start.starts_with(&[0x1F, 0x8B]), start.starts_with(b"PAR1"));
    if parquet || format == Some(Format::Parquet) {
        // Its table of contents is at the end, so it is read by place.
        return parquet::read(path, file.into_inner(), columns, noise, progress, take);
    }
    let counted = Counted { inner: file, bytes: 0, progress };
    let mut text: BufReader<Box<dyn Read + '_>> = if gzip {
        BufReader::with_capacity(1 << 18, Box::new(MultiGzDecoder::new(counted)))
    } else {
        BufReader::with_capacity(1 << 18, Box::new(counted))
    };
    let start = text.fill_buf().map_err(LearnError::file("read", path))?;
    let first = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |byte: u8| first.split(|other| *other == byte).count() - 1;
    let separator =
        [b'\t', b';', b'|', b','].into_iter().max_by_key(|byte| count(*byte)).filter(|byte| count(*byte) > 0);
    let format = format.or_else(|| match separator {
        _ if first.trim_ascii_start().starts_with(b"{") => Some(Format::JsonLines),
        Some(b'\t') => Some(Format::Tsv),
        Some(_) => Some(Format::Csv),
        None => None,
    });
    match format {
        Some(Format::JsonLines) => json_lines::read(path, text, columns, noise, take),
        Some(Format::Tsv) => delimited::read(path, text, b'\t', columns, noise, take),
        Some(_) => {
            let separator = separator.filter(|byte| *byte != b'\t').unwrap_or(b',');
            delimited::read(path, text, separator, columns, noise, take)
        }
        None if first.is_empty() => Err(LearnError::Empty(format!("{} is empty", path.display()))),
        None => Err(LearnError::format(path, "TSV, CSV, JSON lines or Parquet", "the first line has no separator")),
    }
}

/// Counts what goes through, for a progress bar.
struct Counted<'a, R> {
    inner: R,
    bytes: u64,
    progress: Progress<'a>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let len = self.inner.read(buffer)?;
        self.bytes += len as u64;
        (self.progress)(self.bytes);
        Ok(len)
    }
}
