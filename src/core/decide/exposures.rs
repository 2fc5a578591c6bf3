//! What a page exposes its visitor to.

use super::assignment::Assignments;
use super::holdout::everywhere;
use super::{Assignment, Observer, Reason, Salt, Unit};
use crate::bundle::Campaign;
use crate::bundle::weights::Weights;
use crate::loaded::Loaded;
use alloc::vec::Vec;

/// A campaign in which the visitor is eligible and assigned, whatever its slots hold in the end: what is measured must not
/// depend on the arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// Index of the campaign.
    pub campaign: usize,
    /// Index of the arm; `None` for the campaign's holdout.
    pub arm: Option<usize>,
    /// Which weights assigned the arm: 0 for the first.
    pub epoch: usize,
}

/// Notes the exposures of a page: of campaigns with arms or a holdout, in the order of their priority.
#[derive(Debug)]
pub struct Exposures<'l> {
    loaded: &'l Loaded,
    /// The campaigns.
    pub list: Vec<Exposure>,
    /// Whether the visitor is in the site's holdout; `None` where the site has none, or nobody is enrolled.
    pub site_holdout: Option<bool>,
}

impl<'l> Exposures<'l> {
    /// Nothing is noted yet.
    pub fn of(loaded: &'l Loaded) -> Self {
        Self { loaded, list: Vec::new(), site_holdout: None }
    }
}

impl Observer for Exposures<'_> {
    fn passed_over(&mut self, _: usize, _: usize, _: Reason) {}

    fn drew(&mut self, campaign: Option<usize>, salt: Salt, bucket: u16) {
        if campaign.is_none() && salt == Salt::Site {
            self.site_holdout = Some(bucket < self.loaded.site.holdout_bp);
        }
    }

    fn assigned(&mut self, campaign: usize, assignment: Assignment, epoch: usize) {
        let is_measured =
            self.loaded.campaigns.get(campaign).and_then(Option::as_ref).is_some_and(Campaign::is_measured);
        let arm = match assignment {
            Assignment::In(arm) => Some(arm),
            Assignment::HeldOut(Reason::Holdout) => None,
            Assignment::HeldOut(_) | Assignment::Out(_) => return,
        };
        if is_measured {
            self.list.push(Exposure { campaign, arm, epoch });
        }
    }
}

/// What a unit would be exposed to, on whatever page: every measured campaign that it is assigned in, without conditions,
/// schedules and caps. For a browser that works out those itself.
pub fn assigned<'l>(loaded: &'l Loaded, weights: &'l Weights, unit: Unit<'l>, now_s: u32) -> Exposures<'l> {
    let mut exposures = Exposures::of(loaded);
    if everywhere(loaded, unit, &mut exposures).is_some() {
        return exposures;
    }
    let mut assignments = Assignments::new(loaded, weights, unit, now_s);
    for (index, campaign) in loaded.campaigns.iter().enumerate() {
        let Some(campaign) = campaign.as_ref().filter(|campaign| campaign.is_measured()) else { continue };
        let (assignment, epoch) = (assignments.of(index, &mut ()), assignments.epoch(campaign));
        exposures.assigned(index, assignment, epoch);
    }
    exposures
}
