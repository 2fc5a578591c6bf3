//! Experiments that are looked at on every day.

use crate::random::Random;
use attune_stats::mismatch::{CONCENTRATION, Epoch, sample_ratio};
use attune_stats::verdict::{Aim, Goal, Rules, Verdict, verdicts};
use attune_stats::{Arm, Comparison, Measure, Sums};

/// One kind of experiment.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) visitors_a_day: u32,
    pub(crate) days: u32,
    /// The share of visitors who buy.
    pub(crate) rate: f64,
    pub(crate) goal: Kind,
    /// Weights of the arms, by epoch. The days are split evenly.
    pub(crate) weights: &'static [&'static [f64]],
    /// How much more often visitors of other arms than the control buy.
    pub(crate) lift: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Whether a visitor buys.
    Conversion,
    /// What a visitor spends, capped.
    Revenue,
    /// The same with a covariate that explains part of it.
    RevenueWithCovariate,
    /// Both, each a primary goal.
    Both,
}

/// What happened in one run.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is counted on its own")]
pub(crate) struct Run {
    /// A verdict on some day: of any arm and goal.
    pub(crate) verdict: bool,
    /// The first day of a verdict.
    pub(crate) day: Option<u32>,
    /// Verdicts without the least number of converters.
    pub(crate) without_minimum: bool,
    /// The relative interval left out 0, without the least number of converters.
    pub(crate) relative: bool,
    /// The relative interval left out 0, with it.
    pub(crate) relative_with_minimum: bool,
    /// The plain t-test found something on some day (with the least number of converters).
    pub(crate) daily_t_test: bool,
    /// The shares of visitors were reported as wrong.
    pub(crate) mismatch: bool,
}

/// Strata by arm: `sums[arm][epoch]`, for conversion and revenue.
struct Ledger {
    conversion: Vec<Vec<Sums>>,
    revenue: Vec<Vec<Sums>>,
}

pub(crate) fn run(setting: &Setting, rules: &Rules, random: &mut Random) -> Run {
    let (epochs, arms) = (setting.weights.len(), setting.weights[0].len());
    let mut ledger = Ledger {
        conversion: vec![vec![Sums::default(); epochs]; arms],
        revenue: vec![vec![Sums::default(); epochs]; arms],
    };
    let mut run = Run::default();
    for day in 0..setting.days {
        let epoch = usize::try_from(day).unwrap_or(0) * epochs / usize::try_from(setting.days).unwrap_or(1);
        draw(setting, epoch, &mut ledger, random);
        look(setting, epoch, rules, &ledger, &mut run);
        if run.verdict && run.day.is_none() {
            run.day = Some(day + 1);
        }
    }
    run
}

fn draw(setting: &Setting, epoch: usize, ledger: &mut Ledger, random: &mut Random) {
    let weights = setting.weights[epoch];
    let (mut visitors, mut weight) = (setting.visitors_a_day, weights.iter().sum::<f64>());
    for (arm, own) in weights.iter().enumerate() {
        let units = if arm + 1 == weights.len() { visitors } else { binomial(random, visitors, own / weight) };
        visitors -= units;
        weight -= own;
        let lift = if arm == 0 { 1.0 } else { 1.0 + setting.lift };
        // Later epochs have other visitors: without strata that would look like an effect.
        let season = 1.0 + 0.5 * f64::from(u8::try_from(epoch).unwrap_or(0));
        let buyers = binomial(random, units, setting.rate * lift * season);
        let n = f64::from(units);
        ledger.conversion[arm][epoch] += Sums::of_count(f64::from(buyers), n);
        if setting.goal == Kind::Conversion {
            continue;
        }
        let mut sums = Sums { n, ..Sums::default() };
        for _ in 0..buyers {
            let value = random.order();
            // Half of the buyers spent half as much before.
            let before = if random.uniform() <= 0.5 { 0.5 * value } else { 0.0 };
            sums += Sums { n: 0.0, ..Sums::of_unit(value, 0.0, before) };
        }
        ledger.revenue[arm][epoch] += sums;
    }
}

/// How many of `n` happen with chance `p`: by the gaps between those that do.
fn binomial(random: &mut Random, n: u32, p: f64) -> u32 {
    if p > 0.5 {
        return n - binomial(random, n, 1.0 - p);
    }
    if (p - 0.5).abs() < 1e-12 {
        let bits = |rest: u32| if rest >= 64 { u64::MAX } else { (1 << rest) - 1 };
        return (0..n).step_by(64).map(|done| (random.bits() & bits(n - done)).count_ones()).sum();
    }
    let gap = 1.0 / (-p).ln_1p();
    let (mut at, mut hits) = (0.0, 0);
    loop {
        at += (random.uniform().ln() * gap).floor() + 1.0;
        if at > f64::from(n) {
            return hits;
        }
        hits += 1;
    }
}

