//! Recommendations: sources, exclusions, rules and the template of a card.

use super::html_file::html_file;
use super::links;
use crate::catalog::Products;
use crate::codes::Code;
use crate::condition::Compiler;
use crate::diagnostic::Sink;
use crate::locale;
use crate::source::{Place, Text};
use crate::suggest;
use crate::syntax::{Entry, Node, Table};
use crate::template::{self, ItemScope, Placeholders};
use attune_core::bundle::cards::{Cards, Exclude, Match, Mix, RecommendationReason, Rule, Seed, Source, Strategy};
use attune_core::bundle::{Body, Locale, Site};
use attune_core::limits;
use std::collections::{BTreeSet, HashMap};

/// Sources by name; lists are named by the author.
const SOURCES: &[&str] = &[
    "session",
    "goes-with",
    "goes-with-cart",
    "goes-with-last-order",
    "similar",
    "category-popular",
    "popular",
    "viewed",
];

/// Fewest cards unless said otherwise, and how many.
const COUNT: u8 = 4;

/// What recommendations are made from.
pub(super) struct Shop<'s> {
    pub(super) root: &'s Table,
    pub(super) site: &'s Site,
    pub(super) products: Option<&'s Products>,
    pub(super) known: HashMap<&'s str, usize>,
}

/// The bodies of one recommendation, one for each locale. `slots` are those that show it.
pub(super) fn bodies(
    shop: &Shop<'_>,
    entry: &Entry,
    slots: &[&Entry],
    compiler: &mut Compiler<'_>,
    files: &mut BTreeSet<String>,
    sink: &mut Sink<'_>,
) -> Vec<Body> {
    let Some(table) = entry.node.table() else { return Vec::new() };
    if shop.products.is_none() {
        sink.report(
            Code::NoCatalog,
            entry.key_place,
            "there is no catalogue to recommend from",
            "add [catalog] with feed = \"catalog/products.tsv\"",
        );
    }
    let choice = Cards {
        sources: table.get("sources").map_or_else(Vec::new, |node| sources(shop, node, sink)),
        strategies: strategies(shop, table, entry.key_place, sink),
        mix: if table.text("mix").is_some_and(|mix| mix.decoded == "take-turns") {
            Mix::TakeTurns
        } else {
            Mix::InOrder
        },
        count: small(table, "count").unwrap_or(COUNT),
        min: small(table, "min").unwrap_or(1),
        exclude: match table.get("exclude") {
            Some(node) => node.texts().iter().filter_map(exclude).collect(),
            // Who says nothing wants neither the product that is looked at nor one that cannot be bought.
            None => vec![Exclude::Current, Exclude::OutOfStock],
        },
        rotation_centi: rotation(table, sink),
        rules: rules(shop, table, sink),
        ..Cards::default()
    };
    let card = table.entry("card").or_else(|| slots.iter().find_map(|slot| slot.node.table()?.entry("card")));
    let Some(card) = card else {
        sink.report(
            Code::NoCard,
            entry.key_place,
            "nothing says how a product looks",
            "add card = \"content/card.html\" here or to the slot",
        );
        return Vec::new();
    };
    let first = shop.site.locales.first();
    shop.site
        .locales
        .iter()
        .map(|locale| {
            let (path, conventions) = match card.node.table() {
                None => (card.node.text(), locale.clone()),
                Some(by_locale) => match (by_locale.text(&locale.tag), first) {
                    (Some(path), _) => (Some(path), locale.clone()),
                    (None, Some(first)) => {
                        let own = Locale { tag: first.tag.clone(), currency: locale.currency.clone() };
                        (by_locale.text(&first.tag), own)
                    }
                    (None, None) => (None, locale.clone()),
                },
            };
            let Some(path) = path else {
                let missing = first.map_or("", |first| first.tag.as_str());
                sink.report(
                    Code::MissingLocale,
                    card.key_place,
                    format!("`card` is missing for `{missing}`"),
                    "other locales use the card of the first one",
                );
                return Body::Html(attune_core::bundle::Template::default());
            };
            body(shop, &choice, path, &conventions, compiler, files, sink)
        })
        .collect()
}

fn body(
    shop: &Shop<'_>,
    choice: &Cards,
    path: Text<'_>,
    locale: &Locale,
    compiler: &mut Compiler<'_>,
    files: &mut BTreeSet<String>,
    sink: &mut Sink<'_>,
) -> Body {
    let mut cards = choice.clone();
    cards.currency.clone_from(&locale.currency);
    if let Some(text) = html_file(path, files, sink) {
        let none = Vec::new();
        let fields = shop.products.map_or(&none, |products| &products.fields);
        let mut placeholders = Placeholders {
            compiler,
            locale: &locale.tag,
            currency: &locale.currency,
            items: Some(ItemScope { fields, inside: false, says_why: false }),
        };
        if let Some(parts) = template::cards(text, &mut placeholders, sink) {
            (cards.before, cards.card, cards.after) = parts;
            links::check_all(text, shop.site, sink);
        }
        if placeholders.items.is_some_and(|items| items.says_why) {
            cards.reason_texts = locale::reason_texts(&locale.tag).iter().map(|words| (*words).to_owned()).collect();
        }
    }
    Body::Cards(Box::new(cards))
}

