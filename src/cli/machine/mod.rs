//! The machine that the tool runs on: its files, its terminal, its clocks and its network.

mod http;
mod private;
mod program;

use attune_command::host::{Host, Kind, Ran, System};
use attune_command::http::{HttpAnswer, HttpError, HttpRequest};
use console::Term;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

/// This machine.
pub(crate) struct Machine;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Host for Machine {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(File::open(path)?))
    }

    fn input(&self) -> Box<dyn Read> {
        Box::new(io::stdin())
    }

    fn kind(&self, path: &Path) -> Option<Kind> {
        let meta = fs::metadata(path).ok()?;
        Some(if meta.is_dir() { Kind::Folder } else { Kind::File })
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            names.extend(entry?.file_name().into_string());
        }
        Ok(names)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        fs::write(path, bytes)
    }

    fn write_private(&self, path: &Path, bytes: &[u8], is_new: bool) -> io::Result<()> {
        private::write(path, bytes, is_new)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn make_private_folder(&self, path: &Path) -> io::Result<()> {
        private::make_folder(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }

    fn temporary_folder(&self) -> PathBuf {
        std::env::temp_dir()
    }

    fn absolute(&self, path: &Path) -> io::Result<PathBuf> {
        std::path::absolute(path)
    }

    fn print(&self, bytes: &[u8]) -> io::Result<()> {
        io::stdout().lock().write_all(bytes)
    }

    fn print_error(&self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    fn is_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }

    fn is_interactive(&self) -> bool {
        io::stdin().is_terminal()
    }

    fn read_line(&self) -> io::Result<String> {
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        Ok(line)
    }

    fn read_secret(&self, question: &str) -> io::Result<String> {
        let terminal = Term::stderr();
        terminal.write_str(question)?;
        terminal.read_secure_line()
    }

    fn has_colour(&self) -> bool {
        self.is_terminal() && std::env::var_os("NO_COLOR").is_none()
    }

    fn now_s(&self) -> i64 {
        jiff::Timestamp::now().as_second()
    }

    fn clock_us(&self) -> u64 {
        u64::try_from(START.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn threads_max(&self) -> usize {
        thread::available_parallelism().map_or(1, NonZero::get)
    }

    fn sleep(&self, time: Duration) {
        thread::sleep(time);
    }

    fn random(&self, bytes: &mut [u8]) -> io::Result<()> {
        getrandom::fill(bytes).map_err(io::Error::other)
    }

    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn system(&self) -> System {
        if cfg!(windows) {
            System::Windows
        } else if cfg!(target_os = "macos") {
            System::MacOs
        } else {
            System::Other
        }
    }

    fn run(&self, program: &str, arguments: &[&OsStr], input: &[u8]) -> io::Result<Ran> {
        program::run(program, arguments, input)
    }

    fn page_core(&self) -> Option<PathBuf> {
        None
    }

    fn browser(&self) -> Option<PathBuf> {
        None
    }

    fn http(&self, request: &HttpRequest<'_>, progress: &mut dyn FnMut(u64)) -> Result<HttpAnswer, HttpError> {
        http::ask(request, progress)
    }
}
