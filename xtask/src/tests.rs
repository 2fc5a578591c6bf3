//! `cargo xtask test`: every check, in an order that finds cheap mistakes first.

use crate::folder::{root, target_folder};
use crate::step::shown;
use crate::{artifacts, bindings::Level, chromium, layers, node, packages, setup, size, supply};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// Tests that passed and failed.
#[derive(Clone, Copy, Default)]
struct Count {
    passed: usize,
    failed: usize,
}

type Check = fn() -> Result<Count>;

const STEPS: &[(&str, Check)] = &[
    ("fmt", || cargo(&["fmt", "--all", "--check"])),
    ("layers", || layers::check().map(|()| Count::default())),
    ("supply chain", || supply::check().map(|()| Count::default())),
    ("clippy on the host", || cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])),
    // One by one: together, the features of the control plane would bring the page core the standard library.
    ("clippy of the page core on wasm32", || clippy_on_wasm("attune-page")),
    ("clippy of the lean page core on wasm32", || {
        let lean = ["clippy", "-p", "attune-page", "--no-default-features"];
        cargo(&[&lean[..], &["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"]].concat())
    }),
    ("clippy of the browser core on wasm32", || clippy_on_wasm("attune-browser")),
    ("clippy of the control plane on wasm32", || clippy_on_wasm("attune-edge")),
    ("clippy of the studio on wasm32", || clippy_on_wasm("attune-studio")),
    ("cargo test", || {
        cargo(&["test", "--workspace", "--exclude", "attune-fuzz", "--no-fail-fast", "--lib", "--bins", "--tests"])
    }),
    ("doc tests", || cargo(&["test", "--workspace", "--doc"])),
    ("cargo doc", || {
        // The command line tool's comments are the help that clap prints, not Markdown.
        let mut doc =
            cargo_command(&["doc", "--workspace", "--exclude", "attune", "--exclude", "attune-command", "--no-deps"]);
        counted(doc.env("RUSTDOCFLAGS", "-D warnings"))
    }),
    ("fuzz smoke", || cargo(&["test", "-p", "attune-fuzz"])),
    ("build", || artifacts::build(Level::Release).map(|()| Count::default())),
    ("build for tests", || artifacts::for_tests().map(|()| Count::default())),
    // The shim's types come with the bindings of the build.
    ("types", || counted(node::script("node_modules/typescript/bin/tsc").args(["--project", "tsconfig.json"]))),
    ("sizes", || size::print_and_check().map(|()| Count::default())),
    ("demo shop", || node_tests("www/demo/tests")),
    ("packages", || {
        packages::pack()?;
        cargo(&["build", "-p", "attune"])?;
        let native = target_folder().join("debug/attune");
        let chromium = chromium::find_or_install()?;
        counted(node_test_command("tests/packages")?.env("ATTUNE_NATIVE", native).env("CHROMIUM", chromium))
    }),
    ("vectors in Wasm", || node_tests("tests/vectors")),
    ("SQL in DuckDB", || node_tests("tests/sql")),
    ("pair counts in DuckDB", || node_tests("tests/learn")),
    ("edge in workerd", || node_tests("tests/edge")),
    ("traffic in workerd", || node_tests("tests/traffic")),
    ("ledger in workerd", || node_tests("tests/ledger")),
    ("browser in Chromium", || browser_tests("tests/browser")),
    ("frameworks in Chromium", || browser_tests("tests/frameworks")),
    ("pictures of the documents", || node_tests("tests/pictures")),
    ("examples", || browser_tests("tests/examples")),
];

