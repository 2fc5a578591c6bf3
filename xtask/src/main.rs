//! Build, run, test, measure: `cargo xtask dev | test | build | bench | prove | size`.

mod artifacts;
mod bench;
mod bindings;
mod chromium;
mod dev;
mod layers;
mod local;
mod node;
mod pages;
mod pairs_sql;
mod panics;
mod prove;
mod setup;
mod size;
mod step;
mod supply;
mod tests;

use anyhow::{Result, bail};
use bindings::Level;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const HELP: &str = "\
Builds, runs, tests and measures Attune.

Usage: cargo xtask <COMMAND> [OPTIONS]

Commands:
  dev     Build, start the demo shop on local workerd, print `ready http://localhost:PORT`
  build   Build the Wasm modules, the page script, the demo and its configuration into build/
  test    Run every check and test; ends with `N passed, N failed`
  bench   Run tests/bench/*.mjs on a release build
  prove   Run the long campaigns: libFuzzer on every decoder, 10,000 clients that go away,
          100,000 runs of the cookies' model, known faults in crates and packages
  layers  Check who imports whom: no import goes up, no files import each other in a circle
  size    Print the size of everything that is shipped

Options:
  dev    --port N     Listen on port N (default 8787)
         --release    Optimize the Wasm modules as for a deployment
  build  --dev        Skip wasm-opt
         --wasm       Only the Wasm modules, with the one that traps on request for the tests
  test   --only NAME  Run only the steps whose name contains NAME; may be given more than once
         --list       Print the names of the steps
  bench  --only NAME  Run only the benchmarks whose file name contains NAME
  prove  --only NAME  `fuzz`, `disconnects`, `supply`, or one fuzz target; may be given more than once
         pairs-sql    src/learn/pairs.sql on Spark SQL; needs Java and PySpark
         --only robots
                      Public lists of user agents, from npm
         --only pages
                      Every element of 2,010 real pages filled; needs pip
         --seconds N  Time for each fuzz target (default 60)
  -h, --help          Print this

Examples:
  cargo xtask dev
  cargo xtask dev --port 9000
  cargo xtask test
  cargo xtask test --only clippy --only edge
  cargo xtask prove --only scanner --seconds 600
  cargo xtask size

What is missing is set up first: the wasm32-unknown-unknown target through rustup, the npm packages
through `npm ci --ignore-scripts`. Rust 1.91 and Node.js 20.3 are the oldest that work.
";

/// What the command line asked for.
#[expect(clippy::struct_excessive_bools, reason = "independent flags of a command line")]
struct Args {
    port: u16,
    release: bool,
    dev: bool,
    wasm: bool,
    list: bool,
    seconds: u32,
    only: Vec<String>,
}

impl Args {
    fn parse(command: &str, rest: &[String]) -> Result<Self> {
        let mut args =
            Self { port: 8787, release: false, dev: false, wasm: false, list: false, seconds: 60, only: Vec::new() };
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            let mut value = || {
                let next = words.next();
                next.ok_or_else(|| anyhow::anyhow!("{word} needs a value; see `cargo xtask --help`"))
            };
            match (command, word.as_str()) {
                ("prove", "pairs-sql") => args.only.push(word.clone()),
                ("dev", "--port") => {
                    let port = value()?;
                    args.port = match port.parse() {
                        Ok(number) if number > 0 => number,
                        _ => bail!("--port {port}: not a port number (1 to 65535)"),
                    };
                }
                ("dev", "--release") => args.release = true,
                ("build", "--dev") => args.dev = true,
                ("build", "--wasm") => args.wasm = true,
                ("test", "--list") => args.list = true,
                ("prove", "--seconds") => {
                    let seconds = value()?;
                    args.seconds = match seconds.parse() {
                        Ok(number) if number > 0 => number,
                        _ => bail!("--seconds {seconds}: not a number of seconds above zero"),
                    };
                }
                ("test" | "bench" | "prove", "--only") => args.only.push(value()?.clone()),
                _ => bail!("`{command}` does not know {word}; see `cargo xtask --help`"),
            }
        }
        Ok(args)
    }
}

/// The root of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where cargo puts what it builds.
fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

fn run() -> Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some((command, rest)) = words.split_first() else {
        print!("{HELP}");
        return Ok(ExitCode::from(2));
    };
    if words.iter().any(|word| word == "-h" || word == "--help") || command == "help" {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    let args = match command.as_str() {
        "dev" | "build" | "test" | "bench" | "prove" | "size" | "layers" => Args::parse(command, rest)?,
        other => bail!("unknown command `{other}`; there are dev, build, test, bench, prove and size"),
    };
    match command.as_str() {
        "dev" => dev::run(args.port, args.release)?,
        "build" => {
            setup::run()?;
            let level = if args.dev { Level::Dev } else { Level::Release };
            if args.wasm {
                artifacts::wasm(level)?;
                artifacts::for_tests()?;
            } else {
                artifacts::build(level)?;
            }
        }
        "test" => return tests::run(&args.only, args.list),
        "bench" => bench::run(&args.only)?,
        "layers" => layers::check()?,
        "prove" => prove::run(&args.only, args.seconds)?,
        _ => size::run()?,
    }
    Ok(ExitCode::SUCCESS)
}

fn main() -> ExitCode {
    run().unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
