//! Diagnostics for people and for programs.

use crate::config::Configuration;
use attune_compiler::{Diagnostic, File, Severity, Span};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::io::IsTerminal;

/// Diagnostics with the same code that people are shown: who has read so many knows the rest.
const SHOWN_MAX: usize = 20;

/// Shows the diagnostics on standard error, the first twenty of each code, with a last line that counts them all.
pub(crate) fn human(configuration: &Configuration) {
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(100).without_syntax_highlighting();
    let mut of_code: BTreeMap<&str, usize> = BTreeMap::new();
    for diagnostic in &configuration.compiled.diagnostics {
        let count = of_code.entry(diagnostic.code.id()).or_default();
        *count += 1;
        if *count > SHOWN_MAX {
            continue;
        }
        let mut text = String::new();
        let shown = Shown::new(diagnostic, &configuration.files);
        if handler.render_report(&mut text, &shown).is_err() {
            text = format!("{shown}\n");
        }
        eprintln!("{}", text.trim_end());
    }
    for (code, count) in of_code.iter().filter(|(_, count)| **count > SHOWN_MAX) {
        eprintln!("{code}: {} more; `attune check --format json` has them all", count - SHOWN_MAX);
    }
    let (errors, warnings) = counts(&configuration.compiled.diagnostics);
    if errors + warnings > 0 {
        eprintln!("{}, {}", counted(errors, "error"), counted(warnings, "warning"));
    }
}

pub(crate) fn counts(diagnostics: &[Diagnostic]) -> (usize, usize) {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    (errors, diagnostics.len() - errors)
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    errors: usize,
    warnings: usize,
    diagnostics: Vec<Entry<'a>>,
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

/// Everything as JSON on standard output.
pub(crate) fn json(configuration: &Configuration) -> Result<(), crate::failure::Failure> {
    let (files, diagnostics) = (&configuration.files, &configuration.compiled.diagnostics);
    let (errors, warnings) = counts(diagnostics);
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
    crate::io::print_json(&Report { ok: errors == 0, errors, warnings, diagnostics: entries })
}

fn place<'a>(span: &'a Span, files: &[File]) -> Place<'a> {
    let (line, column) = position(span, span.start, files);
    let (end_line, end_column) = position(span, span.end, files);
    Place { file: &span.file, line, column, end_line, end_column, start: span.start, end: span.end }
}

fn position(span: &Span, at: usize, files: &[File]) -> (usize, usize) {
    let text = text_of(span, files);
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

fn text_of<'f>(span: &Span, files: &'f [File]) -> &'f str {
    files.iter().find(|file| file.path == span.file).map_or("", |file| file.text.as_str())
}

/// A diagnostic as `miette` shows it.
#[derive(Debug)]
struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    source: Option<NamedSource<String>>,
    help: String,
}

impl<'a> Shown<'a> {
    fn new(diagnostic: &'a Diagnostic, files: &[File]) -> Self {
        let source = diagnostic.span.as_ref().map(|span| NamedSource::new(&span.file, text_of(span, files).to_owned()));
        let mut help = diagnostic.help.clone();
        if let Some((span, label)) = diagnostic.related.as_ref().filter(|_| !related_is_near(diagnostic)) {
            let (line, column) = position(span, span.start, files);
            help = format!("{help}\n{label}: {}:{line}:{column}", span.file);
        }
        Self { diagnostic, source, help }
    }
}

/// Whether both places are in one file, so that one picture shows them.
fn related_is_near(diagnostic: &Diagnostic) -> bool {
    match (&diagnostic.span, &diagnostic.related) {
        (Some(span), Some((other, _))) => span.file == other.file,
        _ => false,
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(self.diagnostic.code.id()))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.diagnostic.span.as_ref()?;
        let own = LabeledSpan::new(None, span.start, span.end - span.start);
        let other = self
            .diagnostic
            .related
            .as_ref()
            .filter(|_| related_is_near(self.diagnostic))
            .map(|(span, label)| LabeledSpan::new(Some(label.clone()), span.start, span.end - span.start));
        Some(Box::new(std::iter::once(own).chain(other)))
    }
}
