//! What the configuration says of experiments: arms, shares, and the goals that judge them.

use crate::failure::Failure;
use crate::publishing::live::Live;
use attune_core::bundle::weights::Weights;
use attune_core::bundle::{ArmRange, Campaign, Covariate, Goal, Guard, UnitKind};
use attune_core::loaded::{Loaded, Outline};
use attune_stats::Measure;
use attune_stats::verdict::Aim;

/// The experiment that compares the site with its holdout.
pub(crate) const SITE: &str = "site/0";
/// The arm of whoever is held out.
pub(crate) const HOLDOUT: &str = "holdout";
/// The arm of a campaign that has a holdout only.
pub(crate) const CAMPAIGN: &str = "campaign";
const PERSONALIZED: &str = "personalized";
/// Ledgers count values in hundredths.
const HUNDREDTHS: f64 = 100.0;

/// A configuration, as results need it.
pub(crate) struct Plan {
    pub(crate) site: String,
    pub(crate) currency: String,
    pub(crate) goals: Vec<Goal>,
    pub(crate) experiments: Vec<Planned>,
    /// The weights of its bandits, or why they are not known.
    pub(crate) live: Result<Live, Failure>,
}

/// What is planned of an experiment.
#[derive(Clone)]
pub(crate) struct Planned {
    /// As ledgers name it.
    pub(crate) name: String,
    /// Key of its campaign; none for the site.
    pub(crate) campaign: Option<String>,
    /// The control first, without the holdout.
    pub(crate) arms: Vec<String>,
    pub(crate) has_holdout: bool,
    /// The share of each arm in basis points, and that of the holdout at the end, by weight epoch.
    pub(crate) weights: Vec<Vec<f64>>,
    /// Whether the weights follow the results.
    pub(crate) is_bandit: bool,
    /// The place of each of `arms` among the arms of the campaign.
    pub(crate) places: Vec<usize>,
    /// Keys of the goals that judge it; all where it names none.
    pub(crate) judges: Vec<String>,
    pub(crate) unit: &'static str,
    /// Whether it is in the configuration.
    pub(crate) is_known: bool,
}

impl Plan {
    /// What a configuration plans, with the weights that its bandits have had.
    pub(crate) fn of(loaded: &Loaded, live: Result<Live, Failure>) -> Result<Self, Failure> {
        let none = Weights::default();
        let weights = live.as_ref().map_or(&none, |live| &live.weights);
        let outline = Outline::from_bytes(&Outline::bytes_of(loaded))
            .ok_or_else(|| Failure::new("the goals of the bundle cannot be read", "please report this"))?;
        let goals = outline.measurement.goals;
        let mut experiments = Vec::new();
        if loaded.site.holdout_bp > 0 {
            let rest = f64::from(10_000 - loaded.site.holdout_bp);
            experiments.push(Planned {
                weights: vec![vec![rest, f64::from(loaded.site.holdout_bp)]],
                is_known: true,
                ..Planned::unknown(SITE, &[PERSONALIZED, HOLDOUT])
            });
        }
        let measured = loaded.campaigns.iter().flatten().filter(|campaign| campaign.is_measured());
        experiments.extend(measured.map(|campaign| planned(campaign, &goals, weights)));
        let currency = loaded.site.currency().to_owned();
        Ok(Self { site: loaded.site.name.clone(), currency, goals, experiments, live })
    }

    /// What is planned of an experiment of a ledger. One that is not in the configuration has no shares.
    pub(crate) fn experiment(&self, name: &str, arms: &[&str]) -> Planned {
        let known = self.experiments.iter().find(|planned| planned.name == name).cloned();
        let mut planned = known.unwrap_or_else(|| Planned::unknown(name, arms));
        // An arm that the configuration no longer has still has units.
        for arm in arms.iter().filter(|arm| **arm != HOLDOUT) {
            if !planned.arms.iter().any(|known| known == arm) {
                planned.arms.push((*arm).to_owned());
            }
        }
        planned
    }

    /// The goals, those that judge the experiment first.
    pub(crate) fn goals_of<'p>(&'p self, planned: &Planned) -> Vec<(&'p Goal, bool)> {
        let is_judge = |goal: &Goal| planned.judges.is_empty() || planned.judges.contains(&goal.key);
        let mut goals: Vec<(&Goal, bool)> = self.goals.iter().map(|goal| (goal, is_judge(goal))).collect();
        goals.sort_by_key(|(_, is_judge)| !is_judge);
        goals
    }
}

