//! Reading logs: rows of a session, a product and a time, from TSV, CSV, JSON lines and Parquet, streamed.

mod columns;
mod delimited;
mod field;
mod inference;
mod json_lines;
mod layout;
mod parquet;
mod row;
mod time;

pub use columns::Columns;
pub use field::Field;
pub use layout::Layout;
pub use row::{Format, Progress, Row, Take};
pub(crate) use time::Numbered;
pub use time::{TimeFormat, parse_ms};

use crate::{LearnError, Noise};
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

/// Bytes at the start of a text by which its format and columns are told.
const HEAD_BYTES: u64 = 1 << 16;
/// What other files begin with, and what they are.
const FOREIGN: [(&[u8], &str, &str); 6] = [
    (b"\xFD7zXZ", "compressed with xz", UNPACK),
    (b"BZh", "compressed with bzip2", UNPACK),
    (b"PK\x03\x04", "a zip archive, or a spreadsheet", UNPACK),
    (b"\xFF\xFE", "UTF-16", "save it as UTF-8"),
    (b"\xFE\xFF", "UTF-16", "save it as UTF-8"),
    (b"[", "one JSON array", "write one object a line, such as with `jq -c '.[]'`"),
];
const UNPACK: &str = "unpack it, or compress it with gzip or zstd";

/// Reads a file row by row, packed with gzip, zstd or not at all, and returns how. Without a `format` the first bytes tell.
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
) -> Result<Layout, LearnError> {
    let mut file = BufReader::with_capacity(1 << 18, File::open(path).map_err(LearnError::file("open", path))?);
    let start = file.fill_buf().map_err(LearnError::file("read", path))?;
    let [gzip, zstd, parquet] = [&b"\x1F\x8B"[..], b"\x28\xB5\x2F\xFD", b"PAR1"].map(|magic| start.starts_with(magic));
    if parquet || format == Some(Format::Parquet) {
        // Its table of contents is at the end, so it is read by place.
        return parquet::read(path, file.into_inner(), columns, noise, progress, take);
    }
    let counted = Counted { inner: file, bytes: 0, progress };
    let unpacked: Box<dyn Read + '_> = if gzip {
        Box::new(MultiGzDecoder::new(counted))
    } else if zstd {
        Box::new(zstd::Decoder::new(counted).map_err(LearnError::file("read", path))?)
    } else {
        Box::new(counted)
    };
    let mut text = BufReader::with_capacity(1 << 18, unpacked);
    let mut head = Vec::new();
    text.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(LearnError::file("read", path))?;
    if let Some((_, what, help)) = FOREIGN.iter().find(|(start, ..)| head.starts_with(start)) {
        return Err(LearnError::Foreign { path: path.to_path_buf(), what, help });
    }
    if head.starts_with("\u{feff}".as_bytes()) {
        head.drain(..3);
    }
    let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
    let separator = separator(first);
    let format = format.or_else(|| match separator {
        _ if first.starts_with(b"{") => Some(Format::JsonLines),
        Some(b'\t') => Some(Format::Tsv),
        Some(_) => Some(Format::Csv),
        None => None,
    });
    let empty = head.trim_ascii().is_empty();
    let sample = head.clone();
    let text = Cursor::new(head).chain(text);
    match format {
        _ if empty => Err(LearnError::Empty(format!("{} is empty", path.display()))),
        Some(Format::JsonLines) => json_lines::read(path, text, columns, noise, take),
        Some(Format::Tsv) => delimited::read(path, (&sample, text), b'\t', columns, noise, take),
        Some(_) => {
            let separator = separator.filter(|byte| *byte != b'\t').unwrap_or(b',');
            delimited::read(path, (&sample, text), separator, columns, noise, take)
        }
        None => Err(LearnError::format(path, "TSV, CSV, JSON lines or Parquet", "the first line has no separator")),
    }
}

/// What separates the values of a line: tabs, else what is there most often, else spaces.
fn separator(line: &[u8]) -> Option<u8> {
    let count = |byte: u8| line.split(|other| *other == byte).count() - 1;
    let most = || [b';', b'|', b','].into_iter().max_by_key(|byte| count(*byte));
    [Some(b'\t'), most(), Some(b' ')].into_iter().flatten().find(|byte| count(*byte) > 0)
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

#[cfg(test)]
mod tests;
