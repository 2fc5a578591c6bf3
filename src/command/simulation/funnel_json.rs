//! A simulation as JSON.

use super::tally::{CampaignTally, SlotTally, Tally};
use attune_core::bundle::Campaign;
use attune_core::loaded::Loaded;
use serde_json::{Map, Value, json};

/// The numbers of all slots and campaigns.
pub(super) fn json(loaded: &Loaded, tally: &Tally) -> Value {
    let mut slots = Map::new();
    for (slot, counts) in loaded.slots.iter().zip(&tally.slots) {
        let Some(slot) = slot else { continue };
        slots.insert(slot.key.clone(), slot_json(loaded, counts));
    }
    let mut campaigns = Map::new();
    for (campaign, counts) in loaded.campaigns.iter().zip(&tally.campaigns) {
        let Some(campaign) = campaign else { continue };
        campaigns.insert(campaign.key.clone(), campaign_json(campaign, counts));
    }
    json!({
        "visitors": tally.visitors,
        "bad_lines": tally.bad.len(),
        "bundle": loaded.version,
        "slots": slots,
        "campaigns": campaigns,
    })
}

fn slot_json(loaded: &Loaded, counts: &SlotTally) -> Value {
    let mut campaigns = Map::new();
    for (campaign, count) in &counts.by_campaign {
        let Some(Some(campaign)) = loaded.campaigns.get(*campaign) else { continue };
        campaigns.insert(campaign.key.clone(), json!(count));
    }
    json!({ "filled": counts.filled, "campaigns": campaigns, "own_content": counts.own })
}

fn campaign_json(campaign: &Campaign, counts: &CampaignTally) -> Value {
    let arms: Map<String, Value> = if campaign.arms.len() > 1 {
        campaign.arms.iter().zip(&counts.arms).map(|(arm, count)| (arm.key.clone(), json!(count))).collect()
    } else {
        Map::new()
    };
    json!({
        "priority": campaign.priority,
        "eligible": counts.eligible,
        "got_a_slot": counts.won,
        "shown": counts.shown,
        "observed": counts.observed,
        "lost": counts.lost,
        "held_out": counts.held_out,
        "arms": arms,
        "passed": counts.passed,
        "starves": counts.starves(),
    })
}
