//! The scripts and the Wasm that browsers run.

use crate::failure::Failure;
use crate::host::{host, is_file, is_folder};
use crate::{host as files, output};
use std::path::{Path, PathBuf};

/// Where a build of the repository writes them.
const BUILT: &str = "build/assets/_attune";
/// Without a server no goal counts anything: `vitals.js` is not among them.
const SCRIPTS: [&str; 3] = ["local.js", "log.js", "page.js"];
/// The core, without recommendations and with them.
const MODULES: [&str; 2] = ["local.wasm", "local-full.wasm"];

/// The folder that they are in: the one that is named, that of the npm package, or that of a build.
pub(super) fn folder(named: Option<&Path>) -> Result<PathBuf, Failure> {
    let known = || host().browser().unwrap_or_else(|| PathBuf::from(BUILT));
    let folder = named.map_or_else(known, Path::to_owned);
    if is_folder(&folder) && SCRIPTS.iter().chain(&MODULES).all(|name| is_file(&folder.join(name))) {
        return Ok(folder);
    }
    Err(Failure::new(
        format!("the scripts that browsers run are not in {}", folder.display()),
        format!(
            "give --scripts with the folder that has page.js and local.wasm; in a clone of the repository, `cargo xtask \
             build` writes {BUILT}"
        ),
    ))
}

/// Copies the files that a site needs; the answer is their names and sizes.
pub(super) fn copy(from: &Path, to: &Path, recommends: bool) -> Result<Vec<(String, usize)>, Failure> {
    let [lean, full] = MODULES;
    let module = if recommends { full } else { lean };
    let mut copied = Vec::new();
    for name in SCRIPTS.into_iter().chain([module]) {
        let path = from.join(name);
        let bytes = files::read(&path)
            .map_err(|error| Failure::file("read", &path, &error, "give --scripts with a folder of scripts"))?;
        output::write(&to.join(name), &bytes)?;
        copied.push((name.to_owned(), bytes.len()));
    }
    Ok(copied)
}
