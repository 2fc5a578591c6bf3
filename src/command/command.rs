//! The commands.

use crate::configuration;
use crate::decision::{batch, decide};
use crate::explanation::{explain, why};
use crate::failure::Failure;
use crate::output::print_error;
use crate::publishing::{approve, audit, canary, diff, kill, log, preview, pull, push, rollback, status};
use crate::{catalog, doctor, fixture, html, keys, results, schema, simulation, steer};
use clap::Subcommand;

/// What stands below the help of a tool.
pub const EPILOGUE: &str = "Exit codes: 0 all is well, 1 the answer is no (errors in the configuration, a refused cookie), \
                            2 the command cannot be carried out.\n\n\
                            First steps:\n  attune init shop\n  attune check shop\n  attune compile shop --out shop.bundle";

/// The commands that every tool of Attune has.
#[derive(Subcommand)]
pub enum Command {
    /// Write a small, commented configuration to start from
    Init(configuration::init::Options),
    /// Check a configuration and say everything that is wrong with it
    Check(configuration::check::Options),
    /// Compile a configuration into the bundle that the edge reads
    Compile(catalog::compile::Options),
    /// Decide one page for one visitor, and print the decision as JSON
    Decide(Box<decide::Options>),
    /// Say in plain sentences why a visitor sees on a page what they see
    Why(why::Options),
    /// Run the fixtures in tests/: this visitor, this page, this time; these segments and contents
    Test(fixture::test::Options),
    /// Decide a page for many visitors: which slot, campaign and arm gets what share, and which campaigns starve
    Simulate(simulation::simulate::Options),
    /// Look at a running site as visitors and robots do, and say what is wrong with its set-up
    Doctor(doctor::Options),
    /// Work on HTML with the slot scanner
    #[command(subcommand)]
    Html(html::Command),
    /// Print the JSON Schema of the configuration files, or the reference of their keys and attributes
    Schema(schema::Options),
    /// Explain a diagnostic, or list all of them, or all attributes
    Explain(explain::Options),
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
    /// Say in words what experiments have shown and what they have not, with intervals
    Results(Box<results::Options>),
    /// Say what a test can find and how long it takes, before it starts
    Power(results::power::Options),
    /// Turn off campaigns that do harm, by the goals with a guard: for a job that runs all the time
    Steer(Box<steer::Options>),
    /// Write the files that the published configuration was made from
    Pull(pull::Options),
    /// Check a site's history
    #[command(subcommand)]
    Audit(audit::Command),
    /// Make keys: your own for publishing, the ring of cookies, and those of jobs
    #[command(subcommand)]
    Keys(keys::Command),
}

/// Runs a command.
///
/// # Errors
/// When the answer is no, or there is none.
pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Init(options) => configuration::init::run(options),
        Command::Check(options) => configuration::check::run(options),
        Command::Compile(options) => catalog::compile::run(options),
        Command::Decide(options) => match &options.batch {
            Some(file) => batch::run(options, file),
            None => decide::run(options),
        },
        Command::Why(options) => why::run(options),
        Command::Test(options) => fixture::test::run(options),
        Command::Simulate(options) => simulation::simulate::run(options),
        Command::Doctor(options) => doctor::run(options),
        Command::Html(command) => html::run(command),
        Command::Schema(options) => schema::run(options),
        Command::Explain(options) => explain::run(options),
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
        Command::Results(options) => results::run(options),
        Command::Power(options) => results::power::run(options),
        Command::Steer(options) => steer::run(options),
        Command::Pull(options) => pull::run(options),
        Command::Audit(command) => audit::run(command),
        Command::Keys(command) => keys::run(command),
    }
}

/// Says how a command ended where that has to be said; the answer is the exit code.
pub fn conclude(result: Result<(), Failure>) -> u8 {
    let Err(failure) = result else { return 0 };
    if let Failure::Broken { .. } = failure {
        print_error(&format!("attune: {failure}\n"));
    }
    failure.exit_code()
}
