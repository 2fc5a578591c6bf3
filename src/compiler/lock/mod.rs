//! `attune.lock`: the last compiled state of every campaign that assigns visitors by a hash, kept with the configuration.
//!
//! The compiler needs that state to tell a change of a running test from a new test. The lock is a text file beside the
//! authored files, so a review shows what changes for visitors, and nobody has to fetch the old bundle.

mod compare;
mod format;
mod snapshot;

pub use format::LOCK;

use crate::diagnostic::Sink;
use crate::syntax::Table;
use attune_core::bundle::Bundle;
use format::{FORMAT, Lock, Locked};
use snapshot::{shares_out, snapshot};

/// Compares the bundle with the lock among the files and returns the new text of the lock, or `None` when there is
/// nothing to keep. A campaign that is gone stays in the lock, so that its phase is not used again.
pub(crate) fn renew(bundle: &Bundle, root: &Table, now_s: Option<u32>, sink: &mut Sink<'_>) -> Option<String> {
    let before = format::read(sink)?;
    let now: Vec<Locked> =
        bundle.campaigns.iter().filter(|c| shares_out(c)).map(|c| snapshot(c, bundle, root)).collect();
    compare::compare(&before, &now, root, now_s, sink);
    let gone = before.into_iter().filter(|old| !now.iter().any(|new| new.campaign == old.campaign));
    let mut experiments: Vec<Locked> = gone.chain(now.iter().cloned()).collect();
    if experiments.is_empty() {
        return None;
    }
    experiments.sort_by(|a, b| a.campaign.cmp(&b.campaign));
    let lock = Lock { format: FORMAT, site: bundle.site.name.clone(), holdout: bundle.site.holdout_bp, experiments };
    serde_json::to_string_pretty(&lock).ok().map(|text| text + "\n")
}
