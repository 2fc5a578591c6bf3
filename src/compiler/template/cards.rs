//! The file of a card: HTML with one block that is repeated for each product.

use super::html::html;
use super::placeholder::Placeholders;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::{Place, Text};
use attune_core::attribute::Attribute;
use attune_core::bundle::{Context, Part, Template};

const BEGIN: &str = "{{#items}}";
const END: &str = "{{/items}}";

/// Compiles the file of a card: what comes before the block, the block, and what comes after.
///
/// The whole file is checked as it is with one product, and then the block alone, so any number of products is safe.
pub(crate) fn cards(
    text: Text<'_>,
    placeholders: &mut Placeholders<'_, '_>,
    sink: &mut Sink<'_>,
) -> Option<(Template, Template, Template)> {
    let before = sink.count();
    let source = text.decoded;
    let (Some(begin), Some(end)) = (source.find(BEGIN), source.find(END)) else {
        let place = Place { end: (text.place.start + 1).min(text.place.end), ..text.place };
        report(
            sink,
            place,
            "the card has no block for the products",
            "write {{#items}} before and {{/items}} after what is repeated",
        );
        return None;
    };
    let again = source.matches(BEGIN).count() != 1 || source.matches(END).count() != 1;
    if end < begin || again {
        let place = text.at(sink.files(), begin..begin + BEGIN.len());
        report(
            sink,
            place,
            "the card has more than one block, or one that ends before it begins",
            "keep one {{#items}} ... {{/items}}",
        );
        return None;
    }
    let whole = html(text, placeholders, sink)?;
    // The block alone, with blanks for the rest of the file, so that places in it stay the same.
    let inner = begin + BEGIN.len()..end;
    let blank = |part: &str| part.chars().map(|c| " ".repeat(c.len_utf8())).collect::<String>();
    let alone = format!(
        "{}{}{}",
        blank(source.get(..inner.start).unwrap_or("")),
        source.get(inner.clone()).unwrap_or(""),
        blank(source.get(inner.end..).unwrap_or("")),
    );
    if let Some(items) = &mut placeholders.items {
        items.inside = true;
    }
    html(Text { decoded: &alone, ..text }, placeholders, sink)?;
    if let Some(items) = &mut placeholders.items {
        items.inside = false;
    }
    let mut pieces: Vec<Template> = vec![Template::default()];
    for part in whole.parts {
        match &part {
            Part::Hole(hole) if hole.source.attribute == Attribute::ItemId && hole.source.argument.is_some() => {
                if hole.context != Context::Text {
                    let place = text.at(sink.files(), begin..begin + BEGIN.len());
                    report(sink, place, "the block of the products stands inside a tag", "put it between tags");
                    return None;
                }
                pieces.push(Template::default());
            }
            _ => {
                if let Some(piece) = pieces.last_mut() {
                    piece.parts.push(part);
                }
            }
        }
    }
    let pieces = <[Template; 3]>::try_from(pieces).ok().filter(|_| sink.count() == before);
    pieces.map(|[before, card, after]| (before, card, after))
}

fn report(sink: &mut Sink<'_>, place: Place, message: &str, help: &str) {
    sink.report(Code::CardBlock, place, message, help);
}
