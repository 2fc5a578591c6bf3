//! The commands.

use crate::experiment::{assign, posteriors};
use crate::failure::Failure;
use crate::publishing::{approve, audit, canary, diff, kill, log, preview, pull, push, rollback, status};
use crate::recommendation::{evaluate, learn, pairs, rotate_report};
use crate::{catalog, cookie, keys, privacy, sign};
use clap::{Parser, Subcommand};

/// Checks, compiles and tries out the configuration of a personalized site.
#[derive(Parser)]
#[command(
    name = "attune",
    version,
    arg_required_else_help = true,
    after_help = attune_command::EPILOGUE
)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    Shared(attune_command::Command),
    /// Publish the catalogue of a configuration's feeds, beside the version that is published
    Catalog(catalog::publish::Options),
    /// Write the live overlay: prices and stock of now, beside a catalogue that changes less often
    Overlay(catalog::overlay::Options),
    /// From counts of impressions and clicks, write what is believed of each strategy: the edge draws from it
    Posteriors(posteriors::Options),
    /// Read which arm of a campaign visitors are in, without enrolling anybody
    Assign(assign::Options),
    /// Make and read profile cookies
    #[command(subcommand)]
    Cookie(cookie::Command),
    /// Make keys: your own for publishing, the ring of cookies, and those of jobs
    #[command(subcommand)]
    Keys(keys::Command),
    /// Say what is known of visitors, why and for how long
    #[command(subcommand)]
    Privacy(privacy::Command),
    /// Learn recommendations from logs: write the index that the edge reads
    Learn(Box<learn::Options>),
    /// Measure what a click log teaches about another one
    Evaluate(Box<evaluate::Options>),
    /// Compare rotation with its alternatives, on sessions that are played again
    RotateReport(Box<rotate_report::Options>),
    /// Sign a bundle: write the manifest that the edge verifies
    Sign(sign::Options),
    /// Publish a configuration: check it, show what it changes, sign it, and wait until pages have it
    Push(Box<push::Options>),
    /// Make a link that shows the site as another visitor, with a draft or what is published
    Preview(Box<preview::Options>),
    /// Say what is published, what is off, what waits for signatures, and who may do what
    Status(status::Options),
    /// Say what is different between two configurations, in the words of their authors
    Diff(diff::Options),
    /// List who published what, when and why
    History(log::Options),
    /// Sign what somebody else has proposed
    Approve(approve::Options),
    /// Go back to an earlier version
    Rollback(rollback::Options),
    /// Turn a campaign off, or everything, through every push until it is turned on again
    Kill(kill::KillOptions),
    /// Turn on again what was turned off
    Revive(kill::ReviveOptions),
    /// End a canary: show it to everybody, or take it back
    #[command(subcommand)]
    Canary(canary::Command),
    /// Write the files that the published configuration was made from
    Pull(pull::Options),
    /// Check a site's history
    #[command(subcommand)]
    Audit(audit::Command),
}

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Shared(command) => attune_command::run(command),
        Command::Catalog(options) => catalog::publish::run(options),
        Command::Overlay(options) => catalog::overlay::run(options),
        Command::Posteriors(options) => posteriors::run(options),
        Command::Assign(options) => assign::run(options),
        Command::Cookie(command) => cookie::run(command),
        Command::Keys(command) => keys::run(command),
        Command::Privacy(command) => privacy::run(command),
        Command::Learn(options) => match &options.pairs {
            Some(file) => pairs::run(options, file),
            None => learn::run(options),
        },
        Command::Evaluate(options) => evaluate::run(options),
        Command::RotateReport(options) => rotate_report::run(options),
        Command::Sign(options) => sign::run(options),
        Command::Push(options) => push::run(options),
        Command::Preview(options) => preview::run(options),
        Command::Status(options) => status::run(options),
        Command::Diff(options) => diff::run(options),
        Command::History(options) => log::run(options),
        Command::Approve(options) => approve::run(options),
        Command::Rollback(options) => rollback::run(options),
        Command::Kill(options) => kill::kill(options),
        Command::Revive(options) => kill::revive(options),
        Command::Canary(command) => canary::run(command),
        Command::Pull(options) => pull::run(options),
        Command::Audit(command) => audit::run(command),
    }
}
