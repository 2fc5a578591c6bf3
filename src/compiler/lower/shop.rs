//! What recommendations are made from.

use crate::catalog::Products;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::{Place, Text};
use crate::suggest;
use crate::syntax::Table;
use attune_core::bundle::Site;
use std::collections::HashMap;

/// The configuration, the site and its products.
pub(super) struct Shop<'s> {
    pub(super) root: &'s Table,
    pub(super) site: &'s Site,
    pub(super) products: Option<&'s Products>,
    /// The position of each product by its key.
    pub(super) known: HashMap<&'s str, usize>,
}

impl<'s> Shop<'s> {
    pub(super) fn of(root: &'s Table, site: &'s Site, products: Option<&'s Products>) -> Self {
        Self { root, site, products, known: products.map(Products::positions).unwrap_or_default() }
    }
}

/// Reports a product that the catalogue does not have.
pub(super) fn known_product(shop: &Shop<'_>, text: Text<'_>, sink: &mut Sink<'_>) {
    if shop.products.is_some() && !shop.known.contains_key(text.decoded) {
        sink.report(
            Code::UnknownProduct,
            text.place,
            format!("the catalogue has no product `{}`", text.decoded),
            "until it has, it is passed over",
        );
    }
}

/// Unlike a condition's, a category beside the feed is none: no product to weigh is in it.
pub(super) fn known_category(shop: &Shop<'_>, asked: &str, place: Place, sink: &mut Sink<'_>) {
    let Some(products) = shop.products else { return };
    let known = || products.categories.iter().map(|(key, _)| key.as_str());
    if !known().any(|key| key == asked) {
        let help = suggest::help(asked, known().collect::<Vec<_>>(), "it has none yet");
        let message = format!("the catalogue has no category \"{asked}\"");
        sink.report(Code::UnknownCategory, place, message, help);
    }
}
