//! Contents of typed fields: text by locale and attributes of the slot's elements.

use super::work::Work;
use super::{links, text_lint};
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::grammar::{TEXT_ATTRIBUTES, URL_ATTRIBUTES};
use crate::source::Place;
use crate::suggest;
use crate::syntax::{Entry, Node, Table, Value};
use crate::template::{self, Placeholders};
use attune_core::bundle::{Body, Field, Locale, Part, Template};

/// Elements that cannot have text inside.
const NO_TEXT: &[&str] = &["img", "input", "source", "video", "iframe", "br", "hr", "embed", "link", "meta"];

const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6"];

/// One body for each locale.
pub(super) fn bodies(work: &mut Work<'_, '_>, sink: &mut Sink<'_>) -> Vec<Body> {
    let Some((entry, text)) = work.table.entry("text").and_then(|entry| Some((entry, entry.node.table()?))) else {
        return Vec::new();
    };
    let by_locale = work.by_locale(entry, text, sink);
    check_same_fields(text, sink);
    let elements: Vec<&Entry> = work
        .table
        .entries
        .iter()
        .filter(|entry| !matches!(entry.key.as_str(), "text" | "html" | "fallback"))
        .filter(|entry| entry.node.table().is_some())
        .collect();
    let first = text.entries.iter().find_map(|locale| locale.node.table());
    let names = first.map(|table| field_names(work, table, &elements)).unwrap_or_default();
    if let Some(table) = first {
        check_slots(work, table, &elements, &names, sink);
    }
    check_words(work, text, sink);
    let mut bodies = Vec::with_capacity(by_locale.len());
    for (index, (locale, node)) in by_locale.into_iter().enumerate() {
        let empty = Table::default();
        let texts = node.and_then(Node::table).unwrap_or(&empty);
        let fields = names.iter().map(|name| field(work, name, texts, &elements, (index, &locale), sink)).collect();
        bodies.push(Body::Fields(fields));
    }
    bodies
}

/// Reports locales that do not have the same fields as the first one written.
fn check_same_fields(text: &Table, sink: &mut Sink<'_>) {
    let mut locales = text.entries.iter().filter_map(|locale| Some((locale, locale.node.table()?)));
    let Some((_, first)) = locales.next() else { return };
    for (locale, table) in locales {
        let missing = first.entries.iter().filter(|field| table.get(&field.key).is_none());
        for field in missing {
            sink.report_with(
                Code::FieldMissing,
                locale.key_place,
                format!("`{}` has no field `{}`", locale.key, field.key),
                "write it, or remove it from the other locales",
                (field.key_place, "it is here"),
            );
        }
        for field in table.entries.iter().filter(|field| first.get(&field.key).is_none()) {
            sink.report(
                Code::FieldMissing,
                field.key_place,
                format!("only `{}` has a field `{}`", locale.key, field.key),
                "write it in every locale, or remove it",
            );
        }
    }
}

/// Warns of texts with markup and of long titles.
fn check_words(work: &Work<'_, '_>, text: &Table, sink: &mut Sink<'_>) {
    let is_heading = |name: &str| {
        let slots = work.shown_in.iter().filter_map(|shown| work.slots.get(shown.slot));
        let elements = slots.flat_map(|slot| &slot.elements).filter(|(element, _)| element == name);
        let mut tags = elements.filter_map(|(_, selector)| selector.tag());
        matches!(name, "title" | "headline" | "heading") || tags.any(|tag| HEADINGS.contains(&tag))
    };
    for field in text.entries.iter().filter_map(|locale| locale.node.table()).flat_map(|table| &table.entries) {
        if let Some(text) = field.node.text() {
            text_lint::check(text, is_heading(&field.key), sink);
        }
    }
}

/// Whether an attribute of an element names this text field.
fn is_referred_to(name: &str, elements: &[&Entry]) -> bool {
    elements.iter().filter_map(|element| element.node.table()).any(|element| {
        TEXT_ATTRIBUTES.iter().any(|attribute| element.text(attribute).is_some_and(|text| text.decoded == name))
    })
}

/// Names of the fields to fill: elements first, then texts. A text that is only referred to fills nothing.
fn field_names(work: &Work<'_, '_>, texts: &Table, elements: &[&Entry]) -> Vec<String> {
    let mut names: Vec<String> = elements.iter().map(|element| element.key.clone()).collect();
    for field in &texts.entries {
        let has_element = work.shown_in.iter().any(|shown| {
            work.slots.get(shown.slot).is_some_and(|slot| slot.elements.iter().any(|(name, _)| *name == field.key))
        });
        let only_referred_to = is_referred_to(&field.key, elements) && !has_element;
        if !only_referred_to && !names.contains(&field.key) {
            names.push(field.key.clone());
        }
    }
    names
}

