//! `attune rollback`.

use super::ask::ask;
use super::chronicle;
use super::client::Client;
use super::data::{self, Wanted, What};
use super::expiry::expires_s;
use super::options::{ConsentOptions, ReportOptions, SiteOptions};
use super::propose::{self, Proposal, check_message};
use super::steps::Steps;
use super::{published, show};
use crate::failure::Failure;
use crate::input;
use attune_publish::api::{Current, State};
use attune_publish::{Publication, difference, roll_back};
use clap::Args;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  attune rollback --to https://www.shop.example\n  attune rollback 41 --to https://www.shop.example --yes\n  attune rollback --data --key data.key\n\n\
    A rollback is a new version with the artifacts of an earlier one: bundle, catalogue, indexes. The earlier manifest goes with it as \
    evidence, so that one signature is enough; a version that had a canary needs all signatures again. What is turned off stays off.\n\n\
    Data that a job has published stay as they are. With --data they go back, and the version stays: to the data before, or to those of a \
    number; 0 is what the version brings along."
)]
pub struct Options {
    /// Version to go back to, or with --data number of data. Default: the one before the present one
    version: Option<u64>,
    /// Go back to earlier catalogue and indexes, as a job has published them; this takes a key for data
    #[arg(long)]
    data: bool,
    #[command(flatten)]
    site: SiteOptions,
    #[command(flatten)]
    consent: ConsentOptions,
    #[command(flatten)]
    report: ReportOptions,
}

pub fn run(options: &Options) -> Result<(), Failure> {
    check_message(&options.consent.message)?;
    let client = Client::connect(&options.site)?;
    let state = client.state()?;
    let mut steps = Steps::new(options.report.format);
    if options.data {
        return back_to_data(&client, &state, options, steps);
    }
    let Some(current) = &state.current else {
        return Err(Failure::new("nothing is published yet", "there is nothing to go back to: attune push"));
    };
    let (earlier, before) = published::manifest(&client, &earlier(&client, current, options.version)?)?;
    let now_s = u64::from(input::now_s()?);
    let publication = roll_back(&state, &earlier, now_s, expires_s(now_s)).map_err(|error| {
        Failure::new(error.to_string(), "`attune history` lists the versions; push the configuration that you want")
    })?;
    let now = published::configuration(&client, &published::present(&state)?)?;
    let then = published::configuration(&client, &publication.manifest().artifacts)?;
    let changes = then.map(|then| difference::between(now.as_ref(), &then)).unwrap_or_default();
    steps.done("diff", format!("version {} to what version {} was", current.version, before.manifest().version))?;
    steps.say(&show::terminal(&changes))?;
    ask(&question(&state, &publication, before.manifest().version), options.consent.yes)?;
    steps.begin();
    let message = if options.consent.message.is_empty() {
        format!("back to version {}", before.manifest().version)
    } else {
        options.consent.message.clone()
    };
    let proposal = Proposal { publication: &publication, message: &message, changes: &changes };
    propose::publish(&client, &proposal, options.report.wait_s, steps)
}

/// Publishes earlier catalogue and indexes anew, under the next number.
fn back_to_data(client: &Client, state: &State, options: &Options, steps: Steps) -> Result<(), Failure> {
    data::may_publish(client, state)?;
    let (name, artifacts) = data::earlier(client, state, options.version)?;
    ask(&format!("Go back to {name} on {}?", state.site), options.consent.yes)?;
    let message = match options.consent.message.as_str() {
        "" => format!("back to {name}"),
        message => message.to_owned(),
    };
    let wanted = Wanted { what: What::Earlier(artifacts), message: &message, wait_s: options.report.wait_s };
    data::publish(client, &wanted, steps)
}

/// The id of the manifest to go back to.
fn earlier(client: &Client, current: &Current, version: Option<u64>) -> Result<String, Failure> {
    let entries = chronicle::read(&chronicle::entries(client)?)?;
    let wanted = |entry: &&attune_publish::api::Entry| match version {
        Some(version) => entry.version == Some(version),
        None => entry.manifest.as_ref() == Some(&current.previous),
    };
    let found = entries.iter().find(wanted).and_then(|entry| entry.manifest.clone());
    found.ok_or_else(|| {
        let what = version.map_or_else(
            || "there is no version before this one".to_owned(),
            |version| format!("there was no version {version}"),
        );
        Failure::new(what, "`attune history` lists the versions")
    })
}

fn question(state: &State, publication: &Publication, version: u64) -> String {
    let needed = match publication {
        Publication::Version(_) if state.threshold > 1 => format!(" It will need {} signatures.", state.threshold),
        Publication::Version(_) | Publication::Rollback(_) => String::new(),
    };
    format!("Go back to version {version} on {}?{needed}", state.site)
}
