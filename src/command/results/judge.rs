//! From sums to what is known of an experiment.

use super::case::{Case, POWER};
use super::ledger::{Experiment, Ledger, number};
use super::number::{Form, meaning};
use super::plan::{CAMPAIGN, HOLDOUT, Plan, Planned, SITE, aim_of, covariate_rows, measure_of};
use super::report::{
    ArmReport, Contrast, DayReport, ExperimentReport, FindingReport, GoalReport, Ratio, Row, SliceReport,
};
use super::strata::{Units, strata};
use super::{days, warnings, words};
use attune_core::bundle::Goal;
use attune_stats::mismatch::{CONCENTRATION, Epoch, sample_ratio};
use attune_stats::posterior::Prior;
use attune_stats::power::{Design, Reading};
use attune_stats::verdict::{self, Aim, CONVERTERS_MIN, Finding, Rules, Verdict, verdicts};
use attune_stats::{Arm, Comparison, Effect, Interval, Measure, Sums};

/// All arms of a campaign together, beside its holdout.
const ALL_ARMS: &str = "all arms";

/// What is asked beside the results themselves.
#[derive(Clone, Copy)]
pub(crate) struct Scope {
    /// Slices, too.
    pub(crate) slices: bool,
    /// The difference by day, too.
    pub(crate) by_day: bool,
}

/// Arms that are compared with one of them, which is the first.
pub(crate) struct Question {
    /// The name and the arms of the ledger that it has.
    pub(crate) sides: Vec<(String, Vec<String>)>,
}

impl Question {
    /// Whether it is what the arms are worth beside the holdout.
    pub(crate) fn is_of_holdout(&self) -> bool {
        self.sides.first().is_some_and(|(name, _)| name == HOLDOUT)
    }
}

/// The sums of the sides of a question, on one goal.
struct Tested<'a> {
    goal: &'a Goal,
    is_judge: bool,
    /// Whether the weights of its arms follow the results.
    is_bandit: bool,
    question: usize,
    sides: Vec<(String, Vec<Sums>)>,
}

/// A finding of the statistics, without its names.
struct Found {
    verdict: Verdict,
    difference: Option<Effect>,
    interval: Option<Interval>,
    alpha: f64,
    lift: Option<Effect>,
    p_value: f64,
    adjusted_p: f64,
}

impl From<Finding<'_>> for Found {
    fn from(found: Finding<'_>) -> Self {
        let Finding { verdict, difference, interval, alpha, lift, p_value, adjusted_p, .. } = found;
        Self { verdict, difference, interval, alpha, lift, p_value, adjusted_p }
    }
}

pub(crate) fn experiment(
    plan: &Plan,
    ledger: &Ledger,
    name: &str,
    experiment: &Experiment,
    scope: Scope,
) -> Option<ExperimentReport> {
    let arms: Vec<&str> = experiment.arms().into_iter().collect();
    let planned = plan.experiment(name, &arms);
    let (first, last) = experiment.days()?;
    let rules = Rules::default();
    let case = Case { experiment, planned: &planned, epochs: experiment.epochs(), rules };
    let ratio = ratio(&case);
    let goals = goals(plan, &case, ratio, scope);
    let mut report = ExperimentReport {
        name: name.to_owned(),
        title: title(&planned),
        unit: planned.unit,
        since: days::date(first),
        until: days::date(last),
        days: last - first + 1,
        arms: arm_reports(&case, ledger),
        sample_ratio: ratio,
        goals,
        warnings: Vec::new(),
    };
    report.warnings = warnings::of(&report, &case, plan);
    Some(report)
}

fn title(planned: &Planned) -> String {
    match &planned.campaign {
        _ if planned.name == SITE => "What personalization is worth as a whole".to_owned(),
        Some(key) if planned.arms.len() < 2 => format!("What the campaign {key} is worth"),
        Some(key) => key.clone(),
        None => planned.name.clone(),
    }
}

