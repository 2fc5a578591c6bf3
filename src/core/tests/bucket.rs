//! The hash vectors of SPEC.md, "Assignment".

#![expect(clippy::indexing_slicing, reason = "tests")]

use attune_core::decide::{Salt, bucket};
use serde_json::Value;
use std::fmt::Write as _;

#[test]
fn buckets_are_those_of_the_vectors() {
    let file = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/bucket.json"));
    let vectors: Value = serde_json::from_str(&file.expect("the vectors are in the repository")).expect("and are JSON");
    let cases = vectors["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), 14);
    for case in cases {
        let text = |key: &str| case[key].as_str().expect("text");
        let salt = Salt::ALL.into_iter().find(|salt| salt.text() == text("salt")).expect("a salt");
        let phase = u16::try_from(case["phase"].as_u64().expect("number")).expect("16 bits");
        let found = bucket(salt, text("key"), phase, text("unit"));
        assert_eq!(Some(u64::from(found)), case["bucket"].as_u64(), "{case}");
    }
}

/// What a bucket may be drawn for; any two of these must be independent.
const DRAWS: [(Salt, &str, u16); 5] = [
    (Salt::Arm, "hero-test", 1),
    (Salt::Arm, "bar-test", 1),
    (Salt::Arm, "hero-test", 2),
    (Salt::Holdout, "hero-test", 1),
    (Salt::Coverage, "hero-test", 1),
];
const VISITORS: u32 = 1_000_000;

/// Chi-square of a million visitors: each draw is uniform over a hundred cells, and any two are independent over ten
/// times ten. The ids count up, which is the least random that ids can be.
#[test]
fn buckets_are_uniform_and_experiments_independent_over_a_million_visitors() {
    let mut uniform = [[0_u32; 100]; DRAWS.len()];
    let mut tables = vec![[[0_u32; 10]; 10]; DRAWS.len() * DRAWS.len()];
    let mut id = String::new();
    for visitor in 0..VISITORS {
        id.clear();
        write!(id, "{visitor:032x}").expect("a string grows");
        let drawn = DRAWS.map(|(salt, key, phase)| usize::from(bucket(salt, key, phase, &id)));
        for (one, bucket) in drawn.iter().enumerate() {
            uniform[one][bucket / 100] += 1;
            for (other, with) in drawn.iter().enumerate().skip(one + 1) {
                tables[one * DRAWS.len() + other][bucket / 1_000][with / 1_000] += 1;
            }
        }
    }
    let squared = |found: u32, expected: f64| (f64::from(found) - expected).powi(2) / expected;
    for (draw, cells) in DRAWS.iter().zip(&uniform) {
        let chi: f64 = cells.iter().map(|found| squared(*found, f64::from(VISITORS) / 100.0)).sum();
        // 99 degrees of freedom: exceeded once in ten thousand.
        assert!(chi < 161.3, "{draw:?}: {chi}");
        assert!(chi > 53.0, "{draw:?} is more even than chance: {chi}");
    }
    for one in 0..DRAWS.len() {
        for other in one + 1..DRAWS.len() {
            let table = &tables[one * DRAWS.len() + other];
            let row = |at: usize| f64::from(table[at].iter().sum::<u32>());
            let column = |at: usize| f64::from(table.iter().map(|row| row[at]).sum::<u32>());
            let cells = (0..100).map(|at| (at / 10, at % 10));
            let chi: f64 = cells.map(|(r, c)| squared(table[r][c], row(r) * column(c) / f64::from(VISITORS))).sum();
            // 81 degrees of freedom: exceeded once in ten thousand.
            assert!(chi < 138.1, "{:?} and {:?}: {chi}", DRAWS[one], DRAWS[other]);
        }
    }
}
