//! The grammar and the attributes as Markdown: the reference for people.

use super::keys::ROOT;
use super::shape::{Key, Keys, Name, Shape};
use attune_core::attribute::{ATTRIBUTES, Argument, Kind, Purpose, Spec, Trust};
use std::fmt::Write;

const INTRODUCTION: &str = "\
# Configuration reference

Every table and key of `attune.toml`, `campaigns/*.toml` and `content/*.toml`, and every attribute of conditions and placeholders. To learn how they work together, read [getting started](getting-started.md) first.

This page is generated from the tables that `attune check` reads. Do not edit it: run `attune schema --format markdown`.

The tables of all files merge. A name that is defined twice is an error. JSON files with the same keys are read too, and `attune schema` prints the JSON Schema of them for editors. Names of segments, slots, campaigns and contents have lower-case letters, digits, `-` and `_`.
";

const ATTRIBUTES_INTRODUCTION: &str = "
## Attributes

Conditions (`where`, `when`) and placeholders (`{{...}}`) use these names. An attribute without a value is unknown, and so is one whose purpose the visitor has not agreed to. Unknown never makes a condition true.

- **Purpose**: what the visitor must have agreed to. `none` needs no consent.
- **Trust**: who vouches for the value. `platform` is the edge or Attune itself, `server` is the shop's server, `browser` is the visitor's browser.
- **Kept**: how long the value stays in the profile cookie.

`item.*` stands only in the cards of recommendations, `product.*` only on pages of a product.

| attribute | type | purpose | trust | kept | meaning |
|---|---|---|---|---|---|
";

/// A table of the grammar, and where it stands.
struct Section {
    keys: &'static Keys,
    places: Vec<String>,
}

/// The reference of the configuration as Markdown: every table with its keys, then every attribute.
pub fn reference() -> String {
    let mut sections: Vec<Section> = Vec::new();
    for key in ROOT.known {
        collect(&key.shape, key.name, &mut sections);
    }
    let mut out = INTRODUCTION.to_owned();
    out.push_str("\n## All tables\n\n| table | meaning |\n|---|---|\n");
    for key in ROOT.known.iter().filter(|key| !key.name.starts_with('$')) {
        // Writing into a string has no way to fail.
        let _ = writeln!(out, "| {} | {} |", named(key, &sections), cell(key.doc));
    }
    for section in &sections {
        write_section(section, &sections, &mut out);
    }
    out.push_str(ATTRIBUTES_INTRODUCTION);
    for spec in ATTRIBUTES {
        write_attribute(spec, &mut out);
    }
    out
}

/// The tables within a shape, in the order in which they are met.
fn collect(shape: &'static Shape, place: &str, sections: &mut Vec<Section>) {
    match shape {
        Shape::Table(keys) => {
            if let Some(section) = sections.iter_mut().find(|section| std::ptr::eq(section.keys, *keys)) {
                section.places.push(place.to_owned());
                return;
            }
            sections.push(Section { keys, places: vec![place.to_owned()] });
            for key in keys.known {
                collect(&key.shape, &format!("{place}.{}", key.name), sections);
            }
            if let Some((name, shape)) = keys.rest {
                collect(shape, &format!("{place}.{}", word(name)), sections);
            }
        }
        Shape::Map(name, value) => collect(value, &format!("{place}.{}", word(*name)), sections),
        Shape::List(item) | Shape::OneOrMore(item) => collect(item, place, sections),
        Shape::Either(shapes) => {
            for shape in *shapes {
                collect(shape, place, sections);
            }
        }
        Shape::Text
        | Shape::Condition
        | Shape::Template
        | Shape::Bool
        | Shape::Whole(..)
        | Shape::Weight
        | Shape::Percent
        | Shape::Span
        | Shape::Moment
        | Shape::Choice(_) => {}
    }
}

