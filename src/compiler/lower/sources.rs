//! Where a recommendation takes products from: `sources`, `strategies` and `[product_lists]`.

use super::shop::{Shop, known_product};
use super::trending::trending;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::{Place, Text};
use crate::suggest;
use crate::syntax::{Entry, Node, Table};
use attune_core::bundle::cards::{RecommendationReason, Seed, Source, Strategy};
use attune_core::limits;

/// Sources by name; lists are named by the author.
const SOURCES: [(&str, Source); 8] = [
    ("session", Source::Session),
    ("goes-with", Source::GoesWith(Seed::Page)),
    ("goes-with-cart", Source::GoesWith(Seed::Cart)),
    ("goes-with-last-order", Source::GoesWith(Seed::LastOrder)),
    ("similar", Source::Similar),
    ("category-popular", Source::CategoryPopular),
    ("popular", Source::Popular),
    ("viewed", Source::Viewed),
];

/// The strategies of a recommendation; one without sources and strategies is reported.
pub(super) fn strategies(shop: &Shop<'_>, table: &Table, place: Place, sink: &mut Sink<'_>) -> Vec<Strategy> {
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

pub(super) fn sources(shop: &Shop<'_>, node: &Node, sink: &mut Sink<'_>) -> Vec<Source> {
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
    match SOURCES.into_iter().find(|(name, _)| *name == text.decoded) {
        Some((_, source)) => Some(source),
        None => list(shop, text.decoded, text.place, sink),
    }
}

/// A list of products that `[product_lists]` defines.
fn list(shop: &Shop<'_>, name: &str, place: Place, sink: &mut Sink<'_>) -> Option<Source> {
    let lists = shop.root.entries_of("product_lists");
    let Some(table) = lists.iter().find(|list| list.key == name).and_then(|list| list.node.table()) else {
        let known = SOURCES.iter().map(|(name, _)| *name).chain(lists.iter().map(|list| list.key.as_str()));
        sink.report(
            Code::UnknownSource,
            place,
            format!("there is no source `{name}`"),
            suggest::help(name, known, "define it under [product_lists]"),
        );
        return None;
    };
    let cause = match table.text("why").map(|why| why.decoded) {
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
        // Products that the catalogue no longer has are skipped: the file is made elsewhere.
        let lines = file.text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        skus.extend(lines.filter(|sku| shop.known.contains_key(sku)).map(str::to_owned));
    }
    if table.text("sales").is_some() {
        skus.extend(trending(table, sink).into_iter().filter(|sku| shop.known.contains_key(sku.as_str())));
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
    Some(Source::List(cause, skus))
}

#[cfg(test)]
mod tests {
    use super::SOURCES;
    use crate::codes::Code;
    use crate::grammar::reference;

    #[test]
    fn every_source_is_explained_documented_and_in_a_fixture() {
        let names = SOURCES.map(|(name, _)| name);
        let all = names.join(", ");
        let explained = Code::UnknownSource.info().is_some_and(|info| info.explanation.contains(&all));
        assert!(explained, "A0705 of codes.rs lists: {all}");
        assert!(reference().contains(&all), "`sources` of grammar/keys/recommend.rs lists: {all}");
        let recommendations = include_str!("../../../docs/recommendations.md");
        let fixture = include_str!("../../../tests/compiler/good/recommendations.txt");
        for name in names {
            assert!(recommendations.contains(&format!("`{name}`")), "docs/recommendations.md does not name `{name}`");
            let used = fixture.contains(&format!("\"{name}\""));
            assert!(used, "nothing in tests/compiler/good/recommendations.txt has the source `{name}`: add one");
        }
    }
}
