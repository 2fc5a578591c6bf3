//! What this tool writes beside what every tool of Attune does: progress.

pub(crate) mod progress;

pub(crate) use attune_command::output::{Format, describe, print, print_error, print_json, write};
