//! Which content is shown in which slot.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Place;
use crate::suggest;
use crate::syntax::{Entry, Table};

/// A content in a slot.
pub(super) struct Use {
    /// Index of the slot.
    pub(super) slot: usize,
    /// Index of the content.
    pub(super) content: usize,
    /// Where a campaign says so.
    pub(super) place: Place,
}

/// Every use by every campaign; unknown names are reported.
pub(super) fn usage(root: &Table, sink: &mut Sink<'_>) -> Vec<Use> {
    let mut uses = Vec::new();
    for campaign in root.entries_of("campaigns") {
        let Some(table) = campaign.node.table() else {
            continue;
        };
        let arms = table.entries_of("arms").iter().flat_map(|arm| {
            arm.node.table().map_or(&[][..], |arm| &arm.entries).iter().filter(|entry| entry.key != "weight")
        });
        for entry in table.entries_of("recommend") {
            known_slot(root, entry, sink);
            if let Some(arms) = table.entry("arms") {
                sink.report(
                    Code::ShowsNothing,
                    arms.key_place,
                    format!("campaign `{}` has both `recommend` and `arms`", campaign.key),
                    "make the recommendation a content, [content.NAME] recommend = {...}, and name it in an arm",
                );
            }
            if let Some(shown) = table.entries_of("show").iter().find(|shown| shown.key == entry.key) {
                sink.report(
                    Code::ShowsNothing,
                    shown.key_place,
                    format!("slot `{}` is filled twice by one campaign", entry.key),
                    "remove it from `show` or from `recommend`",
                );
            }
        }
        for entry in table.entries_of("show").iter().chain(arms) {
            if let Some((slot, content)) = pair(root, entry, sink) {
                uses.push(Use { slot, content, place: entry.node.place });
            }
        }
    }
    uses
}

/// The slot and the content that `slot = "content"` names.
fn pair(root: &Table, entry: &Entry, sink: &mut Sink<'_>) -> Option<(usize, usize)> {
    let text = entry.node.text()?;
    let slot = known_slot(root, entry, sink);
    let content = index(root, "content", text.decoded);
    if content.is_none() {
        sink.report(
            Code::UnknownContent,
            text.place,
            format!("there is no content `{}`", text.decoded),
            suggest::help(text.decoded, keys(root, "content"), "define it under [content]"),
        );
    }
    Some((slot?, content?))
}

/// The slot that a key names.
fn known_slot(root: &Table, entry: &Entry, sink: &mut Sink<'_>) -> Option<usize> {
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

/// The position of a name in its section.
pub(super) fn index(root: &Table, section: &str, key: &str) -> Option<usize> {
    root.entries_of(section).iter().position(|entry| entry.key == key)
}

fn keys<'t>(root: &'t Table, section: &str) -> impl Iterator<Item = &'t str> + Clone {
    root.entries_of(section).iter().map(|entry| entry.key.as_str())
}
