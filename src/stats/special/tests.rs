//! Against 40 digits of mpmath (`tests/stats/oracle.py`).

use super::{beta, gamma, normal, power, student};
use serde_json::Value;
use std::format;
use std::vec::Vec;

#[track_caller]
fn close(found: f64, wanted: f64, relative: f64, what: &Value) {
    assert!((found - wanted).abs() <= relative * wanted.abs(), "{found:e}, not {wanted:e}: {what}");
}

#[test]
fn functions_are_those_of_mpmath() {
    let path = format!("{}/../../tests/vectors/stats/special.jsonl", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let cases: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(cases.len() > 100);
    for case in &cases {
        let at = |key: &str| case[key].as_f64().unwrap();
        match case["of"].as_str().unwrap() {
            "normal" => {
                close(normal::sf(at("x")), at("sf"), 5e-13, case);
                close(libm::exp(normal::ln_cdf(-at("x"))), at("sf"), 5e-11, case);
            }
            "normal-quantile" => close(normal::upper_quantile(at("upper")), at("x"), 1e-14, case),
            "student" => {
                close(student::sf(at("t"), at("degrees")), at("sf"), 1e-12, case);
                if at("sf") < 0.499 {
                    close(student::upper_quantile(at("sf"), at("degrees")), at("t"), 1e-13, case);
                }
            }
            "beta" => {
                let (a, b, x) = (at("a"), at("b"), at("x"));
                let found = beta::ln_regularized(a, b, x, 1.0 - x);
                assert!((found - at("ln_cdf")).abs() <= 1e-12 * at("ln_cdf").abs().max(1.0), "{found}: {case}");
            }
            _ => close(gamma::chi_squared_sf(at("x"), at("degrees")), at("sf"), 1e-12, case),
        }
    }
}

#[test]
fn powers_are_products() {
    assert!((power(1.5, 5) - 1.5 * 1.5 * 1.5 * 1.5 * 1.5).abs() < 1e-15);
    assert!((power(2.0, 0) - 1.0).abs() < 1e-300);
}
