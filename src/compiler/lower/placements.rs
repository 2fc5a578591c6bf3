//! Placements: which content is shown in which slot.

use super::references::{index, keys, known_slot};
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Place;
use crate::suggest;
use crate::syntax::{Entry, Table};

/// A content in a slot.
pub(super) struct Placement {
    /// Index of the slot.
    pub(super) slot: usize,
    /// Index of the content.
    pub(super) content: usize,
    /// Where a campaign says so.
    pub(super) place: Place,
}

/// Every placement of every campaign; unknown names are reported.
pub(super) fn placements(root: &Table, sink: &mut Sink<'_>) -> Vec<Placement> {
    let mut placements = Vec::new();
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
                placements.push(Placement { slot, content, place: entry.node.place });
            }
        }
    }
    placements
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
