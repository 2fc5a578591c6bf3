//! The grammar as JSON Schema.

use super::keys::ROOT;
use super::shape::{Keys, Name, Shape};
use attune_core::limits;
use serde_json::{Map, Value, json};

/// The JSON Schema (2020-12) of every authored file, TOML or JSON, for editors and other tools.
///
/// A file may hold any part of the configuration, so nothing is required at the top.
pub fn schema() -> Value {
    let mut root = table(&ROOT);
    if let Some(object) = root.as_object_mut() {
        object.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        object.insert("title".to_owned(), json!("Attune configuration"));
    }
    root
}

fn of(shape: &Shape) -> Value {
    match shape {
        Shape::Text => json!({ "type": "string" }),
        Shape::Condition => json!({ "type": "string", "description": "A condition in CEL." }),
        Shape::Template => json!({ "type": "string", "description": "Text with {{placeholders}}." }),
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Whole(min, max) => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Shape::Weight => json!({ "type": "number", "minimum": 0 }),
        Shape::Percent => json!({ "type": "number", "minimum": 0, "maximum": 100 }),
        Shape::Span => json!({ "type": "string", "pattern": "^[0-9]+[smhdw]$" }),
        Shape::Moment => json!({
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?$",
        }),
        Shape::Choice(choices) => json!({ "enum": choices }),
        Shape::List(item) => json!({ "type": "array", "items": of(item) }),
        Shape::OneOrMore(item) => {
            json!({ "anyOf": [of(item), { "type": "array", "items": of(item) }] })
        }
        Shape::Table(keys) => table(keys),
        Shape::Map(name, value) => json!({
            "type": "object",
            "propertyNames": names(*name),
            "additionalProperties": of(value),
        }),
        Shape::Either(shapes) => json!({ "anyOf": shapes.iter().map(of).collect::<Vec<_>>() }),
    }
}

fn names(name: Name) -> Value {
    match name {
        Name::Key => json!({ "pattern": "^[a-z0-9][a-z0-9_-]*$", "maxLength": limits::KEY_BYTES_MAX }),
        Name::Locale => json!({ "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$" }),
        Name::Any => json!({ "minLength": 1 }),
        Name::Region => json!({ "pattern": "^([A-Z]{2}|other)$" }),
    }
}

fn table(keys: &Keys) -> Value {
    let properties: Map<String, Value> = keys
        .known
        .iter()
        .map(|key| {
            let mut value = of(&key.shape);
            if let Some(object) = value.as_object_mut() {
                object.insert("description".to_owned(), json!(key.doc));
            }
            (key.name.to_owned(), value)
        })
        .collect();
    let required: Vec<&str> = keys.known.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut object = json!({ "type": "object", "properties": properties });
    let Some(map) = object.as_object_mut() else {
        return object;
    };
    if !required.is_empty() {
        map.insert("required".to_owned(), json!(required));
    }
    match keys.rest {
        Some((name, shape)) => {
            map.insert("propertyNames".to_owned(), rest_names(keys, name));
            map.insert("additionalProperties".to_owned(), of(shape));
        }
        None => {
            map.insert("additionalProperties".to_owned(), json!(false));
        }
    }
    object
}

fn rest_names(keys: &Keys, name: Name) -> Value {
    let known: Vec<&str> = keys.known.iter().map(|key| key.name).collect();
    json!({ "anyOf": [{ "enum": known }, names(name)] })
}