/// Whether the units of each epoch have the shares of that epoch; none where no share is known.
fn ratio(case: &Case<'_>) -> Option<Ratio> {
    let arms = case.planned.all_arms();
    let known = case.epochs.iter().filter_map(|epoch| Some((*epoch, case.planned.weights_of(*epoch)?)));
    let counted: Vec<(Vec<f64>, Vec<f64>)> = known
        .map(|(epoch, weights)| {
            let units = arms.iter().map(|arm| number(case.experiment.units(arm, epoch)));
            (weights, units.collect())
        })
        .collect();
    let epochs: Vec<Epoch<'_>> = counted.iter().map(|(weights, counts)| Epoch { weights, counts }).collect();
    if epochs.is_empty() || arms.len() < 2 {
        return None;
    }
    let found = sample_ratio(&epochs, CONCENTRATION);
    Some(Ratio { p_value: found.p_value, is_mismatch: found.is_mismatch() })
}

fn arm_reports(case: &Case<'_>, ledger: &Ledger) -> Vec<ArmReport> {
    let arms = case.planned.all_arms();
    let units = |arm: &str| case.epochs.iter().map(|epoch| number(case.experiment.units(arm, *epoch))).sum::<f64>();
    let total: f64 = arms.iter().map(|arm| units(arm)).sum();
    // Those of an earlier phase are not of this experiment.
    let begin = case.experiment.days().map_or(i64::MIN, |(first, _)| first);
    let reported = |what: &str, arm: &str| {
        let Some(key) = &case.planned.campaign else { return 0.0 };
        // A campaign with a holdout alone has one arm, without a name.
        let arm = if arm == CAMPAIGN { "" } else { arm };
        number(ledger.count_since(&format!("{what}/{key}/{arm}"), begin))
    };
    let report = |(place, arm): (usize, &&str)| ArmReport {
        key: (*arm).to_owned(),
        units: units(arm),
        share: if total > 0.0 { units(arm) / total } else { 0.0 },
        planned: planned_share(case, place),
        seen: reported("seen", arm),
        lost: reported("lost", arm),
        erased: case.experiment.erased.get(*arm).map_or(0.0, |count| number(*count)),
    };
    arms.iter().enumerate().map(report).collect()
}

/// The share that an arm was to have of the units of all epochs; none where the shares of one are not known.
fn planned_share(case: &Case<'_>, place: usize) -> Option<f64> {
    let arms = case.planned.all_arms();
    let (mut own, mut all) = (0.0, 0.0);
    for epoch in &case.epochs {
        let weights = case.planned.weights_of(*epoch)?;
        let whole: f64 = weights.iter().sum();
        let units: f64 = arms.iter().map(|arm| number(case.experiment.units(arm, *epoch))).sum();
        own += units * weights.get(place)? / whole;
        all += units;
    }
    (all > 0.0).then_some(own / all)
}

/// The questions of an experiment: the arms beside the control, and all of them beside the holdout.
pub(crate) fn questions(planned: &Planned) -> Vec<Question> {
    let side = |arm: &String| (arm.clone(), vec![arm.clone()]);
    let mut questions = Vec::new();
    if planned.arms.len() > 1 {
        questions.push(Question { sides: planned.arms.iter().map(side).collect() });
    }
    if planned.has_holdout {
        let together = match planned.arms.as_slice() {
            [only] => only.clone(),
            _ => ALL_ARMS.to_owned(),
        };
        let holdout = (HOLDOUT.to_owned(), vec![HOLDOUT.to_owned()]);
        questions.push(Question { sides: vec![holdout, (together, planned.arms.clone())] });
    }
    questions
}

fn goals(plan: &Plan, case: &Case<'_>, ratio: Option<Ratio>, scope: Scope) -> Vec<GoalReport> {
    let questions = questions(case.planned);
    let listed = plan.goals_of(case.planned);
    let mut tests = Vec::new();
    for (goal, is_judge) in &listed {
        for (place, question) in questions.iter().enumerate() {
            let sums = |(name, arms): &(String, Vec<String>)| {
                let arms: Vec<&str> = arms.iter().map(String::as_str).collect();
                (name.clone(), strata(case.experiment, goal, &arms, &case.epochs, Units::All))
            };
            let sides = question.sides.iter().map(sums).collect();
            // The holdout's share is fixed.
            let is_bandit = case.planned.is_bandit && !question.is_of_holdout();
            tests.push(Tested { goal, is_judge: *is_judge, is_bandit, question: place, sides });
        }
    }
    let findings = found(&tests, &case.rules);
    let of_goal = |(goal, is_judge): (&Goal, bool)| {
        let own = || tests.iter().zip(&findings).filter(|(test, _)| test.goal.key == goal.key);
        let differences = own().flat_map(|(_, findings)| findings).filter_map(|finding| finding.difference);
        let precision = differences.map(|difference| difference.standard_error).fold(f64::INFINITY, f64::min);
        let form = Form::of(goal, &plan.currency, if precision.is_finite() { precision } else { 0.0 });
        let contrasts = own().filter_map(|(test, findings)| {
            let asked = Asked { test, question: questions.get(test.question)?, form: &form, ratio, scope };
            Some(contrast(case, &asked, findings))
        });
        GoalReport {
            key: goal.key.clone(),
            meaning: meaning(goal, case.planned.unit, &plan.currency),
            measure: measure_of(goal),
            is_judge,
            contrasts: contrasts.collect(),
            form: form.clone(),
        }
    };
    listed.into_iter().map(of_goal).collect()
}

