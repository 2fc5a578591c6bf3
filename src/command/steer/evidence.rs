//! The evidence of harm, from the sums so far: a pure function of them.

use crate::results::judge::{Question, questions};
use crate::results::ledger::{Experiment, Ledger};
use crate::results::number::{Form, count, percent};
use crate::results::plan::{Plan, Planned, covariate_rows, measure_of};
use crate::results::strata::{Units, strata};
use attune_core::bundle::{Goal, Guard};
use attune_stats::guardrail::{Counts, Harm, alpha_each, fires, log_evidence_of_counts, log_evidence_of_mean};
use attune_stats::{Comparison, Measure, Sums};

/// What is seen of one arm on one guarded goal.
pub(crate) struct Sight {
    /// Key of the campaign.
    pub(crate) campaign: String,
    pub(crate) arm: String,
    pub(crate) against: String,
    pub(crate) goal: String,
    /// None where there can be no evidence; `numbers` says why.
    pub(crate) log_e: Option<f64>,
    /// The evidence that is needed, as so many to 1.
    pub(crate) needed: f64,
    pub(crate) is_harm: bool,
    /// What was counted, in words.
    pub(crate) numbers: String,
}

/// All guarded goals on all arms of the campaigns of the configuration that have units.
pub(crate) fn sights(plan: &Plan, ledger: &Ledger) -> Vec<Sight> {
    let mut sights = Vec::new();
    for planned in &plan.experiments {
        let Some(campaign) = &planned.campaign else { continue };
        let Some(experiment) = ledger.experiments.get(&planned.name).filter(|found| !found.rows.is_empty()) else {
            continue;
        };
        let questions = questions(planned);
        let guarded: Vec<(&Goal, Harm)> =
            plan.goals.iter().filter_map(|goal| Some((goal, harm_of(goal.guard?)))).collect();
        let arms = questions.iter().map(|question| question.sides.len() - 1).sum();
        let alpha = alpha_each(guarded.len(), arms);
        for (goal, harm) in guarded {
            for question in &questions {
                for place in 1..question.sides.len() {
                    let case = Case { plan, planned, experiment, question, goal, harm, alpha };
                    sights.extend(case.sight(campaign, place));
                }
            }
        }
    }
    sights
}

fn harm_of(guard: Guard) -> Harm {
    match guard {
        Guard::Drop => Harm::Fall,
        Guard::Rise => Harm::Rise,
    }
}

/// One goal of one question.
struct Case<'a> {
    plan: &'a Plan,
    planned: &'a Planned,
    experiment: &'a Experiment,
    question: &'a Question,
    goal: &'a Goal,
    harm: Harm,
    alpha: f64,
}

impl Case<'_> {
    fn sight(&self, campaign: &str, place: usize) -> Option<Sight> {
        let (against, control_arms) = self.question.sides.first()?;
        let (arm, own_arms) = self.question.sides.get(place)?;
        let epochs = self.experiment.epochs();
        let sums = |arms: &[String]| {
            let arms: Vec<&str> = arms.iter().map(String::as_str).collect();
            strata(self.experiment, self.goal, &arms, &epochs, Units::All)
        };
        let (control, treatment) = (sums(control_arms), sums(own_arms));
        let wholes = [&control, &treatment].map(|sums| sums.iter().copied().sum::<Sums>());
        let is_bounded = !self.goal.valued || self.goal.cap.is_some();
        let log_e = match measure_of(self.goal) {
            Measure::Proportion => {
                let counts = epochs.iter().zip(control.iter().zip(&treatment)).filter_map(|(epoch, (a, b))| {
                    let share = self.share(*epoch, control_arms, own_arms)?;
                    Some(Counts { control: a.converters, treatment: b.converters, treatment_share: share })
                });
                Some(log_evidence_of_counts(&counts.collect::<Vec<_>>(), self.harm))
            }
            Measure::Mean | Measure::Ratio if is_bounded => {
                let with_covariate = covariate_rows(self.goal).is_some();
                let compared = Comparison::new(measure_of(self.goal), &control, &treatment, with_covariate);
                let converters = wholes.map(|sums| sums.converters);
                // What cannot be compared yet is no evidence.
                Some(compared.map_or(0.0, |found| log_evidence_of_mean(&found, self.harm, converters)))
            }
            Measure::Mean | Measure::Ratio => None,
        };
        let numbers = match log_e {
            Some(_) => self.numbers(&wholes),
            None => format!("no guardrail: write a cap under [goals.{}]", self.goal.key),
        };
        Some(Sight {
            campaign: campaign.to_owned(),
            arm: arm.clone(),
            against: against.clone(),
            goal: self.goal.key.clone(),
            is_harm: log_e.is_some_and(|log_e| fires(log_e, self.alpha)),
            log_e,
            needed: 1.0 / self.alpha,
            numbers,
        })
    }

    /// The planned share of the treatment of the units of both; none where it is not known.
    fn share(&self, epoch: u32, control: &[String], treatment: &[String]) -> Option<f64> {
        let (weights, arms) = (self.planned.weights_of(epoch)?, self.planned.all_arms());
        let of = |keys: &[String]| -> f64 {
            let own = arms.iter().zip(&weights).filter(|(arm, _)| keys.iter().any(|key| key == *arm));
            own.map(|(_, weight)| weight).sum()
        };
        let (control, treatment) = (of(control), of(treatment));
        (control + treatment > 0.0).then(|| treatment / (control + treatment))
    }

    /// What was counted: the treatment, then what it is compared with.
    fn numbers(&self, [control, treatment]: &[Sums; 2]) -> String {
        let unit = self.planned.unit;
        if measure_of(self.goal) == Measure::Proportion {
            let side = |sums: &Sums| {
                let share = percent(sums.converters / sums.n.max(1.0));
                format!("{} of {} {unit} ({share})", count(sums.converters), count(sums.n))
            };
            return format!("{} beside {}", side(treatment), side(control));
        }
        let form = Form::of(self.goal, &self.plan.currency, 0.0);
        let mean = |sums: &Sums| {
            let whole = if measure_of(self.goal) == Measure::Ratio { sums.d } else { sums.n };
            form.value(if whole > 0.0 { sums.y / whole } else { 0.0 })
        };
        let units = |sums: &Sums| format!("{} of {} {unit}", mean(sums), count(sums.n));
        format!("{} beside {}", units(treatment), units(control))
    }
}

impl Sight {
    /// The evidence as so many to 1.
    pub(crate) fn odds(&self) -> String {
        /// Beyond this nobody reads the digits.
        const SHOWN_MAX: f64 = 1e6;
        match self.log_e.map(f64::exp) {
            None => "none".to_owned(),
            Some(odds) if odds > SHOWN_MAX => format!("over {} to 1", count(SHOWN_MAX)),
            Some(odds) if odds < 1.0 => "below 1 to 1".to_owned(),
            Some(odds) => format!("{} to 1", count(odds)),
        }
    }

    /// Why the campaign is turned off, for the history.
    pub(crate) fn message(&self) -> String {
        format!(
            "guardrail: `{}` of {} does harm against {}: {}; evidence {}, needed {} to 1",
            self.goal,
            self.arm,
            self.against,
            self.numbers,
            self.odds(),
            count(self.needed)
        )
    }
}