/// Runs every step, also after a failure, and says at the end what passed.
pub(crate) fn run(only: &[String], list: bool) -> Result<ExitCode> {
    if list {
        for (name, _) in STEPS {
            println!("{name}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    setup::run()?;
    let mut total = Count::default();
    let mut ran = 0;
    let mut broken = Vec::new();
    for &(name, check) in STEPS {
        if !only.is_empty() && !only.iter().any(|part| name.contains(part.as_str())) {
            continue;
        }
        ran += 1;
        eprintln!("    step  {name}");
        let start = Instant::now();
        let mut count = check().unwrap_or_else(|error| {
            eprintln!("error: {name}: {error:#}");
            Count { passed: 0, failed: 1 }
        });
        if count.passed + count.failed == 0 {
            count.passed = 1;
        }
        let mark = if count.failed == 0 { "passed" } else { "FAILED" };
        eprintln!("{mark:>8}  {name} ({:.1} s)", start.elapsed().as_secs_f32());
        if count.failed > 0 {
            broken.push(name);
        }
        total.passed += count.passed;
        total.failed += count.failed;
    }
    ensure!(ran > 0, "no step has that name; see `cargo xtask test --list`");
    if !broken.is_empty() {
        eprintln!("failed steps: {}", broken.join(", "));
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn cargo(arguments: &[&str]) -> Result<Count> {
    counted(&mut cargo_command(arguments))
}

/// Of the crate and what it stands on in the workspace.
fn clippy_on_wasm(package: &str) -> Result<Count> {
    let target = ["--target", "wasm32-unknown-unknown"];
    cargo(&[&["clippy", "-p", package, "-p", "attune-core"][..], &target, &["--", "-D", "warnings"]].concat())
}

fn cargo_command(arguments: &[&str]) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.args(arguments).current_dir(root());
    cargo
}

fn node_tests(folder: &str) -> Result<Count> {
    counted(&mut node_test_command(folder)?)
}

/// Tests that need Chromium.
fn browser_tests(folder: &str) -> Result<Count> {
    let chromium = chromium::find_or_install()?;
    counted(node_test_command(folder)?.env("CHROMIUM", chromium))
}

/// `node --test` over every `*.test.mjs` of a folder; one file at a time, because each starts a workerd.
fn node_test_command(folder: &str) -> Result<Command> {
    let mut files = Vec::new();
    for entry in fs::read_dir(root().join(folder)).with_context(|| format!("{folder} cannot be read"))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    ensure!(!files.is_empty(), "{folder} has no tests");
    files.sort();
    let mut command = Command::new("node");
    command
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec", "--test-timeout=300000"])
        .args(files)
        .current_dir(root());
    node::quiet_env(&mut command);
    Ok(command)
}

/// Runs a command, shows its output, and counts the tests that it reports.
fn counted(command: &mut Command) -> Result<Count> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    let mut count = Count::default();
    if let Some(output) = child.stdout.take() {
        count_lines(output, &mut count)?;
    }
    let status = child.wait()?;
    if !status.success() && count.failed == 0 {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(count)
}

fn count_lines(output: impl Read, count: &mut Count) -> Result<()> {
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        let (passed, failed) = counts_in(&line);
        count.passed += passed;
        count.failed += failed;
    }
    Ok(())
}

/// What a line of a test run reports: Rust's summary or one of the lines of Node's.
fn counts_in(line: &str) -> (usize, usize) {
    let before = |word: &str| {
        let words: Vec<&str> = line.split([' ', ';']).collect();
        let at = words.iter().position(|found| *found == word);
        let number = at.and_then(|at| words.get(at.checked_sub(1)?));
        number.and_then(|number| number.parse().ok()).unwrap_or(0)
    };
    let after = |prefix: &str| line.strip_prefix(prefix).and_then(|number| number.trim().parse().ok()).unwrap_or(0);
    if line.starts_with("test result:") {
        return (before("passed"), before("failed"));
    }
    (after("ℹ pass "), after("ℹ fail "))
}

#[cfg(test)]
mod unit {
    use super::counts_in;

    #[test]
    fn the_summaries_of_both_test_runners_are_counted() {
        let rust = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 1 filtered out";
        assert_eq!(counts_in(rust), (12, 3));
        assert_eq!(counts_in("ℹ pass 7"), (7, 0));
        assert_eq!(counts_in("ℹ fail 2"), (0, 2));
        assert_eq!(counts_in("2 passed"), (0, 0));
    }
}
