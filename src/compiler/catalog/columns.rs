//! Which column of a feed is what, and how its numbers are written.

use super::number::Decimal;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::suggest;
use crate::syntax::Table;
use attune_core::artifacts::catalog::FieldPart;

/// What every product may have: its name in `[catalog] columns`, and what feeds call it.
pub(super) const KNOWN: &[(&str, &[&str])] = &[
    ("id", &["id", "sku", "item_id", "product_id"]),
    ("title", &["title", "name"]),
    ("url", &["link", "url"]),
    ("image", &["image_link", "image", "image_url"]),
    ("price", &["price"]),
    ("sale_price", &["sale_price"]),
    ("sale_dates", &["sale_price_effective_date"]),
    ("availability", &["availability"]),
    ("category", &["product_type", "category", "google_product_category"]),
    ("group", &["item_group_id", "group"]),
    ("stock", &["quantity", "stock"]),
];

/// Which column is what, and how numbers are written.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// The sign before the fraction of a number.
    pub(super) decimal: Decimal,
    /// For each of [`KNOWN`], the names that are tried, in this order.
    known: Vec<Vec<String>>,
    /// For each field, its column.
    fields: Vec<String>,
}

impl Columns {
    pub(super) fn of(table: &Table, fields: &[FieldPart], sink: &mut Sink<'_>) -> Self {
        let mut known: Vec<Vec<String>> =
            KNOWN.iter().map(|(_, names)| names.iter().map(|name| (*name).to_owned()).collect()).collect();
        let mut columns: Vec<String> = fields.iter().map(|field| column_name(&field.name)).collect();
        for entry in table.entries_of("columns") {
            let Some(text) = entry.node.text() else { continue };
            let name = column_name(text.decoded);
            let known_at = KNOWN.iter().position(|(key, _)| *key == entry.key);
            let field_at = fields.iter().position(|field| field.name == entry.key);
            if let Some(place) = known_at.and_then(|at| known.get_mut(at)) {
                *place = vec![name];
            } else if let Some(place) = field_at.and_then(|at| columns.get_mut(at)) {
                *place = name;
            } else {
                let names = KNOWN.iter().map(|(key, _)| *key);
                sink.report(
                    Code::BadColumn,
                    entry.key_place,
                    format!("`{}` is nothing that a product has", entry.key),
                    suggest::help(&entry.key, names, "list it in `extra` or `private`"),
                );
            }
        }
        let decimal = table.text("decimal").map_or(Decimal::Unsaid, |word| Decimal::of(word.decoded));
        Self { decimal, known, fields: columns }
    }

    /// Names that are tried for one of [`KNOWN`].
    pub(super) fn names(&self, known: usize) -> &[String] {
        self.known.get(known).map_or(&[], Vec::as_slice)
    }

    /// The column of each field.
    pub(super) fn fields(&self) -> &[String] {
        &self.fields
    }
}

/// The name of a column as it is compared: `Image Link`, `g:image_link` and `image-link` are one.
pub(super) fn column_name(name: &str) -> String {
    let name = name.trim();
    // Google writes columns with a prefix in some exports.
    name.strip_prefix("g:").unwrap_or(name).to_lowercase().replace([' ', '-'], "_")
}
