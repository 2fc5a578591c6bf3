//! `cargo xtask prove --only pages`: every element of real pages is filled, and each fill compared in two parsers.

use crate::folder::{root, target_folder};
use crate::node;
use crate::step::loudly;
use crate::step::{quietly, step};
use anyhow::Result;
use std::process::Command;

/// Fetches the pages, numbers their elements, fills each, and compares the trees.
pub(crate) fn run() -> Result<()> {
    let folder = target_folder().join("pages");
    let script = |name: &str| {
        let mut command = node::script(&format!("tests/prove/pages/{name}.mjs"));
        command.arg(&folder);
        command
    };
    step("fetch real pages, from packages", || loudly(&mut script("fetch")))?;
    step("number their elements", || quietly(&mut script("mark")))?;
    step("fill every element, in html5ever", || {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo.args(["test", "--release", "-p", "attune-core", "--test", "html", "fills_of_real_pages", "--"]);
        loudly(cargo.arg("--nocapture").env("ATTUNE_PAGES", &folder).current_dir(root()))
    })?;
    step("the same fills, in parse5", || loudly(&mut script("compare")))
}
