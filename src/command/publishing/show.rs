//! Differences, for people.

use attune_publish::difference::{Change, Detail, Kind};
use std::fmt::Write as _;

/// Longest value that is shown, in characters.
const VALUE_CHARS_MAX: usize = 240;

/// For a terminal.
pub(super) fn terminal(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "no difference\n".to_owned();
    }
    let mut text = String::new();
    for change in changes {
        let sign = match change.kind {
            Kind::Added => '+',
            Kind::Removed => '-',
            Kind::Changed => '~',
        };
        // Writing into a string has no way to fail.
        let _ = writeln!(text, "{sign} {}", title(change));
        if change.kind == Kind::Removed {
            continue;
        }
        for Detail { what, before, after } in &change.details {
            let _ = match (before, after) {
                (None, Some(after)) => writeln!(text, "    {what}: {}", value(after)),
                (Some(before), None) => writeln!(text, "    {what}: {} is gone", value(before)),
                (before, after) => writeln!(
                    text,
                    "    {what}\n      - {}\n      + {}",
                    value(before.as_deref().unwrap_or_default()),
                    value(after.as_deref().unwrap_or_default())
                ),
            };
        }
    }
    text
}

/// For a pull request.
pub(super) fn markdown(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "No difference.\n".to_owned();
    }
    let mut text = String::from("| | what | before | after |\n|---|---|---|---|\n");
    for change in changes {
        let kind = match change.kind {
            Kind::Added => "new",
            Kind::Removed => "gone",
            Kind::Changed => "changed",
        };
        let title = title(change);
        if change.kind == Kind::Removed || change.details.is_empty() {
            let _ = writeln!(text, "| {title} | {kind} | | |");
            continue;
        }
        for (number, detail) in change.details.iter().enumerate() {
            let title = if number == 0 { format!("{title} ({kind})") } else { String::new() };
            let cell = |value: &Option<String>| value.as_deref().map_or_else(String::new, code);
            let _ =
                writeln!(text, "| {title} | {} | {} | {} |", detail.what, cell(&detail.before), cell(&detail.after));
        }
    }
    text
}

fn title(change: &Change) -> String {
    format!("{} {}", change.area.word(), change.key).trim_end().to_owned()
}

/// A value in one line. It may come from a stranger's bundle, so nothing in it moves the cursor.
fn value(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }));
    }
    match line.char_indices().nth(VALUE_CHARS_MAX) {
        Some((end, _)) => format!("{} ...", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// A value as code in a table of Markdown.
fn code(text: &str) -> String {
    let line = value(text).replace('|', "\\|");
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    if longest == 0 { format!("`{line}`") } else { format!("{fence} {line} {fence}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_in_its_line_and_its_cell() {
        assert_eq!(value("a\n  b\x1b[2J"), "a b\u{fffd}[2J");
        assert_eq!(value(&"x".repeat(300)).chars().count(), VALUE_CHARS_MAX + 4);
        assert_eq!(code("a | `b`"), "`` a \\| `b` ``");
    }
}
