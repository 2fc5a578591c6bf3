//! The commands.

use crate::decision::{batch, decide};
use crate::experiment::{assign, posteriors};
use crate::explanation::{explain, why};
use crate::failure::Failure;
use crate::publishing::{approve, audit, canary, diff, kill, log, pull, push, rollback, status};
use crate::recommendation::{evaluate, learn, pairs, rotate_report};
use crate::{catalog, configuration, cookie, fixture, html, keys, privacy, schema, sign, simulation};
use clap::{Parser, Subcommand};

/// Checks, compiles and tries out the configuration of a personalized site.
#[derive(Parser)]
#[command(
    name = "attune",
    version,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 all is well, 1 the answer is no (errors in the configuration, a refused cookie), \
                  2 the command cannot be carried out.\n\n\
                  First steps:\n  attune init shop\n  attune check shop\n  attune compile shop --out shop.bundle"
)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write a small, commented configuration to start from
    Init(configuration::init::Options),
    /// Check a configuration and say everything that is wrong with it
    Check(configuration::check::Options),
    /// Compile a configuration into the bundle that the edge reads
    Compile(catalog::compile::Options),
    /// Write the live overlay: prices and stock of now, beside a catalogue that changes less often
    Overlay(catalog::overlay::Options),
    /// From counts of impressions and clicks, write what is believed of each strategy: the edge draws from it
    Posteriors(posteriors::Options),
    /// Decide one page for one visitor, and print the decision as JSON
    Decide(Box<decide::Options>),
    /// Read which arm of a campaign visitors are in, without enrolling anybody
    Assign(assign::Options),
    /// Say in plain sentences why a visitor sees on a page what they see
    Why(why::Options),
    /// Run the fixtures in tests/: this visitor, this page, this time; these segments and contents
    Test(fixture::test::Options),
    /// Decide a page for many visitors: which slot, campaign and arm gets what share, and which campaigns starve
    Simulate(simulation::simulate::Options),
    /// Make and read profile cookies
    #[command(subcommand)]
    Cookie(cookie::Command),
    /// Work on HTML with the slot scanner
    #[command(subcommand)]
    Html(html::Command),
    /// Print the JSON Schema of the configuration files, or the reference of their keys and attributes
    Schema(schema::Options),
    /// Explain a diagnostic, or list all of them, or all attributes
    Explain(explain::Options),
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
        Command::Init(options) => configuration::init::run(options),
        Command::Check(options) => configuration::check::run(options),
        Command::Compile(options) => catalog::compile::run(options),
        Command::Overlay(options) => catalog::overlay::run(options),
        Command::Posteriors(options) => posteriors::run(options),
        Command::Decide(options) => match &options.batch {
            Some(file) => batch::run(options, file),
            None => decide::run(options),
        },
        Command::Assign(options) => assign::run(options),
        Command::Why(options) => why::run(options),
        Command::Test(options) => fixture::test::run(options),
        Command::Simulate(options) => simulation::simulate::run(options),
        Command::Cookie(command) => cookie::run(command),
        Command::Html(command) => html::run(command),
        Command::Schema(options) => schema::run(options),
        Command::Explain(options) => explain::run(options),
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
