//! `attune cookie`: profile cookies.

mod inspect;
mod mint;
mod scope;
mod sections;

use crate::failure::Failure;
use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a profile cookie from a readable profile
    Mint(mint::Options),
    /// Print what a profile cookie holds
    Inspect(inspect::Options),
}

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Mint(options) => mint::run(options),
        Command::Inspect(options) => inspect::run(options),
    }
}
