//! What commands write: files, standard output, standard error, diagnostics, values in words.

pub mod bar;
pub mod describe;
pub mod diagnostics;
mod file;
mod format;
mod progress;
mod stream;

pub use file::{write, write_private};
pub use format::Format;
pub use progress::Progress;
pub use stream::{print, print_error, print_json};
