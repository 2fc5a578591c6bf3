//! A Chromium for the browser tests: an installed one, else Debian's package.

use crate::step::{quietly, step};
use anyhow::{Result, bail};
use std::path::PathBuf;
use std::process::Command;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The executable; `CHROMIUM` in the environment names another one.
///
/// # Errors
/// When there is none and it cannot be installed from here.
pub(crate) fn find_or_install() -> Result<PathBuf> {
    if let Some(path) = find() {
        return Ok(path);
    }
    let root = crate::step::output_of(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if root && crate::step::output_of(Command::new("apt-get").arg("--version")).is_ok() {
        step("install the Debian package chromium", || {
            quietly(Command::new("apt-get").args(["update", "-qq"]))?;
            let mut install = Command::new("apt-get");
            install.args(["install", "-y", "-qq", "--no-install-recommends", "chromium"]);
            quietly(install.env("DEBIAN_FRONTEND", "noninteractive"))
        })?;
        if let Some(path) = find() {
            return Ok(path);
        }
    }
    bail!("the browser tests need Chromium: install the package `chromium`, or set CHROMIUM to an executable")
}

fn find() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM") {
        return Some(PathBuf::from(path));
    }
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let candidates = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let mut candidates = candidates.filter(|path| path.is_file());
    candidates.next()
}
