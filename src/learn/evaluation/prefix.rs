//! Prefixes of sessions: what a visitor had clicked when the next click came.

use crate::items::UNKNOWN;
use attune_core::limits::DECAY_STEPS;

/// Every prefix of a session with the click that follows.
pub(super) fn prefixes(clicks: &[u32]) -> impl Iterator<Item = (&[u32], u32)> {
    (1..clicks.len()).filter_map(|len| Some((clicks.get(..len)?, *clicks.get(len)?)))
}

/// The latest distinct known products of a prefix, newest first, as a visitor's profile keeps them.
pub(super) fn latest(prefix: &[u32], recent: &mut Vec<u32>) {
    recent.clear();
    for item in prefix.iter().rev() {
        if recent.len() == DECAY_STEPS {
            break;
        }
        if *item != UNKNOWN && !recent.contains(item) {
            recent.push(*item);
        }
    }
}
