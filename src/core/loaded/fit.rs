//! Whether a catalogue has what a bundle asks of it.

use super::Loaded;
use crate::artifacts::catalog::Catalog;
use crate::attribute::Attribute;
use crate::bundle::cards::{Cards, Match, Rule};
use crate::bundle::{AttributeRef, Body, Field, Part, Template, Test};
use alloc::vec::Vec;

impl Loaded {
    /// Whether the bundle names any field of products, so that not every catalogue will do.
    pub fn names_fields(&self) -> bool {
        self.shown_fields().next().is_some() || self.ruled_fields().next().is_some()
    }

    /// The first field of products that the bundle names and the catalogue does not have; a private field is there for rules only.
    /// Nothing in a build without the feature `full`.
    pub fn field_beyond<'l>(&'l self, catalog: &Catalog<Vec<u8>>) -> Option<&'l str> {
        if !cfg!(feature = "full") {
            return None;
        }
        let is_missing = |name: &&str| catalog.field(name).is_none_or(|(_, is_private)| is_private);
        let is_unknown = |name: &&str| catalog.field(name).is_none();
        self.shown_fields().find(is_missing).or_else(|| self.ruled_fields().find(is_unknown))
    }

    /// The fields that conditions and templates name.
    fn shown_fields(&self) -> impl Iterator<Item = &str> {
        let of_atoms = self.conditions.atoms.iter().flatten().flat_map(|atom| {
            let other = match &atom.test {
                Test::Versus(_, other, ..) | Test::SameText(other) => Some(other),
                _ => None,
            };
            [Some(&atom.subject), other].into_iter().flatten().filter_map(field)
        });
        of_atoms.chain(self.bodies().flat_map(templates).flat_map(fields_of))
    }

    /// The fields that rules name.
    fn ruled_fields(&self) -> impl Iterator<Item = &str> {
        self.bodies().filter_map(cards).flat_map(|cards| cards.rules.iter().filter_map(ruled_field))
    }

    fn bodies(&self) -> impl Iterator<Item = &Body> {
        self.contents.iter().flatten().flat_map(|content| &content.bodies)
    }
}

/// The field of products that an attribute is.
fn field(of: &AttributeRef) -> Option<&str> {
    of.argument.as_deref().filter(|_| matches!(of.attribute, Attribute::ProductExtra | Attribute::ItemExtra))
}

fn fields_of(template: &Template) -> impl Iterator<Item = &str> {
    template.parts.iter().filter_map(|part| match part {
        Part::Hole(hole) => field(&hole.source),
        Part::Literal(_) => None,
    })
}

fn templates<'b>(body: &'b Body) -> Vec<&'b Template> {
    match body {
        Body::Html(template) => [template].to_vec(),
        Body::Fields(fields) => {
            let of_field =
                |field: &'b Field| field.inner.iter().chain(field.attributes.iter().map(|(_, template)| template));
            fields.iter().flat_map(of_field).collect()
        }
        Body::Cards(cards) => [&cards.before, &cards.card, &cards.after].to_vec(),
    }
}

fn cards(body: &Body) -> Option<&Cards> {
    match body {
        Body::Cards(cards) => Some(cards),
        Body::Html(_) | Body::Fields(_) => None,
    }
}

fn ruled_field(rule: &Rule) -> Option<&str> {
    match rule {
        Rule::AtLeast(field, _) | Rule::Weigh(Match::Field(field, _), _) => Some(field),
        Rule::Weigh(Match::Category(_) | Match::Products(_), _)
        | Rule::Pin(..)
        | Rule::MinStock(_)
        | Rule::PriceBand(..)
        | Rule::MaxPerCategory(_) => None,
    }
}
