//! Limits on the number of entries.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::syntax::{Entry, Table};
use attune_core::limits;

/// Reports the large sections that have too many entries.
pub(super) fn check_sections(root: &Table, sink: &mut Sink<'_>) {
    for (section, max) in [
        ("segments", limits::SEGMENTS_MAX),
        ("slots", limits::SLOTS_MAX),
        ("campaigns", limits::CAMPAIGNS_MAX),
        ("content", limits::CONTENTS_MAX),
    ] {
        section_at_most(root.entries_of(section), section, max, sink);
    }
}

/// Reports a section of the configuration with more entries than the limit.
pub(super) fn section_at_most(entries: &[Entry], section: &str, max: usize, sink: &mut Sink<'_>) {
    report_excess(entries, &format!("[{section}] has {} entries", entries.len()), max, sink);
}

/// Reports more entries than the limit; `what` they are, in the plural.
pub(super) fn at_most(entries: &[Entry], what: &str, max: usize, sink: &mut Sink<'_>) {
    report_excess(entries, &format!("there are {} {what}", entries.len()), max, sink);
}

fn report_excess(entries: &[Entry], message: &str, max: usize, sink: &mut Sink<'_>) {
    if let Some(entry) = entries.get(max) {
        sink.report(Code::OverLimit, entry.key_place, message, format!("at most {max} are possible"));
    }
}
