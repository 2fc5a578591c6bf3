//! The JSON Schema says of the fixtures what the compiler says.

use super::{configuration, fixtures};
use attune_compiler::File;
use serde_json::Value;

fn instance(file: &File) -> Option<Value> {
    // Feeds are data, not configuration.
    if file.path.starts_with("catalog/") {
        return None;
    }
    if file.path.to_ascii_lowercase().ends_with(".json") {
        return serde_json::from_str(&file.text).ok();
    }
    file.path.to_ascii_lowercase().ends_with(".toml").then_some(())?;
    let value: toml::Value = toml::from_str(&file.text).ok()?;
    Some(json(value))
}

fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(n) => n.into(),
        toml::Value::Float(n) => n.into(),
        toml::Value::Boolean(b) => b.into(),
        toml::Value::Datetime(moment) => Value::String(moment.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, json(value))).collect(),
    }
}

#[test]
fn good_files_are_valid() {
    let validator = jsonschema::validator_for(&attune_compiler::schema()).unwrap();
    let mut checked = 0;
    let sets = fixtures("good").into_iter().map(|(_, files)| files);
    for files in sets.chain([configuration("www/demo/attune"), configuration("src/command/starter")]) {
        for file in &files {
            let Some(instance) = instance(file) else { continue };
            if let Err(error) = validator.validate(&instance) {
                panic!("{} at {}: {error}", file.path, error.instance_path());
            }
            checked += 1;
        }
    }
    assert!(checked > 10, "only {checked} files");
}

#[test]
fn what_the_grammar_refuses_is_invalid() {
    let validator = jsonschema::validator_for(&attune_compiler::schema()).unwrap();
    let refused = [
        "unknown-key",
        "unknown-table",
        "wrong-types",
        "missing-key",
        "bad-names",
        "not-a-choice",
        "unknown-attribute-of-element",
        "bad-percent",
    ];
    let mut checked = 0;
    for (name, files) in fixtures("bad").into_iter().filter(|(name, _)| refused.contains(&name.as_str())) {
        let valid = files.iter().filter_map(instance).all(|instance| validator.is_valid(&instance));
        assert!(!valid, "{name} is valid by the schema");
        checked += 1;
    }
    assert_eq!(checked, refused.len());
}
