//! Diagnostics as pictures of the source, on standard error.

use super::count::Counts;
use super::position::{position, text_of};
use crate::host::host;
use crate::output::describe::counted;
use crate::output::print_error;
use attune_compiler::{Diagnostic, File, Severity};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use std::collections::BTreeMap;
use std::fmt;

/// Most diagnostics with the same code that people are shown.
const SHOWN_MAX: usize = 20;

/// Shows the first twenty diagnostics of each code on standard error, then a line that counts all of them.
pub fn print(files: &[File], diagnostics: &[Diagnostic]) {
    let colour = host().has_colour();
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(100).without_syntax_highlighting();
    let mut count_by_code: BTreeMap<&str, usize> = BTreeMap::new();
    for diagnostic in diagnostics {
        let count = count_by_code.entry(diagnostic.code.id()).or_default();
        *count += 1;
        if *count > SHOWN_MAX {
            continue;
        }
        let mut text = String::new();
        let report = Report::new(diagnostic, files);
        if handler.render_report(&mut text, &report).is_err() {
            text = format!("{report}\n");
        }
        print_error(&format!("{}\n", text.trim_end()));
    }
    for (code, count) in count_by_code.iter().filter(|(_, count)| **count > SHOWN_MAX) {
        print_error(&format!("{code}: {} more; `attune check --format json` has them all\n", count - SHOWN_MAX));
    }
    let Counts { errors, warnings } = Counts::of(diagnostics);
    if errors + warnings > 0 {
        print_error(&format!("{}, {}\n", counted(errors, "error"), counted(warnings, "warning")));
    }
}

/// A diagnostic as `miette` shows it.
#[derive(Debug)]
struct Report<'a> {
    diagnostic: &'a Diagnostic,
    source: Option<NamedSource<String>>,
    help: String,
}

impl<'a> Report<'a> {
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

/// Whether both places are in one file. Then one picture shows them.
fn related_is_near(diagnostic: &Diagnostic) -> bool {
    match (&diagnostic.span, &diagnostic.related) {
        (Some(span), Some((other, _))) => span.file == other.file,
        _ => false,
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
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
