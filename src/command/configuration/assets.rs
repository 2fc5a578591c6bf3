//! The files that a site serves, by the path of their URL.

use crate::failure::Failure;
use crate::host::{self, host};
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
    for name in host().names(folder).map_err(broken)? {
        let mut part = format!("{encoded}/");
        percent_encode(&name, &mut part);
        let path = format!("{plain}/{name}");
        let inside = folder.join(&name);
        if host::is_folder(&inside) {
            add(&inside, &path, &part, paths)?;
        } else {
            paths.extend([path, part]);
        }
    }
    Ok(())
}
