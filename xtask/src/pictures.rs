//! `cargo xtask pictures`: takes every picture of docs/pictures anew, from the demo shop in Chromium.

use crate::step::{loudly, step};
use crate::{artifacts, bindings::Level, chromium, node, setup};
use anyhow::Result;

/// Builds the demo and takes the pictures that `tests/pictures/recipes.mjs` lists.
pub(crate) fn run() -> Result<()> {
    setup::run()?;
    let chromium = chromium::find_or_install()?;
    artifacts::build(Level::Dev)?;
    step("pictures", || loudly(node::script("tests/pictures/take.mjs").env("CHROMIUM", chromium)))
}
