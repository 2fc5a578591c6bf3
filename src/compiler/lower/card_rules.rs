//! Rules of a recommendation: weights, pins, floors and limits.

use super::shop::{Shop, known_category, known_product};
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::syntax::{Node, Table};
use attune_core::bundle::cards::{Match, Rule};
use attune_core::limits;

/// All rules, in the order they are applied.
pub(super) fn rules(shop: &Shop<'_>, table: &Table, sink: &mut Sink<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for node in table.get("weigh").and_then(Node::list).unwrap_or_default() {
        rules.extend(weigh(shop, node, sink));
    }
    for node in table.get("pin").and_then(Node::list).unwrap_or_default() {
        let Some(pin) = node.table() else { continue };
        let (Some(product), Some(place)) = (pin.text("product"), pin.whole::<u8>("place")) else { continue };
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
    rules.extend(table.whole("min_stock").map(Rule::MinStock));
    if let Some(band) = table.table("price_band") {
        rules.push(Rule::PriceBand(band.whole("from").unwrap_or(0), band.whole("to").unwrap_or(u16::MAX)));
    }
    rules.extend(table.whole("max_per_category").map(Rule::MaxPerCategory));
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
    let percent = table.whole::<u16>("percent")?;
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