fn look(setting: &Setting, epoch: usize, rules: &Rules, ledger: &Ledger, run: &mut Run) {
    let conversion = arms(setting, epoch, &ledger.conversion);
    let revenue = arms(setting, epoch, &ledger.revenue);
    let of_conversion = Goal {
        key: "conversion",
        measure: Measure::Proportion,
        aim: Aim::More,
        with_covariate: false,
        is_unbounded: false,
        is_bandit: false,
        arms: &conversion,
    };
    let with_covariate = setting.goal == Kind::RevenueWithCovariate;
    let of_revenue = Goal { key: "revenue", measure: Measure::Mean, with_covariate, arms: &revenue, ..of_conversion };
    let goals: &[Goal<'_>] = match setting.goal {
        Kind::Conversion => &[of_conversion],
        Kind::Revenue | Kind::RevenueWithCovariate => &[of_revenue],
        Kind::Both => &[of_conversion, of_revenue],
    };
    let is_verdict = |verdict| matches!(verdict, Verdict::Better | Verdict::Worse);
    let findings = verdicts(goals, rules);
    run.verdict |= findings.iter().any(|finding| is_verdict(finding.verdict));
    let free = verdicts(goals, &Rules { converters_min: 0.0, ..*rules });
    run.without_minimum |= free.iter().any(|finding| is_verdict(finding.verdict));
    let level = rules.alpha / f64::from(u32::try_from(findings.len()).unwrap_or(1));
    for goal in goals {
        for arm in &goal.arms[1..] {
            let compared = Comparison::new(goal.measure, goal.arms[0].strata, arm.strata, goal.with_covariate);
            if let Ok(lift) = compared.and_then(|both| both.lift()) {
                run.relative |= lift.sequential_p_value(&rules.tuning) <= level;
            }
        }
    }
    for finding in findings {
        run.daily_t_test |=
            finding.lift.is_some() && finding.difference.is_some_and(|effect| effect.p_value() <= level);
        run.relative_with_minimum |= finding.lift.is_some_and(|lift| lift.sequential_p_value(&rules.tuning) <= level);
    }
    let units = (0..=epoch).map(|epoch| ledger.conversion.iter().map(|arm| arm[epoch].n).collect::<Vec<f64>>());
    let units: Vec<Vec<f64>> = units.collect();
    let shares = units.iter().zip(setting.weights).map(|(counts, weights)| Epoch { weights, counts });
    run.mismatch |= sample_ratio(&shares.collect::<Vec<_>>(), CONCENTRATION).is_mismatch();
}

fn arms<'a>(setting: &Setting, epoch: usize, sums: &'a [Vec<Sums>]) -> Vec<Arm<'a>> {
    let weights = setting.weights[epoch];
    let arm = |(strata, weight): (&'a Vec<Sums>, &f64)| Arm { key: "arm", weight: *weight, strata: &strata[..=epoch] };
    sums.iter().zip(weights).map(arm).collect()
}

const EVEN: &[&[f64]] = &[&[1.0, 1.0]];
const SMALL: &[&[f64]] = &[&[9.0, 1.0]];
const TINY: &[&[f64]] = &[&[98.0, 2.0]];
const FOUR: &[&[f64]] = &[&[1.0, 1.0, 1.0, 1.0]];
const MOVED: &[&[f64]] = &[&[9.0, 1.0], &[1.0, 1.0]];

/// Experiments without an effect.
pub(crate) fn settings() -> Vec<(&'static str, Setting)> {
    let mut settings = Vec::new();
    let kinds = [("2 % buy", Kind::Conversion, 0.02), ("5 % buy", Kind::Conversion, 0.05)];
    let money = [("revenue, 2 % buy", Kind::Revenue, 0.02), ("revenue, 5 % buy", Kind::Revenue, 0.05)];
    for (name, goal, rate) in kinds.into_iter().chain(money) {
        for (visitors_a_day, days) in [(20, 1_000), (100, 365), (1_000, 90), (5_000, 60)] {
            settings.push((name, Setting { visitors_a_day, days, rate, goal, weights: EVEN, lift: 0.0 }));
        }
    }
    let usual =
        Setting { visitors_a_day: 1_000, days: 90, rate: 0.03, goal: Kind::Conversion, weights: EVEN, lift: 0.0 };
    let revenue = Setting { goal: Kind::Revenue, ..usual };
    settings.push(("3 % buy, arm of 10 %", Setting { weights: SMALL, ..usual }));
    settings.push(("revenue, arm of 10 %", Setting { weights: SMALL, ..revenue }));
    let busy = Setting { visitors_a_day: 5_000, weights: TINY, ..usual };
    settings.push(("3 % buy, arm of 2 %", busy));
    settings.push(("revenue, arm of 2 %", Setting { goal: Kind::Revenue, ..busy }));
    settings.push(("revenue with covariate", Setting { goal: Kind::RevenueWithCovariate, ..usual }));
    settings.push(("3 arms, 2 goals", Setting { weights: FOUR, goal: Kind::Both, ..usual }));
    settings.push(("weights moved, season", Setting { weights: MOVED, ..usual }));
    settings.push(("revenue, weights moved", Setting { weights: MOVED, ..revenue }));
    settings
}
