//! What a host is.

use crate::http::{HttpAnswer, HttpError, HttpRequest};
use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

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

    /// Writes a file that only its owner may read. A new one is never written over another.
    ///
    /// # Errors
    /// When it cannot be written, and when a new one is there.
    fn write_private(&self, path: &Path, bytes: &[u8], is_new: bool) -> io::Result<()>;

    /// Gives a file the name of another one, which is then no more.
    ///
    /// # Errors
    /// When it cannot have that name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Makes a folder, and those above it.
    ///
    /// # Errors
    /// When it cannot be made.
    fn make_folder(&self, path: &Path) -> io::Result<()>;

    /// As [`Self::make_folder`]; only the owner of what is made may read it.
    ///
    /// # Errors
    /// When it cannot be made.
    fn make_private_folder(&self, path: &Path) -> io::Result<()>;

    /// Removes a folder with everything in it.
    ///
    /// # Errors
    /// When something of it cannot be removed.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;

    /// The folder for files that nobody keeps.
    fn temporary_folder(&self) -> PathBuf;

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

    /// Whether a person writes standard input on a terminal.
    fn is_interactive(&self) -> bool;

    /// The next line of standard input, with its end.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read_line(&self) -> io::Result<String>;

    /// Asks on the terminal for a line that is not shown while it is typed.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read_secret(&self, question: &str) -> io::Result<String>;

    /// Whether that terminal is to show colours.
    fn has_colour(&self) -> bool;

    /// Seconds since the Unix epoch.
    fn now_s(&self) -> i64;

    /// Microseconds since some moment: for how long something took.
    fn clock_us(&self) -> u64;

    /// How many threads may work at a time.
    fn threads_max(&self) -> usize;

    /// Does nothing for a while.
    fn sleep(&self, time: Duration);

    /// Fills the bytes with random ones that nobody can guess.
    ///
    /// # Errors
    /// When the system has none.
    fn random(&self, bytes: &mut [u8]) -> io::Result<()>;

    /// A variable of the environment, where there is one that is text.
    fn variable(&self, name: &str) -> Option<String>;

    /// The kind of system.
    fn system(&self) -> System;

    /// Runs a program to its end.
    ///
    /// # Errors
    /// When it cannot be run.
    fn run(&self, program: &str, arguments: &[&OsStr], input: &[u8]) -> io::Result<Ran>;

    /// The folder of the page core's Wasm that comes with this host, where one does.
    fn page_core(&self) -> Option<PathBuf>;

    /// The folder of the scripts and the Wasm for browsers that comes with this host, where one does.
    fn browser(&self) -> Option<PathBuf>;

    /// Asks over HTTP. No redirect is followed, and nothing is decompressed. `progress` hears how many bytes of the body are
    /// out, as far as the host knows it.
    ///
    /// # Errors
    /// When there is no answer; a status of 400 or more is one.
    fn http(&self, request: &HttpRequest<'_>, progress: &mut dyn FnMut(u64)) -> Result<HttpAnswer, HttpError>;
}

/// What differs between systems: where programs keep what they remember of their user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Windows.
    Windows,
    /// macOS.
    MacOs,
    /// Every other one.
    Other,
}

/// A program that has ended.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Whether it says that all is well.
    pub is_success: bool,
    /// Its standard output.
    pub out: Vec<u8>,
    /// Its standard error.
    pub err: Vec<u8>,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file, or what is read like one.
    File,
    /// A folder.
    Folder,
}
