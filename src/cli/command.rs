//! The command line: every command, and the file that runs it.

use crate::catalog::{compile, overlay};
use crate::configuration::{check, init};
use crate::decision::{batch, decide};
use crate::experiment::{assign, posteriors};
use crate::explanation::{explain, why};
use crate::failure::Failure;
use crate::fixture::test;
use crate::recommendation::{evaluate, learn, rotate_report};
use crate::simulation::simulate;
use crate::{cookie, html, keys, output, privacy, sign};
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
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write a small, commented configuration to start from
    Init(init::Options),
    /// Check a configuration and say everything that is wrong with it
    Check(check::Options),
    /// Compile a configuration into the bundle that the edge reads
    Compile(compile::Options),
    /// Write the live overlay: prices and stock of now, beside a catalogue that changes less often
    Overlay(overlay::Options),
    /// From counts of impressions and clicks, write what is believed of each strategy: the edge draws from it
    Posteriors(posteriors::Options),
    /// Decide one page for one visitor, and print the decision as JSON
    Decide(decide::Options),
    /// Read which arm of a campaign visitors are in, without enrolling anybody
    Assign(assign::Options),
    /// Say in plain sentences why a visitor sees on a page what they see
    Why(why::Options),
    /// Run the fixtures in tests/: this visitor, this page, this time; these segments and contents
    Test(test::Options),
    /// Decide a page for many visitors: which slot, campaign and arm gets what share, and which campaigns starve
    Simulate(simulate::Options),
    /// Make and read profile cookies
    #[command(subcommand)]
    Cookie(cookie::Command),
    /// Work on HTML with the slot scanner
    #[command(subcommand)]
    Html(html::Command),
    /// Print the JSON Schema of the configuration files
    #[command(after_help = "Example:\n  attune schema > attune.schema.json")]
    Schema,
    /// Explain a diagnostic, or list all of them, or all attributes
    Explain(explain::Options),
    /// Make keys
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
}

impl Command {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Init(options) => init::run(options),
            Self::Check(options) => check::run(options),
            Self::Compile(options) => compile::run(options),
            Self::Overlay(options) => overlay::run(options),
            Self::Posteriors(options) => posteriors::run(options),
            Self::Decide(options) => match &options.batch {
                Some(file) => batch::run(options, file),
                None => decide::run(options),
            },
            Self::Assign(options) => assign::run(options),
            Self::Why(options) => why::run(options),
            Self::Test(options) => test::run(options),
            Self::Simulate(options) => simulate::run(options),
            Self::Cookie(command) => cookie::run(command),
            Self::Html(command) => html::run(command),
            Self::Schema => output::print_json(&attune_compiler::schema()),
            Self::Explain(options) => explain::run(options),
            Self::Keys(command) => keys::run(command),
            Self::Privacy(command) => privacy::run(command),
            Self::Learn(options) => learn::run(options),
            Self::Evaluate(options) => evaluate::run(options),
            Self::RotateReport(options) => rotate_report::run(options),
            Self::Sign(options) => sign::run(options),
        }
    }
}