fn small(table: &Table, key: &str) -> Option<u8> {
    u8::try_from(table.get(key)?.whole()?).ok()
}

fn rotation(table: &Table, sink: &mut Sink<'_>) -> u16 {
    let Some(node) = table.get("rotation") else { return 0 };
    let number = node.number().unwrap_or(0.0);
    if !(0.0..=100.0).contains(&number) {
        sink.report(
            Code::OutOfRange,
            node.place,
            format!("{number} is out of range for `rotation`"),
            "write 0 to 100; 0.5 is a good start",
        );
        return 0;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked: 0 to 10,000")]
    let centi = (number * 100.0).round() as u16;
    centi
}

fn exclude(text: &Text<'_>) -> Option<Exclude> {
    match text.decoded {
        "current" => Some(Exclude::Current),
        "in-cart" => Some(Exclude::InCart),
        "purchased" => Some(Exclude::Purchased),
        "out-of-stock" => Some(Exclude::OutOfStock),
        "viewed" => Some(Exclude::Viewed),
        _ => None,
    }
}

/// The strategies of a recommendation; one without sources and strategies is reported.
fn strategies(shop: &Shop<'_>, table: &Table, place: Place, sink: &mut Sink<'_>) -> Vec<Strategy> {
    let entries = table.entries_of("strategies");
    let found = entries.len();
    if found == 0 && table.get("sources").is_none() {
        sink.report(
            Code::MissingKey,
            place,
            "a recommendation has no `sources`",
            "say where products come from: sources = [\"session\", \"popular\"], or several such lists as `strategies`",
        );
    } else if table.get("strategies").is_some() && !(2..=limits::STRATEGIES_MAX).contains(&found) {
        let place = table.entry("strategies").map_or(place, |entry| entry.key_place);
        sink.report(
            Code::OverLimit,
            place,
            format!("`strategies` has {found} to choose from"),
            format!("give 2 to {}, or only `sources`", limits::STRATEGIES_MAX),
        );
    }
    let strategy = |entry: &Entry| Strategy { key: entry.key.clone(), sources: sources(shop, &entry.node, sink) };
    entries.iter().map(strategy).collect()
}

fn sources(shop: &Shop<'_>, node: &Node, sink: &mut Sink<'_>) -> Vec<Source> {
    let texts = node.texts();
    if let Some(text) = texts.get(limits::SOURCES_MAX) {
        sink.report(
            Code::OverLimit,
            text.place,
            format!("there are {} sources", texts.len()),
            format!("at most {} are possible", limits::SOURCES_MAX),
        );
    }
    texts.iter().filter_map(|text| source(shop, *text, sink)).collect()
}

fn source(shop: &Shop<'_>, text: Text<'_>, sink: &mut Sink<'_>) -> Option<Source> {
    Some(match text.decoded {
        "session" => Source::Session,
        "goes-with" => Source::GoesWith(Seed::Page),
        "goes-with-cart" => Source::GoesWith(Seed::Cart),
        "goes-with-last-order" => Source::GoesWith(Seed::LastOrder),
        "similar" => Source::Similar,
        "category-popular" => Source::CategoryPopular,
        "popular" => Source::Popular,
        "viewed" => Source::Viewed,
        name => return list(shop, name, text.place, sink),
    })
}

/// A list of products that `[product_lists]` defines.
fn list(shop: &Shop<'_>, name: &str, place: Place, sink: &mut Sink<'_>) -> Option<Source> {
    let lists = shop.root.entries_of("product_lists");
    let Some(table) = lists.iter().find(|list| list.key == name).and_then(|list| list.node.table()) else {
        let known = SOURCES.iter().copied().chain(lists.iter().map(|list| list.key.as_str()));
        sink.report(
            Code::UnknownSource,
            place,
            format!("there is no source `{name}`"),
            suggest::help(name, known, "define it under [product_lists]"),
        );
        return None;
    };
    let reason = match table.text("why").map(|why| why.decoded) {
        Some("trending") => RecommendationReason::Trending,
        Some("popular") => RecommendationReason::Popular,
        _ => RecommendationReason::Chosen,
    };
    let mut skus: Vec<String> = Vec::new();
    for text in table.get("products").map(Node::texts).unwrap_or_default() {
        known_product(shop, text, sink);
        skus.push(text.decoded.to_owned());
    }
    if let Some(path) = table.text("file") {
        let Some(file) = sink.files().iter().find(|file| file.path == path.decoded) else {
            sink.report(
                Code::NoFile,
                path.place,
                format!("there is no file {}", path.decoded),
                "put it into the folder catalog/",
            );
            return None;
        };
        // A list from elsewhere is a product key a line; what the catalogue no longer has is passed over.
        let lines = file.text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        skus.extend(lines.filter(|sku| shop.known.contains_key(sku)).map(str::to_owned));
    }
    if table.text("sales").is_some() {
        skus.extend(
            super::trending::trending(table, sink).into_iter().filter(|sku| shop.known.contains_key(sku.as_str())),
        );
        skus.truncate(limits::PRODUCT_LIST_MAX);
    }
    if skus.is_empty() || skus.len() > limits::PRODUCT_LIST_MAX {
        sink.report(
            Code::BadProductList,
            place,
            format!("the list `{name}` has {} products of the catalogue", skus.len()),
            format!("a list has 1 to {}", limits::PRODUCT_LIST_MAX),
        );
    }
    Some(Source::List(reason, skus))
}

fn known_product(shop: &Shop<'_>, text: Text<'_>, sink: &mut Sink<'_>) {
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
fn known_category(shop: &Shop<'_>, asked: &str, place: Place, sink: &mut Sink<'_>) {
    let Some(products) = shop.products else { return };
    let known = || products.categories.iter().map(|(key, _)| key.as_str());
    if !known().any(|key| key == asked) {
        let help = suggest::help(asked, known().collect::<Vec<_>>(), "it has none yet");
        let message = format!("the catalogue has no category \"{asked}\"");
        sink.report(Code::UnknownCategory, place, message, help);
    }
}

fn rules(shop: &Shop<'_>, table: &Table, sink: &mut Sink<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for node in table.get("weigh").and_then(Node::list).unwrap_or_default() {
        rules.extend(weigh(shop, node, sink));
    }
    for node in table.get("pin").and_then(Node::list).unwrap_or_default() {
        let Some(pin) = node.table() else { continue };
        let (Some(product), Some(place)) = (pin.text("product"), small(pin, "place")) else { continue };
        known_product(shop, product, sink);
        rules.push(Rule::Pin(product.decoded.to_owned(), place.saturating_sub(1)));
    }
    for entry in table.entries_of("at_least") {
        let private_or_extra = shop.products.is_some_and(|p| p.fields.iter().any(|field| field.name == entry.key));
        if !private_or_extra {
            sink.report(
                Code::BadColumn,
                entry.key_place,
                format!("the catalogue has no field `{}`", entry.key),
                "list it in [catalog] `extra` or `private`",
            );
            continue;
        }
        let number = (entry.node.number().unwrap_or(0.0) * 100.0).round();
        #[expect(clippy::cast_possible_truncation, reason = "saturates")]
        rules.push(Rule::AtLeast(entry.key.clone(), number as i32));
    }
    rules.extend(table.get("min_stock").and_then(|n| u32::try_from(n.whole()?).ok()).map(Rule::MinStock));
    if let Some(band) = table.table("price_band") {
        let part =
            |key: &str, default: u16| band.get(key).and_then(|n| u16::try_from(n.whole()?).ok()).unwrap_or(default);
        rules.push(Rule::PriceBand(part("from", 0), part("to", u16::MAX)));
    }
    rules.extend(small(table, "max_per_category").map(Rule::MaxPerCategory));
    if rules.len() > limits::RULES_MAX {
        let place = table.entries.first().map(|entry| entry.key_place);
        if let Some(place) = place {
            let help = format!("at most {} are possible", limits::RULES_MAX);
            sink.report(Code::OverLimit, place, format!("there are {} rules", rules.len()), help);
        }
    }
    rules
}

fn weigh(shop: &Shop<'_>, node: &Node, sink: &mut Sink<'_>) -> Option<Rule> {
    let table = node.table()?;
    let percent = u16::try_from(table.get("percent")?.whole()?).ok()?;
    let which: Vec<Match> = [
        table.text("category").map(|text| {
            let key = shop.site.category(text.decoded).into_owned();
            known_category(shop, &key, text.place, sink);
            Match::Category(key)
        }),
        table.get("products").map(|node| {
            let texts = node.texts();
            for text in &texts {
                known_product(shop, *text, sink);
            }
            Match::Products(texts.iter().map(|text| text.decoded.to_owned()).collect())
        }),
        table.text("field").map(|field| {
            Match::Field(
                field.decoded.to_owned(),
                table.text("is").map_or_else(String::new, |is| is.decoded.to_owned()),
            )
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    let [one] = <[Match; 1]>::try_from(which).ok().or_else(|| {
        sink.report(
            Code::BadRule,
            node.place,
            "a rule weighs one thing",
            "write { category = \"lanterns\", percent = 150 }, { products = [...], ... } or { field = \"brand\", is = \"...\", ... }",
        );
        None
    })?;
    Some(Rule::Weigh(one, percent))
}
