//! A file of lines, read in blocks that threads share out.

use crate::failure::Failure;
use crate::host::host;
use memchr::memchr_iter;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

/// About as many bytes are in a block.
const BLOCK_BYTES: usize = 256 * 1024;

/// A file of lines.
pub struct Lines {
    file: Box<dyn BufRead>,
    name: String,
    /// Number of the next line, counted from 1.
    number: u64,
}

impl Lines {
    /// Opens a file, or standard input for `-`.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        if path == Path::new("-") {
            return Ok(Self { file: Box::new(BufReader::new(host().input())), name, number: 1 });
        }
        let help = "give the path of a JSON Lines file, or - for standard input";
        let file = host().open(path).map_err(|error| Failure::file("read", path, &error, help))?;
        Ok(Self { file: Box::new(BufReader::with_capacity(BLOCK_BYTES, file)), name, number: 1 })
    }

    /// The next lines; none at the end.
    pub fn next_block(&mut self) -> Result<Option<Block>, Failure> {
        let mut bytes = Vec::with_capacity(BLOCK_BYTES + BLOCK_BYTES / 8);
        let result = self.file.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut bytes);
        result.and_then(|_| self.file.read_until(b'\n', &mut bytes)).map_err(|error| {
            Failure::new(
                format!("cannot read {}: {error}", self.name),
                format!("it broke off after line {}", self.number - 1),
            )
        })?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let first = self.number;
        if first == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        let block = Block { first, bytes };
        self.number += block.line_count();
        Ok(Some(block))
    }
}

/// Whole lines in one allocation.
pub struct Block {
    /// Number of the first line, counted from 1.
    first: u64,
    bytes: Vec<u8>,
}

impl Block {
    /// Size of all lines.
    pub fn byte_count(&self) -> usize {
        self.bytes.len()
    }

    /// The lines that are not blank, with their numbers.
    pub fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let bytes = self.text();
        let ends = memchr_iter(b'\n', bytes).chain([bytes.len()]);
        let lines = ends.scan(0, |from, end| bytes.get(std::mem::replace(from, end + 1)..end));
        (self.first..).zip(lines).filter(|(_, line)| !line.iter().all(u8::is_ascii_whitespace))
    }

    fn line_count(&self) -> u64 {
        memchr_iter(b'\n', self.text()).count() as u64 + 1
    }

    /// Without the last line end: no line follows it.
    fn text(&self) -> &[u8] {
        self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes)
    }
}
