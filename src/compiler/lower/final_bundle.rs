//! The last step of a bundle: its atoms, and programs that use their final numbers.

use crate::codes::Code;
use crate::condition::{Compiler, renumber};
use crate::diagnostic::Sink;
use attune_core::bundle::Bundle;
use attune_core::limits;

/// The bundle with the atoms of all conditions; `None`, reported, when it is over a limit. `order` gives the final number
/// of each authored segment.
pub(super) fn with_atoms(
    mut bundle: Bundle,
    mut compiler: Compiler<'_>,
    order: &[u32],
    sink: &mut Sink<'_>,
) -> Option<Bundle> {
    bundle.site.query_keys = std::mem::take(&mut compiler.query_keys).into_iter().collect();
    if !is_within_limits(&bundle, compiler.atoms.len(), sink) {
        return None;
    }
    let (atoms, numbers) = compiler.atoms.finish();
    bundle.atoms = atoms;
    let of_segments = bundle.segments.iter_mut().map(|segment| &mut segment.when);
    let of_campaigns = bundle.campaigns.iter_mut().map(|campaign| &mut campaign.eligible);
    for program in of_segments.chain(of_campaigns) {
        renumber(program, &numbers, order);
    }
    Some(bundle)
}

fn is_within_limits(bundle: &Bundle, atoms: usize, sink: &mut Sink<'_>) -> bool {
    let mut is_within = true;
    for (count, what, max) in [
        (atoms, "different tests in all conditions", limits::ATOMS_MAX),
        (bundle.lists.len(), "different lists of more than 16 values in all conditions", limits::LISTS_MAX),
        (bundle.patterns.len(), "different regular expressions in all conditions", limits::PATTERNS_COMPILED_MAX),
        (bundle.site.query_keys.len(), "different query parameters that are asked", limits::QUERY_KEYS_MAX),
    ] {
        if count > max {
            sink.report_absent(
                Code::OverLimit,
                format!("there are {count} {what}"),
                format!("at most {max} are possible"),
            );
            is_within = false;
        }
    }
    is_within
}
