//! What keeps a content on the server.

use super::condition::attribute;
use super::private::Private;
use super::why::{Secret, Why};
use attune_core::bundle::cards::{Cards, Match, Rule};
use attune_core::bundle::{AttributeRef, Body, Bundle, Content, Field, Part, Template};

/// What keeps the campaigns that show a content on the server.
pub(super) fn why(bundle: &Bundle, private: &Private, content: &Content, cards: bool) -> Option<Why> {
    if !cards && has_cards(content) {
        return Some(Why::Recommends { content: content.key.clone() });
    }
    let secret = content.bodies.iter().find_map(|body| in_body(bundle, private, body))?;
    Some(Why::Content { content: content.key.clone(), secret })
}

/// Whether a content recommends products.
pub(super) fn has_cards(content: &Content) -> bool {
    content.bodies.iter().any(|body| matches!(body, Body::Cards(_)))
}

/// The templates of a body.
pub(super) fn templates<'b>(body: &'b Body) -> Vec<&'b Template> {
    match body {
        Body::Html(template) => vec![template],
        Body::Fields(fields) => {
            let of_field = |field: &'b Field| {
                let attributes = field.attributes.iter().map(|(_, template)| template);
                field.inner.iter().chain(attributes)
            };
            fields.iter().flat_map(of_field).collect()
        }
        Body::Cards(cards) => vec![&cards.before, &cards.card, &cards.after],
    }
}

/// The attributes that a template's placeholders name.
pub(super) fn sources(template: &Template) -> impl Iterator<Item = &AttributeRef> {
    template.parts.iter().filter_map(|part| match part {
        Part::Hole(hole) => Some(&hole.source),
        Part::Literal(_) => None,
    })
}

fn in_body(bundle: &Bundle, private: &Private, body: &Body) -> Option<Secret> {
    if let Body::Cards(cards) = body {
        return in_rules(private, cards).or_else(|| {
            let around = [&cards.before, &cards.after].into_iter().flat_map(sources);
            let mut around = around.filter_map(|of| attribute(bundle, private, of));
            around.next().or_else(|| sources(&cards.card).find_map(|of| in_card(bundle, private, of)))
        });
    }
    templates(body).into_iter().flat_map(sources).find_map(|of| attribute(bundle, private, of))
}

/// A card may say all of its product that is not private.
fn in_card(bundle: &Bundle, private: &Private, of: &AttributeRef) -> Option<Secret> {
    attribute(bundle, private, of).filter(|secret| !(of.attribute.is_of_item() && matches!(secret, Secret::Product(_))))
}

fn in_rules(private: &Private, cards: &Cards) -> Option<Secret> {
    let field = |name: &String| private.fields.get(name).cloned().map(Secret::Field);
    cards.rules.iter().find_map(|rule| match rule {
        Rule::AtLeast(name, _) | Rule::Weigh(Match::Field(name, _), _) => field(name),
        Rule::MinStock(_) => Some(Secret::Stock),
        Rule::Weigh(Match::Category(_) | Match::Products(_), _)
        | Rule::Pin(..)
        | Rule::PriceBand(..)
        | Rule::MaxPerCategory(_) => None,
    })
}
