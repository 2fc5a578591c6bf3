//! What commands write: files, standard output, standard error, diagnostics, values in words.

pub(crate) mod bar;
pub(crate) mod describe;
pub(crate) mod diagnostics;
mod file;
mod format;
pub(crate) mod progress;
mod stream;

pub(crate) use file::{write, write_private};
pub(crate) use format::Format;
pub(crate) use stream::{print, print_error, print_json};
