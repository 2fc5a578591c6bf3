//! Generated cases with the bits of everything that is computed of them, to compare the native build with the one in Wasm. Never in a
//! shipped build.

use crate::bandit::{ARMS_MAX, Belief, chances, weights_bp};
use crate::guardrail::{CONVERTERS_MIN, Counts, Harm, log_evidence_of_counts, log_evidence_of_mean};
use crate::mismatch::{CONCENTRATION, Epoch, sample_ratio};
use crate::novelty::{Day, trend};
use crate::posterior::Prior;
use crate::power::{Design, Reading};
use crate::sequential::Tuning;
use crate::{Comparison, Effect, Measure, Scale, Sums};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

const MEASURES: [(&str, Measure); 3] =
    [("proportion", Measure::Proportion), ("mean", Measure::Mean), ("ratio", Measure::Ratio)];
const HARMS: [Harm; 2] = [Harm::Fall, Harm::Rise];
const ALPHAS: [f64; 4] = [0.3, 0.05, 0.005, 1e-6];

/// A line for each case, a fifth of them each proportions, means, ratios, weights and checks: its name, and each number as the
/// hexadecimal digits of its bits.
pub fn lines(cases: u32) -> String {
    let mut text = String::new();
    for case in 0..cases {
        let mut chance = Chance(u64::from(case));
        let kind = usize::try_from(case % 5).unwrap_or(0);
        let (name, numbers) = match MEASURES.get(kind) {
            Some((name, measure)) => (*name, comparison(*measure, &mut chance)),
            None if kind == MEASURES.len() => ("weights", weights(&mut chance)),
            None => ("checks", checks(&mut chance)),
        };
        // Writing into a string has no way to fail.
        let _ = write!(text, "{name} {case}");
        for number in numbers {
            // The bits of what is no number are not defined in Wasm.
            let bits = if number.is_nan() { f64::NAN.to_bits() } else { number.to_bits() };
            let _ = write!(text, " {bits:016x}");
        }
        text.push('\n');
    }
    text
}

/// Everything that is said of a treatment beside its control.
fn comparison(measure: Measure, chance: &mut Chance) -> Vec<f64> {
    let strata = 1 + chance.below(3);
    let mut arm = || (0..strata).map(|_| sums(measure, chance)).collect::<Vec<Sums>>();
    let (control, treatment) = (arm(), arm());
    let with_covariate = chance.below(2) == 1;
    let Ok(found) = Comparison::new(measure, &control, &treatment, with_covariate) else { return Vec::new() };
    let mut numbers = Vec::from([found.theta, found.left_out, found.degrees_of_freedom]);
    for mean in [found.control, found.treatment] {
        numbers.extend([mean.n, mean.mean, mean.unadjusted, mean.variance]);
    }
    for scale in [Scale::Absolute, Scale::Relative] {
        if let Ok(effect) = found.effect(scale) {
            numbers.extend(of_effect(&effect, chance));
        }
    }
    numbers.extend(HARMS.map(|harm| log_evidence_of_mean(&found, harm, [CONVERTERS_MIN; 2])));
    let units = found.units();
    for reading in [Reading::Once, Reading::Daily(Tuning::tightest_at(units, 0.05))] {
        let design = Design::now(&found, 0.05, reading);
        let effect = design.smallest_detectable(units, 0.8);
        numbers.extend([effect, design.power(effect / 2.0, units), design.units_needed(effect * 2.0, 0.8)]);
    }
    numbers
}

