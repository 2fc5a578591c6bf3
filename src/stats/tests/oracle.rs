//! The same sums as other implementations: gbstats 0.8.0, and scipy, statsmodels, mpmath and sums over single units.
//! `tests/stats/oracle.py` wrote the files.

#![cfg(test)]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a file that cannot be read fails the test")]

use attune_stats::bandit::{self, Belief};
use attune_stats::guardrail::{self, Counts, Harm};
use attune_stats::mismatch::{Epoch, sample_ratio};
use attune_stats::novelty::{Day, trend};
use attune_stats::posterior::Prior;
use attune_stats::power::{Design, Reading};
use attune_stats::sequential::Tuning;
use attune_stats::{Comparison, Effect, Measure, NotEstimable, Scale, Sums, holm};
use serde_json::Value;

fn cases(name: &str) -> Vec<Value> {
    let path = format!("{}/../../tests/vectors/stats/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn sums(value: &Value) -> Sums {
    let parts = numbers(value);
    let [n, converters, y, yy, d, dd, yd, x, xx, xy, xd] = parts[..] else { panic!("eleven sums") };
    Sums { n, converters, y, yy, d, dd, yd, x, xx, xy, xd }
}

fn strata(value: &Value) -> Vec<Sums> {
    value.as_array().unwrap().iter().map(sums).collect()
}

fn measure(case: &Value) -> Measure {
    match case["measure"].as_str().unwrap() {
        "proportion" => Measure::Proportion,
        "mean" => Measure::Mean,
        _ => Measure::Ratio,
    }
}

fn scale(value: &Value) -> Scale {
    if value == "absolute" { Scale::Absolute } else { Scale::Relative }
}

/// `found` is `wanted` up to `relative` of the larger of `wanted` and `size`.
#[track_caller]
fn close(found: f64, wanted: f64, relative: f64, size: f64, what: &str) {
    let allowed = relative * wanted.abs().max(size);
    assert!((found - wanted).abs() <= allowed, "{what}: {found:e}, not {wanted:e}, off by {:e}", found - wanted);
}

#[test]
fn effects_are_those_of_gbstats() {
    let cases = cases("gbstats");
    assert!(cases.len() >= 1_000);
    let mut refused = 0;
    for case in &cases {
        let with_covariate = case["covariate"].as_bool().unwrap();
        let arms = [sums(&case["control"]), sums(&case["treatment"])];
        let comparison = Comparison::new(measure(case), &arms[..1], &arms[1..], with_covariate);
        if let Some(error) = case.get("error") {
            refused += 1;
            check_refusal(error.as_str().unwrap(), comparison);
            continue;
        }
        let effect = comparison.unwrap().effect(scale(&case["scale"])).unwrap();
        check_effect(case, &effect);
        check_belief(case, &effect);
    }
    assert!(cases.len() - refused >= 1_000, "{refused} cases are refused");
}

/// gbstats gives nothing without a baseline; here that is so for relative differences only.
fn check_refusal(error: &str, comparison: Result<Comparison, NotEstimable>) {
    match comparison {
        Ok(comparison) => assert_eq!(comparison.lift(), Err(NotEstimable::ZeroBaseline), "{error}"),
        Err(why) => assert_eq!(why, NotEstimable::NoVariance, "{error}"),
    }
}

fn check_effect(case: &Value, effect: &Effect) {
    let (alpha, line) = (number(&case["alpha"]), case.to_string());
    // An end of an interval may be close to zero by chance; its digits are those of the standard error.
    let size = effect.standard_error;
    close(effect.estimate, number(&case["estimate"]), 1e-9, 0.0, &line);
    close(effect.standard_error, number(&case["standard_error"]), 1e-9, 0.0, &line);
    close(effect.degrees_of_freedom, number(&case["degrees"]), 1e-9, 0.0, &line);
    let interval = effect.interval(alpha);
    for (found, wanted) in [interval.low, interval.high].into_iter().zip(numbers(&case["interval"])) {
        close(found, wanted, 1e-9, size, &line);
    }
    let p = effect.p_value();
    assert!((p - number(&case["p"])).abs() <= 1e-12, "{p}: {line}");
    close(p, number(&case["p_tail"]), 1e-9, 1e-300, &line);
    let tuning = Tuning::tightest_at(number(&case["tuning"]), alpha);
    let interval = effect.sequential_interval(alpha, &tuning);
    for (found, wanted) in [interval.low, interval.high].into_iter().zip(numbers(&case["always"]["interval"])) {
        close(found, wanted, 1e-9, size, &line);
    }
    let p = effect.sequential_p_value(&tuning);
    assert!((p - number(&case["always"]["p"])).abs() <= 1e-12, "{line}");
    assert_eq!(p <= alpha, !interval.contains(0.0), "{line}");
}

fn check_belief(case: &Value, effect: &Effect) {
    let (wanted, line) = (&case["bayes"], case.to_string());
    let prior = match &case["prior"] {
        Value::Null => Prior::Flat,
        prior => Prior::Normal {
            mean: number(&prior["mean"]),
            stddev: number(&prior["stddev"]),
            scale: scale(&prior["scale"]),
        },
    };
    let posterior = effect.posterior(&prior);
    close(posterior.mean, number(&wanted["mean"]), 1e-9, 0.0, &line);
    close(posterior.stddev, number(&wanted["stddev"]), 1e-9, 0.0, &line);
    let interval = posterior.interval(number(&case["alpha"]));
    for (found, wanted) in [interval.low, interval.high].into_iter().zip(numbers(&wanted["interval"])) {
        close(found, wanted, 1e-9, posterior.stddev, &line);
    }
    assert!((posterior.chance_above_zero() - number(&wanted["chance"])).abs() <= 1e-12, "{line}");
    let risk = posterior.risk();
    for (found, wanted) in [risk.control, risk.treatment].into_iter().zip(numbers(&wanted["risk"])) {
        // A risk is in the goal's unit: 1e-12 of one unit, or of a large risk.
        close(found, wanted, 1e-12, 1.0, &line);
    }
}

#[test]
fn ratios_with_a_covariate_are_those_of_the_covariance_matrix() {
    for case in cases("ratios") {
        let arms = [sums(&case["control"]), sums(&case["treatment"])];
        let comparison = Comparison::new(Measure::Ratio, &arms[..1], &arms[1..], true).unwrap();
        let effect = comparison.difference();
        close(comparison.theta, number(&case["theta"]), 1e-9, 0.0, "theta");
        close(effect.estimate, number(&case["estimate"]), 1e-9, effect.standard_error, "estimate");
        close(effect.standard_error, number(&case["standard_error"]), 1e-9, 0.0, "standard error");
        let plain = Comparison::new(Measure::Ratio, &arms[..1], &arms[1..], false).unwrap();
        assert!(effect.standard_error <= plain.difference().standard_error * 1.01);
    }
}

#[test]
fn strata_are_those_of_weighted_units() {
    for case in cases("strata") {
        let (control, treatment) = (strata(&case["control"]), strata(&case["treatment"]));
        let effect = Comparison::new(measure(&case), &control, &treatment, false).unwrap().difference();
        close(effect.estimate, number(&case["estimate"]), 1e-9, effect.standard_error, "estimate");
        close(effect.standard_error, number(&case["standard_error"]), 1e-9, 0.0, "standard error");
    }
}

#[test]
fn sample_ratios_are_those_of_mpmath_and_scipy() {
    for case in cases("mismatch") {
        let epochs = case["epochs"].as_array().unwrap();
        let parts: Vec<_> = epochs.iter().map(|one| (numbers(&one["weights"]), numbers(&one["counts"]))).collect();
        let epochs: Vec<_> = parts.iter().map(|(weights, counts)| Epoch { weights, counts }).collect();
        let found = sample_ratio(&epochs, number(&case["concentration"]));
        close(found.log_e, number(&case["log_e"]), 1e-9, 1.0, "evidence");
        close(found.chi_squared_p, number(&case["chi_squared_p"]), 1e-9, 1e-12, "chi-squared p");
    }
}

#[test]
fn power_is_that_of_statsmodels() {
    for case in cases("power") {
        let variance = number(&case["variance"]);
        let design = Design {
            control_variance: variance,
            treatment_variance: variance,
            treatment_share: number(&case["treatment_share"]),
            alpha: number(&case["alpha"]),
            reading: Reading::Once,
        };
        let (units, power, effect) = (number(&case["units"]), number(&case["power"]), number(&case["effect"]));
        // statsmodels solves to 1e-8 or so.
        close(design.smallest_detectable(units, power), effect, 1e-7, 0.0, "smallest effect");
        close(design.units_needed(effect, power), units, 1e-6, 1e6, "units");
        close(design.power(0.5 * effect, units), number(&case["power_at_half"]), 1e-9, 0.0, "power");
    }
}

#[test]
fn holm_is_that_of_statsmodels() {
    for case in cases("holm") {
        for (found, wanted) in holm(&numbers(&case["p"])).into_iter().zip(numbers(&case["adjusted"])) {
            close(found, wanted, 1e-12, 0.0, "adjusted p");
        }
    }
}

#[test]
fn trends_are_those_of_weighted_least_squares() {
    for case in cases("novelty") {
        let (n, control, treatment) = (numbers(&case["n"]), numbers(&case["control"]), numbers(&case["treatment"]));
        let day = |place: usize| Day {
            day: f64::from(u32::try_from(place).unwrap()),
            control: Sums::of_count(control[place], n[place]),
            treatment: Sums::of_count(treatment[place], n[place]),
        };
        let days: Vec<Day> = (0..n.len()).map(day).collect();
        let found = trend(Measure::Proportion, &days).unwrap();
        close(found.slope, number(&case["slope"]), 1e-9, found.standard_error, "slope");
        close(found.standard_error, number(&case["standard_error"]), 1e-9, 0.0, "standard error");
        close(found.p_value, number(&case["p"]), 1e-9, 1e-3, "p");
    }
}

#[test]
fn guardrail_evidence_is_that_of_mpmath() {
    for case in cases("guardrail") {
        if case["of"] != "counts" {
            continue;
        }
        let (share, wanted) = (number(&case["share"]), number(&case["log_e"]));
        let counts = [number(&case["control"]), number(&case["treatment"])];
        let fall = Counts { control: counts[0], treatment: counts[1], treatment_share: share };
        let rise = Counts { control: counts[1], treatment: counts[0], treatment_share: 1.0 - share };
        close(guardrail::log_evidence_of_counts(&[fall], Harm::Fall), wanted, 1e-9, 1.0, "fall");
        close(guardrail::log_evidence_of_counts(&[rise], Harm::Rise), wanted, 1e-9, 1.0, "rise");
    }
}

#[test]
fn chances_to_be_best_are_those_of_scipy() {
    for case in cases("bandit") {
        let belief = |pair: &Value| match numbers(pair)[..] {
            [a, b] if case["of"] == "beta" => Belief::Beta { a, b },
            [mean, stddev] => Belief::Normal { mean, stddev },
            _ => panic!("two parameters"),
        };
        let beliefs: Vec<Belief> = case["parameters"].as_array().unwrap().iter().map(belief).collect();
        for (found, wanted) in bandit::chances(&beliefs).into_iter().zip(numbers(&case["chances"])) {
            assert!((found - wanted).abs() < 1e-5, "{found}, not {wanted}: {case}");
        }
    }
}
