//! `attune power`: what an experiment can find, before it starts.

use super::case::POWER;
use super::command::json;
use super::judge::{Question, questions};
use super::number::{Form, change, count, meaning};
use super::plan::{Plan, Planned, measure_of};
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::output;
use crate::publishing::live::Live;
use attune_core::bundle::Goal;
use attune_stats::Measure;
use attune_stats::power::{Design, Reading};
use attune_stats::verdict::{CONVERTERS_MIN, Rules};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::fmt::Write as _;
use std::path::PathBuf;

/// The days whose smallest change is shown: 1, 2, 4, 8 and 13 weeks.
const WEEKS: [u32; 5] = [1, 2, 4, 8, 13];
const WEEK_DAYS: u32 = 7;
/// Nobody waits longer.
const DAYS_MAX: f64 = 3_650.0;

#[derive(Args)]
#[command(after_help = "Examples:\n  attune power summer-hero --config shop --visitors 2000 --share 3.5\n  \
    attune power summer-hero --config shop --visitors 2000 --share 3.5 --change 5\n  \
    attune power free-delivery --config shop --visitors 2000 --share 3.5 --value 42 --deviation 38\n\n\
    Take the numbers from your shop as it is now. A change shows with a chance of 80 %, by the same intervals as in `attune \
    results`, which hold on every day. A test may end sooner.")]
pub struct Options {
    /// Key of the campaign
    #[arg(value_name = "CAMPAIGN")]
    campaign: String,
    /// Folder with the attune.toml that has the campaign
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    config: PathBuf,
    /// Visitors a day that take part for the first time: who are eligible, covered, and have agreed to be measured
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1_000_000_000))]
    visitors: u32,
    /// How many of them reach the goal within its window, in percent
    #[arg(long, value_name = "PERCENT", value_parser = positive)]
    share: f64,
    /// What a visitor who reaches the goal brings: for goals with a value, in the shop's currency
    #[arg(long, value_name = "NUMBER", value_parser = positive)]
    value: Option<f64>,
    /// The standard deviation of that value, after the cap. Default: as large as the value
    #[arg(long, value_name = "NUMBER", value_parser = positive, requires = "value")]
    deviation: Option<f64>,
    /// The relative change that is to be found, in percent
    #[arg(long, value_name = "PERCENT", default_value = "10", value_parser = positive)]
    change: f64,
    /// Key of the goal. Default: the campaign's own
    #[arg(long, value_name = "GOAL")]
    goal: Option<String>,
    #[arg(long, value_enum, default_value_t = PowerFormat::Text)]
    format: PowerFormat,
}

/// For a terminal, or for a program.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PowerFormat {
    Text,
    Json,
}

fn positive(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.parse().ok();
    number.filter(|number| number.is_finite() && *number > 0.0).ok_or_else(|| "write a number above 0".to_owned())
}

/// What a campaign can find on one goal.
#[derive(Serialize)]
struct Forecast {
    campaign: String,
    goal: String,
    visitors_a_day: u32,
    /// What is expected of a visitor without a change: a share (0 to 1), or a value.
    mean: f64,
    /// The relative change that is to be found (0.1 is 10 %).
    change: f64,
    /// Whether the campaign is judged by it. Any other goal is only watched.
    is_judge: bool,
    contrasts: Vec<ContrastForecast>,
    #[serde(skip)]
    meaning: String,
    #[serde(skip)]
    form: Form,
}

/// What a comparison can find.
#[derive(Serialize)]
struct ContrastForecast {
    arm: String,
    against: String,
    /// New units a day of the arm, and of what it is compared with.
    units_a_day: [f64; 2],
    days: Vec<DayForecast>,
    /// Days until the change shows; none beyond ten years.
    days_needed: Option<f64>,
}

/// The smallest change that shows after some days.
#[derive(Serialize)]
struct DayForecast {
    days: u32,
    /// Absolute; none while an arm has fewer than 100 converters.
    smallest: Option<f64>,
}

pub fn run(options: &Options) -> Result<(), Failure> {
    let loaded = Configuration::read(&options.config)?.bundle()?.1;
    let forecast = forecast(options, &Plan::of(&loaded, Ok(Live::default()))?)?;
    output::print(&match options.format {
        PowerFormat::Text => forecast.text(),
        PowerFormat::Json => json(&forecast)?,
    })
}

