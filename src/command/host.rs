//! What runs the commands: files, streams and clocks come from here, and from nowhere else.

use crate::http::{HttpAnswer, HttpError, HttpRequest};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The machine, or what stands in for one: the command line tool has the file system, a Wasm module what JavaScript gives
/// it.
pub trait Host: Send + Sync {
    /// Opens a file.
    ///
    /// # Errors
    /// When it cannot be opened.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>>;

    /// Standard input.
    fn input(&self) -> Box<dyn Read>;

    /// What is at a path; `None` for nothing.
    fn kind(&self, path: &Path) -> Option<Kind>;

    /// The names in a folder, those without a text left out.
    ///
    /// # Errors
    /// When it cannot be read.
    fn names(&self, folder: &Path) -> io::Result<Vec<String>>;

    /// Writes a file.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Makes a folder, and those above it.
    ///
    /// # Errors
    /// When it cannot be made.
    fn make_folder(&self, path: &Path) -> io::Result<()>;

    /// A path from the root on.
    ///
    /// # Errors
    /// When there is no current folder.
    fn absolute(&self, path: &Path) -> io::Result<PathBuf>;

    /// Writes to standard output.
    ///
    /// # Errors
    /// When it is closed or full.
    fn print(&self, bytes: &[u8]) -> io::Result<()>;

    /// Writes to standard error, if it is open.
    fn print_error(&self, text: &str);

    /// Whether a person reads standard error on a terminal.
    fn is_terminal(&self) -> bool;

    /// Whether that terminal is to show colours.
    fn has_colour(&self) -> bool;

    /// Seconds since the Unix epoch.
    fn now_s(&self) -> i64;

    /// Microseconds since some moment: for how long something took.
    fn clock_us(&self) -> u64;

    /// How many threads may work at a time.
    fn threads_max(&self) -> usize;

    /// Asks over HTTP. No redirect is followed, and nothing is decompressed. `progress` hears how many bytes of the body are
    /// out, as far as the host knows it.
    ///
    /// # Errors
    /// When there is no answer; a status of 400 or more is one.
    fn http(&self, request: &HttpRequest<'_>, progress: &mut dyn FnMut(u64)) -> Result<HttpAnswer, HttpError>;
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file, or what is read like one.
    File,
    /// A folder.
    Folder,
}

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

pub(crate) fn is_file(path: &Path) -> bool {
    host().kind(path) == Some(Kind::File)
}

pub(crate) fn is_folder(path: &Path) -> bool {
    host().kind(path) == Some(Kind::Folder)
}

pub(crate) fn exists(path: &Path) -> bool {
    host().kind(path).is_some()
}

/// The bytes of a file.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    host().open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// A host without anything.
struct Nowhere;

impl Host for Nowhere {
    fn open(&self, _: &Path) -> io::Result<Box<dyn Read>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn input(&self) -> Box<dyn Read> {
        Box::new(io::empty())
    }

    fn kind(&self, _: &Path) -> Option<Kind> {
        None
    }

    fn names(&self, _: &Path) -> io::Result<Vec<String>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::PermissionDenied.into())
    }

    fn make_folder(&self, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::PermissionDenied.into())
    }

    fn absolute(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_owned())
    }

    fn print(&self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn print_error(&self, _: &str) {}

    fn is_terminal(&self) -> bool {
        false
    }

    fn has_colour(&self) -> bool {
        false
    }

    fn now_s(&self) -> i64 {
        0
    }

    fn clock_us(&self) -> u64 {
        0
    }

    fn threads_max(&self) -> usize {
        1
    }

    fn http(&self, _: &HttpRequest<'_>, _: &mut dyn FnMut(u64)) -> Result<HttpAnswer, HttpError> {
        Err(HttpError::Connection("there is no network here".to_owned()))
    }
}
