//! Imports of JavaScript modules: the relative paths after `from` and in `import(...)`.

use super::import::{Import, Sources};
use std::collections::BTreeSet;
use std::path::Path;

/// All imports of one file of the project by another.
pub(super) fn imports(sources: &Sources) -> BTreeSet<Import> {
    let mut imports = BTreeSet::new();
    for (file, text) in sources.iter().filter(|(file, _)| !is_rust(file)) {
        for name in text.lines().filter(|line| !is_comment(line)).flat_map(relative) {
            let to = resolve(file, name);
            if to != *file && sources.contains_key(&to) {
                imports.insert(Import { from: file.clone(), to, name: name.into() });
            }
        }
    }
    imports
}

fn is_rust(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|end| end == "rs")
}

/// A type in a comment is no import: nothing of it is there when the module runs.
fn is_comment(line: &str) -> bool {
    ["*", "/*", "//"].iter().any(|mark| line.trim_start().starts_with(mark))
}

/// The relative paths that a line imports.
fn relative(line: &str) -> impl Iterator<Item = &str> {
    ["from \"", "import \"", "import(\""].into_iter().filter_map(|before| {
        let (_, after) = line.split_once(before)?;
        let (name, _) = after.split_once('"')?;
        name.starts_with('.').then_some(name)
    })
}

fn resolve(file: &str, name: &str) -> String {
    let mut folders: Vec<&str> = file.split('/').collect();
    folders.pop();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => drop(folders.pop()),
            part => folders.push(part),
        }
    }
    folders.join("/")
}
