//! What the compiler says about the authored files.

use crate::codes::Code;
use crate::source::{File, Place};
use serde::Serialize;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// No bundle is made.
    Error,
    /// A bundle is made, but it may not do what was meant.
    Warning,
}

/// Bytes of one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// Path of the file, as it was passed in.
    pub file: String,
    /// First byte.
    pub start: usize,
    /// End, exclusive.
    pub end: usize,
}

/// One problem, the characters it is about, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable code, such as `A0302`; [`crate::DIAGNOSTICS`] has the table.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// Where it is; `None` when it is about something that is not there at all.
    pub span: Option<Span>,
    /// What is wrong: a sentence without full stop.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// Another place that the problem is about, with its label.
    pub related: Option<(Span, String)>,
}

/// Collects every problem of one run.
pub(crate) struct Sink<'a> {
    files: &'a [File],
    found: Vec<Diagnostic>,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(files: &'a [File]) -> Self {
        Self { files, found: Vec::new() }
    }

    pub(crate) fn files(&self) -> &'a [File] {
        self.files
    }

    /// Adds a problem at a place.
    pub(crate) fn report(&mut self, code: Code, place: Place, message: impl Into<String>, help: impl Into<String>) {
        let span = place.span(self.files);
        self.push(code, span, message.into(), help.into(), None);
    }

    /// Adds a problem that is about two places.
    pub(crate) fn report_with(
        &mut self,
        code: Code,
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
        related: (Place, &str),
    ) {
        let span = place.span(self.files);
        let other = related.0.span(self.files).map(|span| (span, related.1.to_owned()));
        self.push(code, span, message.into(), help.into(), other);
    }

    /// Adds a problem about something that is in no file.
    pub(crate) fn report_absent(&mut self, code: Code, message: impl Into<String>, help: impl Into<String>) {
        self.push(code, None, message.into(), help.into(), None);
    }

    fn push(&mut self, code: Code, span: Option<Span>, message: String, help: String, related: Option<(Span, String)>) {
        let diagnostic = Diagnostic { code, severity: code.severity(), span, message, help, related };
        // One template compiled for several locales says the same thing several times.
        if !self.found.contains(&diagnostic) {
            self.found.push(diagnostic);
        }
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.found.iter().any(|d| d.severity == Severity::Error)
    }

    /// How many problems there are so far: compare before and after to see whether a step found any.
    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    /// Everything found, in the order of files and characters.
    pub(crate) fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| (&a.span, a.code).cmp(&(&b.span, b.code)));
        self.found
    }
}
