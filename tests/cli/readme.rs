//! The commands of README.md, as they stand there, in a copy of what a fresh clone has.

use super::Folder;
use std::fs;
use std::path::{Path, PathBuf};

/// Commands that no test runs here, by how they begin, and why.
const NOT_RUN: [(&str, &str); 4] = [
    ("cargo xtask dev", "serves the demo until it is stopped; tests/browser starts the same Workers"),
    ("cargo xtask test", "runs this test"),
    ("cargo install", "compiles the tool once more"),
    ("curl ", "needs a deployed Worker; tests/edge posts the same to a local one"),
];

/// What a command has to print, by how it begins: part of its output, or of the file that it writes.
const PRINTS: [(&str, &str); 17] = [
    ("check www/demo/attune", "campaigns"),
    ("decide www/demo/attune --visitor examples/visitor.json --url https", "\"finish-your-order\""),
    ("why https://www.tuppence.example/", "hero shows \"finish-your-order\", from the campaign \"abandoned-cart\""),
    ("test www/demo/attune", "fixtures passed"),
    ("simulate www/demo/attune", "Starving"),
    ("init my-shop", "wrote my-shop/attune.toml"),
    ("check my-shop", "campaigns"),
    ("compile ", "wrote "),
    ("decide my-shop --batch", "\"customer\":\"C-1044\""),
    ("learn --", "a product"),
    ("evaluate ", "HR@20"),
    ("rotate-report ", "identical"),
    ("keys signing", ""),
    ("sign shop.bundle", ""),
    ("decide www/demo/attune --visitor examples/visitor.json --url /", "for-you"),
    ("posteriors ", "wrote shop.posteriors"),
    ("assign www/demo/attune", "0123456789abcdef0123456789abcdef,in,"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The lines of the README that are commands: indented, without the comment behind them.
fn commands() -> Vec<String> {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let lines = readme.lines().filter_map(|line| line.strip_prefix("    "));
    let commands = lines.filter(|line| ["cargo ", "attune ", "curl "].iter().any(|start| line.starts_with(start)));
    commands.map(|line| line.split(" #").next().unwrap().trim().to_owned()).collect()
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}

#[test]
fn every_command_of_the_readme_runs_as_written() {
    let folder = Folder::new();
    for part in ["www/demo/attune", "examples", "tests/edge/bandit", "tests/data/click-sessions"] {
        copy(&root().join(part), &folder.path(part));
    }
    let commands = commands();
    let mut ran = 0;
    for command in &commands {
        if NOT_RUN.iter().any(|(start, _)| command.starts_with(start)) {
            continue;
        }
        let tool = ["cargo run -p attune -- ", "cargo run --release -p attune -- ", "attune "];
        let arguments = tool.iter().find_map(|start| command.strip_prefix(start));
        let arguments = arguments.unwrap_or_else(|| panic!("a command that no test knows: {command}"));
        // What a shell would do with `<` and `>`.
        let (arguments, written) = arguments.split_once(" > ").map_or((arguments, None), |(a, file)| (a, Some(file)));
        let (arguments, read) = arguments.split_once(" < ").map_or((arguments, None), |(a, file)| (a, Some(file)));
        let words: Vec<&str> = arguments.split_whitespace().collect();
        let result = folder.run_with(&words, &read.map_or_else(Vec::new, |file| folder.read(file)));
        assert_eq!(result.code, 0, "{command}\n{}\n{}", result.out, result.err);
        if let Some(file) = written {
            folder.write(file, &result.out);
        }
        if let Some((_, part)) = PRINTS.iter().find(|(start, _)| arguments.starts_with(start)) {
            let printed = result.out + &result.err;
            assert!(printed.contains(part), "{command} does not print {part}:\n{printed}");
        }
        ran += 1;
    }
    assert!(ran >= 18, "only {ran} commands found: {commands:?}");
    for (start, _) in NOT_RUN {
        let reads = fs::read_to_string(root().join("README.md")).unwrap();
        assert!(reads.contains(start), "the README has no `{start}` any more");
    }
    for (start, _) in PRINTS {
        assert!(commands.iter().any(|command| command.contains(start)), "the README has no `{start}` any more");
    }
}

#[test]
fn the_line_of_a_batch_that_the_readme_shows_is_decided() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let line = readme.lines().find(|line| line.starts_with("    { \"customer\"")).unwrap().trim().to_owned();
    let ran = Folder::with_shop().run_with(&["decide", "shop", "--batch", "-"], line.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("\"customer\":\"C-1042\""), "{}", ran.out);
}
