//! The commands.

use crate::experiment::{assign, posteriors};
use crate::failure::Failure;
use crate::measurement::export;
use crate::recommendation::{evaluate, learn, pairs, rotate_report};
use crate::{catalog, cookie, manual, privacy, sign};
use clap::{CommandFactory, Parser, Subcommand};

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
    /// Write everything that a site without a server of ours serves: what browsers decide with, signed, and their scripts
    Assets(attune_command::client::assets::Options),
    /// Read which arm of a campaign visitors are in, without enrolling anybody
    Assign(assign::Options),
    /// Write what was measured to files: first exposures, events and sums, as lines of JSON or Parquet
    Export(export::Options),
    /// Make and read profile cookies
    #[command(subcommand)]
    Cookie(cookie::Command),
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
    /// Print what a shell completes commands and options with
    Completions(manual::CompletionsOptions),
    /// Print the manual page, or write one for each command
    Man(manual::ManOptions),
}

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Shared(command) => attune_command::run(command),
        Command::Catalog(options) => catalog::publish::run(options),
        Command::Overlay(options) => catalog::overlay::run(options),
        Command::Posteriors(options) => posteriors::run(options),
        Command::Assets(options) => attune_command::client::assets::run(options),
        Command::Assign(options) => assign::run(options),
        Command::Export(options) => export::run(options),
        Command::Cookie(command) => cookie::run(command),
        Command::Privacy(command) => privacy::run(command),
        Command::Learn(options) => match &options.pairs {
            Some(file) => pairs::run(options, file),
            None => learn::run(options),
        },
        Command::Evaluate(options) => evaluate::run(options),
        Command::RotateReport(options) => rotate_report::run(options),
        Command::Sign(options) => sign::run(options),
        Command::Completions(options) => manual::completions(options, CommandLine::command()),
        Command::Man(options) => manual::man(options, CommandLine::command()),
    }
}
