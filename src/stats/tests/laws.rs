//! What holds for any sums.

#![cfg(test)]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "what is missing fails the test")]

use attune_stats::bandit::{ARMS_MAX, Belief, FLOOR_BP, WHOLE_BP, beliefs, chances, weights_bp};
use attune_stats::guardrail::{Counts, Harm, log_evidence_of_counts};
use attune_stats::mismatch::{CONCENTRATION, Epoch, sample_ratio};
use attune_stats::posterior::Prior;
use attune_stats::power::{Design, Reading};
use attune_stats::sequential::Tuning;
use attune_stats::verdict::{Aim, Goal, NoVerdict, Rules, Verdict, verdicts};
use attune_stats::{Arm, Comparison, Measure, NotEstimable, Scale, Sums, holm, winsorize};
use proptest::collection::vec;
use proptest::prelude::*;

/// Units with whole numbers, so that sums are exact in any order.
fn units(least: usize) -> impl Strategy<Value = Vec<Sums>> {
    let unit =
        (0_u8..20, 1_u8..9, 0_u8..30).prop_map(|(y, d, x)| Sums::of_unit(f64::from(y), f64::from(d), f64::from(x)));
    vec(unit, least..60)
}

fn measure() -> impl Strategy<Value = Measure> {
    prop_oneof![Just(Measure::Mean), Just(Measure::Ratio)]
}

fn total(units: &[Sums]) -> Sums {
    units.iter().copied().sum()
}

