//! `cargo xtask bench`: every benchmark in tests/bench, on a release build.

use crate::bindings::Level;
use crate::folder::root;
use crate::{artifacts, node, setup};
use anyhow::{Context, Result, ensure};
use std::fs;

/// Runs the benchmarks one after the other; what they print is the result.
pub(crate) fn run(only: &[String]) -> Result<()> {
    setup::run()?;
    artifacts::build(Level::Release)?;
    // The page core's parts one by one, for what is measured without a page around it; and what the tests' edge stands on.
    artifacts::for_tests()?;
    let folder = root().join("tests/bench");
    let mut names: Vec<String> = match fs::read_dir(&folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect(),
        Err(_) => Vec::new(),
    };
    names.retain(|name| {
        name.rsplit_once('.').is_some_and(|(_, kind)| kind == "mjs")
            && (only.is_empty() || only.iter().any(|part| name.contains(part)))
    });
    names.sort();
    ensure!(!names.is_empty(), "no benchmark to run in {}", folder.display());
    for name in names {
        let status = node::script(&format!("tests/bench/{name}")).status().context("cannot start node")?;
        ensure!(status.success(), "tests/bench/{name} ended with {status}");
    }
    Ok(())
}
