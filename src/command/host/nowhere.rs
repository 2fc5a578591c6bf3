//! A host without anything.

use super::interface::{Host, Kind, Ran, System};
use crate::http::{HttpAnswer, HttpError, HttpRequest};
use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What commands run on before a host is named.
pub(super) struct Nowhere;

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

    fn write_private(&self, _: &Path, _: &[u8], _: bool) -> io::Result<()> {
        Err(io::ErrorKind::PermissionDenied.into())
    }

    fn rename(&self, _: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn make_folder(&self, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::PermissionDenied.into())
    }

    fn make_private_folder(&self, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::PermissionDenied.into())
    }

    fn remove_folder(&self, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn temporary_folder(&self) -> PathBuf {
        PathBuf::new()
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

    fn is_interactive(&self) -> bool {
        false
    }

    fn read_line(&self) -> io::Result<String> {
        Ok(String::new())
    }

    fn read_secret(&self, _: &str) -> io::Result<String> {
        Err(io::ErrorKind::Unsupported.into())
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

    fn sleep(&self, _: Duration) {}

    fn random(&self, _: &mut [u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn system(&self) -> System {
        System::Other
    }

    fn run(&self, _: &str, _: &[&OsStr], _: &[u8]) -> io::Result<Ran> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn page_core(&self) -> Option<PathBuf> {
        None
    }

    fn browser(&self) -> Option<PathBuf> {
        None
    }

    fn http(&self, _: &HttpRequest<'_>, _: &mut dyn FnMut(u64)) -> Result<HttpAnswer, HttpError> {
        Err(HttpError::Connection("there is no network here".to_owned()))
    }
}
