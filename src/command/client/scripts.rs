//! The scripts and the Wasm that browsers run.

use crate::failure::Failure;
use crate::host::{host, is_file, is_folder};
use crate::{host as files, output};
use std::path::{Path, PathBuf};

/// The folder that they are in: the one that is named, that of the npm package, or the one that a build of the repository writes.
pub(super) fn folder(named: Option<&Path>) -> Result<PathBuf, Failure> {
    let known = || host().browser().unwrap_or_else(|| PathBuf::from("build/browser"));
    let folder = named.map_or_else(known, Path::to_owned);
    if is_folder(&folder) && is_file(&folder.join("page.js")) {
        return Ok(folder);
    }
    Err(Failure::new(
        format!("the scripts that browsers run are not in {}", folder.display()),
        "give --scripts with the folder that has page.js and local.wasm; in a clone of the repository, `cargo xtask build` writes \
         build/browser",
    ))
}

/// Copies the files of the folder; the answer is their names and sizes.
pub(super) fn copy(from: &Path, to: &Path) -> Result<Vec<(String, usize)>, Failure> {
    let broken = |error: std::io::Error| Failure::file("read", from, &error, "give --scripts with a folder of scripts");
    let mut copied = Vec::new();
    for name in host().names(from).map_err(broken)? {
        let path = from.join(&name);
        if !is_file(&path) {
            continue;
        }
        let bytes = files::read(&path).map_err(broken)?;
        output::write(&to.join(&name), &bytes)?;
        copied.push((name, bytes.len()));
    }
    copied.sort();
    Ok(copied)
}
