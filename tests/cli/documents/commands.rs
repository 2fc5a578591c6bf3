//! The commands of the documents, as they stand there, in a copy of what a fresh clone has.

use super::super::Folder;
use super::markdown::{Block, Page, run_pages};
use super::programs::check_unrun;
use super::root;
use std::fs;
use std::path::Path;

/// Pages with blocks that cannot be run here, and how many: they need a network, a deployment or a browser.
const NOT_RUN: [(&str, usize); 19] = [
    ("ARCHITECTURE.md", 1),
    ("CONTRIBUTING.md", 2),
    ("README.md", 3),
    ("RELEASING.md", 1),
    ("docs/benchmarks.md", 1),
    ("docs/deploying.md", 8),
    ("docs/doctor.md", 2),
    ("docs/export.md", 4),
    ("docs/getting-started.md", 5),
    ("docs/learning.md", 1),
    ("docs/measurement.md", 3),
    ("docs/openfeature.md", 3),
    ("docs/packages.md", 5),
    ("docs/publishing.md", 11),
    ("docs/robots.md", 2),
    ("docs/server-api.md", 4),
    ("docs/statistics.md", 1),
    ("docs/trust.md", 1),
    ("docs/trying.md", 1),
];

/// What a command has to print, by how it begins: part of its output, or of the file that it writes.
const PRINTS: [(&str, &str); 18] = [
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
    ("keys data", ":data"),
    ("posteriors tests/edge/bandit --counts tests/edge/bandit/counts/blue.csv --key", "wrote shop.posteriors"),
    ("assign www/demo/attune", "0123456789abcdef0123456789abcdef,in,"),
];

/// What is read by the commands of the pages.
const COPIED: [&str; 5] =
    ["www/demo/attune", "examples", "tests/edge/bandit", "tests/data/click-sessions", "tests/data/results"];

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

/// A folder with what a fresh clone has, and the starter configuration in `shop` unless the page makes it.
fn folder_for(page: &Page) -> Folder {
    let folder = if page.text.contains("attune init shop\n") { Folder::new() } else { Folder::with_shop() };
    for part in COPIED {
        copy(&root().join(part), &folder.path(part));
    }
    folder
}

/// One command of a block, and the lines that it is said to print.
struct Step {
    command: String,
    printed: Vec<String>,
}

/// The commands of a block. In a `console` block they stand behind `$ `, and what they print follows.
fn steps(block: &Block) -> Vec<Step> {
    let joined = block.text.replace("\\\n", " ");
    let mut steps: Vec<Step> = Vec::new();
    for line in joined.lines().filter(|line| !line.trim().is_empty()) {
        let command = if block.language == "console" { line.strip_prefix("$ ") } else { Some(line) };
        match (command, steps.last_mut()) {
            (Some(command), _) => {
                let command = without_comment(command).to_owned();
                steps.push(Step { command, printed: Vec::new() });
            }
            (None, Some(step)) => step.printed.push(line.trim().to_owned()),
            (None, None) => panic!("a console block begins with output: {line}"),
        }
    }
    steps.retain(|step| !step.command.is_empty());
    steps
}

fn without_comment(line: &str) -> &str {
    if line.starts_with('#') { "" } else { line.split(" #").next().unwrap_or_default().trim() }
}

/// The words of a command, as a shell divides them.
pub(super) fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut is_word) = (Vec::new(), String::new(), None, false);
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => (quote, is_word) = (Some(c), true),
            (None, ' ') => {
                if is_word {
                    words.push(std::mem::take(&mut word));
                }
                is_word = false;
            }
            _ => {
                word.push(c);
                is_word = true;
            }
        }
    }
    if is_word {
        words.push(word);
    }
    words
}

/// The arguments of a command of the tool; none for another program.
pub(super) fn arguments(command: &str) -> Option<&str> {
    ["cargo run -p attune -- ", "attune "].iter().find_map(|start| command.strip_prefix(start))
}

