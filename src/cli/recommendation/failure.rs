//! Failures of the learning library.

use crate::failure::Failure;
use attune_learn::LearnError;

/// What to do about times that cannot be read.
pub(super) const TIMES: &str =
    "say how times are written: --time-format day-first, month-first, or a pattern such as \"%d %b %Y %H:%M\"";

/// A failure of the library, with the remedy.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(super) fn broken(error: LearnError) -> Failure {
    let help = match &error {
        LearnError::Foreign { help, .. } => help,
        LearnError::Column { .. } => {
            "name the columns: --columns session=..,item=..,time=.. (or their numbers, from 1, where there is no line of names)"
        }
        LearnError::TimeOrder { .. } => "say which: --time-format day-first, or --time-format month-first",
        LearnError::Format { .. } => {
            "say the format with --input, or give TSV, CSV, JSON lines or Parquet (plain, snappy, gzip, zstd or lz4)"
        }
        LearnError::Encode(_) | LearnError::Budget { .. } => "give a larger --budget, or leave products out of the log",
        LearnError::Ordinals(_) => "restore it from a copy, or begin with new numbers: --new-epoch",
        LearnError::File { .. } => "check the path of the file, and that it may be read or written",
        _ => "see `attune learn --help`",
    };
    Failure::new(error.to_string(), help)
}
