//! Which arm of a campaign a unit is in. It depends on the unit, the bundle and the clock, on no page and on no
//! memory: reading it enrols nobody.

use super::holdout::everywhere;
use super::{Assignment, BUCKETS, Observer, Reason, Salt, Unit};
use crate::bundle::weights::Weights;
use crate::bundle::{Campaign, Layer, LayerShare, UnitKind};
use crate::loaded::Loaded;
use alloc::vec;
use alloc::vec::Vec;

/// The assignments of one unit at one moment.
pub(super) struct Assignments<'a> {
    loaded: &'a Loaded,
    weights: &'a Weights,
    unit: Unit<'a>,
    now_s: u32,
    /// Those that prerequisites asked for; empty until one does.
    known: Vec<Option<Assignment>>,
}

/// Reads where a unit stands in a campaign, without its condition, its schedule and its cap, and without enrolling.
/// A campaign that the bundle does not have, or that is disabled, is [`Reason::Disabled`].
pub fn assignment(
    loaded: &Loaded,
    weights: &Weights,
    campaign: usize,
    unit: Unit,
    now_s: u32,
    observer: &mut impl Observer,
) -> Assignment {
    if let Some(reason) = everywhere(loaded, unit, observer) {
        return if reason == Reason::Bot { Assignment::Out(reason) } else { Assignment::HeldOut(reason) };
    }
    Assignments::new(loaded, weights, unit, now_s).of(campaign, observer)
}

impl<'a> Assignments<'a> {
    pub(super) fn new(loaded: &'a Loaded, weights: &'a Weights, unit: Unit<'a>, now_s: u32) -> Self {
        Self { loaded, weights, unit, now_s, known: Vec::new() }
    }

    /// Whether a preview forces an arm of this campaign.
    pub(super) fn forces(&self, campaign: &Campaign) -> bool {
        self.unit.forced_arm(campaign).is_some()
    }

    /// Where the unit stands in the campaign of this index.
    pub(super) fn of(&mut self, index: usize, observer: &mut impl Observer) -> Assignment {
        let loaded = self.loaded;
        let Some(Some(campaign)) = loaded.campaigns.get(index) else { return Assignment::Out(Reason::Disabled) };
        if let Some(arm) = self.unit.forced_arm(campaign) {
            return Assignment::In(arm);
        }
        match self.drawn(index, campaign, observer) {
            Ok(arm) => Assignment::In(arm),
            Err(elsewhere) => elsewhere,
        }
    }

    /// In the order in which each share is a share of what the ones before left.
    fn drawn(&mut self, index: usize, campaign: &Campaign, observer: &mut impl Observer) -> Result<usize, Assignment> {
        let enrolment = &campaign.enrolment;
        for required in &enrolment.requires {
            let Assignment::In(arm) = self.remembered(usize::from(required.campaign), observer) else {
                return Err(Assignment::Out(Reason::Prerequisite));
            };
            if !required.arms.is_empty() && !required.arms.iter().any(|wanted| usize::from(*wanted) == arm) {
                return Err(Assignment::Out(Reason::Prerequisite));
            }
        }
        let is_experiment = !campaign.ranges.is_empty();
        let covered_bp = self.covered_bp(campaign);
        if !is_experiment && campaign.holdout_bp == 0 && enrolment.layer.is_none() && covered_bp == BUCKETS {
            return Ok(0);
        }
        let kind = enrolment.unit;
        self.require(kind)?;
        if let Some(share) = enrolment.layer {
            self.in_layer(index, share, kind, observer)?;
        }
        let mut draw = |salt| {
            let drawn = self.unit.bucket(salt, &campaign.key, campaign.phase, kind);
            observer.drew(Some(index), salt, drawn);
            drawn
        };
        if covered_bp < BUCKETS && draw(Salt::Coverage) >= covered_bp {
            return Err(Assignment::Out(Reason::NotCovered));
        }
        if campaign.holdout_bp > 0 && draw(Salt::Holdout) < campaign.holdout_bp {
            return Err(Assignment::HeldOut(Reason::Holdout));
        }
        if !is_experiment {
            return Ok(0);
        }
        let drawn = draw(Salt::Arm);
        self.arm(campaign, drawn).ok_or(Assignment::Out(Reason::NotInExperiment))
    }

