//! What only the holder of a preview token is told: every campaign that was asked, and what it met.

use super::json::Json;
use crate::decide::SlotDecision;
use crate::explain::{self, Account};
use crate::loaded::Loaded;
use crate::segment::{Evaluation, Truth};
use alloc::string::ToString;

/// The campaigns that did not get a slot, and why.
pub(super) fn passed(json: &mut Json, loaded: &Loaded, slot: usize, account: &Account) {
    json.key("passed");
    json.open('[');
    for passed in account.passed_for(slot) {
        let Some(Some(campaign)) = loaded.campaigns.get(passed.campaign) else { continue };
        json.open('{');
        json.key("campaign");
        json.string(&campaign.key);
        json.key("reason");
        json.string(passed.reason.key());
        json.key("why");
        json.string(passed.reason.sentence());
        json.close('}');
    }
    json.close(']');
}

/// Each campaign of the page once: its tests as `[test, value, verdict]`, its buckets and its cap.
pub(super) fn campaigns(
    json: &mut Json,
    loaded: &Loaded,
    slots: &[SlotDecision],
    account: &Account,
    evaluation: &mut Evaluation,
) {
    json.key("campaigns");
    json.open('{');
    for (index, campaign) in loaded.campaigns.iter().enumerate() {
        let Some(campaign) = campaign else { continue };
        if !account.has_passed(index) && !slots.iter().any(|slot| slot.campaign == Some(index)) {
            continue;
        }
        json.name(&campaign.key);
        json.open('{');
        json.key("tests");
        json.open('[');
        for finding in explain::findings(loaded, campaign, evaluation) {
            json.open('[');
            json.string(&finding.atom);
            json.string(&finding.value);
            json.string(match finding.verdict {
                Truth::True => "true",
                Truth::False => "false",
                Truth::Unknown => "unknown",
            });
            json.close(']');
        }
        json.close(']');
        for draw in account.draws_of(Some(index)) {
            json.key(draw.salt.text());
            json.raw(&draw.bucket.to_string());
        }
        if let Some(cap) = explain::cap_state(campaign, evaluation) {
            json.key("seen");
            json.raw(&cap.seen.to_string());
            json.key("cap");
            json.raw(&cap.allowed.to_string());
        }
        json.close('}');
    }
    json.close('}');
}
