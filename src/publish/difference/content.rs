//! Contents as text: what their templates say.

use super::facts::Facts;
use attune_core::bundle::cards::{Cards, Source};
use attune_core::bundle::{Body, Content, Format, Part, Site, Template};
use attune_core::explain;

/// What a content puts into its slot, for each locale.
pub(super) fn facts(content: &Content, site: &Site) -> Facts {
    let mut facts = Facts::new();
    for (index, body) in content.bodies.iter().enumerate() {
        let has = |of: &&u16| usize::from(**of) == index;
        let tags: Vec<&str> = site
            .locales
            .iter()
            .zip(&content.by_locale)
            .filter(|(_, of)| has(of))
            .map(|(locale, _)| locale.tag.as_str())
            .collect();
        let tags = if tags.len() == site.locales.len() { String::new() } else { format!(" {}", tags.join(", ")) };
        put(&mut facts, body, &tags);
    }
    facts
}

fn put(facts: &mut Facts, body: &Body, tags: &str) {
    match body {
        Body::Html(template) => {
            facts.insert(format!("html{tags}"), text(template));
        }
        Body::Fields(fields) => {
            for field in fields {
                if let Some(inner) = &field.inner {
                    facts.insert(format!("{}{tags}", field.name), text(inner));
                }
                for (name, template) in &field.attributes {
                    facts.insert(format!("{}.{name}{tags}", field.name), text(template));
                }
            }
        }
        Body::Cards(cards) => put_cards(facts, cards, tags),
    }
}

fn put_cards(facts: &mut Facts, cards: &Cards, tags: &str) {
    let Cards { sources, mix, count, min, exclude, rotation_centi, rules, .. } = cards;
    let mut put = |what: &str, value: String| {
        facts.insert(format!("{what}{tags}"), value);
    };
    put("sources", sources.iter().map(source).collect::<Vec<_>>().join(", "));
    for strategy in &cards.strategies {
        let sources: Vec<String> = strategy.sources.iter().map(source).collect();
        put(&format!("strategy {}", strategy.key), sources.join(", "));
    }
    put("count", format!("{min} to {count}"));
    put("mix", format!("{mix:?}"));
    put("exclude", format!("{exclude:?}"));
    put("rotation", format!("{rotation_centi} %"));
    for (number, rule) in rules.iter().enumerate() {
        put(&format!("rule {}", number + 1), format!("{rule:?}"));
    }
    put("card", format!("{}{}{}", text(&cards.before), text(&cards.card), text(&cards.after)));
    put("reasons", cards.reason_texts.join(" | "));
    put("currency", cards.currency.clone());
}

fn source(source: &Source) -> String {
    match source {
        Source::Session => "session".to_owned(),
        Source::GoesWith(seed) => format!("goes-with {seed:?}"),
        Source::Similar => "similar".to_owned(),
        Source::CategoryPopular => "category-popular".to_owned(),
        Source::Popular => "popular".to_owned(),
        Source::List(reason, products) => format!("{}: {}", reason.key(), products.join(" ")),
        Source::Viewed => "viewed".to_owned(),
    }
}

/// A template with its placeholders in braces.
fn text(template: &Template) -> String {
    let part = |part: &Part| match part {
        Part::Literal(text) => text.clone(),
        Part::Hole(hole) => {
            let format = match &hole.format {
                Format::Plain => String::new(),
                Format::Plural(_, forms) => format!(" | plural: '{}'", forms.join("', '")),
                Format::Money(money) => format!(" | money {}", money.symbol),
                Format::Date(date) => format!(" | date {}", date.pattern),
                Format::Percent => " | percent".to_owned(),
                Format::Title => " | title".to_owned(),
            };
            let default = hole.default.as_ref().map(|text| format!(" | default: '{text}'")).unwrap_or_default();
            format!("{{{{ {}{format}{default} }}}}", explain::subject(&hole.source))
        }
    };
    template.parts.iter().map(part).collect()
}
