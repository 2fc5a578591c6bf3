//! The tests that made a condition what it is.

use attune_core::explain::{Condition, Finding, What};
use attune_core::segment::Truth;

/// Adds the leaves that made a condition's verdict, each with whether it must hold.
pub(super) fn blame(condition: &Condition, verdict: Truth, must_hold: bool, found: &mut Vec<(Finding, bool)>) {
    match &condition.what {
        What::Atom(finding) => found.push((finding.clone(), must_hold)),
        What::Not => {
            for part in &condition.parts {
                blame(part, part.verdict, !must_hold, found);
            }
        }
        What::Segment(..) => {
            for part in &condition.parts {
                blame(part, verdict, must_hold, found);
            }
        }
        What::All | What::Any | What::Choose => {
            let same: Vec<&Condition> = condition.parts.iter().filter(|part| part.verdict == verdict).collect();
            let parts = if same.is_empty() { condition.parts.iter().collect() } else { same };
            for part in parts {
                blame(part, part.verdict, must_hold, found);
            }
        }
        What::Const | What::Disabled => {}
    }
}