/// Runs one command, compares what it prints, and gives its arguments.
fn run(folder: &Folder, step: &Step, place: &str) -> String {
    let command = &step.command;
    let Some(arguments) = arguments(command) else {
        panic!("{place}: a command that no test knows; mark the block `no-run`: {command}");
    };
    // What a shell would do with `<` and `>`.
    let (arguments, written) = arguments.split_once(" > ").map_or((arguments, None), |(a, file)| (a, Some(file)));
    let (arguments, input) = arguments.split_once(" < ").map_or((arguments, None), |(a, file)| (a, Some(file)));
    let words = words(arguments);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let result = folder.run_with(&words, &input.map_or_else(Vec::new, |file| folder.read(file)));
    assert_eq!(result.code, 0, "{place}: {command}\n{}\n{}", result.out, result.err);
    if let Some(file) = written {
        folder.write(file, &result.out);
    }
    let printed = result.out + &result.err;
    if let Some((_, part)) = PRINTS.iter().find(|(start, _)| arguments.starts_with(start)) {
        assert!(printed.contains(part), "{place}: {command} does not print {part}:\n{printed}");
    }
    let mut rest = printed.as_str();
    for line in step.printed.iter().filter(|line| *line != "...") {
        let Some(at) = rest.find(line.as_str()) else {
            panic!("{place}: {command} does not print this line, or not here: {line}\n{printed}");
        };
        rest = &rest[at + line.len()..];
    }
    arguments.to_owned()
}

#[test]
fn every_command_of_the_documents_runs_as_written() {
    let mut ran: Vec<String> = Vec::new();
    let mut not_run: Vec<(String, usize)> = Vec::new();
    for page in run_pages() {
        let folder = folder_for(&page);
        let mut count = 0;
        for block in page.blocks() {
            let place = format!("{}:{}", page.name, block.line);
            if let Some(file) = block.file() {
                folder.write(file, &block.text);
            }
            if !matches!(block.language.as_str(), "sh" | "console") {
                continue;
            }
            let steps = steps(&block);
            assert!(!steps.is_empty(), "{place}: a block without a command");
            if block.has("no-run") {
                count += 1;
                for step in &steps {
                    check_unrun(&folder, &step.command, &place);
                }
            } else {
                ran.extend(steps.iter().map(|step| run(&folder, step, &place)));
            }
        }
        if count > 0 {
            not_run.push((page.name, count));
        }
    }
    let expected: Vec<_> = NOT_RUN.iter().map(|(page, count)| ((*page).to_owned(), *count)).collect();
    assert_eq!(not_run, expected, "blocks that are not run");
    for (start, _) in PRINTS {
        assert!(ran.iter().any(|command| command.starts_with(start)), "no page has `attune {start}` any more");
    }
}

#[test]
fn no_command_stands_outside_a_fenced_block() {
    for page in run_pages() {
        for line in page.prose() {
            let is_command =
                ["    attune ", "    cargo ", "    npx ", "    curl "].iter().any(|start| line.starts_with(start));
            assert!(!is_command, "{}: put this into a fenced block: {line}", page.name);
        }
    }
}

#[test]
fn every_line_of_a_batch_is_decided_and_all_json_can_be_read() {
    let folder = Folder::with_shop();
    let mut lines = 0;
    for page in run_pages() {
        for block in page.blocks().into_iter().filter(|block| block.language == "json") {
            let place = format!("{}:{}", page.name, block.line);
            if !block.has("batch") {
                let read: Result<serde_json::Value, _> = serde_json::from_str(&block.text);
                assert!(read.is_ok(), "{place}: {read:?}");
                continue;
            }
            for line in block.text.lines() {
                let ran = folder.run_with(&["decide", "shop", "--batch", "-"], line.as_bytes());
                assert_eq!(ran.code, 0, "{place}: {}", ran.err);
                assert!(ran.out.contains("\"customer\":\"C-1042\""), "{place}: {}", ran.out);
                lines += 1;
            }
        }
    }
    assert!(lines > 0, "no page shows a line of a batch any more");
}