/// The findings of each test: those of the goals that judge are tested together, each other goal alone.
fn found(tests: &[Tested<'_>], rules: &Rules) -> Vec<Vec<Found>> {
    let arms: Vec<Vec<Arm<'_>>> = tests.iter().map(|test| arms_of(&test.sides)).collect();
    let goals = || tests.iter().zip(&arms).map(|(test, arms)| (test, stats_goal(test, arms)));
    let judges: Vec<verdict::Goal<'_>> = goals().filter(|(test, _)| test.is_judge).map(|(_, goal)| goal).collect();
    let mut of_judges = verdicts(&judges, rules).into_iter();
    let of_test = |(test, goal): (&Tested<'_>, verdict::Goal<'_>)| {
        if test.is_judge {
            of_judges.by_ref().take(test.sides.len().saturating_sub(1)).map(Found::from).collect()
        } else {
            verdicts(&[goal], rules).into_iter().map(Found::from).collect()
        }
    };
    goals().map(of_test).collect()
}

/// Arms, as the statistics see them.
pub(crate) fn arms_of(sides: &[(String, Vec<Sums>)]) -> Vec<Arm<'_>> {
    sides.iter().map(|(key, strata)| Arm { key, weight: 1.0, strata }).collect()
}

/// The goal, as the statistics see it.
fn stats_goal<'a>(&Tested { goal, is_bandit, .. }: &Tested<'a>, arms: &'a [Arm<'a>]) -> verdict::Goal<'a> {
    verdict::Goal {
        key: &goal.key,
        measure: measure_of(goal),
        aim: aim_of(goal),
        with_covariate: covariate_rows(goal).is_some(),
        is_unbounded: goal.valued && goal.cap.is_none(),
        is_bandit,
        arms,
    }
}

/// What a contrast is asked for.
struct Asked<'a> {
    test: &'a Tested<'a>,
    question: &'a Question,
    form: &'a Form,
    ratio: Option<Ratio>,
    scope: Scope,
}

fn contrast(case: &Case<'_>, asked: &Asked<'_>, findings: &[Found]) -> Contrast {
    let Asked { test, question, .. } = asked;
    let (against, control) = test.sides.first().map_or(("", &[][..]), |(name, sums)| (name.as_str(), sums.as_slice()));
    let mut rows = Vec::new();
    let mut slices = Vec::new();
    for (place, (name, sums)) in test.sides.iter().enumerate() {
        let whole: Sums = sums.iter().copied().sum();
        let found = place.checked_sub(1).and_then(|place| findings.get(place));
        let finding = found.map(|found| {
            let mut report = finding_report(case, test.goal, found, control, sums);
            if asked.scope.by_day {
                report.by_day = by_day(case, test.goal, question, place, found.alpha);
            }
            let told = words::Told {
                arm: name,
                against,
                fewest: if whole.converters < control.iter().map(|sums| sums.converters).sum() {
                    name
                } else {
                    against
                },
                goal: test.goal,
                unit: case.planned.unit,
                form: asked.form,
                is_judge: test.is_judge,
                is_mismatch: asked.ratio.is_some_and(|ratio| ratio.is_mismatch),
            };
            report.statement = words::statement(&told, &report);
            report
        });
        if asked.scope.slices && finding.is_some() {
            slices.extend(slice_reports(case, test.goal, question, place));
        }
        let (arm, units, converters) = (name.clone(), whole.n, whole.converters);
        rows.push(Row { arm, units, converters, mean: mean(test.goal, &whole), finding });
    }
    Contrast { against: against.to_owned(), rows, slices }
}

