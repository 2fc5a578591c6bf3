//! The short forms of the simulations: `examples/aa.rs` and `examples/guardrail.rs` are the long ones.

#![cfg(test)]
#![expect(clippy::indexing_slicing, reason = "a simulation")]

#[path = "../examples/simulation/daily.rs"]
mod daily;
#[path = "../examples/simulation/hourly.rs"]
mod hourly;
#[path = "../examples/simulation/random.rs"]
mod random;

use attune_stats::guardrail::ALPHA;
use attune_stats::verdict::Rules;
use daily::{Kind, Setting, run, settings};
use hourly::{Traffic, stops_at};
use random::Random;

/// In 60 runs at 5 %, 9 or more have a chance of 0.4 %; seeds are fixed, so a failure means that the code changed.
#[test]
fn no_effect_gives_a_verdict_in_at_most_5_percent_of_runs() {
    for (place, (name, setting)) in settings().into_iter().enumerate() {
        let mut random = Random::new(u64::try_from(place).unwrap_or(0));
        let rules = Rules::default();
        let runs: Vec<_> = (0..60).map(|_| run(&setting, &rules, &mut random)).collect();
        let wrong = runs.iter().filter(|run| run.verdict).count();
        assert!(wrong <= 8, "{name}, {} visitors a day: {wrong} of 60", setting.visitors_a_day);
        let mismatches = runs.iter().filter(|run| run.mismatch).count();
        assert!(mismatches <= 2, "{name}: {mismatches} of 60");
    }
}

#[test]
fn an_effect_of_a_fifth_is_found() {
    let setting = Setting {
        visitors_a_day: 5_000,
        days: 60,
        rate: 0.05,
        goal: Kind::Conversion,
        weights: &[&[1.0, 1.0]],
        lift: 0.2,
    };
    let mut random = Random::new(9);
    let rules = Rules::default();
    let found = (0..40).filter(|_| run(&setting, &rules, &mut random).day.is_some()).count();
    assert!(found >= 38, "{found} of 40");
}

const TRAFFIC: Traffic = Traffic {
    conversions_an_hour: 1_000.0,
    treatment_share: 0.5,
    harm: 0.2,
    alpha: ALPHA,
    hours: 24.0,
    minutes_between_looks: 1,
    is_revenue: false,
};

#[test]
fn a_fifth_lost_is_stopped_within_hours() {
    let mut random = Random::new(11);
    let mut hours: Vec<f64> = (0..200).map(|_| stops_at(&TRAFFIC, &mut random).unwrap_or(24.0)).collect();
    hours.sort_by(f64::total_cmp);
    let at = |place| hours.get(place).copied().unwrap_or(24.0);
    assert!(at(100) <= 1.5, "median {}", at(100));
    assert!(at(180) <= 2.5, "p90 {}", at(180));
}

/// Of 200 runs at 0.5 %, 6 or more have a chance of 0.06 %.
#[test]
fn nothing_lost_is_hardly_ever_stopped() {
    for is_revenue in [false, true] {
        let mut random = Random::new(12);
        let none = Traffic { harm: 0.0, is_revenue, minutes_between_looks: 30, ..TRAFFIC };
        let stops = (0..200).filter(|_| stops_at(&none, &mut random).is_some()).count();
        assert!(stops <= 5, "{stops} of 200");
    }
}
