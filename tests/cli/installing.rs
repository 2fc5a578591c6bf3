//! `cargo install --path src/cli` has what it needs: no crate of the tool reads a file of another folder when it is built.

use std::fs;
use std::path::{Path, PathBuf};

const CRATES: [&str; 6] = ["core", "compiler", "learn", "publish", "command", "cli"];

/// All Rust files below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
}

/// Whether a module is for tests only: it lies below one, or its parent says so.
fn is_for_tests(file: &Path, root: &Path) -> bool {
    let name = file.file_stem().unwrap().to_str().unwrap();
    let parents = ["lib.rs", "main.rs", "mod.rs"].map(|parent| file.with_file_name(parent));
    let said = format!("#[cfg(test)]\nmod {name};");
    file.strip_prefix(root).unwrap().components().any(|part| part.as_os_str() == "tests")
        || name == "tests"
        || parents.iter().any(|parent| fs::read_to_string(parent).is_ok_and(|text| text.contains(&said)))
}

#[test]
fn no_crate_of_the_tool_reads_a_file_outside_its_folder_when_it_is_built() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut included = 0;
    for name in CRATES {
        let root = src.join(name);
        let mut files = Vec::new();
        sources(&root, &mut files);
        for file in files.iter().filter(|file| !is_for_tests(file, &root)) {
            let text = fs::read_to_string(file).unwrap();
            let built = text.split("#[cfg(test)]").next().unwrap();
            let named = ["include_str!(\"", "include_bytes!(\""].map(|macro_| built.split(macro_).skip(1));
            for rest in named.into_iter().flatten() {
                let to = file.parent().unwrap().join(rest.split('"').next().unwrap());
                let to = to.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", to.display()));
                assert!(to.starts_with(root.canonicalize().unwrap()), "{} includes {}", file.display(), to.display());
                included += 1;
            }
        }
        assert!(!root.join("build.rs").exists(), "{name} has a build script");
    }
    assert!(included >= 5, "only {included} files are included");
}
