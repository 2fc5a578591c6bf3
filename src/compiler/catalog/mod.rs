//! `[catalog]`: product feeds to the catalogue artifact.

mod columns;
mod delimited;
mod feed;
mod flaws;
mod json;
mod live;
mod locales;
mod merchant;
mod number;
mod ordinals;
mod product;

pub use live::{FeedForm, LiveError, LiveFeed, live};
pub use ordinals::{Ordinals, OrdinalsError};

use crate::codes::Code;
use crate::condition::span_s;
use crate::diagnostic::Sink;
use crate::source::{File, Text};
use crate::suggest;
use crate::syntax::{Node, Table};
use attune_core::artifacts::catalog::{
    Availability, CatalogError, CatalogParts, FieldPart, ItemPart, LocalePart, OfferPart, encode,
};
use attune_core::bundle::Site;
use attune_core::limits;
use columns::Columns;
use std::collections::HashMap;

/// The oldest an overlay may get, in seconds.
const LIVE_S_MAX: u32 = 24 * 60 * 60;

/// The products of the feeds, not yet numbered.
#[derive(Clone, Debug, Default)]
pub struct Products {
    pub(crate) currency: String,
    pub(crate) live_age_s_max: u32,
    pub(crate) fields: Vec<FieldPart>,
    pub(crate) categories: Vec<(String, String)>,
    pub(crate) items: Vec<ItemPart>,
    pub(crate) locales: Vec<LocaleOffers>,
}

/// What the feed of a locale says, by product key.
#[derive(Clone, Debug, Default)]
pub(crate) struct LocaleOffers {
    pub(crate) tag: String,
    pub(crate) currency: String,
    pub(crate) offers: HashMap<String, OfferPart>,
}

impl Products {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Numbers the products and writes the catalogue. Known products keep their numbers, new ones get the next, and
    /// those that are gone keep theirs.
    ///
    /// # Errors
    /// [`CatalogError`] when the catalogue is over a limit.
    pub fn artifact(&self, ordinals: &mut Ordinals) -> Result<Vec<u8>, CatalogError> {
        let mut by_ordinal: Vec<Option<&ItemPart>> = vec![None; ordinals.len()];
        for item in &self.items {
            let ordinal = ordinals.number(&item.id);
            if by_ordinal.len() <= ordinal {
                by_ordinal.resize(ordinal + 1, None);
            }
            if let Some(place) = by_ordinal.get_mut(ordinal) {
                *place = Some(item);
            }
        }
        let gone = |id: &String| ItemPart { id: id.clone(), availability: Availability::Gone, ..ItemPart::default() };
        let items = by_ordinal.iter().zip(ordinals.ids()).map(|(item, id)| item.map_or_else(|| gone(id), Clone::clone));
        encode(&CatalogParts {
            epoch: ordinals.epoch(),
            currency: self.currency.clone(),
            live_age_s_max: self.live_age_s_max,
            categories: self.categories.clone(),
            fields: self.fields.clone(),
            items: items.collect(),
            locales: self.locales.iter().map(|locale| locale.part(ordinals.ids())).collect(),
        })
    }
}

impl LocaleOffers {
    /// The same by number; nothing of products that are gone.
    fn part(&self, ids: &[String]) -> LocalePart {
        let offers = ids.iter().map(|id| self.offers.get(id).cloned()).collect();
        LocalePart { tag: self.tag.clone(), currency: self.currency.clone(), offers }
    }
}

/// Whether this file is part of the catalogue, and not of the configuration itself.
pub(crate) fn is_catalog_file(file: &File) -> bool {
    file.path.starts_with("catalog/")
}

/// Reads what `[catalog]` names; problems are reported.
pub(crate) fn products(root: &Table, site: &Site, sink: &mut Sink<'_>) -> Option<Products> {
    let table = has_feed(root, sink)?;
    let currency = table.text("currency").map(|text| text.decoded.to_owned());
    let mut products = Products {
        currency: currency.unwrap_or_else(|| site.locales.first().map_or_else(String::new, |l| l.currency.clone())),
        live_age_s_max: live_age_s(table, sink),
        fields: fields(table, sink),
        ..Products::default()
    };
    if let Some(text) = table.text("currency").filter(|text| text.decoded.len() != 3) {
        sink.report(Code::UnknownCurrency, text.place, "this is not a currency", "write a code such as \"GBP\"");
        return None;
    }
    let columns = Columns::of(table, &products.fields, sink);
    let feeds = locales::feeds(table, site, sink);
    products.locales = feeds.iter().filter_map(|feeds| feeds.locale.clone()).collect();
    let mut rows = product::Rows::new(&mut products, &columns, site);
    let mut further = 0;
    for feeds in &feeds {
        rows.begin_locale(feeds.locale.as_ref().map(|_| further));
        further += usize::from(feeds.locale.is_some());
        for feed in &feeds.files {
            let files = sink.files();
            let Some((index, file)) = files.iter().enumerate().find(|(_, file)| file.path == feed.decoded) else {
                no_file(*feed, sink);
                continue;
            };
            let problems = sink.count();
            feed::read(index, file, *feed, &mut rows, sink);
            let loss = rows.flaws.loss();
            // What is wrong with the whole file was said.
            if let Some(loss) = loss.filter(|_| sink.count() == problems) {
                flaws::report_loss(&loss, file, *feed, sink);
            }
        }
    }
    rows.flaws.report(sink);
    locales::without_first(&mut products, &feeds, sink);
    Some(products)
}

/// The table, if it names a feed. Without one it may have categories, and nothing else.
fn has_feed<'t>(root: &'t Table, sink: &mut Sink<'_>) -> Option<&'t Table> {
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

fn no_file(feed: Text<'_>, sink: &mut Sink<'_>) {
    let known = sink.files().iter().filter(|file| is_catalog_file(file)).map(|file| file.path.as_str());
    sink.report(
        Code::NoFile,
        feed.place,
        format!("there is no file {}", feed.decoded),
        suggest::help(feed.decoded, known, "put it into the folder catalog/"),
    );
}

fn live_age_s(table: &Table, sink: &mut Sink<'_>) -> u32 {
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

fn fields(table: &Table, sink: &mut Sink<'_>) -> Vec<FieldPart> {
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

/// Products by key, for what refers to them.
pub(crate) fn keys(products: &Products) -> HashMap<&str, usize> {
    products.items.iter().enumerate().map(|(at, item)| (item.id.as_str(), at)).collect()
}
