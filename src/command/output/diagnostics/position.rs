//! Places in the authored files.

use attune_compiler::{File, Span};

/// Line and column of a byte, both counted from 1; columns in characters.
pub(super) fn position(span: &Span, at: usize, files: &[File]) -> (usize, usize) {
    let text = text_of(span, files);
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

/// The text of the file that a span is in.
pub(super) fn text_of<'f>(span: &Span, files: &'f [File]) -> &'f str {
    files.iter().find(|file| file.path == span.file).map_or("", |file| file.text.as_str())
}
