//! What this tool writes beside what every tool of Attune does: files that only their owner may read, and progress.

mod file;
pub(crate) mod progress;

pub(crate) use attune_command::output::{Format, describe, print, print_error, print_json, write};
pub(crate) use file::write_private;
