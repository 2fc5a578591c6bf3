//! The host of this process, and what every command asks it.

use super::interface::{Host, Kind};
use super::nowhere::Nowhere;
use crate::failure::Failure;
use std::io;
use std::path::Path;
use std::sync::OnceLock;

static HOST: OnceLock<&'static dyn Host> = OnceLock::new();

/// Names the host of this process, once; a second one is ignored.
pub fn set(host: &'static dyn Host) {
    let _ = HOST.set(host);
}

/// The host of this process. Before [`set`] there is none, and every file is missing.
pub fn host() -> &'static dyn Host {
    HOST.get().copied().unwrap_or(&Nowhere)
}

/// Writes to standard error, if it is open.
pub fn print_error(text: &str) {
    host().print_error(text);
}

/// Whether there is a file.
pub(crate) fn is_file(path: &Path) -> bool {
    host().kind(path) == Some(Kind::File)
}

/// Whether there is a folder.
pub(crate) fn is_folder(path: &Path) -> bool {
    host().kind(path) == Some(Kind::Folder)
}

/// Whether there is anything.
pub(crate) fn exists(path: &Path) -> bool {
    host().kind(path).is_some()
}

/// The bytes of a file.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    host().open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file.
///
/// # Errors
/// When it cannot be read, or is not UTF-8.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Random bytes that nobody can guess.
///
/// # Errors
/// When the system has none.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    host().random(&mut bytes).map_err(|error| {
        Failure::new(format!("the system gives no random numbers: {error}"), "try again on another machine")
    })?;
    Ok(bytes)
}