proptest! {
    #[test]
    fn sums_merge_in_any_order(units in units(0), cut in 0_usize..60) {
        let (first, second) = units.split_at(cut.min(units.len()));
        prop_assert_eq!(total(first) + total(second), total(&units));
        prop_assert_eq!(total(second) + total(first), total(&units));
    }

    #[test]
    fn one_stratum_is_none(a in units(2), b in units(2), measure in measure(), covariate: bool) {
        let (a, b) = (total(&a), total(&b));
        let plain = Comparison::new(measure, &[a], &[b], covariate);
        // An empty stratum beside it has no share.
        let padded = Comparison::new(measure, &[a, Sums::default()], &[b, Sums::default()], covariate);
        if a.n >= 10.0 && b.n >= 10.0 {
            prop_assert_eq!(plain, padded);
        }
    }

    #[test]
    fn equal_strata_are_one(a in units(10), b in units(10), measure in measure()) {
        let (a, b) = (total(&a), total(&b));
        let Ok(one) = Comparison::new(measure, &[a], &[b], false) else { return Ok(()) };
        let two = Comparison::new(measure, &[a, a], &[b, b], false).unwrap();
        prop_assert!((one.difference().estimate - two.difference().estimate).abs() < 1e-9);
        let ratio = two.difference().standard_error / one.difference().standard_error;
        prop_assert!((ratio * ratio - 0.5).abs() < 1e-9);
    }

    #[test]
    fn intervals_hold_the_estimate_and_agree_with_p(
        a in units(3), b in units(3), measure in measure(), covariate: bool, alpha in 0.001..0.5,
    ) {
        let Ok(comparison) = Comparison::new(measure, &[total(&a)], &[total(&b)], covariate) else { return Ok(()) };
        let tuning = Tuning::tightest_at(5_000.0, 0.05);
        for scale in [Scale::Absolute, Scale::Relative] {
            let Ok(effect) = comparison.effect(scale) else { continue };
            let (once, always) = (effect.interval(alpha), effect.sequential_interval(alpha, &tuning));
            prop_assert!(once.contains(effect.estimate) && always.contains(effect.estimate));
            let p = effect.p_value();
            if (p - alpha).abs() > 1e-9 {
                prop_assert_eq!(p <= alpha, !once.contains(0.0));
            }
            let p = effect.sequential_p_value(&tuning);
            if (p - alpha).abs() > 1e-9 {
                prop_assert_eq!(p <= alpha, !always.contains(0.0));
            }
        }
    }

    #[test]
    fn arms_can_be_exchanged(a in units(3), b in units(3), measure in measure(), covariate: bool) {
        let (a, b) = (total(&a), total(&b));
        let (Ok(one), Ok(other)) =
            (Comparison::new(measure, &[a], &[b], covariate), Comparison::new(measure, &[b], &[a], covariate))
        else { return Ok(()) };
        let (one, other) = (one.difference(), other.difference());
        prop_assert!((one.estimate + other.estimate).abs() < 1e-9);
        let (here, there) = (one.posterior(&Prior::Flat), other.posterior(&Prior::Flat));
        prop_assert!((here.chance_above_zero() + there.chance_above_zero() - 1.0).abs() < 1e-9);
        prop_assert!((here.risk().control - there.risk().treatment).abs() < 1e-9);
        prop_assert!((here.risk().control - here.risk().treatment - here.mean).abs() < 1e-9);
    }

    #[test]
    fn a_covariate_that_explains_all_leaves_the_true_difference(b in 3_u8..40, shift in -5_i8..5) {
        let unit = |x: u8, shift: f64| Sums::of_unit(3.0 * f64::from(x) + shift, 0.0, f64::from(x));
        let noise = |x: u8| if x.is_multiple_of(2) { 0.1 } else { -0.1 };
        let a: Sums = (0..40).map(|x| unit(x, noise(x))).sum();
        let b: Sums = (0..b).map(|x| unit(x, noise(x) + f64::from(shift))).sum();
        let adjusted = Comparison::new(Measure::Mean, &[a], &[b], true).unwrap().difference();
        let plain = Comparison::new(Measure::Mean, &[a], &[b], false).unwrap().difference();
        prop_assert!(adjusted.standard_error < plain.standard_error);
    }

    #[test]
    fn holm_keeps_the_order_and_never_lowers(p in vec(0.0..=1.0_f64, 1..20)) {
        let adjusted = holm(&p);
        for (i, one) in p.iter().enumerate() {
            prop_assert!(adjusted[i] >= *one && adjusted[i] <= 1.0);
            for (j, other) in p.iter().enumerate() {
                prop_assert!(one > other || adjusted[i] <= adjusted[j]);
            }
        }
    }

    #[test]
    fn weights_are_whole_and_above_the_floor(arms in vec((0_u32..500, 0_u32..100_000), 1..=ARMS_MAX), normal: bool) {
        let belief = |&(hits, misses): &(u32, u32)| {
            let (hits, misses) = (f64::from(hits), f64::from(misses));
            if normal { Belief::Normal { mean: hits, stddev: misses } } else { Belief::of_counts(hits, hits + misses) }
        };
        let beliefs: Vec<Belief> = arms.iter().map(belief).collect();
        let weights = weights_bp(&beliefs).unwrap();
        prop_assert_eq!(weights.iter().copied().sum::<u16>(), WHOLE_BP);
        prop_assert!(weights.iter().all(|weight| *weight >= FLOOR_BP), "{:?}", weights);
        prop_assert_eq!(weights, weights_bp(&beliefs).unwrap());
    }

    #[test]
    fn chances_sum_to_one_and_follow_the_order(arms in vec((1_u32..500, 1_u32..5_000), 2..6)) {
        let beliefs: Vec<Belief> =
            arms.iter().map(|(a, b)| Belief::of_counts(f64::from(*a), f64::from(a + b))).collect();
        let chances = chances(&beliefs);
        prop_assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        // Exchanging arms exchanges their chances.
        let backwards: Vec<Belief> = beliefs.iter().rev().copied().collect();
        for (one, other) in chances.iter().zip(attune_stats::bandit::chances(&backwards).iter().rev()) {
            prop_assert!((one - other).abs() < 1e-9);
        }
    }

    #[test]
    fn sample_ratio_takes_any_counts(counts in vec(0_u32..1_000_000, 2..5), weights in vec(0_u8..10, 5)) {
        let counts: Vec<f64> = counts.into_iter().map(f64::from).collect();
        let weights: Vec<f64> = weights.into_iter().take(counts.len()).map(f64::from).collect();
        let once = Epoch { weights: &weights, counts: &counts };
        let found = sample_ratio(&[once], CONCENTRATION);
        prop_assert!((0.0..=1.0).contains(&found.p_value) && (0.0..=1.0).contains(&found.chi_squared_p));
        let twice = sample_ratio(&[once, once], CONCENTRATION);
        prop_assert!(twice.log_e.is_infinite() || (twice.log_e - 2.0 * found.log_e).abs() <= 1e-9 * twice.log_e.abs());
    }

    #[test]
    fn evidence_of_harm_grows_with_the_loss(control in 0_u32..5_000, treatment in 0_u32..5_000, percent in 1_u8..99) {
        let counts = |treatment: u32| {
            let share = f64::from(percent) / 100.0;
            [Counts { control: f64::from(control), treatment: f64::from(treatment), treatment_share: share }]
        };
        let more = log_evidence_of_counts(&counts(treatment + 1), Harm::Rise);
        prop_assert!(more >= log_evidence_of_counts(&counts(treatment), Harm::Rise) - 1e-6);
        prop_assert!(more.is_finite());
    }

    #[test]
    fn the_units_needed_find_the_smallest_detectable_effect(
        variance in 0.001..100.0_f64, share in 0.05..0.95_f64, units in 200.0..1e7_f64, daily: bool,
    ) {
        let reading = if daily { Reading::Daily(Tuning::tightest_at(10_000.0, 0.05)) } else { Reading::Once };
        let design = Design {
            control_variance: variance,
            treatment_variance: variance,
            treatment_share: share,
            alpha: 0.05,
            reading,
        };
        let effect = design.smallest_detectable(units, 0.8);
        prop_assert!((design.power(effect, units) - 0.8).abs() < 1e-9);
        prop_assert!((design.units_needed(effect, 0.8) / units - 1.0).abs() < 0.01);
    }

    #[test]
    fn totals_are_cut_on_both_sides(total in -1e6..1e6_f64, cap in 0.0..1e4_f64) {
        let cut = winsorize(total, cap);
        prop_assert!(cut.abs() <= cap && (total.abs() > cap || (cut - total).abs() < 1e-300));
    }
}

