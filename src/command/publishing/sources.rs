//! The authored files that go with a version: what the bundle was compiled from, and the fixtures. Nothing else of the folder: no
//! catalogue, no hidden file, nothing that is not a part of a configuration.

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::host::{self, host};
use attune_compiler::DEPLOYMENT;
use std::collections::BTreeMap;
use std::path::Path;

pub(super) fn read(dir: &Path, configuration: &Configuration) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let is_source = |path: &str| path != DEPLOYMENT && !path.starts_with("catalog/");
    let authored = configuration.files.iter().filter(|file| is_source(&file.path));
    let mut files: BTreeMap<String, Vec<u8>> =
        authored.map(|file| (file.path.clone(), file.text.clone().into_bytes())).collect();
    if let Some(lock) = &configuration.compiled.lock {
        files.insert(attune_compiler::LOCK.to_owned(), lock.clone().into_bytes());
    }
    let tests = dir.join("tests");
    if host::is_folder(&tests) {
        add(&tests, "tests", &mut files)?;
    }
    Ok(files)
}

fn add(folder: &Path, name: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), Failure> {
    let broken = |error: std::io::Error| Failure::file("read", folder, &error, "check its permissions");
    for file in host().names(folder).map_err(broken)? {
        if file.starts_with('.') {
            continue;
        }
        let path = format!("{name}/{file}");
        if host::is_folder(&folder.join(&file)) {
            add(&folder.join(&file), &path, files)?;
        } else if [".toml", ".json", ".jsonl"].iter().any(|ending| file.ends_with(ending)) {
            files.insert(path, host::read(&folder.join(&file)).map_err(broken)?);
        }
    }
    Ok(())
}