fn write_section(section: &Section, sections: &[Section], out: &mut String) {
    let Some((first, others)) = section.places.split_first() else { return };
    let _ = writeln!(out, "\n## {first}\n");
    if !others.is_empty() {
        let others: Vec<String> = others.iter().map(|place| format!("`{place}`")).collect();
        let _ = writeln!(out, "Also {}.\n", others.join(", "));
    }
    out.push_str("| key | value | meaning |\n|---|---|---|\n");
    for key in section.keys.known {
        let required = if key.required { " (required)" } else { "" };
        let _ = writeln!(out, "| `{}`{required} | {} | {} |", key.name, of(&key.shape, sections), cell(key.doc));
    }
    if let Some((name, shape)) = section.keys.rest {
        let meaning = if matches!(shape, Shape::Table(_)) {
            "The element of this name."
        } else {
            "The slot of this name: its content."
        };
        let _ = writeln!(out, "| *{}* | {} | {meaning} |", word(name), of(shape, sections));
    }
}

/// The key of a top table, with a link to its section if it has one.
fn named(key: &Key, sections: &[Section]) -> String {
    let begins = |place: &String| place.split('.').next() == Some(key.name);
    let section = sections.iter().find(|section| section.places.first().is_some_and(begins));
    section.and_then(|section| section.places.first()).map_or_else(
        || format!("`[{}]`: {}", key.name, of(&key.shape, sections)),
        |place| format!("[`[{place}]`](#{})", slug(place)),
    )
}

/// What a value may be, in words.
fn of(shape: &Shape, sections: &[Section]) -> String {
    match shape {
        Shape::Text => "text".to_owned(),
        Shape::Condition => "condition".to_owned(),
        Shape::Template => "text with placeholders".to_owned(),
        Shape::Bool => "`true` or `false`".to_owned(),
        Shape::Whole(min, max) => format!("whole number from {min} to {max}"),
        Shape::Weight => "number, 0 or more".to_owned(),
        Shape::Percent => "percent, 0 to 100".to_owned(),
        Shape::Span => "length of time, such as `\"7d\"`".to_owned(),
        Shape::Moment => "date, or date with time".to_owned(),
        Shape::Choice(choices) => choices.iter().map(|choice| format!("`\"{choice}\"`")).collect::<Vec<_>>().join(", "),
        Shape::List(item) => format!("list: {}", of(item, sections)),
        Shape::OneOrMore(item) => format!("{}, or a list", of(item, sections)),
        Shape::Table(keys) => {
            let section = sections.iter().find(|section| std::ptr::eq(section.keys, *keys));
            let place = section.and_then(|section| section.places.first()).map_or("", String::as_str);
            format!("[table](#{})", slug(place))
        }
        Shape::Map(name, value) => format!("table of *{}*: {}", word(*name), of(value, sections)),
        Shape::Either(shapes) => shapes.iter().map(|shape| of(shape, sections)).collect::<Vec<_>>().join("; or "),
    }
}

/// What stands for a name that the author gives.
fn word(name: Name) -> &'static str {
    match name {
        Name::Key => "NAME",
        Name::Locale => "LOCALE",
        Name::Region => "COUNTRY",
        Name::Any => "TEXT",
    }
}

/// The anchor that a heading has on the page.
fn slug(heading: &str) -> String {
    heading.to_lowercase().chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
}

/// A text within a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "\\<").replace('*', "\\*").replace('_', "\\_")
}

fn write_attribute(spec: &Spec, out: &mut String) {
    let argument = match spec.argument {
        Argument::None => "",
        Argument::Category => "[\"CATEGORY\"]",
        Argument::Sku => "(\"SKU\")",
        Argument::QueryKey => "[\"PARAMETER\"]",
        Argument::Field => "[\"FIELD\"]",
        Argument::Key => ".NAME",
        Argument::Circle => "(LATITUDE, LONGITUDE, KM)",
    };
    let kind = match spec.kind {
        Kind::Bool | Kind::Place => "true or false",
        Kind::Number => "number",
        Kind::Money => "money",
        Kind::Duration => "length of time",
        Kind::Date => "date",
        Kind::Text => "text",
        Kind::Time => "time",
    };
    let purpose = match spec.purpose {
        Purpose::None => "none",
        Purpose::Personalization => "personalization",
        Purpose::Measurement => "measurement",
    };
    let trust = match spec.trust {
        Trust::Platform => "platform",
        Trust::Server => "server",
        Trust::Browser => "browser",
    };
    let (kept, meaning) = (spec.attribute.retention(), cell(spec.attribute.meaning()));
    let _ = writeln!(out, "| `{}{argument}` | {kind} | {purpose} | {trust} | {kept} | {meaning} |", spec.name);
}
