//! What runs the commands: files, streams, clocks, a terminal and a network come from here, and from nowhere else.

mod current;
mod interface;
mod nowhere;

pub(crate) use current::{exists, is_file, is_folder, random, read, read_text};
pub use current::{host, print_error, set};
pub use interface::{Host, Kind, Ran, System};
