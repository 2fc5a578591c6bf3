//! What casts doubt on a result, or limits it.

use super::case::{Case, POWER};
use super::number::{change, count, p_value, percent};
use super::plan::{Plan, covariate_rows, measure_of};
use super::report::{ExperimentReport, GoalReport, Row, Warning};
use super::strata::{Units, strata};
use super::{days, ledger};
use attune_core::bundle::Goal;
use attune_stats::power::{Design, Reading};
use attune_stats::verdict::Verdict;
use attune_stats::{Comparison, Measure, Sums};

/// Weekdays differ: less than a week is not the year.
const WEEK_DAYS: i64 = 7;
/// Above this share of lost impressions there is a warning.
const LOST_MAX: f64 = 0.02;
/// A relative change that an experiment should be able to find.
const CHANGE: f64 = 0.1;
/// Longer than this nobody waits.
const DAYS_MAX: f64 = 56.0;
/// The always-valid p below which arms do not lose the same share of units.
const ATTRITION_ALPHA: f64 = 0.01;
/// The level of the test for an effect that wears off.
const NOVELTY_ALPHA: f64 = 0.05;

pub(crate) fn of(report: &ExperimentReport, case: &Case<'_>, plan: &Plan) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |code, text| warnings.push(Warning { code, text });
    if let Some(ratio) = report.sample_ratio.filter(|ratio| ratio.is_mismatch) {
        let arms = report
            .arms
            .iter()
            .filter_map(|arm| Some(format!("{} {} of {}", arm.key, percent(arm.share), percent(arm.planned?))));
        let arms = arms.collect::<Vec<_>>().join(", ");
        let text = format!(
            "The arms do not have their planned shares ({arms}; p {}). Units are lost or counted differently by arm: find out \
             why before anything else, for example with `attune doctor`. Until then no comparison holds.",
            p_value(ratio.p_value)
        );
        warn("sample-ratio", text);
    }
    let unknown =
        case.epochs.iter().filter(|epoch| case.planned.is_known && case.planned.weights_of(**epoch).is_none());
    if unknown.count() > 0 {
        warn(
            "unknown-weights",
            "Some units came under weights that this configuration does not have: their shares are not checked."
                .to_owned(),
        );
    }
    if !case.planned.is_known {
        warn(
            "not-in-configuration",
            "The configuration does not have this experiment: its planned shares are not known, and it is judged by all goals."
                .to_owned(),
        );
    }
    if report.days < WEEK_DAYS {
        warn("short", format!("It has run for {} of the 7 days of a week, and weekdays differ.", report.days));
    }
    for arm in &report.arms {
        let shown = arm.seen + arm.lost;
        if shown > 0.0 && arm.lost / shown > LOST_MAX {
            let text = format!(
                "{} of {} impressions of {} were lost to the page's own scripts ({}): its effect is diluted.",
                count(arm.lost),
                count(shown),
                arm.key,
                percent(arm.lost / shown)
            );
            warn("lost", text);
        }
    }
    if let Some(text) = attrition(report, case) {
        warn("attrition", text);
    }
    for goal in report.goals.iter().filter(|goal| goal.is_judge) {
        let Some(configured) = plan.goals.iter().find(|known| known.key == goal.key) else { continue };
        of_goal(report, case, goal, configured, &mut warn);
    }
    warnings
}