const CONVERSION: Goal<'_> = Goal {
    key: "purchase",
    measure: Measure::Proportion,
    aim: Aim::More,
    with_covariate: false,
    is_unbounded: false,
    is_bandit: false,
    arms: &[],
};

fn verdict_of(counts: [(f64, f64); 2], goal: Goal<'_>, rules: &Rules) -> Verdict {
    let strata = counts.map(|(converters, n)| [Sums::of_count(converters, n)]);
    let arms =
        [Arm { key: "control", weight: 1.0, strata: &strata[0] }, Arm { key: "sale", weight: 1.0, strata: &strata[1] }];
    let findings = verdicts(&[Goal { arms: &arms, ..goal }], rules);
    let leaves_out_zero = findings[0].interval.is_some_and(|interval| !interval.contains(0.0));
    if matches!(findings[0].verdict, Verdict::Better | Verdict::Worse | Verdict::NotYetKnown) {
        assert_eq!(leaves_out_zero, findings[0].verdict != Verdict::NotYetKnown);
    }
    findings[0].verdict
}

#[test]
fn verdicts_say_what_is_known() {
    let rules = Rules::default();
    let clear = [(1_000.0, 50_000.0), (1_400.0, 50_000.0)];
    assert_eq!(verdict_of(clear, CONVERSION, &rules), Verdict::Better);
    assert_eq!(verdict_of(clear, Goal { aim: Aim::Less, ..CONVERSION }, &rules), Verdict::Worse);
    let close = [(1_000.0, 50_000.0), (1_010.0, 50_000.0)];
    assert_eq!(verdict_of(close, CONVERSION, &rules), Verdict::NotYetKnown);
    let early = [(300.0, 1_000.0), (99.0, 1_000.0)];
    let too_early = Verdict::TooEarly { converters: 99.0, needed: 100.0 };
    assert_eq!(verdict_of(early, CONVERSION, &rules), too_early);
    let bandit = Goal { is_bandit: true, ..CONVERSION };
    assert_eq!(verdict_of(clear, bandit, &rules), Verdict::None(NoVerdict::Bandit));
    let money = Goal { measure: Measure::Mean, is_unbounded: true, ..CONVERSION };
    assert_eq!(verdict_of(clear, money, &rules), Verdict::None(NoVerdict::NoCap));
    let all = [(1_000.0, 1_000.0), (900.0, 1_000.0)];
    let why = NoVerdict::NotEstimable(NotEstimable::NoVariance);
    assert_eq!(verdict_of(all, CONVERSION, &rules), Verdict::None(why));
}

