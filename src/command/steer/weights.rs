//! The weights of bandits, from the sums so far: a pure function of them.

use crate::results::ledger::{Experiment, Ledger};
use crate::results::number::{count, percent};
use crate::results::plan::{Plan, Planned, aim_of, measure_of};
use crate::results::strata::{Units, strata};
use attune_core::bundle::Goal;
use attune_core::bundle::weights::{BETWEEN_S_MIN, CampaignWeights, Learned, SHARE_BP_MIN, Weights};
use attune_core::civil::format_time;
use attune_core::limits::{BANDITS_MAX, LEARNED_CHANGES_MAX};
use attune_stats::bandit::{Belief, FLOOR_BP, beliefs, weights_bp};
use attune_stats::verdict::{Aim, CONVERTERS_MIN};
use attune_stats::{Measure, Sums};

/// What the statistics give is what pages take.
const _: () = assert!(FLOOR_BP == SHARE_BP_MIN);
/// A change is made where an arm's share changes by so many basis points: each change is one more part of the results.
const CHANGE_BP_MIN: u16 = 100;
/// Units of an arm below which an epoch says nothing.
const UNITS_MIN: f64 = 2.0;
/// A change that would come so little too early waits: a job that runs once a day does not skip a day for seconds.
const WAIT_S_MAX: u32 = 60 * 60;

/// What a look says of a bandit.
pub(crate) struct Outlook {
    /// Key of the campaign.
    pub(crate) campaign: String,
    phase: u16,
    /// Its arms, in the order of the campaign.
    arms: Vec<String>,
    pub(crate) next: Next,
}

/// What becomes of its weights.
pub(crate) enum Next {
    Change(Learned),
    /// They stay, for this reason.
    Stay(String),
}

/// When, and what is off.
#[derive(Clone, Copy)]
pub(crate) struct Moment<'a> {
    pub(crate) now_s: u32,
    /// When a change begins.
    pub(crate) from_s: u32,
    /// Whether a campaign is off.
    pub(crate) is_off: &'a dyn Fn(&str) -> bool,
}

/// Every bandit of the configuration.
pub(crate) fn outlooks(plan: &Plan, ledger: &Ledger, known: &Weights, moment: Moment<'_>) -> Vec<Outlook> {
    let bandits = plan.experiments.iter().filter(|planned| planned.is_bandit);
    bandits.filter_map(|planned| outlook(plan, planned, ledger.experiments.get(&planned.name), known, moment)).collect()
}

fn outlook(
    plan: &Plan,
    planned: &Planned,
    experiment: Option<&Experiment>,
    known: &Weights,
    moment: Moment<'_>,
) -> Option<Outlook> {
    let (campaign, phase) = planned.name.rsplit_once('/')?;
    let phase = phase.parse().ok()?;
    let mut arms: Vec<(usize, &String)> = planned.places.iter().copied().zip(&planned.arms).collect();
    arms.sort_unstable();
    let arms: Vec<String> = arms.into_iter().map(|(_, arm)| arm.clone()).collect();
    let changes = known.changes(campaign, phase);
    let next = Case { plan, planned, arms: &arms, changes, moment }.next(campaign, experiment);
    Some(Outlook { campaign: campaign.to_owned(), phase, arms, next })
}

struct Case<'a> {
    plan: &'a Plan,
    planned: &'a Planned,
    arms: &'a [String],
    changes: &'a [Learned],
    moment: Moment<'a>,
}

