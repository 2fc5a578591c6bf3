//! The data that recommendations are made from.

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

/// Only categories of the feed count here: a category of `[catalog] categories` alone has no products.
pub(super) fn known_category(shop: &Shop<'_>, category: &str, place: Place, sink: &mut Sink<'_>) {
    let Some(products) = shop.products else { return };
    let known = || products.categories.iter().map(|(key, _)| key.as_str());
    if !known().any(|key| key == category) {
        let help = suggest::help(category, known().collect::<Vec<_>>(), "it has none yet");
        let message = format!("the catalogue has no category \"{category}\"");
        sink.report(Code::UnknownCategory, place, message, help);
    }
}
