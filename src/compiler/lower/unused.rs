//! Segments and lists that nothing uses.

use super::decision_header::named_segments;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::syntax::Table;
use attune_core::bundle::{Campaign, Op, Segment};
use std::collections::BTreeSet;

/// The most unused segments that are reported one by one: a generated configuration may have thousands.
const REPORTED_MAX: usize = 20;

/// Reports them. `order` gives the final number of each authored segment; programs still have the authored ones.
pub(super) fn report(
    root: &Table,
    segments: &[Segment],
    order: &[u32],
    campaigns: &[Campaign],
    named_lists: &BTreeSet<String>,
    sink: &mut Sink<'_>,
) {
    let programs = segments.iter().map(|s| &s.when).chain(campaigns.iter().map(|c| &c.eligible));
    let in_headers = named_segments(root).filter_map(|authored| u32::try_from(authored).ok());
    let used: BTreeSet<u32> = programs
        .flatten()
        .filter_map(|op| match op {
            Op::Segment(authored) => Some(*authored),
            _ => None,
        })
        .chain(in_headers)
        .collect();
    let entries = root.entries_of("segments");
    let unused: Vec<_> = (0_u32..).zip(entries).take(order.len()).filter(|(index, _)| !used.contains(index)).collect();
    let more = unused.len().saturating_sub(REPORTED_MAX);
    for (_, entry) in unused.iter().take(REPORTED_MAX) {
        let rest = if more > 0 { format!(" (and {more} more are not used either)") } else { String::new() };
        sink.report(
            Code::UnusedSegment,
            entry.key_place,
            format!("nothing uses segment `{}`{rest}", entry.key),
            format!("ask in_segment(\"{}\") in a campaign, or delete it", entry.key),
        );
    }
    for entry in root.entries_of("lists").iter().filter(|entry| !named_lists.contains(&entry.key)) {
        sink.report(
            Code::UnusedList,
            entry.key_place,
            format!("no condition asks list `{}`", entry.key),
            format!("ask page.sku in list(\"{}\"), or delete it", entry.key),
        );
    }
}
