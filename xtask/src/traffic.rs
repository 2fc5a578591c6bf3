//! `cargo xtask traffic`: synthetic shoppers against real workerd.

use crate::bindings::Level;
use crate::folder::root;
use crate::step::loudly;
use crate::{artifacts, node, setup};
use anyhow::Result;
use std::process::Command;

/// Builds what is needed, and sends everybody.
pub(crate) fn run(shoppers: u32, forged: u32, seeds: u32) -> Result<()> {
    setup::run()?;
    artifacts::build(Level::Dev)?;
    artifacts::for_tests()?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    loudly(cargo.args(["build", "--quiet", "-p", "attune"]).current_dir(root()))?;
    let mut traffic = node::script("tests/traffic/run.mjs");
    for (name, count) in [("--shoppers", shoppers), ("--forged", forged), ("--seeds", seeds)] {
        traffic.arg(name).arg(count.to_string());
    }
    loudly(&mut traffic)
}
