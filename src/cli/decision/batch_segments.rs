//! The segments of a customer, for the lines of a batch.

use attune_core::bundle::Segment;
use attune_core::loaded::Loaded;
use attune_core::segment::{Evaluation, Sieve};
use serde_json::json;

/// Lists the segments that a customer is in.
pub(super) struct SegmentList {
    sieve: Sieve,
    /// The key of each segment, as JSON.
    keys: Vec<String>,
}

impl SegmentList {
    pub(super) fn of(loaded: &Loaded) -> Self {
        let key = |segment: &Option<Segment>| json!(segment.as_ref().map(|segment| &segment.key)).to_string();
        let keys = loaded.segments.iter().map(key).collect();
        Self { sieve: Sieve::of(&loaded.conditions, &loaded.segments), keys }
    }

    /// Writes the list as JSON.
    pub(super) fn push_json(&self, evaluation: &mut Evaluation, out: &mut String) {
        let members = self.sieve.members(evaluation);
        out.push('[');
        for (index, key) in members.iter().filter_map(|segment| self.keys.get(*segment as usize)).enumerate() {
            if index > 0 {
                out.push(',');
            }
            out.push_str(key);
        }
        out.push(']');
    }
}
