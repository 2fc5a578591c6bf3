//! `private`: what never leaves the server.

use crate::catalog::Products;
use crate::client::Private;
use crate::syntax::{Node, Table};
use std::collections::BTreeMap;

/// Whether the entry of a segment or a list says so of itself.
pub(super) fn is_private(table: &Table) -> bool {
    table.get("private").and_then(Node::bool).unwrap_or(false)
}

/// All that is private. `lists` has the private ones of the bundle.
pub(super) fn private(root: &Table, products: Option<&Products>, lists: BTreeMap<u32, String>) -> Private {
    let segments = root.entries_of("segments").iter().filter(|entry| entry.node.table().is_some_and(is_private));
    let fields = products.map_or(&[][..], |products| &products.fields).iter().filter(|field| field.private);
    Private {
        lists,
        segments: segments.map(|entry| entry.key.clone()).collect(),
        fields: fields.map(|field| field.name.clone()).collect(),
    }
}
