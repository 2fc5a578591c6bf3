//! Temporary files: what does not fit into memory beside the work on it.

use crate::LearnError;
use std::fs::File;
use std::io::{BufReader, BufWriter, Seek};
use std::path::Path;

/// Bytes that are written, or read, at once where one file is open.
const BUFFER_BYTES: usize = 1 << 20;
/// Bytes of the buffers of all files that are read side by side, if they are fewer than 4,096.
const MERGE_BYTES: usize = 1 << 24;

/// An empty file that nobody else sees, and that goes when it is closed.
///
/// # Errors
/// When the system has no room for it.
pub(crate) fn create() -> Result<BufWriter<File>, LearnError> {
    let file = tempfile::tempfile().map_err(failed("open"))?;
    Ok(BufWriter::with_capacity(BUFFER_BYTES, file))
}

/// The file, with everything in it.
///
/// # Errors
/// When its last bytes cannot be written.
pub(crate) fn finish(out: BufWriter<File>) -> Result<File, LearnError> {
    out.into_inner().map_err(|error| failed("write")(error.into_error()))
}

/// Reads a file from its start.
///
/// # Errors
/// When the file has no start any more.
pub(crate) fn read(mut file: &File) -> Result<BufReader<&File>, LearnError> {
    file.rewind().map_err(failed("read"))?;
    Ok(BufReader::with_capacity(BUFFER_BYTES, file))
}

/// Reads files side by side, each from its start.
///
/// # Errors
/// When a file has no start any more.
pub(crate) fn read_all(files: Vec<File>) -> Result<Vec<BufReader<File>>, LearnError> {
    let buffer_bytes = (MERGE_BYTES / files.len().max(1)).clamp(1 << 12, 1 << 18);
    let mut readers = Vec::with_capacity(files.len());
    for mut file in files {
        file.rewind().map_err(failed("read"))?;
        readers.push(BufReader::with_capacity(buffer_bytes, file));
    }
    Ok(readers)
}

/// Why the work with a temporary file stops.
pub(crate) fn failed(action: &'static str) -> impl FnOnce(std::io::Error) -> LearnError {
    LearnError::file(action, Path::new("a temporary file"))
}
