//! Pages of which the origin is told the decision before it is asked.

use super::{Loaded, PathPattern};
use crate::limits;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// One entry of `[decision_header]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// The pages.
    pub paths: Vec<PathPattern>,
    /// Indices of the segments that the origin is told about, where the visitor is in them.
    pub segments: Vec<u32>,
}

impl Announced {
    pub(super) fn check(&self, loaded: &Loaded) -> Result<(), &'static str> {
        if self.paths.len() > limits::PATTERNS_MAX || self.segments.len() > limits::ANNOUNCED_SEGMENTS_MAX {
            return Err("it has too many paths or segments");
        }
        let is_there = |segment: &u32| matches!(loaded.segments.get(*segment as usize), Some(Some(_)));
        if self.segments.iter().all(is_there) {
            Ok(())
        } else {
            Err("it tells of a segment that is missing or disabled")
        }
    }
}
