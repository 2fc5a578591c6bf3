//! The `attune` command line tool: the only crate with files and a terminal.

mod catalog;
mod command;
mod configuration;
mod cookie;
mod decision;
mod experiment;
mod explanation;
mod failure;
mod fixture;
mod html;
mod input;
mod keys;
mod output;
mod privacy;
mod publishing;
mod recommendation;
mod schema;
mod sign;
mod simulation;
mod workers;

use clap::Parser;
use command::CommandLine;
use failure::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    let line = CommandLine::parse();
    match command::run(&line.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Failure::Broken { .. } = failure {
                eprintln!("attune: {failure}");
            }
            ExitCode::from(failure.exit_code())
        }
    }
}
