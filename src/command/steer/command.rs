//! `attune steer`.

use super::evidence::{Sight, sights};
use super::weights::{Moment, changed, outlooks};
use crate::failure::Failure;
use crate::host::host;
use crate::publishing::live::Live;
use crate::publishing::{kill, live};
use crate::results::fetch::{Source, SourceOptions, Wanted};
use crate::results::ledger::Ledger;
use crate::results::number::count;
use crate::results::plan::Plan;
use crate::{input, output};
use attune_compiler::span_s;
use attune_core::bundle::kill::Effect;
use attune_core::civil::format_time;
use attune_core::codec::hash32;
use attune_publish::api::{Kills, MESSAGE_CHARS_MAX};
use clap::{Args, ValueEnum};
use std::collections::BTreeSet;
use std::time::Duration;

/// So many rounds in a row may fail: a site may be out of reach for a while.
const FAILURES_MAX: u32 = 10;
const UNSIGNED: &str = "  weights  no key of MANIFEST_KEYS with the role `weights` has signed those of the site: pages do not use them\n           \
                        look at `attune history`; then send them again with --weights signed, or begin with --weights anew\n";

#[derive(Args)]
#[command(after_help = "Examples:\n  attune steer --from https://www.shop.example --key steer.key\n  \
    attune steer --from https://www.shop.example --key steer.key --once --dry-run\n\n\
    The key needs the roles `read` and `kill`, and for campaigns with `bandit = true` also `weights`: in MANIFEST_KEYS, behind the \
    public key, `:read+kill+weights`. Each arm is compared with its \
    control, and a campaign with its holdout. The chance of a false stop is 0.5 % in all for a campaign. What was turned off stays \
    off until `attune revive`. The weights of a bandit change once a day at most; each arm gets its chance to be the best, and 10 % \
    at least.")]
pub struct Options {
    #[command(flatten)]
    source: SourceOptions,
    /// Look once, and end
    #[arg(long, conflicts_with = "every")]
    once: bool,
    /// How long to wait between two looks, such as 60s or 5m
    #[arg(long, value_name = "TIME", default_value = "60s")]
    every: String,
    /// When changed weights begin: after every isolate has them, or a visitor could change arms meanwhile
    #[arg(long, value_name = "TIME", default_value = "10m")]
    weights_after: String,
    /// Send the weights of bandits again, once: `signed` by this key, before another key goes, or `anew`, and visitors may change arms
    #[arg(long, value_enum, value_name = "HOW")]
    weights: Option<Again>,
    /// Say what would be turned off and changed, and do neither
    #[arg(long)]
    dry_run: bool,
}

/// How weights are sent again.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Again {
    /// As they are.
    Signed,
    /// Without what was before.
    Anew,
}

pub fn run(options: &Options) -> Result<(), Failure> {
    let every_s = time("--every", &options.every)?;
    let after_s = time("--weights-after", &options.weights_after)?;
    let source = options.source.source()?;
    // A file does not change.
    let is_once = options.once || options.weights.is_some() || matches!(source, Source::File(_));
    let mut failures = 0;
    loop {
        match round(options, &source, after_s) {
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

fn time(option: &str, text: &str) -> Result<u32, Failure> {
    span_s(text)
        .filter(|time_s| *time_s > 0)
        .ok_or_else(|| Failure::new(format!("{option} {text} is not a length of time"), "write it as 60s or 5m"))
}

/// One look: what is seen is printed, what does harm is turned off, and weights follow.
fn round(options: &Options, source: &Source, after_s: u32) -> Result<(), Failure> {
    let plan = options.source.plan(source)?;
    let names = running(&plan);
    let ledger = source.ledger(Wanted::Of(&names))?;
    let (kills, weighers) = match source {
        Source::Site(client) => {
            let state = client.state()?;
            let weighs = |roles: &[String]| roles.iter().any(|role| role == "weights");
            (state.kills, state.keys.into_iter().filter(|key| weighs(&key.roles)).map(|key| key.id).collect())
        }
        Source::File(_) => (Kills::default(), Vec::new()),
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
    let is_off = |campaign: &str| kills.everything || off.contains(campaign);
    let now_s = input::now_s()?;
    let moment = Moment { now_s, from_s: now_s.saturating_add(after_s), is_off: &is_off };
    weigh(options, source, &plan, &ledger, moment, &weighers)
}

/// The weights of bandits: what is seen is printed, and what changes is sent.
fn weigh(
    options: &Options,
    source: &Source,
    plan: &Plan,
    ledger: &Ledger,
    moment: Moment<'_>,
    weighers: &[String],
) -> Result<(), Failure> {
    if !plan.experiments.iter().any(|planned| planned.is_bandit) {
        return Ok(());
    }
    let none = Live::default();
    let live = match &plan.live {
        _ if options.weights == Some(Again::Anew) => &none,
        Ok(live) => live,
        Err(failure) => return output::print(&format!("  weights  {failure}\n")),
    };
    let known = &live.weights;
    let is_valid = known.campaigns.is_empty() || live.signers.iter().any(|signer| weighers.contains(signer));
    if matches!(source, Source::Site(_)) && !is_valid && options.weights.is_none() {
        return output::print(UNSIGNED);
    }
    let found = outlooks(plan, ledger, known, moment);
    for outlook in &found {
        output::print(&outlook.line())?;
    }
    let next = changed(known, hash32(&[&plan.site]), moment.now_s, found, options.weights.is_some());
    let Some(weights) = next else { return Ok(()) };
    match source {
        Source::Site(client) if weighers.contains(&client.key_id()) && !options.dry_run => {
            live::send_weights(client, &plan.site, &weights)?;
            output::print("           the weights are sent, signed by this key\n")
        }
        Source::Site(_) if !options.dry_run => {
            output::print("           nothing is changed: the key has no role `weights` in MANIFEST_KEYS\n")
        }
        Source::Site(_) | Source::File(_) => output::print("           nothing is changed: this is a trial\n"),
    }
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
