//! The keys of `[catalog]` that are about all of its feeds.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::duration::span_s;
use crate::syntax::{Node, Table};
use attune_core::artifacts::catalog::FieldPart;
use attune_core::bundle::Site;
use attune_core::limits;

/// The oldest an overlay may get, in seconds.
const LIVE_S_MAX: u32 = 24 * 60 * 60;

/// The table, if it names a feed. Without one it may have categories, and nothing else.
pub(super) fn with_feed<'t>(root: &'t Table, sink: &mut Sink<'_>) -> Option<&'t Table> {
    let (entry, table) = (root.entry("catalog")?, root.table("catalog")?);
    if table.get("feed").is_some() {
        return Some(table);
    }
    let of_categories = ["categories", "category_aliases"];
    if table.entries.is_empty() || table.entries.iter().any(|entry| !of_categories.contains(&entry.key.as_str())) {
        sink.report(
            Code::MissingKey,
            entry.key_place,
            "[catalog] has no `feed`",
            "add feed = \"catalog/products.tsv\"; only `categories` and `category_aliases` may stand without one",
        );
    }
    None
}

/// The currency of the first locale's feed. Default: the currency of that locale.
pub(super) fn currency(table: &Table, site: &Site, sink: &mut Sink<'_>) -> Option<String> {
    let Some(text) = table.text("currency") else {
        return Some(site.currency().to_owned());
    };
    if text.decoded.len() != 3 {
        sink.report(Code::UnknownCurrency, text.place, "this is not a currency", "write a code such as \"GBP\"");
        return None;
    }
    Some(text.decoded.to_owned())
}

/// How old live prices may get, in seconds; 0: there are none.
pub(super) fn live_age_s(table: &Table, sink: &mut Sink<'_>) -> u32 {
    let Some(text) = table.text("live") else { return 0 };
    let age_s = span_s(text.decoded).filter(|age_s| (1..=LIVE_S_MAX).contains(age_s));
    if age_s.is_none() {
        sink.report(
            Code::BadDuration,
            text.place,
            format!("\"{}\" is not an age for live prices", text.decoded),
            "write 1s to 24h, such as \"15m\"",
        );
    }
    age_s.unwrap_or(0)
}

/// The fields of `extra` and `private`.
pub(super) fn fields(table: &Table, sink: &mut Sink<'_>) -> Vec<FieldPart> {
    let mut fields: Vec<FieldPart> = Vec::new();
    for (key, private) in [("extra", false), ("private", true)] {
        for text in table.get(key).map(Node::texts).unwrap_or_default() {
            let name = text.decoded;
            if fields.len() == limits::CATALOG_FIELDS_MAX || fields.iter().any(|field| field.name == name) {
                sink.report(
                    Code::BadColumn,
                    text.place,
                    format!("the field `{name}` is there twice, or one too many"),
                    format!("list each field once, at most {} in all", limits::CATALOG_FIELDS_MAX),
                );
                continue;
            }
            if name.is_empty() || name.len() > limits::KEY_BYTES_MAX {
                sink.report(
                    Code::OverLimit,
                    text.place,
                    format!("the field's name has {} bytes", name.len()),
                    format!("1 to {} are possible", limits::KEY_BYTES_MAX),
                );
                continue;
            }
            fields.push(FieldPart { name: name.to_owned(), private });
        }
    }
    fields
}