fn finding_report(
    case: &Case<'_>,
    goal: &Goal,
    finding: &Found,
    control: &[Sums],
    treatment: &[Sums],
) -> FindingReport {
    let converters = |sums: &[Sums]| sums.iter().map(|sums| sums.converters).sum::<f64>();
    let is_early = converters(control).min(converters(treatment)) < CONVERTERS_MIN;
    let above = finding.difference.map(|difference| difference.posterior(&Prior::Flat).chance_above_zero());
    let compared = Comparison::new(measure_of(goal), control, treatment, covariate_rows(goal).is_some()).ok();
    let smallest = compared.map(|compared| {
        let design = Design::now(&compared, finding.alpha, Reading::Daily(case.rules.tuning));
        design.smallest_detectable(compared.units(), POWER)
    });
    FindingReport {
        verdict: finding.verdict,
        difference: finding.difference.map(|difference| difference.estimate),
        interval: finding.interval,
        alpha: finding.alpha,
        lift: finding.lift.map(|lift| lift.estimate),
        chance_to_win: above
            .filter(|_| !is_early)
            .map(|above| if aim_of(goal) == Aim::More { above } else { 1.0 - above }),
        smallest_detectable: smallest,
        p_value: finding.p_value,
        adjusted_p: finding.adjusted_p,
        statement: String::new(),
        by_day: Vec::new(),
    }
}

/// The mean as it was counted.
fn mean(goal: &Goal, sums: &Sums) -> Option<f64> {
    let whole = if measure_of(goal) == Measure::Ratio { sums.d } else { sums.n };
    (whole > 0.0).then(|| sums.y / whole)
}

/// The sums of two sides of a question.
fn sides(case: &Case<'_>, goal: &Goal, question: &Question, place: usize, units: Units<'_>) -> Option<[Vec<Sums>; 2]> {
    let sums = |place: usize| {
        let (_, arms) = question.sides.get(place)?;
        let arms: Vec<&str> = arms.iter().map(String::as_str).collect();
        Some(strata(case.experiment, goal, &arms, &case.epochs, units))
    };
    Some([sums(0)?, sums(place)?])
}

fn by_day(case: &Case<'_>, goal: &Goal, question: &Question, place: usize, alpha: f64) -> Vec<DayReport> {
    let Some((first, last)) = case.experiment.days() else { return Vec::new() };
    let of_day = |day: i64| {
        let [control, treatment] = sides(case, goal, question, place, Units::UpTo(day))?;
        let compared = Comparison::new(measure_of(goal), &control, &treatment, covariate_rows(goal).is_some()).ok()?;
        let difference = compared.difference();
        let interval = difference.sequential_interval(alpha, &case.rules.tuning);
        Some(DayReport { day: days::date(day), difference: difference.estimate, interval })
    };
    (first..=last).filter_map(of_day).collect()
}

fn slice_reports(case: &Case<'_>, goal: &Goal, question: &Question, place: usize) -> Vec<SliceReport> {
    let arm = question.sides.get(place).map_or_else(String::new, |(name, _)| name.clone());
    let of_slice = |slice: &str| {
        let [control, treatment] = sides(case, goal, question, place, Units::Slice(slice))?;
        let wholes = [control.iter().copied().sum::<Sums>(), treatment.iter().copied().sum::<Sums>()];
        let compared = Comparison::new(measure_of(goal), &control, &treatment, covariate_rows(goal).is_some()).ok();
        let is_early = wholes.iter().any(|sums| sums.converters < CONVERTERS_MIN);
        let difference = compared.map(|compared| compared.difference());
        Some(SliceReport {
            slice: slice.to_owned(),
            arm: arm.clone(),
            units: wholes.map(|sums| sums.n),
            means: mean(goal, &wholes[0]).zip(mean(goal, &wholes[1])).map(|(a, b)| [a, b]),
            difference: difference.map(|difference| difference.estimate),
            interval: difference
                .filter(|_| !is_early)
                .map(|difference| difference.sequential_interval(verdict::ALPHA, &case.rules.tuning)),
        })
    };
    case.experiment.slices().into_iter().filter_map(of_slice).collect()
}
