//! `[slots]`.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use crate::syntax::Table;
use attune_core::bundle::Slot;

pub(super) fn slots(root: &Table, sink: &mut Sink<'_>) -> Vec<Slot> {
    root.entries_of("slots")
        .iter()
        .map(|entry| {
            if entry.key == "weight" {
                sink.report(
                    Code::BadName,
                    entry.key_place,
                    "a slot cannot be named `weight`: arms have a key of that name",
                    "give it another name",
                );
            }
            let table = entry.node.table();
            let selector = table.and_then(|table| table.text("selector"));
            if let Some(selector) = selector {
                check(selector, sink);
            }
            let elements = table.map_or(&[][..], |table| table.entries_of("elements"));
            for element in elements {
                if let Some(text) = element.node.text() {
                    check(text, sink);
                }
            }
            Slot {
                key: entry.key.clone(),
                selector: selector.map_or_else(
                    || format!("[data-slot=\"{}\"]", entry.key),
                    |selector| selector.decoded.to_owned(),
                ),
                elements: elements
                    .iter()
                    .filter_map(|e| Some((e.key.clone(), e.node.text()?.decoded.to_owned())))
                    .collect(),
            }
        })
        .collect()
}

fn check(_selector: Text<'_>, _sink: &mut Sink<'_>) {
    let _ = Code::BadSelector;
}
