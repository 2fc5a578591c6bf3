//! One file of an export, or one object.

use super::days::{self, DAY_S};
use super::kind::Kind;
use super::unfinished::written_at;
use crate::failure::Failure;
use crate::output::describe::{counted, grouped};
use std::fmt::Write as _;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// What a run did with its pieces.
#[derive(Default)]
pub(super) struct Done {
    pub(super) written: usize,
    pub(super) kept: usize,
    pub(super) rows: u64,
}

impl Done {
    /// For the person who ran it: `one` is a file or an object, `to` where it is now.
    pub(super) fn text(&self, one: &str, to: &str, kept: &str) -> String {
        let Self { written, rows, .. } = self;
        let mut text = format!("wrote    {} with {} rows to {to}\n", counted(*written, one), grouped(*rows));
        if self.kept > 0 {
            // Writing into a string has no way to fail.
            let _ = writeln!(text, "kept     {} that were {kept} before", counted(self.kept, one));
        }
        text
    }
}

/// A kind and a day of a shard. Sums of slices are kept over all days.
pub(super) struct Piece {
    pub(super) kind: Kind,
    pub(super) day: Option<i64>,
    pub(super) shard: u32,
}

impl Piece {
    /// Its path in the folder of the export.
    pub(super) fn name(&self, ending: &str) -> Result<String, Failure> {
        let day = self.day.map_or_else(|| Ok("all".to_owned()), days::name)?;
        Ok(format!("{}/{day}/shard-{}.{ending}", self.kind.name(), self.shard))
    }

    /// From when on its day cannot change any more, but by refunds and erasures. What is kept over all days always can.
    pub(super) fn settled_s(&self) -> Option<i64> {
        Some((self.day? + 1) * DAY_S + self.kind.settles_s())
    }

    /// Whether a whole file was read when its day was settled.
    pub(super) fn is_settled(&self, target: &Path) -> bool {
        let since_1970 = written_at(target).and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let read_s = since_1970.and_then(|since| i64::try_from(since.as_secs()).ok());
        self.settled_s().zip(read_s).is_some_and(|(settled_s, read_s)| read_s >= settled_s)
    }
}
