//! `attune canary promote` and `attune canary withdraw`.

use super::ask::ask;
use super::client::{Client, Question};
use super::expiry::expires_s;
use super::options::{ConsentOptions, ReportOptions, SiteOptions};
use super::propose::{self, Proposal, check_message};
use super::steps::Steps;
use super::{published, show};
use crate::failure::Failure;
use crate::input;
use crate::output::{self, Format};
use attune_core::bundle::manifest::{Artifact, ArtifactKind};
use attune_core::codec::from_hex;
use attune_publish::api::{Current, NamedCanary};
use attune_publish::{Next, difference, next};
use clap::{Args, Subcommand};
use serde_json::json;

#[derive(Subcommand)]
pub enum Command {
    /// Show the canary to everybody: a new version
    #[command(after_help = "Example:\n  attune canary promote --to https://www.shop.example")]
    Promote(Options),
    /// Take the canary back: everybody sees the version that it stands beside
    #[command(after_help = "Example:\n  attune canary withdraw --to https://www.shop.example")]
    Withdraw(Options),
}

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    site: SiteOptions,
    #[command(flatten)]
    consent: ConsentOptions,
    #[command(flatten)]
    report: ReportOptions,
}

pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Promote(options) => promote(options),
        Command::Withdraw(options) => withdraw(options),
    }
}

/// The canary that runs.
fn running(current: Option<&Current>) -> Result<(&Current, &NamedCanary), Failure> {
    let found = current.filter(|current| !current.withdrawn);
    found.and_then(|current| Some((current, current.canary.as_ref()?))).ok_or_else(|| {
        Failure::new(
            "no canary runs",
            "`attune push --canary 5%` begins one; `attune history` says what became of the last",
        )
    })
}

fn promote(options: &Options) -> Result<(), Failure> {
    check_message(&options.consent.message)?;
    let client = Client::connect(&options.site)?;
    let state = client.state()?;
    let (_, canary) = running(state.current.as_ref())?;
    let mut steps = Steps::new(options.report.format);
    let present = published::present(&state)?;
    let artifacts = promoted(&present, canary)?;
    let before = published::configuration(&client, &present)?;
    let after = published::configuration(&client, &artifacts)?;
    let changes = after.map(|after| difference::between(before.as_ref(), &after)).unwrap_or_default();
    steps.say(&show::terminal(&changes))?;
    ask(&format!("Show the canary to all visitors of {}?", state.site), options.consent.yes)?;
    steps.begin();
    let now_s = u64::from(input::now_s()?);
    let asked = Next { artifacts, canary: None, not_before_s: now_s, expires_s: expires_s(now_s) };
    let publication = next(&state, asked).map_err(|error| Failure::new(error.to_string(), "please report this"))?;
    let message =
        if options.consent.message.is_empty() { "the canary for everybody" } else { &options.consent.message };
    let proposal = Proposal { publication: &publication, message, changes: &changes };
    propose::publish(&client, &proposal, options.report.wait_s, steps)
}

/// The artifacts of the version, with the canary's configuration, authored files and client bundle in the place of its own.
fn promoted(present: &[Artifact], canary: &NamedCanary) -> Result<Vec<Artifact>, Failure> {
    let sha256 = from_hex(&canary.sha256).ok_or_else(|| {
        Failure::new("the canary has no hash", "`attune status --format json` shows what the site says")
    })?;
    let config = Artifact { kind: ArtifactKind::Config as u8, bytes: canary.bytes, sha256 };
    let with_config = [ArtifactKind::Sources, ArtifactKind::Client];
    let second = |kind: ArtifactKind| present.iter().filter(|one| one.kind == kind as u8).nth(1);
    let goes_along = |one: &Artifact| with_config.iter().any(|kind| *kind as u8 == one.kind);
    let rest = present.iter().filter(|one| one.kind != config.kind && !goes_along(one));
    Ok([config].into_iter().chain(rest.copied()).chain(with_config.into_iter().filter_map(second).copied()).collect())
}

fn withdraw(options: &Options) -> Result<(), Failure> {
    check_message(&options.consent.message)?;
    let client = Client::connect(&options.site)?;
    let state = client.state()?;
    let (current, _) = running(state.current.as_ref())?;
    ask(&format!("Take the canary of {} back?", state.site), options.consent.yes)?;
    let body = json!({ "manifest": current.id, "message": options.consent.message }).to_string();
    client.bytes(&Question::post("withdraw", body.as_bytes()))?;
    match options.report.format {
        Format::Json => output::print_json(&json!({ "withdrawn": current.id })),
        Format::Human => output::print("the canary is withdrawn\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promoted_canary_brings_its_own_authored_files() {
        let one = |kind, byte| Artifact { kind, bytes: 1, sha256: [byte; 32] };
        let canary = NamedCanary { share_bp: 500, salt: String::new(), sha256: "09".repeat(32), bytes: 7 };
        let promoted = promoted(&[one(1, 1), one(2, 2), one(7, 3), one(7, 4)], &canary).unwrap_or_default();
        let config = Artifact { kind: 1, bytes: 7, sha256: [9; 32] };
        assert_eq!(promoted, [config, one(2, 2), one(7, 4)]);
    }
}
