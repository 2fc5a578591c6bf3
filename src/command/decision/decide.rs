//! `attune decide`: one page for one visitor.

use super::answer::answer;
use super::cookie::Cookie;
use super::input::DecisionInput;
use super::options::{ArtifactOptions, MomentOptions};
use super::outcome::Circumstances;
use super::site::LoadedSite;
use super::tree::tree;
use crate::failure::Failure;
use crate::host::host;
use crate::{input, output};
use attune_core::limits::CUSTOMER_BYTES_MAX;
use attune_core::loaded::Loaded;
use attune_core::profile::json::Visitor;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    attune decide shop --visitor lapsed.json --url https://www.shop.example/ --now 2026-11-20T18:30:00Z\n  \
    attune decide shop --visitor lapsed.json --url / --now 2026-11-20T18:30:00Z --explain=tree\n  \
    attune decide shop --cookie \"$TOKEN\" --keys keys.txt --url /basket --now 2026-11-20T18:30:00Z --explain | jq .tests\n  \
    attune decide shop --batch customers.jsonl > decisions.jsonl\n  \
    attune decide shop --batch customers.jsonl --segments | jq -c '[.customer, .segments]'\n\n\
    Standard output is one JSON object, with and without --explain; --explain also writes the decision as a tree to \
    standard error.\n\n\
    A visitor is a persona, as a preview has it, alone or one of a file of personas (personas.json#lapsed):\n  \
    { \"profile\": { \"visits\": { \"count\": 3 } }, \"request\": { \"country\": \"GB\", \"timezone\": \"Europe/London\" }, \"arms\": {} }\n\
    A profile as `attune cookie inspect` prints it is one too, and may have `request` and `arms` beside its own keys. \
    A time may be counted back from the moment: { \"minutes_ago\": 3 }, { \"hours_ago\": 5 }, { \"days_ago\": 30 }, \
    { \"date_days_ago\": 1 }, { \"today_at\": \"10:30\" }. `request.now` is the visitor's own moment and counts before --now.\n\
    A visitor is decided for as they stand. A cookie is taken as the edge takes it: this page is counted first.\n\n\
    A batch has one customer a line, as POST /_attune/decide takes them:\n  \
    { \"customer\": \"C-1042\", \"profile\": { ... }, \"request\": { ... }, \"page\": { \"type\": \"home\" }, \"locale\": \"de-DE\" }\n\
    `page` may be a path too; without it, it is --url. The answers come line by line \
    in the order of the input. A line that cannot be read gets an answer with `error`, is named on standard error \
    with its number, and makes the exit code 1.")]
