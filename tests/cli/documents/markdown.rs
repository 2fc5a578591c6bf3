//! Markdown, as far as the documents use it: fenced blocks, headings and links.

use super::{read, root};
use std::path::Path;

/// A page of the repository.
pub(super) struct Page {
    /// Path from the root.
    pub(super) name: String,
    pub(super) text: String,
}

/// A fenced block.
pub(super) struct Block {
    /// `toml` in the info string `toml file=shop/x.toml`.
    pub(super) language: String,
    /// The other words of the info string.
    pub(super) marks: Vec<String>,
    pub(super) text: String,
    /// Number of the line of the fence.
    pub(super) line: usize,
}

impl Block {
    pub(super) fn has(&self, mark: &str) -> bool {
        self.marks.iter().any(|known| known == mark)
    }

    /// Part of the settings of a Worker, and of no configuration.
    pub(super) fn is_of_a_worker(&self) -> bool {
        let settings = |mark: &String| mark.starts_with("append=") || mark.starts_with("namespace=");
        self.has("wrangler") || self.marks.iter().any(settings)
    }

    /// The file that the block is the text of, if it says one.
    pub(super) fn file(&self) -> Option<&str> {
        self.marks.iter().find_map(|mark| mark.strip_prefix("file="))
    }
}

impl Page {
    pub(super) fn blocks(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut is_open = false;
        for (index, line) in self.text.lines().enumerate() {
            if let Some(info) = line.trim_start().strip_prefix("```") {
                is_open = !is_open;
                if is_open {
                    let mut words = info.split_whitespace().map(str::to_owned);
                    let language = words.next().unwrap_or_default();
                    blocks.push(Block { language, marks: words.collect(), text: String::new(), line: index + 1 });
                }
            } else if is_open {
                let text = &mut blocks.last_mut().unwrap().text;
                text.push_str(line);
                text.push('\n');
            }
        }
        assert!(!is_open, "{}: a fence is not closed", self.name);
        blocks
    }

    /// The lines outside fenced blocks.
    pub(super) fn prose(&self) -> Vec<&str> {
        let mut is_open = false;
        let mut lines = Vec::new();
        for line in self.text.lines() {
            if line.trim_start().starts_with("```") {
                is_open = !is_open;
            } else if !is_open {
                lines.push(line);
            }
        }
        lines
    }

    /// The anchors of its headings, as GitHub makes them.
    pub(super) fn anchors(&self) -> Vec<String> {
        let headings = self.prose().into_iter().filter(|line| line.starts_with('#'));
        headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
    }

    /// Where its links and pictures lead.
    pub(super) fn targets(&self) -> Vec<String> {
        let mut targets = Vec::new();
        for line in self.prose() {
            // What stands in a code span is no link.
            let outside: String = line.split('`').step_by(2).collect::<Vec<_>>().join("x");
            for rest in outside.split("](").skip(1) {
                targets.push(rest.split([')', ' ']).next().unwrap_or_default().to_owned());
            }
        }
        targets
    }
}

fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
}

/// Every Markdown file of the repository.
pub(super) fn every_page() -> Vec<Page> {
    let mut names = Vec::new();
    walk(&root(), "", &mut names);
    names.sort();
    names.into_iter().map(|name| Page { text: read(&name), name }).collect()
}

/// The pages whose blocks are run: those of docs/ and of the root.
pub(super) fn run_pages() -> Vec<Page> {
    every_page().into_iter().filter(|page| page.name.starts_with("docs/") || !page.name.contains('/')).collect()
}

fn walk(folder: &Path, prefix: &str, names: &mut Vec<String>) {
    const SKIPPED: [&str; 5] = ["target", "node_modules", "build", ".git", ".wrangler"];
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{prefix}{name}");
        if entry.file_type().unwrap().is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                walk(&entry.path(), &format!("{path}/"), names);
            }
        } else if Path::new(&name).extension().is_some_and(|extension| extension == "md") {
            names.push(path);
        }
    }
}