#[test]
fn an_arm_that_nobody_converts_in_loses_its_weight_in_several_epochs_as_in_one() {
    let arm = |counts: &[(f64, f64)]| counts.iter().map(|(hits, n)| Sums::of_count(*hits, *n)).collect::<Vec<_>>();
    for (control, sale) in [
        (arm(&[(150.0, 5_000.0)]), arm(&[(0.0, 5_000.0)])),
        (arm(&[(3.0, 100.0), (147.0, 4_900.0)]), arm(&[(0.0, 100.0), (0.0, 4_900.0)])),
        (arm(&[(150.0, 5_000.0), (0.0, 1.0)]), arm(&[(0.0, 5_000.0), (0.0, 0.0)])),
    ] {
        let found = beliefs(Measure::Proportion, &[&control, &sale]).unwrap();
        assert_eq!(weights_bp(&found), Some(vec![9_000, 1_000]), "{found:?}");
    }
    // Two halves of the same are nearly one: each posterior brings a prior of its own.
    let whole = beliefs(Measure::Proportion, &[&arm(&[(300.0, 10_000.0)]), &arm(&[(320.0, 10_000.0)])]).unwrap();
    let halves = [arm(&[(150.0, 5_000.0); 2]), arm(&[(160.0, 5_000.0); 2])];
    let halves = beliefs(Measure::Proportion, &[&halves[0], &halves[1]]).unwrap();
    for (one, other) in chances(&whole).iter().zip(chances(&halves)) {
        assert!((one - other).abs() < 2e-3, "{one} and {other}");
    }
}

#[test]
fn below_100_converters_there_is_no_relative_difference() {
    let strata = [(99.0, 5_000.0), (180.0, 5_000.0)].map(|(converters, n)| [Sums::of_count(converters, n)]);
    let arms =
        [Arm { key: "control", weight: 1.0, strata: &strata[0] }, Arm { key: "sale", weight: 1.0, strata: &strata[1] }];
    let findings = verdicts(&[Goal { arms: &arms, ..CONVERSION }], &Rules::default());
    assert!(findings[0].lift.is_none() && findings[0].difference.is_some());
}

#[test]
fn an_arm_whose_weight_rose_on_good_days_is_not_better() {
    let (bad, good) = (Sums::of_count(100.0, 10_000.0), Sums::of_count(1_000.0, 10_000.0));
    let (few, many) = (Sums::of_count(10.0, 1_000.0), Sums::of_count(9_000.0, 90_000.0));
    let effect = Comparison::new(Measure::Proportion, &[bad, good], &[few, many], false).unwrap().difference();
    assert!(effect.estimate.abs() < 1e-12);
    let together = Comparison::new(Measure::Proportion, &[bad + good], &[few + many], false).unwrap().difference();
    assert!(together.estimate > 0.04);
}