fn forecast(options: &Options, plan: &Plan) -> Result<Forecast, Failure> {
    let planned = plan.experiments.iter().find(|planned| planned.campaign.as_deref() == Some(&options.campaign));
    let planned = planned.ok_or_else(|| {
        let campaigns: Vec<&str> = plan.experiments.iter().filter_map(|planned| planned.campaign.as_deref()).collect();
        Failure::new(
            format!("no campaign {} has arms or a holdout there", options.campaign),
            format!("these have: {}", campaigns.join(", ")),
        )
    })?;
    if planned.is_bandit {
        let help = "leave out `bandit` for a test that ends with a verdict";
        return Err(Failure::new(format!("{} is a bandit, which gives no verdict", options.campaign), help));
    }
    let goal = goal_of(options, plan, planned)?;
    let (mean, variance) = unit_of(options, goal)?;
    let weights = planned.weights.last().cloned().unwrap_or_default();
    let all: Vec<(&str, f64)> = planned.all_arms().into_iter().zip(weights).collect();
    let questions = questions(planned);
    let judges: Vec<&Goal> = plan.goals_of(planned).into_iter().filter(|found| found.1).map(|found| found.0).collect();
    let is_judge = judges.iter().any(|judge| judge.key == goal.key);
    let compared = |question: &Question| question.sides.len().saturating_sub(1);
    let all_compared: usize = questions.iter().map(compared).sum();
    let rules = Rules::default();
    // Goals that judge are tested together; any other has its error for itself, in each question.
    let contrasts = questions.iter().flat_map(|question| {
        let tests = if is_judge { judges.len() * all_compared } else { compared(question) };
        #[expect(clippy::cast_precision_loss, reason = "a few arms and goals")]
        let alpha = rules.alpha / tests.max(1) as f64;
        Expected { options, all: &all, mean, variance, alpha, rules }.contrasts(question)
    });
    let contrasts: Vec<ContrastForecast> = contrasts.collect();
    let smallest = contrasts.iter().flat_map(|contrast| &contrast.days).filter_map(|day| day.smallest);
    let precision = smallest.fold(f64::INFINITY, f64::min);
    Ok(Forecast {
        campaign: options.campaign.clone(),
        goal: goal.key.clone(),
        visitors_a_day: options.visitors,
        mean,
        change: options.change / 100.0,
        is_judge,
        contrasts,
        meaning: meaning(goal, planned.unit, &plan.currency),
        form: Form::of(goal, &plan.currency, if precision.is_finite() { precision } else { 0.0 }),
    })
}

/// The goal that is asked for, or the campaign's own.
fn goal_of<'p>(options: &Options, plan: &'p Plan, planned: &Planned) -> Result<&'p Goal, Failure> {
    let keys = || plan.goals.iter().map(|goal| goal.key.as_str()).collect::<Vec<_>>().join(", ");
    let key = match (&options.goal, planned.judges.as_slice()) {
        (Some(key), _) => key,
        (None, [only]) => only,
        (None, _) => {
            let help = format!("name one with --goal: {}", keys());
            return Err(Failure::new(format!("{} has no `goal` of its own", options.campaign), help));
        }
    };
    let goal = plan.goals.iter().find(|goal| goal.key == *key);
    let goal = goal.ok_or_else(|| Failure::new(format!("there is no goal {key}"), format!("there are: {}", keys())))?;
    if measure_of(goal) == Measure::Ratio {
        let help = "name another goal with --goal; `attune results` says it of a test that runs";
        return Err(Failure::new(format!("{key} is a ratio: what it can find is known once units have both"), help));
    }
    if goal.valued && goal.cap.is_none() {
        let help = format!("write a `cap` under [goals.{key}]: a few large orders could decide otherwise");
        return Err(Failure::new(format!("{key} has no `cap`, and without one results give no verdict"), help));
    }
    Ok(goal)
}

/// Mean and variance of a unit: some reach the goal, and bring a value with a spread.
fn unit_of(options: &Options, goal: &Goal) -> Result<(f64, f64), Failure> {
    let share = options.share / 100.0;
    if share >= 1.0 {
        return Err(Failure::new("--share is 100 or more", "write how many percent of the visitors reach the goal"));
    }
    let is_share = measure_of(goal) == Measure::Proportion;
    let (value, deviation) = match options.value {
        None if is_share => (1.0, 0.0),
        Some(value) if !is_share => (value, options.deviation.unwrap_or(value)),
        None => {
            let help = "give --value, what a visitor who reaches it brings, and --deviation, how much that varies";
            return Err(Failure::new(format!("{} adds up what a visitor brings", goal.key), help));
        }
        Some(_) => {
            let text = format!("{} counts each visitor once: it has no value", goal.key);
            return Err(Failure::new(text, "leave out --value and --deviation"));
        }
    };
    let mean = share * value;
    Ok((mean, share * (deviation * deviation + value * value) - mean * mean))
}

