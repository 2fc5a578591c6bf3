//! What the placeholders of a card stand for.

use super::known::Known;
use super::recommendation::{Anchor, Recommendation};
use super::sources;
use crate::artifacts::catalog::{Catalog, Item};
use crate::artifacts::{Artifacts, Offer};
use crate::attribute::Attribute;
use crate::bundle::AttributeRef;
use crate::bundle::cards::Cards;
use crate::number::decimal;
use crate::segment::{Facts, UnknownReason, Value, market};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// The value of a placeholder in a card; the product is as the page's locale shows it.
pub fn value<'v>(
    artifacts: &'v Artifacts,
    cards: &Cards,
    recommendation: &Recommendation,
    item: &Item<'v>,
    offer: &Offer,
    source: &AttributeRef,
    facts: &Facts<'v>,
) -> Value<'v> {
    let text = |text: &'v str| (!text.is_empty()).then_some(Value::Text(Cow::Borrowed(text)));
    let money = |minor: Option<u32>| minor.map(|minor| Value::Number(f64::from(minor) / 100.0));
    let found = match source.attribute {
        Attribute::ItemId => text(item.id()),
        Attribute::ItemTitle => text(item.title()),
        Attribute::ItemUrl => text(item.url()),
        Attribute::ItemImage => text(item.image()),
        Attribute::ItemPrice => money(offer.price_minor),
        Attribute::ItemWas => money(offer.was_minor),
        Attribute::ItemCategory => {
            item.category().and_then(|category| text(artifacts.catalog().map_or("", |c| c.category_name(category))))
        }
        Attribute::ItemWhy => {
            reason_text(artifacts, recommendation, cards, facts).map(|why| Value::Text(Cow::Owned(why)))
        }
        Attribute::ItemExtra => artifacts.extra(item, source.argument.as_deref().unwrap_or("")).and_then(text),
        _ => return facts.value(source),
    };
    found.unwrap_or(Value::Unknown(UnknownReason::Absent))
}

/// Why a product was picked, in the words of its cards by cause; `#` stands for what led to it.
pub fn reason_text(
    artifacts: &Artifacts,
    recommendation: &Recommendation,
    cards: &Cards,
    facts: &Facts,
) -> Option<String> {
    let words = cards.reason_texts.get(recommendation.reason as usize).filter(|words| !words.is_empty())?;
    let catalog = artifacts.catalog()?;
    let name = match recommendation.anchor {
        Anchor::None if words.contains('#') => return None,
        Anchor::None => "",
        Anchor::Product(ordinal) => catalog.item_in(ordinal, market(catalog, facts, &cards.currency))?.title(),
        Anchor::Category(category) => catalog.category_name(category),
    };
    let Some((before, after)) = words.split_once('#') else { return Some(words.clone()) };
    Some([before, name, after].concat())
}

/// A picked product as the cards of this page show it.
pub fn shown<'c>(
    catalog: &'c Catalog<Vec<u8>>,
    recommendation: &Recommendation,
    cards: &Cards,
    facts: &Facts,
) -> Option<Item<'c>> {
    catalog.item_in(recommendation.ordinal, market(catalog, facts, &cards.currency))
}

/// Key of the product or category that led to a pick.
pub fn anchor_key<'c>(catalog: &'c Catalog<Vec<u8>>, recommendation: &Recommendation) -> Option<&'c str> {
    match recommendation.anchor {
        Anchor::None => None,
        Anchor::Product(ordinal) => catalog.item(ordinal).map(|item| item.id()),
        Anchor::Category(category) => Some(catalog.category_key(category)),
    }
}

/// The parts of a score, for people: what its source gave, what the rules multiply it by, and which place it counts as
/// having for having been seen. Parts that change nothing are left out.
pub fn score_parts(recommendation: &Recommendation) -> String {
    let number = |number: f32, digits| decimal::fixed(number.into(), digits);
    let mut text = number(recommendation.base, 3);
    if recommendation.factor.to_bits() != 1.0_f32.to_bits() {
        text = [&text, " * ", &number(recommendation.factor, 2), " (rules)"].concat();
    }
    if recommendation.score.to_bits() != recommendation.base.to_bits() {
        text = [&text, " = ", &number(recommendation.score, 3)].concat();
    }
    // People count from 1.
    let place = f32::from(recommendation.place) + 1.0;
    let later = recommendation.later + 1.0;
    if later > place {
        let (place, later, times) = (number(place, 0), number(later, 1), number(recommendation.times_seen, 1));
        text = [&text, ", place ", &place, " counts as ", &later, " (seen ", &times, " times, not clicked)"].concat();
    }
    text
}

/// Finds out which product led to each pick, where nobody asked when they were picked.
pub fn explain(artifacts: &Artifacts, facts: &Facts, recommendations: &mut [Recommendation]) {
    if let Some(catalog) = artifacts.catalog() {
        sources::explain(recommendations, artifacts, &Known::of(catalog, facts));
    }
}