impl Case<'_> {
    fn next(&self, campaign: &str, experiment: Option<&Experiment>) -> Next {
        let stay = |why: &str| Next::Stay(why.to_owned());
        if (self.moment.is_off)(campaign) {
            return stay("it is off");
        }
        let mut from_s = self.moment.from_s;
        if let Some(last) = self.changes.last() {
            let free_s = last.from_s.saturating_add(BETWEEN_S_MIN);
            from_s = from_s.max(free_s);
            if from_s - self.moment.from_s > WAIT_S_MAX {
                return Next::Stay(format!("they change once a day, again from {}", format_time(free_s)));
            }
            if last.shares_bp.len() != self.arms.len() {
                return stay("its arms are others now: raise `phase`, and it begins anew");
            }
        }
        if self.changes.len() == LEARNED_CHANGES_MAX {
            return Next::Stay(format!("they changed {LEARNED_CHANGES_MAX} times: raise `phase`, and it begins anew"));
        }
        let judge = self.plan.goals_of(self.planned).into_iter().find(|(_, is_judge)| *is_judge);
        let (Some((goal, _)), Some(experiment)) = (judge, experiment) else { return stay("nobody was exposed yet") };
        match self.shares_bp(goal, experiment) {
            Err(why) => Next::Stay(why),
            Ok(shares_bp) if !self.is_other(&shares_bp) => stay("no share would change by a percentage point"),
            Ok(shares_bp) => Next::Change(Learned { from_s, shares_bp }),
        }
    }

    /// The chance of each arm to be the best, or why it is not known.
    fn shares_bp(&self, goal: &Goal, experiment: &Experiment) -> Result<Vec<u16>, String> {
        let measure = measure_of(goal);
        let epochs = experiment.epochs();
        let mut sums: Vec<Vec<Sums>> =
            self.arms.iter().map(|arm| strata(experiment, goal, &[arm.as_str()], &epochs, Units::All)).collect();
        // An epoch that has only begun says nothing of an arm without units.
        let is_told = |epoch: usize| sums.iter().all(|arm| arm.get(epoch).is_some_and(|sums| sums.n >= UNITS_MIN));
        let told: Vec<bool> = (0..epochs.len()).map(is_told).collect();
        for arm in &mut sums {
            let mut told = told.iter();
            arm.retain(|_| told.next() == Some(&true));
        }
        let converters = |arm: &Vec<Sums>| arm.iter().map(|sums| sums.converters).sum::<f64>();
        let needed = count(CONVERTERS_MIN);
        let least = sums.iter().map(converters).fold(f64::INFINITY, f64::min);
        let all: f64 = sums.iter().map(converters).sum();
        // The first visitors of a morning are not to decide a day.
        if measure == Measure::Proportion && told.contains(&true) && all < CONVERTERS_MIN {
            let of = format!("{} of the {needed} {} with `{}`", count(all), self.planned.unit, goal.key);
            return Err(format!("the arms together have {of} that a change needs"));
        }
        if measure != Measure::Proportion && least < CONVERTERS_MIN {
            return Err(format!("an arm has {} of the {needed} converters that values need", count(least)));
        }
        let sums: Vec<&[Sums]> = sums.iter().map(Vec::as_slice).collect();
        let unknown = || format!("an arm has too few {} yet", self.planned.unit);
        let mut beliefs = beliefs(measure, &sums).filter(|_| told.contains(&true)).ok_or_else(unknown)?;
        if aim_of(goal) == Aim::Less {
            beliefs = beliefs.into_iter().map(less).collect();
        }
        weights_bp(&beliefs).ok_or_else(unknown)
    }

    /// Whether weights differ from those that hold.
    fn is_other(&self, shares_bp: &[u16]) -> bool {
        let before = self.changes.last().map_or_else(|| self.first(), |last| last.shares_bp.clone());
        shares_bp.iter().zip(before).any(|(share, before)| share.abs_diff(before) >= CHANGE_BP_MIN)
    }

    /// The shares of the arms, without the holdout, that the configuration gives.
    fn first(&self) -> Vec<u16> {
        let Some(weights) = self.planned.weights.first() else { return Vec::new() };
        let whole: f64 = weights.iter().take(self.arms.len()).sum();
        let mut shares = vec![0; self.arms.len()];
        for (place, weight) in self.planned.places.iter().zip(weights) {
            if let Some(share) = shares.get_mut(*place) {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10,000")]
                let share_bp = (weight / whole * 10_000.0).round() as u16;
                *share = share_bp;
            }
        }
        shares
    }
}

/// The belief of a goal of which less is better.
fn less(belief: Belief) -> Belief {
    match belief {
        Belief::Normal { mean, stddev } => Belief::Normal { mean: -mean, stddev },
        Belief::Beta { a, b } => Belief::Beta { a: b, b: a },
    }
}

impl Outlook {
    /// A line for the person who watches.
    pub(crate) fn line(&self) -> String {
        let Self { campaign, arms, next, .. } = self;
        match next {
            Next::Stay(why) => format!("  weights  {campaign}  stay: {why}\n"),
            Next::Change(Learned { from_s, shares_bp }) => {
                let share = |(arm, share): (&String, &u16)| format!("{arm} {}", percent(f64::from(*share) / 10_000.0));
                let shares: Vec<String> = arms.iter().zip(shares_bp).map(share).collect();
                format!("  weights  {campaign}  {} from {}\n", shares.join(", "), format_time(*from_s))
            }
        }
    }
}

/// The weights with the changes; `None` where nothing changes, unless they are to be sent `again`. Campaigns that the configuration no
/// longer has leave where there is no room.
pub(crate) fn changed(known: &Weights, site: u32, now_s: u32, outlooks: Vec<Outlook>, again: bool) -> Option<Weights> {
    let mut weights = Weights { site, made_s: now_s.max(known.made_s.saturating_add(1)), ..known.clone() };
    let present: Vec<(String, u16)> = outlooks.iter().map(|found| (found.campaign.clone(), found.phase)).collect();
    let mut is_changed = again;
    for Outlook { campaign, phase, next, .. } in outlooks {
        let Next::Change(change) = next else { continue };
        is_changed = true;
        match weights.campaigns.iter_mut().find(|found| found.key == campaign && found.phase == phase) {
            Some(found) => found.changes.push(change),
            None => weights.campaigns.push(CampaignWeights { key: campaign, phase, changes: vec![change] }),
        }
    }
    if weights.campaigns.len() > BANDITS_MAX {
        weights.campaigns.retain(|found| present.contains(&(found.key.clone(), found.phase)));
    }
    weights.campaigns.sort_by(|a, b| (&a.key, a.phase).cmp(&(&b.key, b.phase)));
    is_changed.then_some(weights)
}
