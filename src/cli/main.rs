//! The `attune` command line tool: the only crate with files, a terminal and a network.

mod catalog;
mod command;
mod cookie;
mod experiment;
mod machine;
mod manual;
mod measurement;
mod output;
mod privacy;
mod recommendation;
mod sign;

use attune_command::{configuration, failure, host, input, keys, publishing};
use clap::Parser;
use command::CommandLine;
use machine::Machine;
use std::process::ExitCode;

fn main() -> ExitCode {
    host::set(&Machine);
    let line = CommandLine::parse();
    ExitCode::from(attune_command::conclude(command::run(&line.command)))
}
