//! `attune steer`.

use super::evidence::{Sight, sights};
use crate::failure::Failure;
use crate::host::host;
use crate::publishing::kill;
use crate::results::fetch::{Source, SourceOptions, Wanted};
use crate::results::number::count;
use crate::results::plan::Plan;
use crate::{input, output};
use attune_compiler::span_s;
use attune_core::bundle::kill::Effect;
use attune_core::civil::format_time;
use attune_publish::api::{Kills, MESSAGE_CHARS_MAX};
use clap::Args;
use std::collections::BTreeSet;
use std::time::Duration;

/// So many rounds in a row may fail: a site may be out of reach for a while.
const FAILURES_MAX: u32 = 10;

#[derive(Args)]
#[command(after_help = "Examples:\n  attune steer --from https://www.shop.example --key steer.key\n  \
    attune steer --from https://www.shop.example --key steer.key --once --dry-run\n\n\
    The key needs the roles `read` and `kill`: in MANIFEST_KEYS, behind the public key, `:read+kill`. Each arm is compared with its \
    control, and a campaign with its holdout. The chance of a false stop is 0.5 % in all for a campaign. What was turned off stays \
    off until `attune revive`.")]
pub struct Options {
    #[command(flatten)]
    source: SourceOptions,
    /// Look once, and end
    #[arg(long, conflicts_with = "every")]
    once: bool,
    /// How long to wait between two looks, such as 60s or 5m
    #[arg(long, value_name = "TIME", default_value = "60s")]
    every: String,
    /// Say what would be turned off, and turn nothing off
    #[arg(long)]
    dry_run: bool,
}

pub fn run(options: &Options) -> Result<(), Failure> {
    let every_s = span_s(&options.every).filter(|every_s| *every_s > 0).ok_or_else(|| {
        Failure::new(format!("--every {} is not a length of time", options.every), "write it as 60s or 5m")
    })?;
    let source = options.source.source()?;
    // A file does not change.
    let is_once = options.once || matches!(source, Source::File(_));
    let mut failures = 0;
    loop {
        match round(options, &source) {
            Ok(()) => failures = 0,
            Err(failure) => {
                failures += 1;
                if is_once || failures >= FAILURES_MAX {
                    return Err(failure);
                }
                output::print_error(&format!("attune: {failure}\n"));
            }
        }
        if is_once {
            return Ok(());
        }
        host().sleep(Duration::from_secs(every_s.into()));
    }
}

/// One look: what is seen is printed, what does harm is turned off.
fn round(options: &Options, source: &Source) -> Result<(), Failure> {
    let plan = options.source.plan(source)?;
    let names = running(&plan);
    let ledger = source.ledger(Wanted::Of(&names))?;
    let kills = match source {
        Source::Site(client) => client.state()?.kills,
        Source::File(_) => Kills::default(),
    };
    let found = sights(&plan, &ledger);
    let mut off: BTreeSet<String> = kills.campaigns.iter().cloned().collect();
    output::print(&format!("{}  {}\n", format_time(input::now_s()?), summary(&plan, &found)))?;
    for sight in &found {
        let is_off = kills.everything || off.contains(&sight.campaign);
        let state = match (sight.is_harm, is_off) {
            (_, true) => "off",
            (true, false) => "HARM",
            (false, false) => "ok",
        };
        output::print(&line(sight, state))?;
        if sight.is_harm && !is_off {
            turn_off(options, source, sight)?;
            off.insert(sight.campaign.clone());
        }
    }
    Ok(())
}

/// The experiments that have a campaign to turn off.
fn running(plan: &Plan) -> BTreeSet<String> {
    plan.experiments.iter().filter(|planned| planned.campaign.is_some()).map(|planned| planned.name.clone()).collect()
}

fn summary(plan: &Plan, found: &[Sight]) -> String {
    if plan.goals.iter().all(|goal| goal.guard.is_none()) {
        return "no goal has a guard: nothing is watched".to_owned();
    }
    if found.is_empty() {
        return "no campaign with arms or a holdout has visitors yet".to_owned();
    }
    format!("{} guardrails", found.len())
}

fn line(sight: &Sight, state: &str) -> String {
    let Sight { campaign, arm, against, goal, needed, numbers, .. } = sight;
    let evidence = format!("evidence {}, needed {} to 1", sight.odds(), count(*needed));
    format!("  {state:4}  {campaign}  {goal}  {arm} against {against}  {numbers}  {evidence}\n")
}

fn turn_off(options: &Options, source: &Source, sight: &Sight) -> Result<(), Failure> {
    let message: String = sight.message().chars().take(MESSAGE_CHARS_MAX).collect();
    let Source::Site(client) = source else {
        return output::print(&format!("        would be turned off: {message}\n"));
    };
    if options.dry_run {
        return output::print(&format!("        would be turned off: {message}\n"));
    }
    let accepted = kill::post(client, client.state()?, Effect::Kill, &sight.campaign, &message)?;
    let serial = accepted.serial.map_or_else(String::new, |serial| format!(", entry {serial} of the history"));
    output::print(&format!("        campaign {} is off{serial}: {message}\n", sight.campaign))
}
