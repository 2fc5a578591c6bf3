//! The TOML of the documents: every block is a whole configuration, or a part of one that is merged into `shop/`.

use super::super::Folder;
use super::markdown::run_pages;
use super::{read, root};
use std::path::Path;

/// The base configuration without what the fragment defines itself: a name that is defined twice is an error.
fn base_without(fragment: &toml::Table) -> String {
    let mut base = read("tests/cli/documents/shop/attune.toml");
    let feeds = fragment.get("catalog").and_then(|catalog| catalog.get("feed"));
    if feeds.is_some_and(toml::Value::is_table) {
        base = base
            .replace("en-GB = \"GBP\"", "en-GB = \"GBP\", de-DE = \"EUR\"")
            .replace("\ntext.", "\nfallback = true\ntext.");
    }
    let mut kept = String::new();
    let mut is_kept = true;
    for line in base.lines() {
        if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            is_kept = !defines(fragment, header);
        }
        if is_kept {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn defines(fragment: &toml::Table, header: &str) -> bool {
    let mut table = fragment;
    for key in header.split('.') {
        match table.get(key) {
            Some(toml::Value::Table(inner)) => table = inner,
            found => return found.is_some(),
        }
    }
    true
}

/// The other files of the base: contents, feeds and lists.
fn copy_files(from: &Path, to: &str, folder: &Folder) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{to}/{}", entry.file_name().into_string().unwrap());
        if entry.path().is_dir() {
            copy_files(&entry.path(), &name, folder);
        } else {
            folder.write(&name, std::fs::read(entry.path()).unwrap());
        }
    }
}

#[test]
fn every_configuration_of_the_documents_compiles() {
    let mut compiled = 0;
    for page in run_pages() {
        let blocks = page.blocks().into_iter().filter(|block| block.language == "toml" && block.file().is_none());
        for block in blocks.filter(|block| !block.is_of_a_worker()) {
            let place = format!("{}:{}", page.name, block.line);
            let fragment: toml::Table = toml::from_str(&block.text).unwrap_or_else(|error| panic!("{place}: {error}"));
            let folder = Folder::new();
            copy_files(&root().join("tests/cli/documents/shop"), "shop", &folder);
            if fragment.contains_key("site") {
                folder.write("shop/attune.toml", &block.text);
            } else {
                folder.write("shop/attune.toml", base_without(&fragment));
                folder.write("shop/campaigns/fragment.toml", &block.text);
            }
            let ran = folder.run(&["check", "shop"]);
            assert_eq!(ran.code, 0, "{place}\n{}{}", ran.out, ran.err);
            compiled += 1;
        }
    }
    assert!(compiled >= 15, "only {compiled} configurations found");
}

#[test]
fn every_setting_of_a_worker_is_one_that_it_reads() {
    let settings = read("www/shim/index.d.ts");
    let mut checked = 0;
    for page in run_pages() {
        for block in page.blocks().into_iter().filter(|block| block.has("wrangler")) {
            let table: toml::Table = toml::from_str(&block.text).unwrap();
            let vars = table.get("vars").and_then(toml::Value::as_table).unwrap_or(&table);
            for key in vars.keys() {
                assert!(settings.contains(&format!("  {key}?:")), "{}: no Worker reads {key}", page.name);
                checked += 1;
            }
        }
    }
    assert!(checked > 0, "no page shows a setting of a Worker any more");
}
