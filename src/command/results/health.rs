//! What was refused, and why; what was lost; who was forgotten.

use super::csv;
use super::ledger::{Ledger, number};
use super::number::{count, percent};
use super::text::{put_table, wrapped};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What each cause means, and what to do about it.
const CAUSES: [(&str, &str); 16] = [
    ("no_consent", "The visitor has not agreed to personalization and measurement. Nothing is wrong."),
    ("robot_or_preview", "A robot, or somebody with a preview link. Nothing is wrong."),
    ("no_profile", "Events of a browser that has no profile cookie, or one that is not of this site."),
    ("erased", "The event is older than the visitor's wish to be forgotten. Nothing is wrong."),
    (
        "token_expired",
        "The page was older than its token when its exposure came: a page from a cache, or one that was open for days.",
    ),
    (
        "token_of_the_future",
        "The token is valid for longer than tokens are. The clocks of the Workers differ, or it is forged.",
    ),
    (
        "token_not_of_this_visitor",
        "A token that belongs to another cookie or site, or is forged. Many of them: a cache hands out one visitor's page to another.",
    ),
    ("token_of_unknown_key", "The token was made with a key that is not in the key ring: was a key removed too early?"),
    ("token_malformed", "No token at all: forged, or cut off on its way."),
    (
        "exposures_beyond_the_token",
        "A page exposed its visitor to more experiments than a token holds. Let fewer meet on a page, or use layers.",
    ),
    (
        "experiment_not_running",
        "The exposure is of a campaign or phase that is not published any more. Some are normal after a push.",
    ),
    (
        "not_published",
        "It names a campaign, arm, slot or strategy that is not published any more, or products of which nothing is counted. Some are normal after a push.",
    ),
    (
        "too_many_of_one",
        "One visitor had more events or experiments than the ledger keeps of one. Many of them: somebody sends forgeries.",
    ),
    (
        "other_currency",
        "The value is in another currency than the site's first locale: it is not counted. Send values in one currency.",
    ),
    ("too_late", "It arrived so late that no token could stand for its exposure, or that its events are gone."),
    ("too_many_names", "There were more counters in a day than the ledger keeps. Somebody may be making up names."),
];

/// What is said of a cause.
#[derive(Serialize)]
pub(crate) struct CauseReport {
    cause: String,
    count: f64,
    meaning: &'static str,
}

/// The health of the measurement.
#[derive(Serialize)]
pub(crate) struct Health {
    refused: Vec<CauseReport>,
    impressions: Vec<Impressions>,
    erased: Vec<Erased>,
    units_by_shard: Vec<f64>,
}

#[derive(Serialize)]
struct Impressions {
    campaign: String,
    arm: String,
    seen: f64,
    lost: f64,
}

#[derive(Serialize)]
struct Erased {
    experiment: String,
    arm: String,
    units: f64,
}

pub(crate) fn of(ledger: &Ledger) -> Health {
    let refused = ledger.counts().filter_map(|(name, count)| {
        let cause = name.strip_prefix("refused/")?;
        Some(CauseReport { cause: cause.to_owned(), count: number(count), meaning: meaning(cause) })
    });
    let mut refused: Vec<CauseReport> = refused.collect();
    refused.sort_by(|a, b| b.count.total_cmp(&a.count));
    let erased = ledger.experiments.iter().flat_map(|(name, experiment)| {
        let arm = |(arm, units): (&String, &i128)| Erased {
            experiment: name.clone(),
            arm: arm.clone(),
            units: number(*units),
        };
        experiment.erased.iter().map(arm).collect::<Vec<_>>()
    });
    Health {
        refused,
        impressions: impressions(ledger),
        erased: erased.collect(),
        units_by_shard: ledger.units_by_shard.iter().map(|units| number(*units)).collect(),
    }
}

fn meaning(cause: &str) -> &'static str {
    let known = CAUSES.iter().find(|(known, _)| *known == cause).map(|(_, meaning)| *meaning);
    known.unwrap_or("A cause that this `attune` does not know: take a newer one.")
}

/// By campaign and arm.
fn impressions(ledger: &Ledger) -> Vec<Impressions> {
    let mut found: BTreeMap<(&str, &str), (i128, i128)> = BTreeMap::new();
    for (name, count) in ledger.counts() {
        let Some((what, (campaign, arm))) =
            name.split_once('/').and_then(|(what, rest)| Some((what, rest.split_once('/')?)))
        else {
            continue;
        };
        match what {
            "seen" => found.entry((campaign, arm)).or_default().0 += count,
            "lost" => found.entry((campaign, arm)).or_default().1 += count,
            _ => {}
        }
    }
    let report = |((campaign, arm), (seen, lost)): ((&str, &str), (i128, i128))| Impressions {
        campaign: campaign.to_owned(),
        arm: if arm.is_empty() { super::plan::CAMPAIGN } else { arm }.to_owned(),
        seen: number(seen),
        lost: number(lost),
    };
    found.into_iter().map(report).collect()
}

impl Health {
    /// For a terminal.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from("Refused\n");
        if self.refused.is_empty() {
            text.push_str("  Nothing.\n");
        }
        for cause in &self.refused {
            // Writing into a string has no way to fail.
            let _ = writeln!(text, "  {:>12}  {}", count(cause.count), cause.cause);
            text.push_str(&wrapped(cause.meaning, "                ", "                "));
        }
        if !self.impressions.is_empty() {
            text.push_str("\nImpressions of campaigns that are measured\n");
            let head = ["campaign", "arm", "seen", "lost", "share lost"].map(str::to_owned).to_vec();
            let row = |one: &Impressions| {
                let share = percent(one.lost / (one.seen + one.lost).max(1.0));
                vec![one.campaign.clone(), one.arm.clone(), count(one.seen), count(one.lost), share]
            };
            let rows: Vec<_> = std::iter::once(head).chain(self.impressions.iter().map(row)).collect();
            put_table(&mut text, &rows);
        }
        if !self.erased.is_empty() {
            text.push_str("\nUnits whose rows were erased because they were forgotten\n");
            let head = ["experiment", "arm", "units"].map(str::to_owned).to_vec();
            let row = |one: &Erased| vec![one.experiment.clone(), one.arm.clone(), count(one.units)];
            let rows: Vec<_> = std::iter::once(head).chain(self.erased.iter().map(row)).collect();
            put_table(&mut text, &rows);
        }
        if !self.units_by_shard.is_empty() {
            text.push_str("\nUnits in experiments, by shard of the ledger\n");
            for (shard, units) in self.units_by_shard.iter().enumerate() {
                let _ = writeln!(text, "  {:>12}  shard {shard}", count(*units));
            }
        }
        text
    }

    /// For spreadsheets.
    pub(crate) fn csv(&self) -> String {
        let mut text = "what,name,count,meaning\n".to_owned();
        let mut line = |what: &str, name: &str, count: f64, meaning: &str| {
            csv::put(&mut text, &[csv::cell(what), csv::cell(name), csv::number(Some(count)), csv::cell(meaning)]);
        };
        for cause in &self.refused {
            line("refused", &cause.cause, cause.count, cause.meaning);
        }
        for one in &self.impressions {
            let name = format!("{}/{}", one.campaign, one.arm);
            line("seen", &name, one.seen, "");
            line("lost", &name, one.lost, "");
        }
        for one in &self.erased {
            line("erased", &format!("{}/{}", one.experiment, one.arm), one.units, "");
        }
        text
    }
}
