//! The attributes that conditions test and contents write.

use attune_core::bundle::{Atom, AttributeRef, Body, Part, Template, Test};

/// The attributes that an atom tests: its subject, and the one that it compares with.
pub fn of_atom(atom: &Atom) -> Vec<AttributeRef> {
    let mut attributes = vec![atom.subject.clone()];
    if let Test::Versus(_, other, ..) | Test::SameText(other) = &atom.test {
        attributes.push(other.clone());
    }
    attributes
}

/// The attributes that a content writes into its page.
pub fn of_body(body: &Body) -> Vec<AttributeRef> {
    match body {
        Body::Html(template) => of_template(template),
        // The attributes of a recommended product are not the visitor's.
        Body::Cards(cards) => [&cards.before, &cards.card, &cards.after]
            .into_iter()
            .flat_map(of_template)
            .filter(|hole| !hole.attribute.is_of_item())
            .collect(),
        Body::Fields(fields) => fields
            .iter()
            .flat_map(|field| field.inner.iter().chain(field.attributes.iter().map(|(_, template)| template)))
            .flat_map(of_template)
            .collect(),
    }
}

fn of_template(template: &Template) -> Vec<AttributeRef> {
    let holes = template.parts.iter().filter_map(|part| match part {
        Part::Hole(hole) => Some(hole.source.clone()),
        Part::Literal(_) => None,
    });
    holes.collect()
}