impl Planned {
    /// An experiment that the configuration does not have: its control is the arm of that name, or the first.
    fn unknown(name: &str, arms: &[&str]) -> Self {
        let mut own: Vec<String> = arms.iter().filter(|arm| **arm != HOLDOUT).map(|arm| (*arm).to_owned()).collect();
        own.sort_by_key(|arm| arm != "control");
        let campaign = name.rsplit_once('/').map(|(key, _)| key.to_owned());
        Self {
            name: name.to_owned(),
            campaign: campaign.filter(|_| name != SITE),
            arms: own,
            has_holdout: arms.contains(&HOLDOUT),
            weights: Vec::new(),
            is_bandit: false,
            places: Vec::new(),
            judges: Vec::new(),
            unit: "visitors",
            is_known: false,
        }
    }

    /// All arms, the holdout last.
    pub(crate) fn all_arms(&self) -> Vec<&str> {
        let holdout = self.has_holdout.then_some(HOLDOUT);
        self.arms.iter().map(String::as_str).chain(holdout).collect()
    }

    /// The planned share of each arm of [`Self::all_arms`] in an epoch; none where it is not known.
    pub(crate) fn weights_of(&self, epoch: u32) -> Option<Vec<f64>> {
        let known = self.weights.get(usize::try_from(epoch).ok()?)?;
        let mut weights = known.clone();
        // Arms that the configuration no longer has stand behind its own, before the holdout.
        while weights.len() < self.all_arms().len() {
            weights.insert(weights.len() - usize::from(self.has_holdout), 0.0);
        }
        Some(weights)
    }
}

fn planned(campaign: &Campaign, goals: &[Goal], weights: &Weights) -> Planned {
    let is_alone = campaign.ranges.is_empty();
    let order = order_of(campaign);
    let key = |arm: &usize| campaign.arms.get(*arm).map_or_else(String::new, |arm| arm.key.clone());
    let arms = if is_alone { vec![CAMPAIGN.to_owned()] } else { order.iter().map(key).collect() };
    let ranges =
        std::iter::once(&campaign.ranges).chain(campaign.enrolment.weights.iter().map(|change| &change.ranges));
    let authored = ranges.map(|ranges| {
        if is_alone { vec![1.0] } else { order.iter().map(|arm| share(ranges, *arm)).collect::<Vec<f64>>() }
    });
    let learned = weights.of(campaign).iter().map(|change| {
        let share = |arm: &usize| change.shares_bp.get(*arm).map_or(0.0, |bp| f64::from(*bp) / 10_000.0);
        order.iter().map(share).collect()
    });
    let weights = authored.chain(learned).map(|shares: Vec<f64>| {
        let held = f64::from(campaign.holdout_bp);
        let in_arms = shares.into_iter().map(|share| share * (10_000.0 - held));
        in_arms.chain((campaign.holdout_bp > 0).then_some(held)).collect()
    });
    let judges = goals.iter().filter(|goal| goal.campaigns.contains(&campaign.key));
    Planned {
        name: format!("{}/{}", campaign.key, campaign.phase),
        campaign: Some(campaign.key.clone()),
        arms,
        has_holdout: campaign.holdout_bp > 0,
        weights: weights.collect(),
        is_bandit: campaign.enrolment.is_bandit,
        places: order.clone(),
        judges: judges.map(|goal| goal.key.clone()).collect(),
        unit: if campaign.enrolment.unit == UnitKind::Customer { "customers" } else { "visitors" },
        is_known: true,
    }
}

/// The arms by index, the control first: the arm of that name, else the first that shows nothing, else the first.
fn order_of(campaign: &Campaign) -> Vec<usize> {
    let named = campaign.arms.iter().position(|arm| arm.key == "control");
    let control = named.or_else(|| campaign.arms.iter().position(|arm| arm.show.is_empty())).unwrap_or(0);
    let others = (0..campaign.arms.len()).filter(|arm| *arm != control);
    std::iter::once(control).chain(others).collect()
}

/// The part of the buckets that an arm has.
fn share(ranges: &[ArmRange], arm: usize) -> f64 {
    let own = ranges.iter().filter(|range| usize::from(range.arm) == arm);
    own.map(|range| f64::from(range.to_bp.saturating_sub(range.from_bp)) / 10_000.0).sum()
}

/// What is compared of a goal.
pub(crate) fn measure_of(goal: &Goal) -> Measure {
    if !goal.per.is_empty() {
        Measure::Ratio
    } else if !goal.valued && goal.cap == Some(1.0) {
        Measure::Proportion
    } else {
        Measure::Mean
    }
}

/// Which way is good: a goal whose rise does harm is better where there is less of it.
pub(crate) fn aim_of(goal: &Goal) -> Aim {
    if goal.guard == Some(Guard::Rise) { Aim::Less } else { Aim::More }
}

/// What totals are divided by to be in the goal's own unit.
pub(crate) fn scale_of(goal: &Goal) -> f64 {
    if goal.valued { HUNDREDTHS } else { 1.0 }
}

/// The goal of the rows that hold its covariate.
pub(crate) fn covariate_rows(goal: &Goal) -> Option<String> {
    goal.covariate.map(Covariate::word).map(|word| format!("={word}"))
}
