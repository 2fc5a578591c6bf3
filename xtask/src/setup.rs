//! Sets up what a fresh machine lacks: the Wasm target and the npm packages.

use crate::folder::root;
use crate::node;
use crate::step::{output_of, quietly, step};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::Command;

const NODE_OLDEST: (u32, u32) = (20, 3);
const TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure that Node.js, the Wasm target and the npm packages are there.
///
/// # Errors
/// Says what is missing and how to get it, when it cannot be set up from here.
pub(crate) fn run() -> Result<()> {
    check_node()?;
    wasm_target()?;
    npm_packages()
}

fn check_node() -> Result<()> {
    let Ok(version) = output_of(Command::new("node").arg("--version")) else {
        bail!("Node.js is missing: install {}.{} or newer from https://nodejs.org", NODE_OLDEST.0, NODE_OLDEST.1);
    };
    let version = version.trim();
    let mut numbers = version.trim_start_matches('v').split('.').map(|part| part.parse().unwrap_or(0));
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if found < NODE_OLDEST {
        bail!("Node.js {version} is too old: install {}.{} or newer", NODE_OLDEST.0, NODE_OLDEST.1);
    }
    Ok(())
}

fn wasm_target() -> Result<()> {
    let sysroot = output_of(Command::new("rustc").args(["--print", "sysroot"]).current_dir(root()))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET).is_dir() {
        return Ok(());
    }
    if output_of(Command::new("rustup").arg("--version")).is_err() {
        bail!("the Rust target {TARGET} is missing, and so is rustup, which would add it: see https://rustup.rs");
    }
    step("add the Rust target wasm32-unknown-unknown", || {
        quietly(Command::new("rustup").args(["target", "add", TARGET]).current_dir(root()))
    })
}

/// Installs the npm packages when the lock file is not the one that was installed last.
fn npm_packages() -> Result<()> {
    let lock_file = root().join("package-lock.json");
    let lock = fs::read(&lock_file).context("package-lock.json cannot be read")?;
    let installed = root().join("node_modules/.attune-package-lock.json");
    if fs::read(&installed).is_ok_and(|bytes| bytes == lock) {
        return Ok(());
    }
    step("install the npm packages", || {
        let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(root());
        quietly(node::quiet_env(&mut npm))?;
        fs::write(&installed, &lock).context("node_modules cannot be written")
    })
}
