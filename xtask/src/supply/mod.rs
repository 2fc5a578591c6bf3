//! What comes into the build from elsewhere. `cargo xtask test` checks licences, bans, sources and pinned versions, of
//! crates and npm packages, from the files that are here; `cargo xtask prove` asks who knows of faults in them.

mod crates;
mod license;
mod npm;
mod policy;

use crate::folder::root;
use crate::node;
use crate::step::{output_of, quietly, step};
use anyhow::{Context, Result, bail, ensure};
use policy::Policy;
use std::fs;
use std::process::Command;

/// Every lock file of the repository.
const LOCKS: [&str; 2] = ["Cargo.lock", "tests/bench/native/Cargo.lock"];
/// The workspaces that `cargo deny` looks at.
const MANIFESTS: [&str; 3] = ["Cargo.toml", "tests/bench/native/Cargo.toml", "fuzz/libfuzzer/Cargo.toml"];

/// Checks what is here, without asking anybody.
///
/// # Errors
/// When something is not as deny.toml and this project want it; all of it is printed.
pub(crate) fn check() -> Result<()> {
    let read = |file: &str| fs::read_to_string(root().join(file)).with_context(|| format!("cannot read {file}"));
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text);
    let policy = Policy::read(&read("deny.toml")?)?;
    let mut cargo = cargo();
    let metadata = output_of(cargo.args(["metadata", "--locked", "--format-version", "1"]))?;
    let mut problems = crates::problems(&json(&metadata)?, &policy);
    for file in LOCKS {
        problems.extend(crates::lock_problems(file, &read(file)?));
    }
    problems.extend(npm::problems(&json(&read("package.json")?)?, &json(&read("package-lock.json")?)?, &policy));
    for problem in &problems {
        eprintln!("error: {problem}");
    }
    ensure!(problems.is_empty(), "{} faults in what comes from elsewhere", problems.len());
    Ok(())
}

/// Has cargo-deny check every workspace, and asks for known faults in crates and packages.
///
/// # Errors
/// When a tool or a database is missing, or something was found.
pub(crate) fn prove() -> Result<()> {
    if output_of(cargo().args(["deny", "--version"])).is_err() {
        bail!("cargo-deny is missing: `cargo install --locked cargo-deny`");
    }
    for manifest in MANIFESTS {
        step(&format!("licences, bans and sources of {manifest}"), || {
            deny(manifest, &["check", "licenses", "bans", "sources"])
        })?;
    }
    // One that cannot be asked does not keep the other from being asked.
    let asked = [advisories_of_crates(), advisories_of_packages()];
    let failed: Vec<String> = asked.into_iter().filter_map(Result::err).map(|error| format!("{error:#}")).collect();
    ensure!(failed.is_empty(), "{}", failed.join("\n"));
    Ok(())
}

fn advisories_of_crates() -> Result<()> {
    step("the database of advisories", || {
        deny(MANIFESTS[0], &["fetch", "db"]).context(
            "cargo-deny keeps its advisories in a git repository that cannot be fetched from here, so the crates were not \
             asked about: run this where it can be fetched",
        )
    })?;
    for manifest in MANIFESTS {
        step(&format!("advisories for {manifest}"), || deny(manifest, &["--offline", "check", "advisories"]))?;
    }
    Ok(())
}

fn advisories_of_packages() -> Result<()> {
    step("advisories for the npm packages", || {
        let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        npm.args(["audit", "--package-lock-only"]).current_dir(root());
        quietly(node::quiet_env(&mut npm)).context(
            "a package has a known fault, or the registry in use does not answer `npm audit`: npm's words above say which",
        )
    })
}

fn deny(manifest: &str, arguments: &[&str]) -> Result<()> {
    let mut cargo = cargo();
    cargo.args(["deny", "--config", "deny.toml", "--manifest-path", manifest]).args(arguments);
    quietly(&mut cargo)
}

fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.current_dir(root());
    cargo
}
