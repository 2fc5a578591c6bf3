//! The documents: what they show runs, what they link to is there, and what is generated is current.

mod commands;
mod fragments;
mod links;
mod markdown;
mod programs;
mod reference;
mod routes;

use std::path::{Path, PathBuf};

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}
