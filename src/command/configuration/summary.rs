//! A compiled configuration in a few lines.

use crate::output::describe::counted;
use attune_core::bundle::Bundle;
use attune_core::limits::{SIGNAL_ENTRY_BYTES_MAX, SIGNALS_MAX, TRAIT_ENTRY_BYTES_MAX, TRAITS_MAX};
use attune_core::profile::memory_bytes;
use std::fmt::Write;

/// The bytes that traits and signals take in the cookie, one line each. Empty without any.
pub(super) fn memory(bundle: &Bundle) -> String {
    let bytes_by_attribute = memory_bytes(&bundle.site.rules);
    if bytes_by_attribute.is_empty() {
        return String::new();
    }
    let total: usize = bytes_by_attribute.iter().map(|(_, bytes)| bytes).sum();
    let limit = TRAITS_MAX * TRAIT_ENTRY_BYTES_MAX + SIGNALS_MAX * SIGNAL_ENTRY_BYTES_MAX;
    let mut text = format!("cookie: authored memory takes at most {total} of {limit} bytes\n");
    for (attribute, bytes) in bytes_by_attribute {
        // Writing into a string has no way to fail.
        let _ = writeln!(text, "  {bytes:>4}  {attribute}");
    }
    text
}

/// How many parts of each kind it has.
pub fn counts(bundle: &Bundle) -> String {
    [
        counted(bundle.campaigns.len(), "campaign"),
        counted(bundle.segments.len(), "segment"),
        counted(bundle.slots.len(), "slot"),
        counted(bundle.contents.len(), "content"),
        counted(bundle.atoms.len(), "atom"),
    ]
    .join(", ")
}
