//! Build, run, test and measure Attune: `cargo xtask --help`.

mod artifacts;
mod bench;
mod bindings;
mod chromium;
mod command;
mod dev;
mod folder;
mod layers;
mod local;
mod names;
mod node;
mod packages;
mod pages;
mod pairs_sql;
mod panics;
mod pictures;
mod prove;
mod setup;
mod size;
mod step;
mod supply;
mod tests;
mod traffic;

use clap::Parser;
use command::Xtask;
use std::process::ExitCode;

fn main() -> ExitCode {
    Xtask::parse().run().unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
