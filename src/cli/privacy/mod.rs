//! `attune privacy`: what is known of visitors.

mod data_map;
mod kept;
mod report;
mod row;

use crate::failure::Failure;
use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print the data map: attribute, source, purpose, trust, retention, and the campaigns that use it
    Report(report::Options),
}

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Report(options) => report::run(options),
    }
}
