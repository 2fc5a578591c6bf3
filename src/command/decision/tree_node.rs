//! Trees of text.

use std::fmt::Write;

/// One line of the tree and the lines below it.
pub(super) struct Node {
    pub(super) text: String,
    pub(super) parts: Vec<Node>,
}

impl Node {
    pub(super) fn leaf(text: impl Into<String>) -> Self {
        Self { text: text.into(), parts: Vec::new() }
    }

    /// Writes the parts, but not the text of this node.
    pub(super) fn write_parts(&self, indent: &str, out: &mut String) {
        for (index, part) in self.parts.iter().enumerate() {
            let is_last = index + 1 == self.parts.len();
            let (branch, trunk) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            // Writing into a string has no way to fail.
            let _ = writeln!(out, "{indent}{branch}{}", part.text);
            part.write_parts(&format!("{indent}{trunk}"), out);
        }
    }
}
