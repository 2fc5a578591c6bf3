//! `[slots]`.

use super::references::known_page;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use crate::syntax::{Entry, Node, Table};
use attune_core::bundle::{Slot, TextList};
use attune_core::html::{self, Selector, SlotTarget};

/// Elements that the slot scanner never fills: void, raw text, and those whose end tag may be left out.
const NEVER_FILLED: &[&str] = &[
    "html",
    "head",
    "body",
    "p",
    "li",
    "dt",
    "dd",
    "option",
    "optgroup",
    "table",
    "caption",
    "colgroup",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "td",
    "th",
    "rb",
    "rt",
    "rtc",
    "rp",
    "script",
    "style",
    "textarea",
    "title",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
    "template",
    "svg",
    "math",
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "param",
    "source",
    "track",
    "wbr",
];

pub(super) fn slots(root: &Table, sink: &mut Sink<'_>) -> Vec<Slot> {
    let entries = root.entries_of("slots");
    let slots: Vec<Slot> = entries.iter().filter_map(|entry| slot(root, entry, sink)).collect();
    check_together(&slots, entries, sink);
    slots
}

/// Reports selectors that are too long together: all of them go into the state of one stream.
fn check_together(slots: &[Slot], entries: &[Entry], sink: &mut Sink<'_>) {
    let targets: Vec<SlotTarget> =
        (0_u16..).zip(slots).map(|(index, slot)| SlotTarget { index, selector: slot.selector.clone() }).collect();
    if let (Err(error), Some(last)) = (html::scan_start(&targets, true), entries.last()) {
        sink.report(
            Code::OverLimit,
            last.key_place,
            format!("the slots do not fit one page: {error}"),
            "use fewer slots, or shorter selectors",
        );
    }
}

fn slot(root: &Table, entry: &Entry, sink: &mut Sink<'_>) -> Option<Slot> {
    if entry.key == "weight" {
        sink.report(
            Code::BadName,
            entry.key_place,
            "a slot cannot be named `weight`: arms have a key of that name",
            "give it another name",
        );
    }
    let table = entry.node.table()?;
    let selector = match table.text("selector") {
        Some(text) => selector(text, sink).inspect(|selector| check_fillable(selector, text, sink)),
        None => Selector::attribute("data-slot", &entry.key).ok(),
    };
    let elements = table
        .entries_of("elements")
        .iter()
        .filter_map(|element| Some((element.key.clone(), selector_of(element, sink)?)))
        .collect();
    // A slot with a broken selector is kept, so the positions of the others stay those of the file.
    let selector = selector.or_else(|| Selector::attribute("data-slot", "").ok())?;
    let pages = table.get("pages").map_or_else(TextList::default, |node| pages(root, &entry.key, node, sink));
    Some(Slot { key: entry.key.clone(), selector, elements, pages })
}

/// The page types that a slot is on.
fn pages(root: &Table, slot: &str, node: &Node, sink: &mut Sink<'_>) -> TextList {
    let texts = node.texts();
    if texts.is_empty() {
        sink.report(
            Code::NoPages,
            node.place,
            format!("slot `{slot}` is on no page"),
            "name at least one page type, or remove `pages`: then it is on every page",
        );
    }
    for text in &texts {
        known_page(root, text.decoded, text.place, sink);
    }
    TextList::of(texts.iter().map(|text| text.decoded))
}

fn selector_of(element: &Entry, sink: &mut Sink<'_>) -> Option<Selector> {
    selector(element.node.text()?, sink)
}

fn selector(text: Text<'_>, sink: &mut Sink<'_>) -> Option<Selector> {
    match text.decoded.parse() {
        Ok(selector) => Some(selector),
        Err(error) => {
            sink.report(
                Code::BadSelector,
                text.place,
                format!("the selector \"{}\" cannot be used: {error}", text.decoded),
                "write one element: \"section.hero\", \"#top\" or \"[data-slot=\\\"hero\\\"]\"",
            );
            None
        }
    }
}

fn check_fillable(selector: &Selector, text: Text<'_>, sink: &mut Sink<'_>) {
    if let Some(tag) = selector.tag().filter(|tag| NEVER_FILLED.contains(tag)) {
        sink.report(
            Code::BadSelector,
            text.place,
            format!("<{tag}> is never filled: where it ends is not certain, or it has no content"),
            "make the slot a <div>, <section> or <span>",
        );
    }
}