    /// As [`Self::of`], at most once: several campaigns may require the same one, at several depths.
    fn remembered(&mut self, index: usize, observer: &mut impl Observer) -> Assignment {
        if self.known.is_empty() {
            self.known = vec![None; self.loaded.campaigns.len()];
        }
        if let Some(Some(known)) = self.known.get(index) {
            return *known;
        }
        // Loading has bounded how deep prerequisites go.
        let found = self.of(index, observer);
        if let Some(place) = self.known.get_mut(index) {
            *place = Some(found);
        }
        found
    }

    fn require(&self, kind: UnitKind) -> Result<(), Assignment> {
        let missing = match kind {
            UnitKind::Visitor => Reason::NotEnrolled,
            UnitKind::Customer => Reason::NoCustomer,
        };
        self.unit.hashed(kind).map(|_| ()).ok_or(Assignment::Out(missing))
    }

    fn in_layer(
        &self,
        index: usize,
        share: LayerShare,
        kind: UnitKind,
        observer: &mut impl Observer,
    ) -> Result<(), Assignment> {
        let Some(Some(Layer { key, phase, holdout_bp })) = self.loaded.layers.get(usize::from(share.layer)) else {
            return Err(Assignment::Out(Reason::Disabled));
        };
        let mut draw = |salt| {
            let drawn = self.unit.bucket(salt, key, *phase, kind);
            observer.drew(Some(index), salt, drawn);
            drawn
        };
        if *holdout_bp > 0 && draw(Salt::LayerHoldout) < *holdout_bp {
            return Err(Assignment::HeldOut(Reason::LayerHoldout));
        }
        if (share.from_bp..share.to_bp).contains(&draw(Salt::Layer)) {
            return Ok(());
        }
        Err(Assignment::Out(Reason::OtherInLayer))
    }

    /// The share that is covered now: the last step that has begun.
    fn covered_bp(&self, campaign: &Campaign) -> u16 {
        let steps = &campaign.enrolment.coverage;
        if steps.is_empty() {
            return BUCKETS;
        }
        steps.iter().rev().find(|step| step.from_s <= self.now_s).map_or(0, |step| step.share_bp)
    }

    /// The arm of a bucket, by the weights of the unit's epoch.
    fn arm(&self, campaign: &Campaign, bucket: u16) -> Option<usize> {
        let change = self.epoch(campaign).checked_sub(1);
        if let Some(learned) = change.and_then(|change| self.weights.of(campaign).get(change)) {
            return learned.arm(bucket);
        }
        let change = change.and_then(|change| campaign.enrolment.weights.get(change));
        let ranges = change.map_or(&campaign.ranges, |change| &change.ranges);
        let range = ranges.iter().find(|range| (range.from_bp..range.to_bp).contains(&bucket));
        range.map(|range| usize::from(range.arm))
    }

    /// Which weights the unit's arm is drawn by: 0 for the campaign's first, then their changes in order; the last that had begun
    /// when the visitor's id was minted (sticky), or now. The date is signed with the id, so nothing that a visitor can roll back
    /// moves them.
    pub(super) fn epoch(&self, campaign: &Campaign) -> usize {
        let enrolment = &campaign.enrolment;
        let sticky = enrolment.sticky && enrolment.unit == UnitKind::Visitor;
        let at_s = if sticky { self.unit.minted_s } else { self.now_s };
        let last = if enrolment.is_bandit {
            self.weights.of(campaign).iter().rposition(|change| change.from_s <= at_s)
        } else {
            enrolment.weights.iter().rposition(|change| change.from_s <= at_s)
        };
        last.map_or(0, |change| change + 1)
    }
}
