//! Links and pictures of all Markdown files.

use super::markdown::{Page, every_page};
use super::{read, root};

#[test]
fn every_relative_link_leads_to_a_file_and_a_heading() {
    let pages = every_page();
    let mut checked = 0;
    for page in &pages {
        let folder = page.name.rsplit_once('/').map_or("", |(folder, _)| folder);
        for target in page.targets() {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = target.split_once('#').map_or((target.as_str(), None), |(f, a)| (f, Some(a)));
            let path = if file.is_empty() { page.name.clone() } else { joined(folder, file) };
            assert!(root().join(&path).exists(), "{}: there is no {target}", page.name);
            if let (Some(anchor), Some(found)) = (anchor, pages.iter().find(|page| page.name == path)) {
                assert!(found.anchors().iter().any(|a| a == anchor), "{}: {path} has no heading #{anchor}", page.name);
            }
            checked += 1;
        }
    }
    assert!(checked > 100, "only {checked} links found");
}

/// A path from a folder, without `.` and `..`.
fn joined(folder: &str, file: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in file.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn every_page_is_in_the_index_of_its_folder() {
    let pages = every_page();
    for index in ["docs/README.md", "docs/decisions/README.md"] {
        let folder = index.strip_suffix("README.md").unwrap();
        let targets = pages.iter().find(|page| page.name == index).map(Page::targets).unwrap();
        let inside = pages.iter().filter_map(|page| page.name.strip_prefix(folder));
        for name in inside.filter(|name| !name.contains('/') && *name != "README.md") {
            assert!(targets.iter().any(|target| target == name), "{index} has no link to {name}");
        }
    }
}

/// Folders of the repository, as code spans name them.
const FOLDERS: [&str; 7] = ["src/", "tests/", "www/", "xtask/", "docs/", "examples/", "fuzz/"];

#[test]
fn every_path_of_the_repository_in_a_code_span_is_there() {
    let mut checked = 0;
    // The log of changes speaks of what was.
    for page in every_page().iter().filter(|page| page.name != "CHANGELOG.md") {
        let spans = page.prose().into_iter().flat_map(|line| line.split('`').skip(1).step_by(2));
        for span in spans.filter(|span| FOLDERS.iter().any(|folder| span.starts_with(folder))) {
            let path = span.split(['*', ' ', ':']).next().unwrap_or_default();
            assert!(root().join(path).exists(), "{}: there is no {path}", page.name);
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} paths found");
}

#[test]
fn the_layers_of_the_architecture_are_those_that_are_checked() {
    let source = read("xtask/src/layers/mod.rs");
    let list = source.split("const LAYERS").nth(1).and_then(|rest| rest.split("];").next()).unwrap();
    let checked: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    let page = read("ARCHITECTURE.md");
    let table = page.split("\n## Layers\n").nth(1).and_then(|rest| rest.split("**The rule").next()).unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next());
    let shown: Vec<&str> = rows.filter(|name| *name != "layer").collect();
    // A layer that has no file yet is not shown.
    let present = |name: &&str| ["", ".rs"].iter().any(|end| root().join(format!("src/core/{name}{end}")).exists());
    assert_eq!(shown, checked.into_iter().filter(present).collect::<Vec<_>>());
}
