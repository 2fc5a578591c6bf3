//! Diagnostics as JSON.

use super::count::Counts;
use super::position::position;
use crate::failure::Failure;
use crate::output;
use attune_compiler::{Diagnostic, File, Severity, Span};
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    errors: usize,
    warnings: usize,
    diagnostics: Vec<Entry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<Value>,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'static str,
    severity: Severity,
    message: &'a str,
    help: &'a str,
    #[serde(flatten)]
    place: Option<Place<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    related: Option<Related<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    label: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

/// Lines and columns are counted from 1, columns in characters; offsets in bytes.
#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    start: usize,
    end: usize,
}

/// Prints all diagnostics as JSON on standard output, and what is known of the client bundle, if it was asked for.
pub fn print(files: &[File], diagnostics: &[Diagnostic], client: Option<Value>) -> Result<(), Failure> {
    let Counts { errors, warnings } = Counts::of(diagnostics);
    let entries = diagnostics
        .iter()
        .map(|d| Entry {
            code: d.code.id(),
            severity: d.severity,
            message: &d.message,
            help: &d.help,
            place: d.span.as_ref().map(|span| place(span, files)),
            related: d.related.as_ref().map(|(span, label)| Related { label, place: place(span, files) }),
        })
        .collect();
    output::print_json(&Report { ok: errors == 0, errors, warnings, diagnostics: entries, client })
}

fn place<'a>(span: &'a Span, files: &[File]) -> Place<'a> {
    let (line, column) = position(span, span.start, files);
    let (end_line, end_column) = position(span, span.end, files);
    Place { file: &span.file, line, column, end_line, end_column, start: span.start, end: span.end }
}
