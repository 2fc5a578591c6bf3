//! The compiler on authored files: what it says of bad ones, what it makes of good ones.
//!
//! A fixture is one text with parts, each begun by `-- path --`. What comes before the first part is
//! `campaigns/case.toml`; `attune.toml` is `base.toml` unless the fixture has its own.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod bad;
mod client;
mod containment;
mod docs;
mod good;
mod limits;
mod paths;
mod schema;
#[path = "../html/tree.rs"]
mod tree;
mod urls;

use attune_compiler::{Around, File};
use std::path::{Path, PathBuf};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/compiler").join(name)
}

fn files(fixture: &str) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    for line in fixture.split_inclusive('\n') {
        if let Some(path) = line.trim_end().strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --")) {
            files.push(File::new(path, ""));
        } else {
            if files.is_empty() {
                files.push(File::new("campaigns/case.toml", ""));
            }
            files.last_mut().unwrap().text.push_str(line);
        }
    }
    if !files.iter().any(|file| file.path == "attune.toml") {
        files.push(File::new("attune.toml", std::fs::read_to_string(folder("base.toml")).unwrap()));
    }
    files
}

/// Takes what is around the files out of them: the parts `now`, in seconds, and `assets`, a path a line.
fn around(files: &mut Vec<File>) -> Around {
    let mut take = |path: &str| {
        let at = files.iter().position(|file| file.path == path)?;
        Some(files.remove(at).text)
    };
    Around {
        now_s: take("now").map(|text| text.trim().parse().unwrap()),
        assets: take("assets").map(|text| text.lines().map(str::to_owned).collect()),
    }
}

/// Name and files of every fixture of a folder, by name.
fn fixtures(name: &str) -> Vec<(String, Vec<File>)> {
    let mut found: Vec<(String, Vec<File>)> = std::fs::read_dir(folder(name))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, files(&std::fs::read_to_string(path).unwrap()))
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// A configuration on the disk.
fn configuration(dir: &str) -> Vec<File> {
    fn add(root: &Path, dir: &Path, files: &mut Vec<File>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                add(root, &path, files);
            } else {
                let relative = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                if attune_compiler::is_authored(&relative) {
                    files.push(File::new(relative, std::fs::read_to_string(&path).unwrap()));
                }
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(dir);
    let mut files = Vec::new();
    add(&root, &root, &mut files);
    files
}
