//! A simulation as a picture in the terminal, and as JSON.

use crate::tally::{CampaignTally, Tally};
use crate::words::{grouped, percent};
use attune_core::bundle::Campaign;
use attune_core::loaded::Loaded;
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// Characters of a full bar.
const BAR: u64 = 28;

/// A bar of `width` characters, an eighth of a character exact.
pub(crate) fn bar(part: u64, whole: u64, width: u64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = if whole == 0 { 0 } else { (part.min(whole) * width * 8).div_ceil(whole) };
    let mut text = "█".repeat(usize::try_from(eighths / 8).unwrap_or(0));
    text.push_str(EIGHTHS.get(usize::try_from(eighths % 8).unwrap_or(0)).copied().unwrap_or(""));
    let filled = eighths.div_ceil(8);
    text.push_str(&" ".repeat(usize::try_from(width.saturating_sub(filled)).unwrap_or(0)));
    text
}

/// Slots, then each campaign as a funnel: eligible, got a slot, shown.
pub(crate) fn picture(loaded: &Loaded, tally: &Tally) -> String {
    let mut out = format!(
        "{} visitors, bundle {}\n\nSlots: share of visitors who see a campaign's content\n",
        grouped(tally.visitors),
        loaded.version
    );
    let width = name_width(loaded);
    // Writing into a string has no way to fail.
    for (slot, counts) in loaded.slots.iter().zip(&tally.slots) {
        let Some(slot) = slot else { continue };
        let _ = writeln!(
            out,
            "  {:width$} {} {:>7}",
            slot.key,
            bar(counts.filled, tally.visitors, BAR),
            percent(counts.filled, tally.visitors)
        );
        for (campaign, count) in by_count(counts.by_campaign.iter().map(|(campaign, count)| (*campaign, *count))) {
            let Some(Some(campaign)) = loaded.campaigns.get(campaign) else { continue };
            let _ = writeln!(
                out,
                "    {:inner$} {} {:>7}",
                campaign.key,
                bar(count, tally.visitors, BAR),
                percent(count, tally.visitors),
                inner = width - 2
            );
        }
    }
    out.push_str("\nCampaigns: eligible, then got a slot, then shown, of all visitors\n");
    let mut starving = String::new();
    for (campaign, counts) in loaded.campaigns.iter().zip(&tally.campaigns) {
        let Some(campaign) = campaign else { continue };
        funnel(&mut out, campaign, counts, tally.visitors, width);
        if let Some(why) = counts.starves() {
            let _ = writeln!(starving, "  {}: {why}{}", campaign.key, most(counts));
        }
    }
    if !starving.is_empty() {
        let _ = write!(out, "\nStarving\n{starving}");
    }
    out
}

fn name_width(loaded: &Loaded) -> usize {
    let slots = loaded.slots.iter().flatten().map(|slot| slot.key.chars().count());
    let campaigns = loaded.campaigns.iter().flatten().map(|campaign| campaign.key.chars().count() + 2);
    let arms = loaded.campaigns.iter().flatten().flat_map(|campaign| &campaign.arms);
    slots.chain(campaigns).chain(arms.map(|arm| arm.key.chars().count() + 8)).max().unwrap_or(8).max(18)
}

fn funnel(out: &mut String, campaign: &Campaign, counts: &CampaignTally, visitors: u64, width: usize) {
    let observes = if campaign.enrolment.observe { "  only observes" } else { "" };
    let starves = if counts.starves().is_some() { "  starves" } else { "" };
    let _ = writeln!(out, "  {} (priority {}){observes}{starves}", campaign.key, campaign.priority);
    let rows = if campaign.enrolment.observe {
        [("eligible", counts.eligible), ("would get a slot", counts.observed), ("would show", counts.shown)]
    } else {
        [("eligible", counts.eligible), ("got a slot", counts.won), ("shown", counts.shown)]
    };
    for (name, count) in rows {
        let _ = writeln!(
            out,
            "    {name:inner$} {} {:>7}",
            bar(count, visitors, BAR),
            percent(count, visitors),
            inner = width - 2
        );
    }
    if campaign.arms.len() > 1 {
        for (arm, count) in campaign.arms.iter().zip(&counts.arms) {
            let name = format!("arm {}", arm.key);
            let _ = writeln!(
                out,
                "      {name:inner$} {} {:>7}",
                bar(*count, visitors, BAR),
                percent(*count, visitors),
                inner = width - 4
            );
        }
    }
    if counts.held_out > 0 {
        let _ = writeln!(
            out,
            "      {:inner$} {} {:>7}",
            "held out",
            bar(counts.held_out, visitors, BAR),
            percent(counts.held_out, visitors),
            inner = width - 4
        );
    }
}

/// The most frequent reason why a campaign was passed over.
fn most(counts: &CampaignTally) -> String {
    let most = counts.passed.iter().max_by_key(|(_, count)| **count);
    most.map(|(reason, count)| format!(" (passed over most for: {reason}, {} visitors)", grouped(*count)))
        .unwrap_or_default()
}

fn by_count<K: Ord>(counts: impl Iterator<Item = (K, u64)>) -> Vec<(K, u64)> {
    let mut counts: Vec<(K, u64)> = counts.collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

/// The same numbers for programs.
pub(crate) fn json(loaded: &Loaded, tally: &Tally) -> Value {
    let mut slots = Map::new();
    for (slot, counts) in loaded.slots.iter().zip(&tally.slots) {
        let Some(slot) = slot else { continue };
        let mut campaigns = Map::new();
        for (campaign, count) in &counts.by_campaign {
            let Some(Some(campaign)) = loaded.campaigns.get(*campaign) else { continue };
            campaigns.insert(campaign.key.clone(), json!(count));
        }
        slots.insert(
            slot.key.clone(),
            json!({ "filled": counts.filled, "campaigns": campaigns, "own_content": counts.own }),
        );
    }
    let mut campaigns = Map::new();
    for (campaign, counts) in loaded.campaigns.iter().zip(&tally.campaigns) {
        let Some(campaign) = campaign else { continue };
        let arms: Map<String, Value> = if campaign.arms.len() > 1 {
            campaign.arms.iter().zip(&counts.arms).map(|(arm, count)| (arm.key.clone(), json!(count))).collect()
        } else {
            Map::new()
        };
        campaigns.insert(
            campaign.key.clone(),
            json!({
                "priority": campaign.priority, "eligible": counts.eligible, "got_a_slot": counts.won, "shown": counts.shown,
                "observed": counts.observed, "lost": counts.lost, "held_out": counts.held_out, "arms": arms, "passed_over": counts.passed,
                "starves": counts.starves(),
            }),
        );
    }
    json!({ "visitors": tally.visitors, "bad_lines": tally.bad.len(), "bundle": loaded.version, "slots": slots, "campaigns": campaigns })
}
