//! Contents and their templates.

use crate::bundle::{Body, Content, Template};
use crate::limits;
use crate::loaded::Loaded;

pub(in crate::loaded) fn content(loaded: &Loaded, content: &Content) -> Result<(), &'static str> {
    if content.by_locale.len() != loaded.site.locales.len() {
        return Err("it does not have one body for each locale");
    }
    if content.by_locale.iter().any(|body| usize::from(*body) >= content.bodies.len()) {
        return Err("a locale refers to a body that is missing");
    }
    content.bodies.iter().try_for_each(|body| match body {
        Body::Html(template) => valid_template(template),
        Body::Fields(fields) => fields.iter().try_for_each(|field| {
            let attributes = field.attributes.iter().map(|(_, template)| template);
            field.inner.iter().chain(attributes).try_for_each(valid_template)
        }),
        Body::Cards(_) if !cfg!(feature = "full") => Err(super::LEAN),
        Body::Cards(cards) if !cards.is_valid() => Err("its recommendation is over a limit"),
        Body::Cards(cards) => [&cards.before, &cards.card, &cards.after].into_iter().try_for_each(valid_template),
    })
}

fn valid_template(template: &Template) -> Result<(), &'static str> {
    if template.parts.len() > limits::TEMPLATE_PARTS_MAX { Err("its template has too many parts") } else { Ok(()) }
}
