//! The files that a site serves, by the path of their URL.

use crate::failure::Failure;
use attune_core::codec::percent_encode;
use std::collections::BTreeSet;
use std::path::Path;

/// The paths of all files in a folder, as they are and percent-encoded.
pub(super) fn paths(folder: &Path) -> Result<BTreeSet<String>, Failure> {
    let mut paths = BTreeSet::new();
    add(folder, "", "", &mut paths)?;
    Ok(paths)
}

fn add(folder: &Path, plain: &str, encoded: &str, paths: &mut BTreeSet<String>) -> Result<(), Failure> {
    let broken = |error: std::io::Error| {
        Failure::file("read", folder, &error, "give the folder that the site's files are served from")
    };
    for entry in std::fs::read_dir(folder).map_err(broken)? {
        let entry = entry.map_err(broken)?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        let mut part = format!("{encoded}/");
        percent_encode(&name, &mut part);
        let path = format!("{plain}/{name}");
        if entry.path().is_dir() {
            add(&entry.path(), &path, &part, paths)?;
        } else {
            paths.extend([path, part]);
        }
    }
    Ok(())
}
