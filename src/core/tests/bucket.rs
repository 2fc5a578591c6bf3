//! The hash vectors of SPEC.md, "Assignment".

#![expect(clippy::indexing_slicing, reason = "tests")]

use attune_core::decide::{Salt, bucket};
use serde_json::Value;

#[test]
fn buckets_are_those_of_the_vectors() {
    let file = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/bucket.json"));
    let vectors: Value = serde_json::from_str(&file.expect("the vectors are in the repository")).expect("and are JSON");
    let cases = vectors["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), 8);
    for case in cases {
        let text = |key: &str| case[key].as_str().expect("text");
        let salt = match text("salt") {
            "arm" => Salt::Arm,
            "holdout" => Salt::Holdout,
            "site" => Salt::Site,
            other => panic!("no such salt: {other}"),
        };
        let phase = u16::try_from(case["phase"].as_u64().expect("number")).expect("16 bits");
        let found = bucket(salt, text("key"), phase, text("unit"));
        assert_eq!(Some(u64::from(found)), case["bucket"].as_u64(), "{case}");
    }
}