pub struct Options {
    /// Folder with attune.toml
    pub(super) dir: PathBuf,
    /// Visitor (JSON), or one of a file of personas: FILE#KEY; - is standard input
    #[arg(long, value_name = "FILE", required_unless_present_any = ["cookie", "batch"], conflicts_with_all = ["cookie", "batch"])]
    visitor: Option<PathBuf>,
    /// Value of the profile cookie
    #[arg(long, value_name = "TOKEN", requires = "keys", conflicts_with = "batch")]
    cookie: Option<String>,
    /// Key ring that verifies the cookie; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(super) keys: Option<PathBuf>,
    /// Decide for every line of this file (JSON Lines); - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) batch: Option<PathBuf>,
    /// Name with each answer of a batch every segment that the customer is in
    #[arg(long, requires = "batch")]
    pub(super) segments: bool,
    /// Threads of a batch. Default: as many as the machine has cores
    #[arg(long, value_name = "N", requires = "batch", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) threads: Option<u16>,
    /// URL of the page, or its path and query
    #[arg(long, required_unless_present = "batch")]
    pub(super) url: Option<String>,
    #[command(flatten)]
    pub(super) moment: MomentOptions,
    #[command(flatten)]
    pub(super) artifacts: ArtifactOptions,
    /// The shop's own id of the customer, for campaigns that go by customer
    #[arg(long, value_name = "ID", default_value = "", value_parser = customer, conflicts_with = "batch")]
    customer: String,
    /// Show this arm of a campaign, as a preview does; may be given several times
    #[arg(long, value_name = "CAMPAIGN=ARM", value_parser = forced, conflicts_with = "batch")]
    arm: Vec<(Box<str>, Box<str>)>,
    /// Add who was passed over and why, with the value of everything that was asked
    #[arg(
        long,
        value_enum,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "both",
        conflicts_with = "batch"
    )]
    explain: Option<Explain>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Explain {
    /// The JSON object on standard output, the tree on standard error
    Both,
    /// Only the JSON object
    Json,
    /// Only the tree, on standard output
    Tree,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let Some(url) = &options.url else {
        return Err(Failure::new("there is no page", "give --url URL"));
    };
    let site = LoadedSite::read(&options.dir, &options.artifacts)?;
    let now_s = input::moment("--now", options.moment.now.as_deref())?;
    let (mut input, cookie) = read_input(options, &site.loaded, url, now_s)?;
    input.lang.clone_from(&options.moment.lang);
    if !options.customer.is_empty() {
        input.profile.mint_customer(&options.customer);
    }
    require_arms(&site.loaded, &options.arm)?;
    input.force(options.arm.iter().cloned());
    let start_us = host().clock_us();
    let prepared = input.prepare(&site)?;
    let mut evaluation = prepared.evaluation();
    let decision = prepared.decide_with_account(&mut evaluation);
    let took_us = host().clock_us().saturating_sub(start_us);
    let cookie_bytes = cookie.as_ref().map(|cookie| cookie.bytes);
    let circumstances = Circumstances { effective: prepared.effective, cookie_bytes, took_us };
    let verdict = cookie.as_ref().map(|cookie| cookie.verdict.as_ref().map_or_else(String::as_str, |()| "valid"));
    let shown_circumstances = options.explain.map(|_| &circumstances);
    if options.explain != Some(Explain::Tree) {
        output::print_json(&answer(&decision, verdict, shown_circumstances, &mut evaluation))?;
    }
    match options.explain {
        Some(Explain::Tree) => output::print(&tree(&decision, &circumstances, &mut evaluation)),
        Some(Explain::Both) => {
            output::print_error(&tree(&decision, &circumstances, &mut evaluation));
            Ok(())
        }
        Some(Explain::Json) | None => Ok(()),
    }
}

/// The visitor that the options name, with their cookie where they have one.
fn read_input(
    options: &Options,
    loaded: &Loaded,
    url: &str,
    now_s: u32,
) -> Result<(DecisionInput, Option<Cookie>), Failure> {
    if let Some(path) = &options.visitor {
        let (visitor, name) = input::read_visitor(path, now_s)?;
        return Ok((DecisionInput::new(visitor, &name, url, now_s)?, None));
    }
    let (Some(token), Some(keys)) = (&options.cookie, &options.keys) else {
        return Err(Failure::new("there is no visitor", "give --visitor FILE, or --cookie TOKEN with --keys FILE"));
    };
    let mut cookie = Cookie::read(token.trim(), keys, loaded, now_s)?;
    let visitor = Visitor { profile: std::mem::take(&mut cookie.profile), ..Visitor::default() };
    let mut input = DecisionInput::new(visitor, "visitor", url, now_s)?;
    input.counts_page = true;
    input.is_anonymous = cookie.is_anonymous;
    Ok((input, Some(cookie)))
}

/// Refuses an arm that does not exist: the decision would ignore it.
fn require_arms(loaded: &Loaded, forced: &[(Box<str>, Box<str>)]) -> Result<(), Failure> {
    let exists = |(key, arm): &&(Box<str>, Box<str>)| {
        let mut campaigns = loaded.campaigns.iter().flatten();
        campaigns.any(|c| *c.key == **key && c.arms.iter().any(|known| *known.key == **arm))
    };
    match forced.iter().find(|pair| !exists(pair)) {
        Some((campaign, arm)) => Err(Failure::new(
            format!("there is no arm `{arm}` of a campaign `{campaign}`"),
            "give --arm CAMPAIGN=ARM; for a campaign without arms, --arm CAMPAIGN=",
        )),
        None => Ok(()),
    }
}

fn customer(text: &str) -> Result<String, String> {
    if text.len() > CUSTOMER_BYTES_MAX {
        return Err(format!("a customer id has at most {CUSTOMER_BYTES_MAX} bytes"));
    }
    Ok(text.to_owned())
}

fn forced(text: &str) -> Result<(Box<str>, Box<str>), String> {
    let (campaign, arm) = text.split_once('=').ok_or("write CAMPAIGN=ARM, such as summer-hero=sale")?;
    Ok((campaign.into(), arm.into()))
}
