//! From the paths that modules name to the files that define the names.

use super::import::Import;
use super::modules::{Crate, Module, ModulePath};
use std::collections::{BTreeMap, BTreeSet};

/// How often a name may be passed on by re-exports.
const HOPS_MAX: usize = 16;

/// All imports of a crate: into its own files and into those of other crates.
pub(super) fn imports(of: &Crate, crates: &[Crate]) -> Vec<Import> {
    let mut names_by_files: BTreeMap<(&str, String), BTreeSet<String>> = BTreeMap::new();
    for (path, module) in &of.modules {
        // A re-export uses nothing itself: who takes the name from here uses the file that defines it.
        let taken = module.uses.iter().filter(|one| !one.public || in_use(module, &one.name)).map(|one| &one.path);
        let written_out = module.paths.iter().filter(|path| !is_imported(module, path));
        for names in taken.chain(written_out) {
            let Some(file) = file_of(names, of, path, crates, HOPS_MAX) else { continue };
            if file != module.file {
                names_by_files.entry((&module.file, file)).or_default().insert(names.join("::"));
            }
        }
    }
    let named = names_by_files.into_iter();
    named.map(|((from, to), names)| Import { from: from.into(), to, name: Vec::from_iter(names).join(", ") }).collect()
}

/// Whether a path begins with a name that a `use` brought in, so that the `use` stands for it.
fn is_imported(module: &Module, path: &[String]) -> bool {
    path.first().is_some_and(|first| module.uses.iter().any(|one| one.name == *first))
}

/// Whether a module uses a name that it also passes on.
fn in_use(module: &Module, name: &str) -> bool {
    module.paths.iter().any(|path| path.first().is_some_and(|first| first == name))
}

/// The file that defines the name at the end of a path.
fn file_of(names: &[String], own: &Crate, at: &ModulePath, crates: &[Crate], hops: usize) -> Option<String> {
    let (first, rest) = names.split_first()?;
    let hops = hops.checked_sub(1)?;
    match first.as_str() {
        "crate" => walk(rest, own, &Vec::new(), crates, hops),
        "self" => walk(rest, own, at, crates, hops),
        "super" => {
            let parent = at.get(..at.len().checked_sub(1)?)?.to_vec();
            match rest.first().map(String::as_str) {
                Some("super") => file_of(rest, own, &parent, crates, hops),
                _ => walk(rest, own, &parent, crates, hops),
            }
        }
        name => {
            if let Some(other) = crates.iter().find(|one| one.name == name && one.is_library) {
                return walk(rest, other, &Vec::new(), crates, hops);
            }
            walk(names, own, at, crates, hops).filter(|file| *file != own.modules.get(at).map_or("", |m| &m.file))
        }
    }
}

/// Follows names from a module: into its children, and through what it imports.
fn walk(names: &[String], own: &Crate, at: &ModulePath, crates: &[Crate], hops: usize) -> Option<String> {
    let module = own.modules.get(at)?;
    let Some((first, rest)) = names.split_first() else { return Some(module.file.clone()) };
    let mut child = at.clone();
    child.push(first.clone());
    if own.modules.contains_key(&child) {
        return walk(rest, own, &child, crates, hops);
    }
    if let Some(one) = module.uses.iter().find(|one| one.name == *first) {
        // A name that is imported under its own name from the root of another crate ends here.
        if one.path.as_slice() != std::slice::from_ref(first) {
            let path: Vec<String> = one.path.iter().chain(rest).cloned().collect();
            return file_of(&path, own, at, crates, hops.checked_sub(1)?);
        }
        return None;
    }
    for all in module.uses.iter().filter(|one| one.name == "*" && one.public) {
        let path: Vec<String> = all.path.iter().chain(names).cloned().collect();
        let found = file_of(&path, own, at, crates, hops.checked_sub(1)?);
        if found.is_some() {
            return found;
        }
    }
    Some(module.file.clone())
}
