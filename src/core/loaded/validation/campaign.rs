//! Campaigns, their arms and shares, enrolment and prerequisites.

use super::exists;
use crate::bundle::{ArmRange, Campaign, Enrolment, Layer, LayerShare};
use crate::limits;
use crate::loaded::Loaded;
use alloc::vec;
use alloc::vec::Vec;

const ALL_BP: u16 = 10_000;

pub(in crate::loaded) fn layer(layer: &Layer) -> Result<(), &'static str> {
    if layer.holdout_bp > ALL_BP { Err("its holdout is not a part of 10,000") } else { Ok(()) }
}

pub(in crate::loaded) fn campaign(loaded: &Loaded, campaign: &Campaign) -> Result<(), &'static str> {
    if campaign.arms.is_empty() || campaign.arms.len() > limits::ARMS_MAX {
        return Err("it has no arms, or too many");
    }
    if campaign.arms.iter().any(|arm| arm.key.len() > limits::KEY_BYTES_MAX) {
        return Err("an arm's key is too long");
    }
    if campaign.ranges.is_empty() && campaign.arms.len() != 1 {
        return Err("it has arms without shares");
    }
    if campaign.holdout_bp > ALL_BP || !ranges(&campaign.ranges, campaign.arms.len()) {
        return Err("its shares are not ascending parts of 10,000");
    }
    if !campaign.slots.iter().all(|slot| exists(&loaded.slots, usize::from(*slot))) {
        return Err("it fills a slot that is missing or disabled");
    }
    for (slot, content) in campaign.arms.iter().flat_map(|arm| &arm.show) {
        if !campaign.slots.contains(slot) {
            return Err("an arm fills a slot that the campaign does not list");
        }
        if !exists(&loaded.contents, usize::from(*content)) {
            return Err("it shows a content that is missing or disabled");
        }
    }
    enrolment(loaded, &campaign.enrolment, campaign.arms.len())
}

fn ranges(ranges: &[ArmRange], arms: usize) -> bool {
    let mut end = 0;
    ranges.len() <= limits::ARM_RANGES_MAX
        && ranges.iter().all(|range| {
            let is_valid = end <= range.from_bp && range.from_bp < range.to_bp && range.to_bp <= ALL_BP;
            end = range.to_bp;
            is_valid && usize::from(range.arm) < arms
        })
}

fn enrolment(loaded: &Loaded, enrolment: &Enrolment, arms: usize) -> Result<(), &'static str> {
    if let Some(LayerShare { layer, from_bp, to_bp }) = enrolment.layer {
        if !exists(&loaded.layers, usize::from(layer)) {
            return Err("its layer is missing or disabled");
        }
        if from_bp > to_bp || to_bp > ALL_BP {
            return Err("its share of the layer is not a part of 10,000");
        }
    }
    let steps = &enrolment.coverage;
    if steps.len() > limits::RAMP_STEPS_MAX
        || !steps.is_sorted_by(|a, b| a.from_s < b.from_s && a.share_bp <= b.share_bp)
        || steps.iter().any(|step| step.share_bp > ALL_BP)
    {
        return Err("its ramp has too many steps, or one that takes visitors away");
    }
    let changes = &enrolment.weights;
    if changes.len() > limits::WEIGHT_CHANGES_MAX
        || !changes.is_sorted_by(|a, b| a.from_s < b.from_s)
        || !changes.iter().all(|change| !change.ranges.is_empty() && ranges(&change.ranges, arms))
    {
        return Err("its changes of weights are too many, out of order or not parts of 10,000");
    }
    Ok(())
}

/// How deep each campaign's prerequisites go: 0 without any; `None` when they are too deep, go in a circle, or name
/// a campaign that is not there.
pub(in crate::loaded) fn requirement_depths(campaigns: &[Option<Campaign>]) -> Vec<Option<usize>> {
    let mut depths: Vec<Option<usize>> = vec![None; campaigns.len()];
    for depth in 0..=limits::REQUIRES_DEPTH_MAX {
        let known = depths.clone();
        for (campaign, place) in campaigns.iter().zip(&mut depths) {
            let Some(campaign) = campaign else { continue };
            let met = |index: u16| known.get(usize::from(index)).copied().flatten().is_some();
            if place.is_none() && campaign.enrolment.requires.iter().all(|required| met(required.campaign)) {
                *place = Some(depth);
            }
        }
    }
    depths
}

/// Prerequisites must come to an end, and name arms that there are.
pub(in crate::loaded) fn requirements(
    loaded: &Loaded,
    campaign: &Campaign,
    depth: Option<usize>,
) -> Result<(), &'static str> {
    let requires = &campaign.enrolment.requires;
    if requires.len() > limits::REQUIRES_MAX {
        return Err("it has too many prerequisites");
    }
    if depth.is_none() {
        return Err("its prerequisites are missing, too deep or go in a circle");
    }
    let is_valid = requires.iter().all(|required| match loaded.campaigns.get(usize::from(required.campaign)) {
        Some(Some(other)) => required.arms.iter().all(|arm| usize::from(*arm) < other.arms.len()),
        // It may have been disabled just now; then nobody is in any of its arms.
        Some(None) => true,
        None => false,
    });
    if is_valid { Ok(()) } else { Err("a prerequisite names an arm that there is none of") }
}