/// Reports fields that have no element in a slot where the content is shown.
fn check_slots(work: &Work<'_, '_>, texts: &Table, elements: &[&Entry], names: &[String], sink: &mut Sink<'_>) {
    for shown in &work.shown_in {
        let Some(slot) = work.slots.get(shown.slot) else { continue };
        if slot.elements.is_empty() {
            if names.len() != 1 || !elements.is_empty() {
                sink.report_with(
                    Code::NotForSlot,
                    shown.place,
                    format!("slot `{}` has no elements, and `{}` has several fields", slot.key, work.entry.key),
                    format!("give the slot `elements`, or `{}` exactly one text field", work.entry.key),
                    (work.entry.key_place, "the content"),
                );
            }
            continue;
        }
        for name in names {
            let Some(place) = place_of(name, texts, elements) else { continue };
            let Some((_, selector)) = slot.elements.iter().find(|(element, _)| element == name) else {
                sink.report_with(
                    Code::NoElement,
                    place,
                    format!("slot `{}` has no element `{name}`", slot.key),
                    suggest::help(name, slot.elements.iter().map(|(name, _)| name.as_str()), "add it to `elements`"),
                    (shown.place, "shown here"),
                );
                continue;
            };
            if let Some(tag) = selector.tag() {
                check_urls(tag, name, elements, sink);
            }
            if let Some(tag) = selector.tag().filter(|tag| NO_TEXT.contains(tag) && texts.get(name).is_some()) {
                sink.report(
                    Code::NoElement,
                    texts.entry(name).map_or(place, |field| field.key_place),
                    format!("`{name}` of slot `{}` is an <{tag}>, which cannot have text", slot.key),
                    format!("name the text otherwise, and write {name} = {{ alt = \"...\" }} to refer to it"),
                );
            }
        }
    }
}

/// A placeholder stands in the URL of an element that only opens or shows what is there.
fn check_urls(tag: &str, name: &str, elements: &[&Entry], sink: &mut Sink<'_>) {
    let element = elements.iter().find(|element| element.key == name).and_then(|element| element.node.table());
    for entry in element.map_or(&[][..], |element| &element.entries) {
        if !URL_ATTRIBUTES.contains(&entry.key.as_str()) || template::takes_url(tag, &entry.key) {
            continue;
        }
        let by_locale = entry.node.table().map_or(&[][..], |table| &table.entries);
        for text in by_locale.iter().map(|locale| &locale.node).chain([&entry.node]).filter_map(Node::text) {
            if let Some(at) = text.decoded.find("{{") {
                let place = text.at(sink.files(), at..at + 2);
                let message = format!("a placeholder cannot stand in `{}` of <{tag}>", entry.key);
                sink.report(Code::UnsafePlace, place, message, "write it without placeholders");
            }
        }
    }
}

fn place_of(name: &str, texts: &Table, elements: &[&Entry]) -> Option<Place> {
    let element = elements.iter().find(|element| element.key == name).map(|element| element.key_place);
    element.or_else(|| texts.entry(name).map(|field| field.key_place))
}

fn field(
    work: &mut Work<'_, '_>,
    name: &str,
    texts: &Table,
    elements: &[&Entry],
    (index, locale): (usize, &Locale),
    sink: &mut Sink<'_>,
) -> Field {
    let inner = texts.text(name).and_then(|text| {
        let mut placeholders =
            Placeholders { compiler: work.compiler, locale: &locale.tag, currency: &locale.currency, items: None };
        template::text(text, template::Place::Text, &mut placeholders, sink)
    });
    let element = elements.iter().find(|element| element.key == name).and_then(|element| element.node.table());
    let mut attributes = Vec::new();
    for entry in element.map_or(&[][..], |element| &element.entries) {
        if let Some(template) = attribute(work, entry, texts, (index, locale), sink) {
            attributes.push((entry.key.clone(), template));
        }
    }
    Field { name: name.to_owned(), inner, attributes }
}

fn attribute(
    work: &mut Work<'_, '_>,
    entry: &Entry,
    texts: &Table,
    (index, locale): (usize, &Locale),
    sink: &mut Sink<'_>,
) -> Option<Template> {
    let name = entry.key.as_str();
    if let Value::Whole(n) = entry.node.value {
        return Some(literal(n.to_string()));
    }
    let (value, place) = if URL_ATTRIBUTES.contains(&name) {
        let by_locale =
            entry.node.table().map(|table| work.by_locale(entry, table, sink).get(index).and_then(|(_, node)| *node));
        (by_locale.unwrap_or(Some(&entry.node))?.text()?, template::Place::Url)
    } else if TEXT_ATTRIBUTES.contains(&name) {
        let reference = entry.node.text()?;
        if reference.decoded.is_empty() {
            return Some(Template::default());
        }
        let Some(text) = texts.text(reference.decoded) else {
            let known = texts.entries.iter().map(|field| field.key.as_str());
            let help = if reference.decoded.contains(' ') {
                format!("write the words as a field of `text` in each locale, and name it here: {name} = \"{name}\"")
            } else {
                suggest::help(reference.decoded, known, "add it to `text`")
            };
            sink.report(
                Code::UnknownField,
                reference.place,
                format!("`{name}` names the text field `{}`, which is not there", reference.decoded),
                help,
            );
            return None;
        };
        (text, template::Place::Attribute)
    } else {
        let text = entry.node.text()?;
        if let Some(at) = text.decoded.find("{{") {
            let place = text.at(sink.files(), at..at + 2);
            sink.report(
                Code::UnsafePlace,
                place,
                format!("a placeholder cannot stand in `{name}`"),
                "write it without placeholders; `src` takes them",
            );
            return None;
        }
        (text, template::Place::Attribute)
    };
    let mut placeholders =
        Placeholders { compiler: work.compiler, locale: &locale.tag, currency: &locale.currency, items: None };
    let template = template::text(value, place, &mut placeholders, sink)?;
    if let Some(link) = (place == template::Place::Url).then(|| template::link(value, name)).flatten() {
        links::check(&link, value, work.site, sink);
    }
    Some(template)
}

fn literal(text: String) -> Template {
    Template { parts: vec![Part::Literal(text)] }
}
