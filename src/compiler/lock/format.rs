//! `attune.lock` as a file.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Place;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Path of the lock in the configuration's folder.
pub const LOCK: &str = "attune.lock";
/// The version of its format.
pub(super) const FORMAT: u32 = 1;

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Lock {
    pub(super) format: u32,
    pub(super) site: String,
    /// The site's own holdout. It is not compared; it is for programs that recompute assignments.
    pub(super) holdout: u16,
    pub(super) experiments: Vec<Locked>,
}

/// One campaign. Shares are in buckets, times in seconds since the Unix epoch; time 0 means from the beginning.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Locked {
    pub(super) campaign: String,
    pub(super) phase: u16,
    pub(super) unit: String,
    pub(super) mode: String,
    /// When it begins. Before that, every change is allowed.
    pub(super) starts: i64,
    /// Conditions as authored, sorted.
    pub(super) r#where: Vec<String>,
    /// Segments that they use, with their conditions.
    pub(super) segments: BTreeMap<String, String>,
    pub(super) requires: BTreeMap<String, Vec<String>>,
    /// What each arm shows, by slot.
    pub(super) arms: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) layer: Option<LockedLayer>,
    pub(super) coverage: Vec<Step>,
    pub(super) holdout: u16,
    pub(super) sticky: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) bandit: bool,
    /// The first weights, and every change; empty without arms.
    pub(super) weights: Vec<Weights>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LockedLayer {
    pub(super) key: String,
    pub(super) phase: u16,
    pub(super) holdout: u16,
    pub(super) from: u16,
    pub(super) to: u16,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub(super) from: u32,
    pub(super) share: u16,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Weights {
    pub(super) from: u32,
    pub(super) ranges: Vec<Range>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    pub(super) from: u16,
    pub(super) to: u16,
    pub(super) arm: String,
}

/// The experiments of the lock, none without a lock; `None` when it cannot be read, which is reported.
pub(super) fn read(sink: &mut Sink<'_>) -> Option<Vec<Locked>> {
    let Some((index, file)) = sink.files().iter().enumerate().find(|(_, file)| file.path == LOCK) else {
        return Some(Vec::new());
    };
    let (line, message) = match serde_json::from_str::<Lock>(&file.text) {
        Ok(lock) if lock.format == FORMAT => return Some(lock.experiments),
        Ok(lock) => (1, format!("attune.lock has format {}; this version reads {FORMAT}", lock.format)),
        Err(error) => (error.line(), format!("attune.lock cannot be read: {error}")),
    };
    let start: usize = file.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let length = file.text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    sink.report(
        Code::BadLock,
        Place::new(index, start..start + length),
        message,
        "restore it from version control, or delete it where no test is running",
    );
    None
}
