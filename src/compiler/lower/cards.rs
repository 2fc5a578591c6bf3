//! Recommendations: what is shown, and the template of a card.

use super::by_locale::by_locale;
use super::html_file::html_file;
use super::shop::Shop;
use super::{card_rules, links, sources};
use crate::codes::Code;
use crate::condition::Compiler;
use crate::diagnostic::Sink;
use crate::locale;
use crate::source::{Place, Text};
use crate::syntax::{Entry, Node, Table};
use crate::template::{self, ItemScope, Placeholders};
use attune_core::bundle::cards::{Cards, Exclude, Mix};
use attune_core::bundle::{Body, Locale, Template};
use std::collections::BTreeSet;

/// Cards of a recommendation. Default: 4.
const COUNT: u8 = 4;

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
    let choice = choice(shop, table, entry.key_place, sink);
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
    let mut bodies = Vec::with_capacity(shop.site.locales.len());
    for (conventions, path) in card_by_locale(shop, card) {
        bodies.push(match path.map(Node::text) {
            Some(Some(path)) => body(shop, &choice, path, &conventions, compiler, files, sink),
            // A path that is no text is reported already.
            Some(None) => Body::Html(Template::default()),
            None => {
                let missing = shop.site.locales.first().map_or("", |first| first.tag.as_str());
                sink.report(
                    Code::MissingLocale,
                    card.key_place,
                    format!("`card` is missing for `{missing}`"),
                    "other locales use the card of the first one",
                );
                Body::Html(Template::default())
            }
        });
    }
    bodies
}

/// For each locale, its formats and the path of the card.
fn card_by_locale<'n>(shop: &Shop<'_>, card: &'n Entry) -> Vec<(Locale, Option<&'n Node>)> {
    match card.node.table() {
        Some(table) => by_locale(shop.site, table),
        None => shop.site.locales.iter().map(|locale| (locale.clone(), Some(&card.node))).collect(),
    }
}

/// Which products are picked; the templates of the cards are still empty.
fn choice(shop: &Shop<'_>, table: &Table, place: Place, sink: &mut Sink<'_>) -> Cards {
    let takes_turns = table.text("mix").is_some_and(|mix| mix.decoded == "take-turns");
    Cards {
        sources: table.get("sources").map_or_else(Vec::new, |node| sources::sources(shop, node, sink)),
        strategies: sources::strategies(shop, table, place, sink),
        mix: if takes_turns { Mix::TakeTurns } else { Mix::InOrder },
        count: table.whole("count").unwrap_or(COUNT),
        min: table.whole("min").unwrap_or(1),
        exclude: match table.get("exclude") {
            Some(node) => node.texts().iter().filter_map(exclude).collect(),
            None => vec![Exclude::Current, Exclude::OutOfStock],
        },
        rotation_centi: rotation(table, sink),
        rules: card_rules::rules(shop, table, sink),
        ..Cards::default()
    }
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