fn of_goal(
    report: &ExperimentReport,
    case: &Case<'_>,
    goal: &GoalReport,
    configured: &Goal,
    warn: &mut impl FnMut(&'static str, String),
) {
    for contrast in &goal.contrasts {
        for row in &contrast.rows {
            let Some(finding) = &row.finding else { continue };
            if matches!(finding.verdict, Verdict::NotYetKnown | Verdict::TooEarly { .. })
                && let Some(text) = outlook(report, case, configured, &contrast.against, row)
            {
                warn("underpowered", text);
            }
            let trend = days::trend(case, configured, &contrast.against, &row.arm);
            let is_early = matches!(finding.verdict, Verdict::TooEarly { .. } | Verdict::None(_));
            if let Some(trend) = trend.filter(|trend| !is_early && trend.is_shrinking(NOVELTY_ALPHA)) {
                let text = format!(
                    "The effect of {} on `{}` shrinks with the days since the first exposure (p {}): what is new may wear off.",
                    row.arm,
                    goal.key,
                    p_value(trend.p_value)
                );
                warn("novelty", text);
            }
        }
    }
}

/// How long it takes to find a change of 10 %, where that is longer than anybody waits.
fn outlook(report: &ExperimentReport, case: &Case<'_>, goal: &Goal, against: &str, row: &Row) -> Option<String> {
    let finding = row.finding.as_ref()?;
    let arms = |name: &str| -> Vec<&str> {
        let is_own = case.planned.all_arms().contains(&name);
        if is_own {
            case.planned.all_arms().into_iter().filter(|arm| *arm == name).collect()
        } else {
            case.planned.arms.iter().map(String::as_str).collect()
        }
    };
    let sums = |name: &str| strata(case.experiment, goal, &arms(name), &case.epochs, Units::All);
    let compared =
        Comparison::new(measure_of(goal), &sums(against), &sums(&row.arm), covariate_rows(goal).is_some()).ok()?;
    let baseline = compared.control.unadjusted;
    if baseline <= 0.0 {
        return None;
    }
    let design = Design::now(&compared, finding.alpha, Reading::Daily(case.rules.tuning));
    let needed = design.units_needed(CHANGE * baseline, POWER);
    #[expect(clippy::cast_precision_loss, reason = "days of an experiment")]
    let in_days = needed * report.days as f64 / compared.units();
    if in_days <= DAYS_MAX {
        return None;
    }
    let smallest = finding.smallest_detectable? / baseline;
    let long = if in_days < 3_650.0 { format!("about {} days", count(in_days)) } else { "years".to_owned() };
    Some(format!(
        "Underpowered: so far only a change of `{}` by {} or more would show ({} against {against}). To find {} at this pace takes \
         {long} in all.",
        goal.key,
        change(smallest).trim_start_matches('+'),
        row.arm,
        change(CHANGE).trim_start_matches('+'),
    ))
}

/// Says where arms do not lose the same share of units to erasure.
fn attrition(report: &ExperimentReport, case: &Case<'_>) -> Option<String> {
    let erased = |arm: &super::report::ArmReport| Sums::of_count(arm.erased, arm.units);
    let (first, others) = report.arms.split_first()?;
    let differs = others.iter().any(|arm| {
        let compared = Comparison::new(Measure::Proportion, &[erased(first)], &[erased(arm)], false);
        compared.is_ok_and(|found| found.difference().sequential_p_value(&case.rules.tuning) <= ATTRITION_ALPHA)
    });
    if !differs {
        return None;
    }
    let shares = report.arms.iter().map(|arm| format!("{} {}", arm.key, percent(arm.erased / arm.units.max(1.0))));
    Some(format!(
        "The arms do not lose the same share of {} to erasure ({}): who stays may differ by arm.",
        report.unit,
        shares.collect::<Vec<_>>().join(", ")
    ))
}

/// All answers to the question for consent, the most frequent first.
pub(crate) fn consent(ledger: &ledger::Ledger) -> Vec<super::report::AnswerReport> {
    let found = ledger.counts().filter_map(|(name, count)| Some((name.strip_prefix("consent/")?, count)));
    let answers: Vec<(String, f64)> = found.map(|(name, count)| (name.to_owned(), ledger::number(count))).collect();
    let total: f64 = answers.iter().map(|(_, count)| count).sum();
    let report =
        |(answer, count): (String, f64)| super::report::AnswerReport { answer, count, share: count / total.max(1.0) };
    let mut reports: Vec<_> = answers.into_iter().map(report).collect();
    reports.sort_by(|a, b| b.count.total_cmp(&a.count));
    reports
}

/// Recommendations by `strategy` or by `source`, as `strategy/NAME/seen` and `strategy/NAME/clicked` count them.
pub(crate) fn clicks(ledger: &ledger::Ledger, by: &str) -> Vec<super::report::ClickReport> {
    let names = ledger.counts().filter_map(|(name, _)| name.strip_prefix(by)?.strip_prefix('/')?.rsplit_once('/'));
    let mut names: Vec<&str> = names.map(|(name, _)| name).collect();
    names.dedup();
    let count = |name: &str, what: &str| ledger::number(ledger.count_since(&format!("{by}/{name}/{what}"), i64::MIN));
    let report = |name: &str| super::report::ClickReport {
        name: name.to_owned(),
        seen: count(name, "seen"),
        clicked: count(name, "clicked"),
    };
    names.into_iter().map(report).collect()
}
