//! The hash vectors of SPEC.md, "Assignment".

#![expect(clippy::indexing_slicing, reason = "tests")]

use attune_core::codec::to_hex;
use attune_core::decide::{Salt, bucket};
use attune_core::profile::customer_hash;
use serde_json::Value;
use std::ops::Range;

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

#[test]
fn a_customer_is_drawn_by_the_hash_of_their_id() {
    let file = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/bucket.json"));
    let vectors: Value = serde_json::from_str(&file.expect("the vectors are in the repository")).expect("and are JSON");
    let cases = vectors["customers"].as_array().expect("customers");
    assert_eq!(cases.len(), 4);
    for case in cases {
        let text = |key: &str| case[key].as_str().expect("text");
        let unit = to_hex(&customer_hash(text("customer")));
        assert_eq!(unit, text("unit"));
        assert_eq!(Some(u64::from(bucket(Salt::Arm, text("key"), 1, &unit))), case["bucket"].as_u64(), "{case}");
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
/// Two experiments are drawn for everybody, the other salts and phases for these: each hash costs time.
const FIRST: u32 = 150_000;

/// How often each hundredth came up for a draw, and each pair of tenths for two draws.
struct Counts {
    uniform: Vec<[u32; 100]>,
    pairs: Vec<[u32; 100]>,
}

/// Draws for these visitors. The ids count up, which is the least random that ids can be.
fn count(visitors: Range<u32>) -> Counts {
    let pairs = DRAWS.len() * DRAWS.len();
    let mut counts = Counts { uniform: vec![[0; 100]; DRAWS.len()], pairs: vec![[0; 100]; pairs] };
    for visitor in visitors {
        let id = format!("{visitor:032x}");
        let draws = if visitor < FIRST { &DRAWS[..] } else { &DRAWS[..2] };
        let buckets: Vec<usize> =
            draws.iter().map(|(salt, key, phase)| bucket(*salt, key, *phase, &id).into()).collect();
        for (one, bucket) in buckets.iter().enumerate() {
            counts.uniform[one][bucket / 100] += 1;
            for (other, with) in buckets.iter().enumerate().skip(one + 1) {
                counts.pairs[one * DRAWS.len() + other][bucket / 1_000 * 10 + with / 1_000] += 1;
            }
        }
    }
    counts
}

fn add(into: &mut [[u32; 100]], from: &[[u32; 100]]) {
    for (into, from) in into.iter_mut().flatten().zip(from.iter().flatten()) {
        *into += from;
    }
}

/// Chi-square: each draw is uniform over a hundred cells, and any two are independent over ten times ten.
#[test]
fn buckets_are_uniform_and_experiments_independent_over_a_million_visitors() {
    let mut counts = std::thread::scope(|scope| {
        let later = scope.spawn(|| count(VISITORS / 2 - FIRST..VISITORS));
        let mut counts = count(0..VISITORS / 2 - FIRST);
        let later = later.join().expect("counting does not panic");
        add(&mut counts.uniform, &later.uniform);
        add(&mut counts.pairs, &later.pairs);
        counts
    });
    assert_eq!(counts.uniform[0].iter().sum::<u32>(), VISITORS);
    let squared = |found: u32, expected: f64| (f64::from(found) - expected).powi(2) / expected;
    for (draw, cells) in DRAWS.iter().zip(&counts.uniform) {
        let expected = f64::from(cells.iter().sum::<u32>()) / 100.0;
        let chi: f64 = cells.iter().map(|found| squared(*found, expected)).sum();
        // 99 degrees of freedom: one in ten thousand is above, one in ten thousand below.
        assert!((54.0..161.3).contains(&chi), "{draw:?}: {chi}");
    }
    for (one, draw) in DRAWS.iter().enumerate() {
        for (other, with) in DRAWS.iter().enumerate().skip(one + 1) {
            let table = std::mem::replace(&mut counts.pairs[one * DRAWS.len() + other], [0; 100]);
            let all = f64::from(table.iter().sum::<u32>());
            let row = |at: usize| f64::from(table.iter().skip(at / 10 * 10).take(10).sum::<u32>());
            let column = |at: usize| f64::from(table.iter().skip(at % 10).step_by(10).sum::<u32>());
            let chi: f64 = (0..100).map(|at| squared(table[at], row(at) * column(at) / all)).sum();
            // 81 degrees of freedom: one in ten thousand is above.
            assert!(chi < 138.1, "{draw:?} and {with:?}: {chi}");
        }
    }
}
