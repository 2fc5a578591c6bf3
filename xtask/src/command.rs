//! The commands and their options.

use crate::bindings::{self, Level};
use crate::dev::Mode;
use crate::{artifacts, bench, dev, layers, packages, pictures, prove, setup, size, tests, traffic};
use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use std::process::ExitCode;

/// Builds, runs, tests and measures Attune.
///
/// What is missing is set up first: the wasm32-unknown-unknown target through rustup, the npm packages through `npm ci
/// --ignore-scripts`. Rust 1.91 and Node.js 20.3 are the oldest that work.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = EXAMPLES)]
pub(crate) struct Xtask {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask dev --port 9000
  cargo xtask test --only clippy --only edge
  cargo xtask prove --only scanner --seconds 600";

#[derive(Subcommand)]
enum Command {
    /// Build, start the demo shop on local workerd, print `ready http://localhost:PORT`
    #[command(after_help = "Examples:\n  cargo xtask dev --port 9000\n  cargo xtask dev --mode static")]
    Dev(DevOptions),
    /// Build the Wasm modules, the page script, the demo and its configuration into build/
    #[command(after_help = "Example: cargo xtask build --dev")]
    Build(BuildOptions),
    /// Run every check and test; ends with `N passed, N failed`
    #[command(after_help = "Example: cargo xtask test --only clippy --only edge")]
    Test(TestOptions),
    /// Run tests/bench/*.mjs on a release build
    #[command(after_help = "Example: cargo xtask bench --only decision")]
    Bench(BenchOptions),
    /// Run the long campaigns: libFuzzer on every decoder, 10,000 clients that go away, 100,000 runs of the cookies'
    /// model, 10,000 experiments without an effect, a million strings of consent tools, 1,000 kills of the publisher
    /// and of the ledger, known faults in crates and packages
    #[command(
        after_help = "Examples:\n  cargo xtask prove --only scanner --seconds 600\n  cargo xtask prove frameworks"
    )]
    Prove(ProveOptions),
    /// Send synthetic shoppers to the Workers, with forged conversions among them: afterwards the ledger has what the shoppers have in
    /// their own books, and its intervals contain the effects that were planted
    #[command(after_help = "Example: cargo xtask traffic --seeds 100")]
    Traffic(TrafficOptions),
    /// Take every picture of docs/pictures anew, from the demo shop in Chromium
    #[command(after_help = "Example: cargo xtask pictures")]
    Pictures,
    /// Print the size of everything that is shipped
    #[command(after_help = "Example: cargo xtask size --why")]
    Size(SizeOptions),
    /// Build the npm packages into build/packages, check them with publint and attw, print their bytes
    #[command(after_help = "Example: cargo xtask package")]
    Package,
    /// Check who imports whom: no import goes up, no files import each other in a circle
    #[command(after_help = "Example: cargo xtask layers")]
    Layers,
}

#[derive(Args)]
struct DevOptions {
    /// Listen on this port
    #[arg(long, default_value_t = 8787, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    /// Optimize the Wasm modules as for a deployment
    #[arg(long)]
    release: bool,
    /// Who puts content into the pages
    #[arg(long, value_enum, default_value_t = Mode::Edge)]
    mode: Mode,
}

#[derive(Args)]
struct BuildOptions {
    /// Skip wasm-opt
    #[arg(long)]
    dev: bool,
    /// Only the Wasm modules, with the one that traps on request for the tests
    #[arg(long)]
    wasm: bool,
    /// Put the lean page core in the place of the full one, for the next `wrangler deploy`: no recommendations, no
    /// decision header, no /_attune/decide
    #[arg(long)]
    lean: bool,
}

#[derive(Args)]
struct TestOptions {
    /// Run only the steps whose name contains this; may be given more than once
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Print the names of the steps
    #[arg(long)]
    list: bool,
}

#[derive(Args)]
struct BenchOptions {
    /// Run only the benchmarks whose file name contains this; may be given more than once
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
}

#[derive(Args)]
struct SizeOptions {
    /// Print what each crate, each folder of ours and the largest functions cost in each Wasm module instead: functions,
    /// bytes of code, bytes of data, and how much smaller the module is by gzip without them
    #[arg(long)]
    why: bool,
}

#[derive(Args)]
struct ProveOptions {
    /// Run only this campaign or fuzz target; may be given more than once. Campaigns: model, aa, consent, local, fuzz,
    /// disconnects, crashes, races, ledger, bits, supply; only when named: pairs-sql (needs Java and pyspark), robots
    /// (fetches from npm), pages (needs pip), frameworks and hydration (need Chromium)
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Loads of pages that frameworks hydrate, for the campaign hydration
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    loads: u32,
    /// Time for each fuzz target, in seconds
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// The same as --only NAME
    #[arg(value_name = "CAMPAIGN")]
    campaigns: Vec<String>,
}

#[derive(Args)]
struct TrafficOptions {
    /// Shoppers of every habit: with two tabs, lost answers, a wrong clock, refunds
    #[arg(long, default_value_t = 3_000, value_parser = clap::value_parser!(u32).range(1..))]
    shoppers: u32,
    /// Conversions that nobody was exposed for
    #[arg(long, default_value_t = 1_000_000)]
    forged: u32,
    /// Crowds of 400 with a planted effect, which the intervals of at least 89 % of them have to contain
    #[arg(long, default_value_t = 0)]
    seeds: u32,
}

impl Xtask {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self.command {
            Command::Dev(options) => dev::run(options.port, options.release, options.mode)?,
            Command::Build(options) => build(&options)?,
            Command::Test(options) => return tests::run(&options.only, options.list),
            Command::Bench(options) => bench::run(&options.only)?,
            Command::Prove(options) => {
                prove::run(&[options.only, options.campaigns].concat(), options.seconds, options.loads)?;
            }
            Command::Traffic(options) => traffic::run(options.shoppers, options.forged, options.seeds)?,
            Command::Pictures => pictures::run()?,
            Command::Size(options) => size::run(options.why)?,
            Command::Package => package()?,
            Command::Layers => layers::check()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn build(options: &BuildOptions) -> Result<()> {
    setup::run()?;
    let level = if options.dev { Level::Dev } else { Level::Release };
    if options.wasm {
        artifacts::wasm(level)?;
        artifacts::for_tests()?;
    } else {
        artifacts::build(level)?;
    }
    if options.lean { artifacts::choose_lean() } else { Ok(()) }
}

fn package() -> Result<()> {
    setup::run()?;
    artifacts::wasm(Level::Release)?;
    bindings::studio(Level::Release)?;
    packages::pack()
}

#[cfg(test)]
mod tests_of_options {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_options_are_sound_and_an_unknown_one_is_refused() {
        Xtask::command().debug_assert();
        assert!(Xtask::try_parse_from(["cargo xtask", "test", "--only", "fmt", "--only", "edge"]).is_ok());
        assert!(Xtask::try_parse_from(["cargo xtask", "prove", "pairs-sql"]).is_ok());
        for bad in [&["dev", "--port", "0"][..], &["test", "--port", "1"], &["prove", "--seconds", "0"], &["unknown"]] {
            assert!(Xtask::try_parse_from(["cargo xtask"].iter().chain(bad)).is_err(), "{bad:?}");
        }
    }
}