fn of_effect(effect: &Effect, chance: &mut Chance) -> Vec<f64> {
    let mut numbers = Vec::from([effect.estimate, effect.standard_error, effect.p_value()]);
    let tuning = Tuning::tightest_at(100.0 + chance.share() * 1e6, 0.05);
    numbers.push(effect.sequential_p_value(&tuning));
    let normal = Prior::Normal { mean: chance.share() - 0.5, stddev: 0.01 + chance.share(), scale: Scale::Relative };
    for prior in [Prior::Flat, normal] {
        let posterior = effect.posterior(&prior);
        let risk = posterior.risk();
        numbers.extend([posterior.mean, posterior.stddev, posterior.chance_above_zero(), risk.control, risk.treatment]);
        numbers.extend(ALPHAS.map(|alpha| posterior.interval(alpha).low));
    }
    for alpha in ALPHAS {
        let (once, always) = (effect.interval(alpha), effect.sequential_interval(alpha, &tuning));
        numbers.extend([once.low, once.high, always.low, always.high]);
    }
    numbers
}

/// The chances of two to ten arms to be the best, and their weights.
fn weights(chance: &mut Chance) -> Vec<f64> {
    let arms = 2 + chance.below(ARMS_MAX as u64 - 1);
    let are_shares = chance.below(2) == 1;
    let beliefs: Vec<Belief> = (0..arms)
        .map(|_| {
            let trials = 100 + chance.below(2_000);
            if are_shares {
                return Belief::of_counts(whole(chance.below(trials / 20)), whole(trials));
            }
            Belief::Normal { mean: chance.share(), stddev: 0.01 + chance.share() / 2.0 }
        })
        .collect();
    let mut numbers = chances(&beliefs);
    numbers.extend(weights_bp(&beliefs).unwrap_or_default().into_iter().map(f64::from));
    numbers
}

/// Whether units are where they were planned, whether an arm does harm to a count, and whether an effect wears off.
fn checks(chance: &mut Chance) -> Vec<f64> {
    let arms = 2 + chance.below(5);
    let weights: Vec<f64> = (0..arms).map(|_| whole(1 + chance.below(9))).collect();
    let counts: Vec<f64> =
        weights.iter().map(|weight| weight * whole(1_000 + chance.below(50)) + whole(chance.below(60))).collect();
    let ratio = sample_ratio(&[Epoch { weights: &weights, counts: &counts }], CONCENTRATION);
    let mut numbers = Vec::from([ratio.log_e, ratio.p_value, ratio.chi_squared_p]);
    let epoch = Counts {
        control: whole(chance.below(5_000)),
        treatment: whole(chance.below(5_000)),
        treatment_share: 0.05 + 0.9 * chance.share(),
    };
    numbers.extend(HARMS.map(|harm| log_evidence_of_counts(&[epoch], harm)));
    let days: Vec<Day> = (0..3 + chance.below(12))
        .map(|day| Day {
            day: whole(day),
            control: sums(Measure::Mean, chance),
            treatment: sums(Measure::Mean, chance),
        })
        .collect();
    if let Some(trend) = trend(Measure::Mean, &days) {
        numbers.extend([trend.mean, trend.slope, trend.standard_error, trend.p_value]);
    }
    numbers
}

/// Of a few units with amounts of all sizes, or of many that convert or not.
fn sums(measure: Measure, chance: &mut Chance) -> Sums {
    if measure == Measure::Proportion {
        let n = 2 + chance.below(1_000_000);
        return Sums::of_count(whole(chance.below(n / 5 + 1)), whole(n));
    }
    (0..2 + chance.below(60))
        .map(|_| {
            let d = chance.below(5);
            let y = if d == 0 { 0.0 } else { whole(chance.below(1 << (4 * d))) / 100.0 };
            Sums::of_unit(y, whole(d), whole(chance.below(40)) + y / 7.0)
        })
        .sum()
}

/// A stream of numbers from a seed (`SplitMix64`, Steele, Lea and Flood 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `end` - 1.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// A number from 0 to 1.
    fn share(&mut self) -> f64 {
        whole(self.next() >> 11) / whole(1 << 53)
    }
}

/// Of at most 53 bits.
#[expect(clippy::cast_precision_loss, reason = "it has at most 53 bits")]
fn whole(number: u64) -> f64 {
    number as f64
}
