//! `[decision_header]`: pages whose requests to the origin carry the decision.

use super::limit::section_at_most;
use super::pages;
use super::references::{index, keys};
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use crate::suggest;
use crate::syntax::{Entry, Node, Table};
use attune_core::bundle::{Bundle, DecisionHeader};
use attune_core::limits;

const SECTION: &str = "decision_header";

/// The entries in the order they are tried. `order` gives the final number of each authored segment.
pub(super) fn decision_headers(root: &Table, order: &[u32], sink: &mut Sink<'_>) -> Vec<DecisionHeader> {
    let entries = root.entries_of(SECTION);
    section_at_most(entries, SECTION, limits::DECISION_HEADERS_MAX, sink);
    entries.iter().map(|entry| decision_header(root, entry, order, sink)).collect()
}

fn decision_header(root: &Table, entry: &Entry, order: &[u32], sink: &mut Sink<'_>) -> DecisionHeader {
    let mut texts = |key: &str, max: usize| {
        let texts = entry.node.table().and_then(|table| table.get(key)).map(Node::texts).unwrap_or_default();
        if let Some(text) = texts.get(max) {
            sink.report(
                Code::OverLimit,
                text.place,
                format!("`{key}` of `{}` has {} entries", entry.key, texts.len()),
                format!("at most {max} are possible"),
            );
        }
        texts
    };
    let paths = texts("paths", limits::PATTERNS_MAX);
    let segments = texts("segments", limits::DECISION_HEADER_SEGMENTS_MAX);
    let segments: Vec<u32> = segments.iter().filter_map(|text| segment(root, *text, order, sink)).collect();
    // Only to report invalid patterns: the bundle keeps the text.
    pages::patterns(&paths, sink);
    for text in paths.iter().filter(|text| text.decoded.len() > limits::TEXT_BYTES_MAX) {
        let (message, help) =
            ("the path pattern is too long", format!("at most {} bytes are possible", limits::TEXT_BYTES_MAX));
        sink.report(Code::OverLimit, text.place, message, help);
    }
    DecisionHeader::of(paths.iter().map(|text| text.decoded), segments)
}

fn segment(root: &Table, text: Text<'_>, order: &[u32], sink: &mut Sink<'_>) -> Option<u32> {
    let Some(authored) = index(root, "segments", text.decoded) else {
        sink.report(
            Code::UnknownSegment,
            text.place,
            format!("there is no segment `{}`", text.decoded),
            suggest::help(text.decoded, keys(root, "segments"), "define it under [segments]"),
        );
        return None;
    };
    order.get(authored).copied()
}

/// Authored numbers of the segments that decision headers name.
pub(super) fn named_segments(root: &Table) -> impl Iterator<Item = usize> {
    let tables = root.entries_of(SECTION).iter().filter_map(|entry| entry.node.table());
    let texts = tables.filter_map(|table| table.get("segments")).flat_map(Node::texts);
    texts.filter_map(|text| index(root, "segments", text.decoded))
}

/// Reports a decision header that may be longer than servers accept.
pub(super) fn report_length(root: &Table, bundle: &Bundle, sink: &mut Sink<'_>) {
    for (entry, header) in root.entries_of(SECTION).iter().zip(&bundle.site.decision_headers) {
        let segments = header.segments().filter_map(|segment| bundle.segments.get(segment as usize));
        let payload = slots_bytes(bundle) + segments.map(|segment| segment.key.len() + 3).sum::<usize>() + FRAME.len();
        // Base64, then a dot and the MAC.
        let bytes = (payload * 4).div_ceil(3) + 23;
        if bytes > limits::DECISION_HEADER_BYTES_MAX {
            sink.report(
                Code::OverLimit,
                entry.key_place,
                format!("the header of `{}` can have {bytes} bytes", entry.key),
                format!(
                    "at most {} are possible: shorten the keys of slots, campaigns, arms and contents, or tell of fewer segments",
                    limits::DECISION_HEADER_BYTES_MAX
                ),
            );
        }
    }
}

/// The payload without slots and segments.
const FRAME: &str =
    r#"{"key":255,"issued":4294967295,"expires":4294967295,"bundle":"0123456789ab","slots":{},"segments":[]}"#;

/// The most bytes that all slots can need.
fn slots_bytes(bundle: &Bundle) -> usize {
    let empty = r#""":{"campaign":"","arm":null,"content":null},"#.len();
    let of_slot = |slot: usize| {
        let campaigns =
            bundle.campaigns.iter().filter(|c| c.slots.iter().any(|taken_slot| usize::from(*taken_slot) == slot));
        campaigns
            .flat_map(|campaign| campaign.arms.iter().map(move |arm| (campaign, arm)))
            .map(|(campaign, arm)| {
                let shown = arm.show.iter().find(|(at, _)| usize::from(*at) == slot);
                let content = shown.and_then(|(_, content)| bundle.contents.get(usize::from(*content)));
                campaign.key.len() + arm.key.len() + content.map_or(0, |content| content.key.len())
            })
            .max()
    };
    let slots = bundle.slots.iter().enumerate();
    slots.filter_map(|(index, slot)| Some(slot.key.len() + of_slot(index)? + empty)).sum()
}
