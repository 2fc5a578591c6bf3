//! Feeds by locale: `feed.de-DE = "catalog/de.tsv"`.

use super::products::{LocaleOffers, Products};
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use crate::suggest;
use crate::syntax::{Node, Table};
use attune_core::bundle::Site;
use std::collections::HashSet;

/// The feeds of one locale.
pub(super) struct Feeds<'t> {
    /// The locale; `None` for the first one, which decides what products there are.
    pub(super) locale: Option<LocaleOffers>,
    pub(super) files: Vec<Text<'t>>,
}

/// The feeds of all locales, those of the first one first.
pub(super) fn feeds<'t>(table: &'t Table, site: &Site, sink: &mut Sink<'_>) -> Vec<Feeds<'t>> {
    let Some(entry) = table.entry("feed") else { return Vec::new() };
    let Some(by_locale) = entry.node.table() else {
        return vec![Feeds { locale: None, files: entry.node.texts() }];
    };
    let first = site.locales.first().map_or("", |locale| locale.tag.as_str());
    let files = by_locale.get(first).map(Node::texts).unwrap_or_default();
    if files.is_empty() {
        sink.report(
            Code::MissingLocale,
            entry.key_place,
            format!("`feed` is missing for `{first}`"),
            "the feed of the first locale says which products there are; others add titles, links and prices",
        );
    }
    let mut feeds = vec![Feeds { locale: None, files }];
    for entry in by_locale.entries.iter().filter(|entry| entry.key != first) {
        let Some(locale) = site.locales.iter().find(|locale| locale.tag == entry.key) else {
            let known = site.locales.iter().map(|locale| locale.tag.as_str());
            sink.report(
                Code::UnknownLocale,
                entry.key_place,
                format!("the site has no locale `{}`", entry.key),
                suggest::help(&entry.key, known, "list it in [site] `locales`"),
            );
            continue;
        };
        let (tag, currency) = (locale.tag.clone(), locale.currency.clone());
        let locale = LocaleOffers { tag, currency, ..LocaleOffers::default() };
        feeds.push(Feeds { locale: Some(locale), files: entry.node.texts() });
    }
    feeds
}

/// Reports and leaves out products that are not in the feed of the first locale.
pub(super) fn without_first(products: &mut Products, feeds: &[Feeds<'_>], sink: &mut Sink<'_>) {
    let known: HashSet<&str> = products.items.iter().map(|item| item.id.as_str()).collect();
    let files = feeds.iter().filter(|feeds| feeds.locale.is_some()).map(|feeds| feeds.files.first());
    for (locale, file) in products.locales.iter_mut().zip(files) {
        let before = locale.offers.len();
        let mut example = None;
        locale.offers.retain(|id, _| {
            let is_known = known.contains(id.as_str());
            if !is_known && example.as_ref().is_none_or(|example| id < example) {
                example = Some(id.clone());
            }
            is_known
        });
        let (Some(example), Some(file)) = (example, file) else { continue };
        sink.report(
            Code::FeedRows,
            file.place,
            format!(
                "{} of {before} products of `{}` are not in the feed of the first locale: left out, such as `{example}`",
                before - locale.offers.len(),
                locale.tag
            ),
            "add them to the feed of the first locale, as out of stock where it does not sell them",
        );
    }
}
