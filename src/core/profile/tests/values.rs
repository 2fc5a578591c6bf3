//! Cookie values: size, order of refusals, what is left out.

use super::super::*;
use super::sample::{HOST, NOW_S, busy, keys};

#[test]
fn a_busy_visitor_fits_into_1_5_kb_and_comes_back_whole() {
    let encoded = cookie::encode(&busy(), &keys(), HOST);
    assert_eq!(encoded.dropped, Dropped::default());
    assert!(
        encoded.value.len() <= 1_536,
        "{} characters",
        encoded.value.len()
    );
    let verdict = cookie::read(encoded.value.as_bytes(), &keys(), HOST, NOW_S);
    assert_eq!(verdict, Verdict::Valid(busy()));
}
