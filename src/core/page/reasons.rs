//! What only the holder of a preview token is told: every campaign that was asked, and what it met.

use super::json::Json;
use crate::decide::SlotDecision;
use crate::explain::{self, Account};
use crate::loaded::Loaded;
use crate::segment::Evaluation;

/// The campaigns that did not get a slot, and why.
pub(super) fn passed(json: &mut Json, loaded: &Loaded, slot: usize, account: &Account) {
    let json = &mut json.array_at("passed");
    for passed in account.passed_for(slot) {
        let Some(Some(campaign)) = loaded.campaigns.get(passed.campaign) else { continue };
        let json = &mut json.object();
        json.key("campaign");
        json.string(&campaign.key);
        json.key("reason");
        json.string(passed.reason.key());
        json.key("why");
        json.string(passed.reason.sentence());
    }
}

/// Each campaign of the page once: the arms of its experiment, its tests as `[test, value, verdict]`, its buckets and its cap.
pub(super) fn campaigns(
    json: &mut Json,
    loaded: &Loaded,
    slots: &[SlotDecision],
    account: &Account,
    evaluation: &mut Evaluation,
) {
    let json = &mut json.object_at("campaigns");
    for (index, campaign) in loaded.campaigns.iter().enumerate() {
        let Some(campaign) = campaign else { continue };
        if !account.has_passed(index) && !slots.iter().any(|slot| slot.campaign == Some(index)) {
            continue;
        }
        json.name(&campaign.key);
        let json = &mut json.object();
        // The one arm of a campaign without an experiment has no name.
        if campaign.arms.iter().any(|arm| !arm.key.is_empty()) {
            let json = &mut json.array_at("arms");
            campaign.arms.iter().for_each(|arm| json.string(&arm.key));
        }
        {
            let json = &mut json.array_at("tests");
            for finding in explain::findings(loaded, campaign, evaluation) {
                let json = &mut json.array();
                json.string(&finding.atom);
                json.string(&finding.value);
                json.string(finding.verdict.word());
            }
        }
        for draw in account.draws_of(Some(index)) {
            json.key(draw.salt.text());
            json.number(draw.bucket.into());
        }
        if let Some(cap) = explain::cap_state(campaign, evaluation) {
            json.key("seen");
            json.number(cap.seen.into());
            json.key("cap");
            json.number(cap.allowed.into());
        }
    }
}
