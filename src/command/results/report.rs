//! What results say: data alone, for every form that it is written in.

use attune_stats::verdict::Verdict;
use attune_stats::{Interval, Measure};
use serde::Serialize;

/// Everything that is said.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) site: String,
    pub(crate) currency: String,
    pub(crate) experiments: Vec<ExperimentReport>,
    /// Experiments of the ledger that the configuration does not have.
    pub(crate) elsewhere: Vec<Elsewhere>,
    /// Experiments of the configuration that nobody was exposed to yet.
    pub(crate) waiting: Vec<String>,
    /// Answers to the question for consent.
    pub(crate) consent: Vec<AnswerReport>,
    /// Recommendations by strategy. Descriptive: each visitor sees what suits them.
    pub(crate) strategies: Vec<ClickReport>,
    /// Recommended products by source. Descriptive: a source that fills up stands further back.
    pub(crate) sources: Vec<ClickReport>,
}

/// How often what a strategy chose, or the products of a source, were seen and clicked.
#[derive(Serialize)]
pub(crate) struct ClickReport {
    /// Campaign, slot, and strategy or source, with slashes between. The source `unknown` has clicks whose product cannot be told.
    pub(crate) name: String,
    pub(crate) seen: f64,
    pub(crate) clicked: f64,
}

impl ClickReport {
    /// Clicks of what was seen; `None` where nothing was.
    pub(crate) fn share(&self) -> Option<f64> {
        (self.seen > 0.0).then(|| self.clicked / self.seen)
    }
}

/// An experiment that is named only.
#[derive(Serialize)]
pub(crate) struct Elsewhere {
    pub(crate) name: String,
    pub(crate) units: f64,
}

/// One answer to the question for consent.
#[derive(Serialize)]
pub(crate) struct AnswerReport {
    pub(crate) answer: String,
    pub(crate) count: f64,
    /// Of all answers, 0 to 1.
    pub(crate) share: f64,
}

/// One experiment.
#[derive(Serialize)]
pub(crate) struct ExperimentReport {
    /// Key and phase, or `site/0`.
    pub(crate) name: String,
    pub(crate) title: String,
    /// `visitors` or `customers`.
    pub(crate) unit: &'static str,
    /// First and last day with anything, such as 2026-11-01.
    pub(crate) since: String,
    pub(crate) until: String,
    pub(crate) days: i64,
    pub(crate) arms: Vec<ArmReport>,
    /// None where no share is planned.
    pub(crate) sample_ratio: Option<Ratio>,
    pub(crate) goals: Vec<GoalReport>,
    pub(crate) warnings: Vec<Warning>,
}

/// An arm of an experiment.
#[derive(Serialize)]
pub(crate) struct ArmReport {
    pub(crate) key: String,
    pub(crate) units: f64,
    /// Of all units, 0 to 1.
    pub(crate) share: f64,
    /// As planned over the epochs that have units.
    pub(crate) planned: Option<f64>,
    pub(crate) seen: f64,
    pub(crate) lost: f64,
    pub(crate) erased: f64,
}

/// Whether arms have the shares that were planned.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Ratio {
    pub(crate) p_value: f64,
    pub(crate) is_mismatch: bool,
}

/// What casts doubt on a result.
#[derive(Serialize)]
pub(crate) struct Warning {
    /// Stable: for programs.
    pub(crate) code: &'static str,
    pub(crate) text: String,
}

/// A goal of an experiment.
#[derive(Serialize)]
pub(crate) struct GoalReport {
    pub(crate) key: String,
    /// What it counts, in words.
    pub(crate) meaning: String,
    pub(crate) measure: Measure,
    /// The experiment is judged by it: only then there is a verdict.
    pub(crate) is_judge: bool,
    #[serde(skip)]
    pub(crate) form: super::number::Form,
    pub(crate) contrasts: Vec<Contrast>,
}

/// Arms beside one of them.
#[derive(Serialize)]
pub(crate) struct Contrast {
    /// The control, or the holdout.
    pub(crate) against: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) slices: Vec<SliceReport>,
}

/// One arm.
#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) arm: String,
    pub(crate) units: f64,
    pub(crate) converters: f64,
    /// The mean, share or ratio as it was counted.
    pub(crate) mean: Option<f64>,
    /// None for the arm that the others are compared with.
    pub(crate) finding: Option<FindingReport>,
}

/// What is known of an arm.
#[derive(Serialize)]
pub(crate) struct FindingReport {
    pub(crate) verdict: Verdict,
    /// Treatment minus control.
    pub(crate) difference: Option<f64>,
    /// Always-valid, of `difference`.
    pub(crate) interval: Option<Interval>,
    /// The chance of an error of `interval`.
    pub(crate) alpha: f64,
    /// `difference` as a part of the control's mean; none below 100 converters in an arm.
    pub(crate) lift: Option<f64>,
    /// The chance that the arm is better, without any prior. Descriptive; none below 100 converters in an arm.
    pub(crate) chance_to_win: Option<f64>,
    /// The difference that would have shown by now with a chance of 80 %.
    pub(crate) smallest_detectable: Option<f64>,
    pub(crate) p_value: f64,
    pub(crate) adjusted_p: f64,
    /// In words.
    pub(crate) statement: String,
    pub(crate) by_day: Vec<DayReport>,
}

/// The difference in all that was done up to a day.
#[derive(Serialize)]
pub(crate) struct DayReport {
    pub(crate) day: String,
    pub(crate) difference: f64,
    pub(crate) interval: Interval,
}

/// The units of a slice. Descriptive.
#[derive(Serialize)]
pub(crate) struct SliceReport {
    /// As `device=phone`.
    pub(crate) slice: String,
    pub(crate) arm: String,
    pub(crate) units: [f64; 2],
    pub(crate) means: Option<[f64; 2]>,
    pub(crate) difference: Option<f64>,
    pub(crate) interval: Option<Interval>,
}