/// What is expected of an experiment.
struct Expected<'a> {
    options: &'a Options,
    /// The planned share of each arm, in basis points.
    all: &'a [(&'a str, f64)],
    mean: f64,
    variance: f64,
    alpha: f64,
    rules: Rules,
}

impl Expected<'_> {
    fn contrasts(&self, question: &Question) -> Vec<ContrastForecast> {
        let Some((control, others)) = question.sides.split_first() else { return Vec::new() };
        others.iter().filter_map(|side| self.contrast(side, control)).collect()
    }

    /// None where one of them has no visitors.
    fn contrast(&self, side: &(String, Vec<String>), control: &(String, Vec<String>)) -> Option<ContrastForecast> {
        let units_of = |arms: &[String]| {
            let own = self.all.iter().filter(|(name, _)| arms.iter().any(|arm| arm == name));
            f64::from(self.options.visitors) * own.map(|(_, share_bp)| share_bp / 10_000.0).sum::<f64>()
        };
        let (treated, held) = (units_of(&side.1), units_of(&control.1));
        let a_day = treated + held;
        let fewest = treated.min(held);
        if fewest <= 0.0 {
            return None;
        }
        let design = Design {
            control_variance: self.variance,
            treatment_variance: self.variance,
            treatment_share: treated / a_day,
            alpha: self.alpha,
            reading: Reading::Daily(self.rules.tuning),
        };
        // Below that many converters in an arm nothing is said.
        let first_day = CONVERTERS_MIN / (fewest * self.options.share / 100.0);
        let smallest = |days: f64| (days >= first_day).then(|| design.smallest_detectable(days * a_day, POWER));
        let days = WEEKS.map(|weeks| weeks * WEEK_DAYS);
        let needed = design.units_needed(self.mean * self.options.change / 100.0, POWER) / a_day;
        let needed = needed.max(first_day).ceil();
        Some(ContrastForecast {
            arm: side.0.clone(),
            against: control.0.clone(),
            units_a_day: [treated, held],
            days: days.iter().map(|days| DayForecast { days: *days, smallest: smallest(f64::from(*days)) }).collect(),
            days_needed: (needed <= DAYS_MAX).then_some(needed),
        })
    }
}

impl Forecast {
    fn text(&self) -> String {
        let Self { campaign, goal, mean, form, .. } = self;
        let visitors = count(f64::from(self.visitors_a_day));
        let mut text = format!("{campaign}, with {visitors} new visitors a day\n  {goal}: {}\n", self.meaning);
        let _ = writeln!(text, "  A visitor without a change: {}", form.value(*mean));
        if !self.is_judge {
            text.push_str("  It does not judge this campaign: results watch it, and give no verdict.\n");
        }
        for contrast in &self.contrasts {
            let ContrastForecast { arm, against, units_a_day: [treated, held], days, days_needed } = contrast;
            let (treated, held) = (count(*treated), count(*held));
            let _ = writeln!(text, "\n  {arm} against {against}, {treated} and {held} visitors a day");
            text.push_str("    after     smallest change that shows\n");
            for DayForecast { days, smallest } in days {
                let weeks = days / WEEK_DAYS;
                let after = if weeks == 1 { "1 week".to_owned() } else { format!("{weeks} weeks") };
                let shown = smallest.map_or_else(
                    || format!("none: an arm has fewer than {} visitors with the goal", count(CONVERTERS_MIN)),
                    |smallest| format!("{} ({})", form.size(smallest), change(smallest / mean).trim_start_matches('+')),
                );
                let _ = writeln!(text, "    {after:<8}  {shown}");
            }
            let wanted = format!("{} ({})", change(self.change).trim_start_matches('+'), form.size(self.change * mean));
            let when = match days_needed {
                Some(days) if *days <= 1.0 => "shows after 1 day".to_owned(),
                Some(days) => format!("shows after about {} days", count(*days)),
                None => "takes more than ten years".to_owned(),
            };
            let _ = writeln!(text, "    A change of {wanted} {when}.");
        }
        text.push_str(
            "\nWith a chance of 80 %, by intervals that hold on every day at once: a test may end sooner. Run it for\n\
             whole weeks. Adjusting for what was known before the exposure can make it shorter.\n",
        );
        text
    }
}
