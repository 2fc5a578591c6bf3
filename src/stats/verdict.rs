//! What may be said of an experiment's primary goals, on any day.

use crate::holm::as_f64;
use crate::sequential::Tuning;
use crate::{Arm, Comparison, Effect, Interval, Measure, NotEstimable, holm};
use alloc::vec::Vec;

/// The chance of one wrong verdict or more in an experiment without effects, over all days, arms and primary goals.
pub const ALPHA: f64 = 0.05;
/// Converters that an arm and its control each need before there is a verdict or a relative interval.
pub const CONVERTERS_MIN: f64 = 100.0;
/// Units of both arms at which the always-valid intervals are narrowest, for their time.
pub const TIGHTEST_AT_UNITS: f64 = 10_000.0;

/// Which way is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Aim {
    /// More is better.
    More,
    /// Less is better.
    Less,
}

/// A primary goal with its arms.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Goal<'a> {
    /// Its key.
    pub key: &'a str,
    /// What is compared.
    pub measure: Measure,
    /// Which way is good.
    pub aim: Aim,
    /// Whether the means are adjusted by the covariate.
    pub with_covariate: bool,
    /// Whether its values have no bound, neither a natural one, as a share has, nor a declared cap at which unit totals
    /// were winsorized. Then there is no verdict.
    pub is_unbounded: bool,
    /// Whether the weights of these arms follow the results. Then there is no verdict.
    pub is_bandit: bool,
    /// The arms; the first is the control.
    pub arms: &'a [Arm<'a>],
}

/// How verdicts are reached.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rules {
    /// The chance of one wrong verdict or more: [`ALPHA`].
    pub alpha: f64,
    /// How the error is spread over time. Fix it before the experiment begins.
    pub tuning: Tuning,
    /// [`CONVERTERS_MIN`].
    pub converters_min: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self { alpha: ALPHA, tuning: Tuning::tightest_at(TIGHTEST_AT_UNITS, ALPHA), converters_min: CONVERTERS_MIN }
    }
}

/// What is known of an arm on a goal.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Verdict {
    /// An arm has too few converters.
    TooEarly {
        /// Converters of the arm that has fewer.
        converters: f64,
        /// Converters that it needs.
        needed: f64,
    },
    /// The arm is better than the control.
    Better,
    /// The arm is worse than the control.
    Worse,
    /// The difference may still be zero.
    NotYetKnown,
    /// There never is one, as things are.
    None(NoVerdict),
}

/// Why there is no verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum NoVerdict {
    /// The weights follow the results.
    Bandit,
    /// The goal needs a cap and has none.
    NoCap,
    /// The arms cannot be compared.
    NotEstimable(NotEstimable),
}

/// An arm on a goal, beside the control.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Finding<'a> {
    /// The goal's key.
    pub goal: &'a str,
    /// The arm's key.
    pub arm: &'a str,
    /// What is known.
    pub verdict: Verdict,
    /// The absolute difference; none where it cannot be computed.
    pub difference: Option<Effect>,
    /// The always-valid interval of the absolute difference, at the level at which Holm's method tested it: it leaves
    /// out 0 where there is a verdict, and only there.
    pub interval: Option<Interval>,
    /// The level of `interval`, as the chance of an error.
    pub alpha: f64,
    /// The relative difference; none below [`Rules::converters_min`].
    pub lift: Option<Effect>,
    /// The always-valid p, 1 where there is no verdict.
    pub p_value: f64,
    /// The same after Holm's method over all arms and goals.
    pub adjusted_p: f64,
}

/// The verdicts of an experiment: each arm but the first, on each primary goal.
///
/// The absolute difference is tested by the always-valid p, and Holm's method covers all arms and goals. Hypotheses
/// that cannot be tested yet count, too, so that the first ones to be ready do not get the error of all.
pub fn verdicts<'a>(goals: &[Goal<'a>], rules: &Rules) -> Vec<Finding<'a>> {
    let mut findings: Vec<Finding<'a>> = Vec::new();
    let mut aims = Vec::new();
    for goal in goals {
        let Some((control, treatments)) = goal.arms.split_first() else { continue };
        for arm in treatments {
            findings.push(finding(goal, control, arm, rules));
            aims.push(goal.aim);
        }
    }
    let p_values: Vec<f64> = findings.iter().map(|finding| finding.p_value).collect();
    let adjusted = holm(&p_values);
    let rejected = adjusted.iter().filter(|p| **p <= rules.alpha).count();
    for (place, ((finding, adjusted_p), aim)) in findings.iter_mut().zip(adjusted).zip(aims).enumerate() {
        let p = finding.p_value;
        let is_before = |(other, q): &(usize, &f64)| **q < p || (**q <= p && *other < place);
        let rank = p_values.iter().enumerate().filter(is_before).count();
        finding.adjusted_p = adjusted_p;
        finding.alpha = rules.alpha / as_f64(p_values.len() - rank.min(rejected).min(p_values.len() - 1));
        finding.interval =
            finding.difference.map(|difference| difference.sequential_interval(finding.alpha, &rules.tuning));
        if let (Verdict::NotYetKnown, Some(difference)) = (finding.verdict, finding.difference)
            && adjusted_p <= rules.alpha
        {
            let is_good = (difference.estimate > 0.0) == (aim == Aim::More);
            finding.verdict = if is_good { Verdict::Better } else { Verdict::Worse };
        }
    }
    findings
}

/// Everything that needs no other hypothesis. A verdict of [`Verdict::NotYetKnown`] is the only one that may change.
fn finding<'a>(goal: &Goal<'a>, control: &Arm<'a>, arm: &Arm<'a>, rules: &Rules) -> Finding<'a> {
    let converters = |arm: &Arm<'_>| arm.strata.iter().map(|sums| sums.converters).sum::<f64>();
    let fewest = converters(control).min(converters(arm));
    let is_early = fewest < rules.converters_min;
    let comparison = Comparison::new(goal.measure, control.strata, arm.strata, goal.with_covariate);
    let verdict = match &comparison {
        _ if goal.is_bandit => Verdict::None(NoVerdict::Bandit),
        _ if goal.is_unbounded => Verdict::None(NoVerdict::NoCap),
        _ if is_early => Verdict::TooEarly { converters: fewest, needed: rules.converters_min },
        Err(why) => Verdict::None(NoVerdict::NotEstimable(*why)),
        Ok(_) => Verdict::NotYetKnown,
    };
    let difference = comparison.as_ref().ok().map(Comparison::difference);
    let p_value = match (verdict, &difference) {
        (Verdict::NotYetKnown, Some(difference)) => difference.sequential_p_value(&rules.tuning),
        _ => 1.0,
    };
    Finding {
        goal: goal.key,
        arm: arm.key,
        verdict,
        difference,
        interval: None,
        alpha: rules.alpha,
        lift: comparison.ok().filter(|_| !is_early).and_then(|comparison| comparison.lift().ok()),
        p_value,
        adjusted_p: 1.0,
    }
}
