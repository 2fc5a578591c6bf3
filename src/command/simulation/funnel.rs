//! A simulation as bars in the terminal.

use super::tally::{CampaignTally, Tally};
use crate::output::bar::bar;
use crate::output::describe::{grouped, percent};
use attune_core::bundle::Campaign;
use attune_core::loaded::Loaded;
use std::fmt::Write;

/// Characters of a full bar.
const BAR: u64 = 28;

/// Slots, then each campaign as a funnel: eligible, got a slot, shown.
pub(super) fn text(loaded: &Loaded, tally: &Tally) -> String {
    let mut rows = Rows { text: String::new(), name_width: name_width(loaded), visitors: tally.visitors };
    // Writing into a string has no way to fail.
    let _ = writeln!(
        rows.text,
        "{} visitors, bundle {}\n\nSlots: share of visitors who see a campaign's content",
        grouped(tally.visitors),
        loaded.version
    );
    for (slot, counts) in loaded.slots.iter().zip(&tally.slots) {
        let Some(slot) = slot else { continue };
        rows.push(2, &slot.key, counts.filled);
        let mut by_count: Vec<(usize, u64)> =
            counts.by_campaign.iter().map(|(campaign, count)| (*campaign, *count)).collect();
        by_count.sort_by_key(|(campaign, count)| (std::cmp::Reverse(*count), *campaign));
        for (campaign, count) in by_count {
            let Some(Some(campaign)) = loaded.campaigns.get(campaign) else { continue };
            rows.push(4, &campaign.key, count);
        }
    }
    rows.text.push_str("\nCampaigns: eligible, then got a slot, then shown, of all visitors\n");
    let mut starving = String::new();
    for (campaign, counts) in loaded.campaigns.iter().zip(&tally.campaigns) {
        let Some(campaign) = campaign else { continue };
        push_funnel(&mut rows, campaign, counts);
        if let Some(reason) = counts.starves() {
            let _ = writeln!(starving, "  {}: {reason}{}", campaign.key, most_frequent_reason(counts));
        }
    }
    if !starving.is_empty() {
        let _ = write!(rows.text, "\nStarving\n{starving}");
    }
    rows.text
}

fn name_width(loaded: &Loaded) -> usize {
    let slots = loaded.slots.iter().flatten().map(|slot| slot.key.chars().count());
    let campaigns = loaded.campaigns.iter().flatten().map(|campaign| campaign.key.chars().count() + 2);
    let arms = loaded.campaigns.iter().flatten().flat_map(|campaign| &campaign.arms);
    slots.chain(campaigns).chain(arms.map(|arm| arm.key.chars().count() + 8)).max().unwrap_or(8).max(18)
}

/// Lines with a name, a bar and a percentage, in columns.
struct Rows {
    text: String,
    /// Characters of a name that is indented by two.
    name_width: usize,
    visitors: u64,
}

impl Rows {
    fn push(&mut self, indent: usize, name: &str, count: u64) {
        let (bar, percent) = (bar(count, self.visitors, BAR), percent(count, self.visitors));
        let width = self.name_width + 2 - indent;
        // Writing into a string has no way to fail.
        let _ = writeln!(self.text, "{:indent$}{name:width$} {bar} {percent:>7}", "");
    }
}

fn push_funnel(rows: &mut Rows, campaign: &Campaign, counts: &CampaignTally) {
    let observes = if campaign.enrolment.observe { "  only observes" } else { "" };
    let starves = if counts.starves().is_some() { "  starves" } else { "" };
    let _ = writeln!(rows.text, "  {} (priority {}){observes}{starves}", campaign.key, campaign.priority);
    let steps = if campaign.enrolment.observe {
        [("eligible", counts.eligible), ("would get a slot", counts.observed), ("would show", counts.shown)]
    } else {
        [("eligible", counts.eligible), ("got a slot", counts.won), ("shown", counts.shown)]
    };
    for (name, count) in steps {
        rows.push(4, name, count);
    }
    if campaign.arms.len() > 1 {
        for (arm, count) in campaign.arms.iter().zip(&counts.arms) {
            rows.push(6, &format!("arm {}", arm.key), *count);
        }
    }
    if counts.held_out > 0 {
        rows.push(6, "held out", counts.held_out);
    }
}

/// The most frequent reason why a campaign was passed over.
fn most_frequent_reason(counts: &CampaignTally) -> String {
    let most = counts.passed.iter().max_by_key(|(_, count)| **count);
    most.map(|(reason, count)| format!(" (passed over most for: {reason}, {} visitors)", grouped(*count)))
        .unwrap_or_default()
}
