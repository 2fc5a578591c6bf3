//! What is known and what is not, in plain words.

use super::number::{Form, change, count};
use super::plan::{aim_of, measure_of};
use super::report::FindingReport;
use attune_core::bundle::Goal;
use attune_stats::verdict::{Aim, NoVerdict, Verdict};
use attune_stats::{Interval, Measure, NotEstimable};

/// What a sentence is about.
pub(crate) struct Told<'a> {
    pub(crate) arm: &'a str,
    pub(crate) against: &'a str,
    /// The one of them with fewer converters.
    pub(crate) fewest: &'a str,
    pub(crate) goal: &'a Goal,
    pub(crate) unit: &'a str,
    pub(crate) form: &'a Form,
    pub(crate) is_judge: bool,
    pub(crate) is_mismatch: bool,
}

/// One or two sentences about an arm on a goal.
pub(crate) fn statement(told: &Told<'_>, finding: &FindingReport) -> String {
    let Told { arm, against, goal, .. } = told;
    if told.is_mismatch {
        return format!(
            "Do not use this: the arms do not have their planned shares of {}, so {arm} and {against} cannot be compared.",
            told.unit
        );
    }
    match finding.verdict {
        Verdict::TooEarly { converters, needed } => format!(
            "Too early: {} has {} {} with `{}`, and each arm needs {} before anything is said.",
            told.fewest,
            count(converters),
            told.unit,
            goal.key,
            count(needed)
        ),
        Verdict::None(why) => format!("No verdict: {}.", no_verdict(why, goal)),
        _ if !told.is_judge => watched(told, finding),
        Verdict::Better | Verdict::Worse => known(told, finding),
        _ => not_known(told, finding),
    }
}

fn known(told: &Told<'_>, finding: &FindingReport) -> String {
    let (Some(difference), Some(interval)) = (finding.difference, finding.interval) else { return String::new() };
    let Told { arm, against, goal, form, .. } = told;
    let more = if difference > 0.0 { "more" } else { "less" };
    let what = match (measure_of(goal), difference > 0.0) {
        (Measure::Proportion, true) => format!("More {} reach `{}` in {arm} than in {against}", told.unit, goal.key),
        (Measure::Proportion, false) => format!("Fewer {} reach `{}` in {arm} than in {against}", told.unit, goal.key),
        (Measure::Mean | Measure::Ratio, _) => format!("{arm} brings {more} `{}` than {against}", goal.key),
    };
    let relative = finding.lift.map_or_else(String::new, |lift| format!(" ({})", change(lift)));
    let good = match (finding.verdict, aim_of(goal)) {
        (Verdict::Better, Aim::Less) => " Less of it is better.",
        (Verdict::Worse, Aim::Less) => " That is harm: less of it is better.",
        _ => "",
    };
    format!("{what}: {}{relative}, between {}.{good}", form.difference(difference), ends(form, interval))
}

fn not_known(told: &Told<'_>, finding: &FindingReport) -> String {
    let Some(interval) = finding.interval else { return "Not known yet.".to_owned() };
    let Told { arm, against, form, .. } = told;
    let shown = finding.smallest_detectable.map_or_else(String::new, |effect| {
        format!(" A difference of {} or more would probably have shown by now.", form.size(effect))
    });
    format!(
        "Not known yet whether {arm} differs from {against}: the difference is between {}.{shown}",
        ends(form, interval)
    )
}

fn watched(told: &Told<'_>, finding: &FindingReport) -> String {
    let (Some(difference), Some(interval)) = (finding.difference, finding.interval) else {
        return "Only watched, not judged.".to_owned();
    };
    format!("Only watched, not judged: {}, between {}.", told.form.difference(difference), ends(told.form, interval))
}

/// `+0.11 and +0.73 points`.
pub(crate) fn ends(form: &Form, Interval { low, high }: Interval) -> String {
    format!("{} and {}", form.bare(low), form.difference(high))
}

fn no_verdict(why: NoVerdict, goal: &Goal) -> String {
    match why {
        NoVerdict::Bandit => "the weights of the arms follow the results".to_owned(),
        NoVerdict::NoCap => format!(
            "a few large orders could decide `{0}`. Write a `cap` under [goals.{0}], and begin the test anew",
            goal.key
        ),
        NoVerdict::NotEstimable(NotEstimable::NoUnits) => "an arm has too few units".to_owned(),
        NoVerdict::NotEstimable(NotEstimable::ZeroDenominator) => format!("an arm has no `{}`", goal.per),
        NoVerdict::NotEstimable(why) => why.to_string(),
        _ => "the statistics give none".to_owned(),
    }
}

/// A verdict in one or two words.
pub(crate) fn verdict(verdict: Verdict, is_judge: bool, is_mismatch: bool) -> &'static str {
    match verdict {
        _ if is_mismatch => "not comparable",
        Verdict::TooEarly { .. } => "too early",
        Verdict::None(_) => "no verdict",
        _ if !is_judge => "watched",
        Verdict::Better => "better",
        Verdict::Worse => "worse",
        _ => "not known yet",
    }
}
