//! The vectors of conditions: every operator says the same natively, in Node.js and in workerd.
#![cfg(feature = "json")]
#![expect(clippy::indexing_slicing, reason = "tests")]

use attune_core::artifacts::Artifacts;
use attune_core::bundle::manifest::ArtifactKind;
use attune_core::civil::parse_time;
use attune_core::loaded::Loaded;
use attune_core::persona;
use attune_core::segment::Truth;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

fn file(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests").join(name);
    std::fs::read(path).expect("the file is in the repository")
}

#[test]
fn every_operator_says_what_the_vectors_say() {
    let loaded = Loaded::load(&file("golden/conditions.bundle")).expect("a bundle");
    assert_eq!(loaded.disabled, []);
    let mut artifacts = Artifacts::of_site(&loaded.site.name);
    artifacts.put(ArtifactKind::Catalog as u8, file("golden/conditions.catalog")).expect("a catalogue");
    let vectors: Value = serde_json::from_slice(&file("vectors/conditions.json")).expect("JSON");
    for case in vectors["cases"].as_array().expect("cases") {
        let text = |key: &str| case[key].as_str().expect("text");
        let now_s = parse_time(text("now")).expect("a time");
        let visitor = case["visitor"].to_string();
        let found = persona::segments(&loaded, &artifacts, visitor.as_bytes(), text("path"), text("query"), now_s);
        let found: BTreeMap<String, Value> = found
            .expect("a visitor")
            .into_iter()
            .map(|(key, verdict)| match verdict {
                Truth::True => (key, Value::Bool(true)),
                Truth::False => (key, Value::Bool(false)),
                Truth::Unknown => (key, Value::Null),
            })
            .collect();
        let expected: BTreeMap<String, Value> =
            serde_json::from_value(case["segments"].clone()).expect("a verdict for each segment");
        for (key, verdict) in &expected {
            assert_eq!(found.get(key), Some(verdict), "{key} for {}", text("name"));
        }
        assert_eq!(found.len(), expected.len(), "{}", text("name"));
    }
}
