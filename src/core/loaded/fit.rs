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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifacts::catalog::{CatalogParts, FieldPart, encode};
    use crate::bundle::{Atom, Content, Context, Format, Hole};
    use alloc::boxed::Box;
    use alloc::string::{String, ToString};

    /// A catalogue with the field `colour`, and `margin`, which is private.
    fn catalog() -> Catalog<Vec<u8>> {
        let field = |name: &str, private| FieldPart { name: name.into(), private };
        let fields = [field("colour", false), field("margin", true)].to_vec();
        let bytes = encode(&CatalogParts { epoch: 3, currency: "GBP".into(), fields, ..CatalogParts::default() });
        Catalog::load(bytes.unwrap_or_default()).unwrap_or_else(|error| panic!("{error}"))
    }

    fn of(attribute: Attribute, name: &str) -> AttributeRef {
        AttributeRef { attribute, argument: Some(name.to_string()) }
    }

    fn template(name: &str) -> Template {
        let source = of(Attribute::ItemExtra, name);
        Template {
            parts: [Part::Hole(Hole { source, default: None, format: Format::Plain, context: Context::Text })].to_vec(),
        }
    }

    fn with(body: Body) -> Loaded {
        let content = Content { key: "c".into(), bodies: [body].to_vec(), by_locale: [0].to_vec() };
        Loaded { contents: [Some(content)].to_vec(), ..Loaded::default() }
    }

    fn testing(subject: AttributeRef, test: Test) -> Loaded {
        let mut loaded = Loaded::default();
        loaded.conditions.atoms = [Some(Atom { subject, default: None, test })].to_vec();
        loaded
    }

    /// What is missing for a bundle that names a field in each way.
    fn everywhere(name: &str) -> Vec<Option<String>> {
        let cards = |cards: Cards| with(Body::Cards(Box::new(cards)));
        let field = |inner, attribute| Field {
            name: "f".into(),
            inner,
            attributes: [("href".to_string(), attribute)].to_vec(),
        };
        let path = AttributeRef { attribute: Attribute::PagePath, argument: None };
        let bundles = [
            with(Body::Html(template(name))),
            with(Body::Fields([field(Some(template(name)), Template::default())].to_vec())),
            with(Body::Fields([field(None, template(name))].to_vec())),
            cards(Cards { before: template(name), ..Cards::default() }),
            cards(Cards { card: template(name), ..Cards::default() }),
            cards(Cards { after: template(name), ..Cards::default() }),
            testing(of(Attribute::ProductExtra, name), Test::Known),
            testing(path, Test::SameText(of(Attribute::ProductExtra, name))),
            cards(Cards { rules: [Rule::AtLeast(name.into(), 1)].to_vec(), ..Cards::default() }),
            cards(Cards {
                rules: [Rule::Weigh(Match::Field(name.into(), "x".into()), 50)].to_vec(),
                ..Cards::default()
            }),
        ];
        let catalog = catalog();
        assert!(bundles.iter().all(Loaded::names_fields));
        bundles.iter().map(|loaded| loaded.field_beyond(&catalog).map(Into::into)).collect()
    }

    #[test]
    fn a_field_that_the_catalogue_lacks_is_found_wherever_it_is_named() {
        assert!(everywhere("colour").iter().all(Option::is_none));
        assert!(everywhere("size").iter().all(|found| found.as_deref() == Some("size")));
        // A private field is for rules.
        let private = everywhere("margin");
        assert_eq!(private.iter().filter(|found| found.is_some()).count(), 8);
        assert!(private.iter().skip(8).all(Option::is_none));
    }

    #[test]
    fn a_bundle_that_names_no_field_fits_every_catalogue() {
        let plain = testing(of(Attribute::ProductCategory, "x"), Test::Known);
        assert!(!plain.names_fields());
        assert_eq!(plain.field_beyond(&catalog()), None);
    }
}
