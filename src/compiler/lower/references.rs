//! Names that refer to an entry of another section.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Place;
use crate::suggest;
use crate::syntax::{Entry, Table};

/// The position of a name in its section.
pub(super) fn index(root: &Table, section: &str, key: &str) -> Option<usize> {
    root.entries_of(section).iter().position(|entry| entry.key == key)
}

/// The position of the slot that a key names; an unknown one is reported.
pub(super) fn known_slot(root: &Table, entry: &Entry, sink: &mut Sink<'_>) -> Option<usize> {
    let slot = index(root, "slots", &entry.key);
    if slot.is_none() {
        sink.report(
            Code::UnknownSlot,
            entry.key_place,
            format!("there is no slot `{}`", entry.key),
            suggest::help(&entry.key, keys(root, "slots"), "define it under [slots]"),
        );
    }
    slot
}

/// Reports a page type that is not among those of the site.
pub(super) fn known_page(root: &Table, key: &str, place: Place, sink: &mut Sink<'_>) {
    if index(root, "pages", key).is_none() {
        sink.report(
            Code::UnknownValue,
            place,
            format!("there is no page type `{key}`"),
            suggest::help(key, keys(root, "pages"), "define it under [pages]"),
        );
    }
}

/// The names of a section.
pub(super) fn keys<'t>(root: &'t Table, section: &str) -> impl Iterator<Item = &'t str> + Clone {
    root.entries_of(section).iter().map(|entry| entry.key.as_str())
}
