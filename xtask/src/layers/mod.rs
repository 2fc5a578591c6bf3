//! `cargo xtask layers`: who imports whom. An import that goes up, or a circle of files, is refused.
//!
//! A crate may use only the crates that [`CRATES`] allows it. In core, a folder uses only folders that stand before it
//! in [`LAYERS`]. No files import each other in a circle, in Rust and in JavaScript.

mod circles;
mod import;
mod javascript;
mod modules;
mod paths;

use crate::folder::root;
use anyhow::{Context, Result, bail};
use import::{Import, Sources};
use modules::Crate;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A crate of the workspace.
struct CrateRule {
    /// Its name in a `use`.
    name: &'static str,
    folder: &'static str,
    /// The file that its modules begin in.
    root: &'static str,
    /// The crates that it may use.
    may_use: &'static [&'static str],
}

const CRATES: [CrateRule; 14] = [
    CrateRule { name: "attune_core", folder: "src/core", root: "lib.rs", may_use: &[] },
    CrateRule { name: "attune_compiler", folder: "src/compiler", root: "lib.rs", may_use: &["attune_core"] },
    CrateRule { name: "attune_learn", folder: "src/learn", root: "lib.rs", may_use: &["attune_core"] },
    CrateRule { name: "attune_stats", folder: "src/stats", root: "lib.rs", may_use: &[] },
    // The compiler makes the configurations of its tests.
    CrateRule {
        name: "attune_publish",
        folder: "src/publish",
        root: "lib.rs",
        may_use: &["attune_core", "attune_compiler"],
    },
    CrateRule {
        name: "attune_command",
        folder: "src/command",
        root: "lib.rs",
        may_use: &["attune_core", "attune_compiler", "attune_publish", "attune_stats"],
    },
    // The statistics are for the vectors only.
    CrateRule { name: "attune_page", folder: "src/page", root: "lib.rs", may_use: &["attune_core", "attune_stats"] },
    CrateRule { name: "attune_browser", folder: "src/browser", root: "lib.rs", may_use: &["attune_core"] },
    CrateRule { name: "attune_edge", folder: "src/edge", root: "lib.rs", may_use: &["attune_core"] },
    CrateRule { name: "attune_studio", folder: "src/studio", root: "lib.rs", may_use: &["attune_command"] },
    // The publisher's formats are for its tests.
    CrateRule {
        name: "attune",
        folder: "src/cli",
        root: "main.rs",
        may_use: &["attune_core", "attune_compiler", "attune_command", "attune_learn", "attune_publish"],
    },
    CrateRule { name: "attune_fuzz", folder: "fuzz", root: "lib.rs", may_use: &["attune_core", "attune_compiler"] },
    CrateRule { name: "xtask", folder: "xtask/src", root: "main.rs", may_use: &[] },
    CrateRule { name: "attune_html_tests", folder: "tests/html", root: "main.rs", may_use: &["attune_core"] },
];

/// The layers of core, from the ground up: files and folders of `src/core`.
const LAYERS: [&str; 21] = [
    "limits",
    "sort",
    "codec",
    "civil",
    "number",
    "attribute",
    "category",
    "context",
    "device",
    "html",
    "bundle",
    "profile",
    "artifacts",
    "segment",
    "render",
    "recommend",
    "loaded",
    "decide",
    "explain",
    "persona",
    "page",
];

/// Checks the whole workspace.
///
/// # Errors
/// When a file cannot be read, and with one line for each import that goes up and each circle.
pub(crate) fn check() -> Result<()> {
    let mut sources = Sources::new();
    for folder in ["src", "fuzz", "xtask", "www", "tests"] {
        read(&root().join(folder), folder, &mut sources)?;
    }
    let faults = faults(&sources)?;
    if faults.is_empty() {
        println!("{} files: no import goes up, no circles", sources.len());
        return Ok(());
    }
    bail!("{}", faults.join("\n"))
}

fn read(folder: &Path, name: &str, sources: &mut Sources) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("{name} cannot be read"))? {
        let entry = entry?;
        let file = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{name}/{file}");
        if entry.file_type()?.is_dir() {
            if file != "node_modules" && file != "target" {
                read(&entry.path(), &path, sources)?;
            }
        } else if [".rs", ".mjs", ".js"].iter().any(|end| file.ends_with(end)) {
            let text = fs::read_to_string(entry.path()).with_context(|| format!("{path} cannot be read"))?;
            sources.insert(path, text);
        }
    }
    Ok(())
}

/// One line for each import that goes up and each circle.
fn faults(sources: &Sources) -> Result<Vec<String>> {
    let mut imports = BTreeSet::new();
    let mut crates = Vec::new();
    for CrateRule { name, folder, root, .. } in CRATES {
        let root = format!("{folder}/{root}");
        if sources.contains_key(&root) {
            crates.push(Crate::read(name, &root, sources)?);
        }
    }
    for one in &crates {
        imports.extend(paths::imports(one, &crates));
    }
    imports.extend(javascript::imports(sources));
    let mut faults: BTreeSet<String> = imports.iter().filter_map(goes_up).collect();
    faults.extend(circles::find(&imports));
    Ok(faults.into_iter().collect())
}

fn goes_up(import: &Import) -> Option<String> {
    let Import { from, to, name } = import;
    if let (Some(user), Some(used)) = (crate_of(from), crate_of(to))
        && user.name != used.name
    {
        let is_allowed = user.may_use.contains(&used.name);
        return (!is_allowed).then(|| format!("{from} uses `{name}` of {to}: {} may not use {}", user.name, used.name));
    }
    let (lower, upper) = (layer_of(from)?, layer_of(to)?);
    let (below, above) = (place(lower), place(upper));
    match (below, above) {
        (None, _) => Some(format!("src/core/{lower} is not in the list of core's layers")),
        (Some(below), Some(above)) if above > below => {
            Some(format!("{from} uses `{name}` of {to}: the layer `{lower}` may not use `{upper}`, which stands on it"))
        }
        _ => None,
    }
}

fn crate_of(path: &str) -> Option<CrateRule> {
    CRATES.into_iter().find(|one| path.strip_prefix(one.folder).is_some_and(|rest| rest.starts_with('/')))
}

fn layer_of(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/core/").filter(|inside| *inside != "lib.rs")?;
    let first = inside.split('/').next()?;
    Some(first.strip_suffix(".rs").unwrap_or(first))
}

fn place(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|name| *name == layer)
}

#[cfg(test)]
mod tests;
