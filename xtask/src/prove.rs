//! `cargo xtask prove`: the long campaigns whose short forms are part of `cargo xtask test`.

use crate::bindings::{self, Level};
use crate::folder::{root, target_folder};
use crate::step::{loudly, quietly, step};
use crate::{artifacts, chromium, node, packages, pages, pairs_sql, setup, supply};
use anyhow::{Context, Result, bail};
use std::fs;
use std::process::Command;

/// What `--only` chooses from, in the order in which they run.
const CAMPAIGNS: [&str; 16] = [
    "model",
    "aa",
    "consent",
    "local",
    "fuzz",
    "disconnects",
    "crashes",
    "races",
    "ledger",
    "bits",
    "supply",
    "pairs-sql",
    "robots",
    "pages",
    "frameworks",
    "hydration",
];
/// Those against real workerd, and the arguments of Node.js for each.
const IN_WORKERD: [(&str, &[&str]); 5] = [
    ("disconnects", &["tests/edge/disconnects.mjs", "10000"]),
    ("crashes", &["tests/edge/crashes.mjs", "1000"]),
    ("races", &["tests/edge/races.mjs", "1000"]),
    ("ledger", &["tests/ledger/crashes.mjs", "1000"]),
    ("bits", &["--test", "--test-name-pattern=bit", "tests/edge/publish-page-faults.test.mjs"]),
];
/// libFuzzer's instrumentation by stable flags; the core has no `unsafe` that a sanitizer could watch.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Ccodegen-units=1 -Cdebug-assertions -Coverflow-checks";

/// Runs the campaigns that `only` names, or all that need nothing special; `seconds` is the time for each fuzz target, `loads`
/// how often pages are hydrated.
pub(crate) fn run(only: &[String], seconds: u32, loads: u32) -> Result<()> {
    let (campaigns, targets): (Vec<_>, Vec<_>) = only.iter().partition(|name| CAMPAIGNS.contains(&name.as_str()));
    let asked = |name: &str| campaigns.iter().any(|asked| *asked == name);
    if asked("model") || only.is_empty() {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo.args(["test", "--release", "-p", "attune-core", "--test", "model", "--", "--nocapture"]);
        loudly(cargo.env("ATTUNE_MODEL_RUNS", "100000").current_dir(root()))?;
    }
    if asked("aa") || only.is_empty() {
        for example in ["aa", "guardrail"] {
            let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
            cargo.args(["run", "--release", "-p", "attune-stats", "--example", example, "--", "--runs", "10000"]);
            loudly(cargo.current_dir(root()))?;
        }
    }
    if asked("consent") || only.is_empty() {
        setup::run()?;
        bindings::page_with_vectors()?;
        loudly(&mut node::script("tests/prove/consent.mjs"))?;
    }
    if asked("local") || only.is_empty() {
        setup::run()?;
        artifacts::build(Level::Release)?;
        artifacts::for_tests()?;
        loudly(&mut node::script("tests/prove/local.mjs"))?;
    }
    if asked("fuzz") || !targets.is_empty() || only.is_empty() {
        fuzz(&targets, seconds)?;
    }
    // Needs PySpark, so it runs only when it is named.
    if asked("pairs-sql") {
        step("pair counts on Spark SQL give the index of the built-in count", pairs_sql::run)?;
    }
    // Fetches packages and needs pip, so that too.
    if asked("pages") {
        pages::run()?;
    }
    // Fetches lists of user agents from npm, so that too.
    let robots = asked("robots");
    // Installs bundlers from npm, so that too.
    let frameworks = asked("frameworks");
    // Takes more than half an hour in Chromium, so that too.
    let hydration = asked("hydration");
    let in_workerd = IN_WORKERD.iter().filter(|(name, _)| asked(name) || only.is_empty()).collect::<Vec<_>>();
    if robots || frameworks || hydration || !in_workerd.is_empty() {
        setup::run()?;
        artifacts::build(Level::Release)?;
    }
    if frameworks || hydration || !in_workerd.is_empty() {
        artifacts::for_tests()?;
    }
    for (_, words) in in_workerd {
        loudly(&mut workerd(words))?;
    }
    if frameworks {
        packages::pack()?;
        let chromium = chromium::find_or_install()?;
        loudly(workerd(&["--test", "tests/bundlers/bundlers.test.mjs"]).env("CHROMIUM", chromium))?;
    }
    if hydration {
        let words = ["tests/frameworks/hydration.mjs", &loads.to_string()];
        loudly(workerd(&words).env("CHROMIUM", chromium::find_or_install()?))?;
    }
    if robots {
        loudly(&mut node::script("tests/prove/robots.mjs"))?;
    }
    if asked("supply") || only.is_empty() {
        supply::prove()?;
    }
    Ok(())
}

/// Node.js, told that the campaigns are to be whole: every bit of a bundle is flipped, too.
fn workerd(words: &[&str]) -> Command {
    let mut node = Command::new("node");
    node.args(words).env("ATTUNE_ALL_BITS", "1").current_dir(root());
    node::quiet_env(&mut node);
    node
}

/// Every target, or those that are named, each for its time; a finding ends the run and leaves its input.
fn fuzz(named: &[&String], seconds: u32) -> Result<()> {
    let all = targets()?;
    if let Some(unknown) = named.iter().find(|name| !all.contains(name)) {
        bail!("`{unknown}` is neither a campaign ({}) nor a fuzz target ({})", CAMPAIGNS.join(", "), all.join(", "));
    }
    let host = host()?;
    let out = target_folder().join("fuzz");
    step("fuzz targets", || {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        // With a target, the flags stay away from build scripts.
        cargo.args(["build", "--release", "--manifest-path", "fuzz/libfuzzer/Cargo.toml", "--target", &host]);
        quietly(cargo.env("CARGO_TARGET_DIR", &out).env("RUSTFLAGS", COVERAGE).current_dir(root()))
    })?;
    for name in all.iter().filter(|name| named.is_empty() || named.contains(name)) {
        let corpus = out.join("corpus").join(name);
        fs::create_dir_all(&corpus).with_context(|| format!("cannot make {}", corpus.display()))?;
        println!("{name}: {seconds} s; inputs are kept in {}", corpus.display());
        let mut target = Command::new(out.join(&host).join("release").join(name));
        target.arg(&corpus).arg(root().join("fuzz/seeds").join(name)).current_dir(&out);
        target.args([&format!("-max_total_time={seconds}"), "-max_len=4096", "-verbosity=0", "-print_final_stats=1"]);
        loudly(&mut target)?;
    }
    Ok(())
}

/// The names of the fuzz targets: each has its folder of seeds.
fn targets() -> Result<Vec<String>> {
    let folder = root().join("fuzz/seeds");
    let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}

/// The triple of this machine, as rustc says it.
fn host() -> Result<String> {
    let about = crate::step::output_of(Command::new("rustc").arg("-vV"))?;
    let triple = about.lines().find_map(|line| line.strip_prefix("host: "));
    triple.map(str::to_owned).context("`rustc -vV` names no host")
}
